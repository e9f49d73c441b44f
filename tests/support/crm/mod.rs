//! What staff do in the CRM's own pages, as the plain statements that Perfex's PHP sends.
//!
//! Perfex uses no transactions: each statement is visible at once, so a watcher may look between any two of them. A test
//! that wants one instant wraps the call in `START TRANSACTION` and `COMMIT` on the same connection. Mails, PDF, SMS and
//! the notification to the invoice's creator come after the statements given here and change no money.
//!
//! The connection may be on 3.0.0 or 3.4.1 (prefix `tbl`); columns that only the newer one has are looked for. Times are
//! local wall time in option `default_timezone`, taken from the server's clock, so `SET timestamp = ...` moves them.

mod credits;
mod customers;
mod invoices;
mod log;
mod payments;
mod sessions;
mod status;

use chrono::NaiveDateTime;
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;

pub use credits::{apply_credit, credit_invoice, credit_note_for, remove_credit, void_note};
pub use customers::{add_client, add_contact, delete_client};
pub use invoices::{
    add_draft, add_invoice, cancel_invoice, delete_invoice, edit_total, mark_draft, merge_invoice,
    uncancel_invoice,
};
pub use payments::{delete_payment, edit_payment, insert_payment_only, record_payment};
pub use sessions::write_session;
pub use status::recompute;

/// Invoice status: nothing paid yet.
pub const UNPAID: i64 = 1;
/// Invoice status: paid, overpaid included.
pub const PAID: i64 = 2;
/// Invoice status: partially paid.
pub const PARTIAL: i64 = 3;
/// Invoice status: nothing paid and past due.
pub const OVERDUE: i64 = 4;
/// Invoice status: cancelled.
pub const CANCELLED: i64 = 5;
/// Invoice status: draft.
pub const DRAFT: i64 = 6;
/// The number that all drafts share.
pub const DRAFT_NUMBER: i64 = 1_000_000_000;

/// Ada, the seeded administrator: id and full name.
const STAFF: (i64, &str) = (1, "Ada Admin");

/// An option's value; a missing one reads as the empty string, as in Perfex.
pub async fn option(conn: &mut Conn, name: &str) -> String {
    conn.exec_first("SELECT `value` FROM `tbloptions` WHERE `name` = ? ORDER BY `id` LIMIT 1", (name,))
        .await
        .unwrap()
        .unwrap_or_default()
}

/// Sets an option as the settings page does: by name, whatever the number of rows.
pub async fn set_option(conn: &mut Conn, name: &str, value: &str) {
    conn.exec_drop("UPDATE `tbloptions` SET `value` = ? WHERE `name` = ?", (value, name)).await.unwrap();
}

/// Local wall time as PHP would write it, on the server's clock.
pub async fn now(conn: &mut Conn) -> NaiveDateTime {
    let zone: chrono_tz::Tz = option(conn, "default_timezone").await.parse().unwrap();
    let utc: NaiveDateTime = conn.query_first("SELECT UTC_TIMESTAMP()").await.unwrap().unwrap();
    utc.and_utc().with_timezone(&zone).naive_local()
}

/// PHP's `serialize()` of a list of strings; lengths are bytes.
pub fn serialized(items: &[&str]) -> String {
    let entry = |(at, item): (usize, &&str)| format!("i:{at};s:{}:\"{item}\";", item.len());
    let entries: String = items.iter().enumerate().map(entry).collect();
    format!("a:{}:{{{entries}}}", items.len())
}

/// Whether this Perfex has the column.
async fn has_column(conn: &mut Conn, table: &str, column: &str) -> bool {
    conn.exec_first::<u8, _, _>(
        "SELECT 1 FROM information_schema.columns
          WHERE table_schema = DATABASE() AND table_name = ? AND column_name = ?",
        (table, column),
    )
    .await
    .unwrap()
    .is_some()
}

/// The id that the last INSERT on this connection was given.
fn new_id(conn: &Conn) -> i64 {
    conn.last_insert_id().unwrap().try_into().unwrap()
}
