//! Numbers and status: the two things that Perfex derives again after each action on an invoice.

use chrono::{Datelike as _, NaiveDate};
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;
use rust_decimal::Decimal;

use super::log::{activity, sentence};
use super::{CANCELLED, DRAFT, OVERDUE, PAID, PARTIAL, UNPAID, has_column, now, option, serialized};

/// Status recomputation, fact 3.8: drafts and cancelled invoices keep theirs unless `forced`; nothing is written when
/// nothing changes. Returns the status that the row has then.
pub async fn recompute(conn: &mut Conn, invoice: InvoiceId, forced: bool) -> i64 {
    let (old, total, due): (i64, Decimal, Option<NaiveDate>) = conn
        .exec_first("SELECT `status`, `total`, `duedate` FROM `tblinvoices` WHERE `id` = ?", (invoice,))
        .await
        .unwrap()
        .unwrap();
    if !forced && [DRAFT, CANCELLED].contains(&old) {
        return old;
    }
    let mut paid: Vec<Decimal> = conn
        .exec(
            "SELECT `amount` FROM `tblinvoicepaymentrecords` WHERE `invoiceid` = ? ORDER BY `id`",
            (invoice,),
        )
        .await
        .unwrap();
    paid.extend(
        conn.exec::<Decimal, _, _>(
            "SELECT `amount` FROM `tblcredits` WHERE `invoice_id` = ? ORDER BY `id`",
            (invoice,),
        )
        .await
        .unwrap(),
    );
    let late = match due {
        Some(due) => due < now(conn).await.date(),
        None => false,
    };
    let new = derive(total, &paid, late);
    if new != old {
        conn.exec_drop("UPDATE `tblinvoices` SET `status` = ? WHERE `id` = ?", (new, invoice)).await.unwrap();
        sentence(conn, &format!("Invoice Status Updated [Invoice ID: {invoice}, From: {old}, To: {new}]"))
            .await;
        let tags =
            [format!("<original_status>{old}</original_status>"), format!("<new_status>{new}</new_status>")];
        let data = serialized(&[&tags[0], &tags[1]]);
        activity(conn, invoice, "invoice_activity_status_updated", &data).await;
    }
    new
}

/// The table of fact 3.8, row by row.
fn derive(total: Decimal, paid: &[Decimal], late: bool) -> i64 {
    let sum: Decimal = paid.iter().sum();
    match paid.first() {
        None if total.is_zero() => PAID,
        None if late => OVERDUE,
        Some(first) if *first == total || sum >= total => PAID,
        Some(_) if sum > Decimal::ZERO => PARTIAL,
        Some(_) if sum < Decimal::ZERO && late => OVERDUE,
        _ => UNPAID,
    }
}

/// A draft becomes a real invoice (3.5): it takes the next number and the counter moves on by one.
pub(super) async fn number_draft(conn: &mut Conn, invoice: InvoiceId) {
    let next = option(conn, "next_invoice_number").await;
    conn.exec_drop("UPDATE `tblinvoices` SET `number` = ? WHERE `id` = ?", (next, invoice)).await.unwrap();
    count_up(conn, "next_invoice_number").await;
    format_number(conn, invoice).await;
}

/// Raises a number counter as Perfex does: arithmetic on the stored text, in one statement.
pub(super) async fn count_up(conn: &mut Conn, counter: &str) {
    conn.exec_drop("UPDATE `tbloptions` SET `value` = `value` + 1 WHERE `name` = ?", (counter,))
        .await
        .unwrap();
}

/// Refreshes `formatted_number` where this Perfex has it (3.2 and later; formats of fact 3.1).
pub(super) async fn format_number(conn: &mut Conn, invoice: InvoiceId) {
    if !has_column(conn, "tblinvoices", "formatted_number").await {
        return;
    }
    let (status, prefix, number, format, date): (i64, String, i64, i64, NaiveDate) = conn
        .exec_first(
            "SELECT `status`, `prefix`, `number`, `number_format`, `date` FROM `tblinvoices` WHERE `id` = ?",
            (invoice,),
        )
        .await
        .unwrap()
        .unwrap();
    let width: usize = option(conn, "number_padding_prefixes").await.parse().unwrap();
    let (year, month) = (date.year(), date.month());
    let text = match format {
        _ if status == DRAFT => format!("{prefix}DRAFT"),
        2 => format!("{prefix}{year}/{number:0width$}"),
        3 => format!("{prefix}{number:0width$}-{:02}", year % 100),
        4 => format!("{prefix}{number:0width$}/{month:02}/{year}"),
        _ => format!("{prefix}{number:0width$}"),
    };
    conn.exec_drop("UPDATE `tblinvoices` SET `formatted_number` = ? WHERE `id` = ?", (text, invoice))
        .await
        .unwrap();
}
