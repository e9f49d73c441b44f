//! The two logs that every action leaves a row in, and money as they print it.

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;
use rust_decimal::Decimal;

use super::{STAFF, now};

/// A row on the invoice's activity tab (3.6): a language key and what goes into its `%s`.
pub(super) async fn activity(conn: &mut Conn, invoice: InvoiceId, key: &str, data: &str) {
    let now = now(conn).await;
    conn.exec_drop(
        "INSERT INTO `tblsales_activity`
            (`description`, `date`, `rel_id`, `rel_type`, `staffid`, `full_name`, `additional_data`)
         VALUES (?, ?, ?, 'invoice', ?, ?, ?)",
        (key, now, invoice, STAFF.0.to_string(), STAFF.1, data),
    )
    .await
    .unwrap();
}

/// A sentence in Utilities > Activity Log (3.6); its `staffid` is a full name.
pub(super) async fn sentence(conn: &mut Conn, text: &str) {
    let now = now(conn).await;
    conn.exec_drop(
        "INSERT INTO `tblactivity_log` (`description`, `date`, `staffid`) VALUES (?, ?, ?)",
        (text, now, STAFF.1),
    )
    .await
    .unwrap();
}

/// Money as the invoice's currency row writes it: separators and the side of the symbol, no space (6.2).
pub(super) async fn money(conn: &mut Conn, invoice: InvoiceId, amount: Decimal) -> String {
    let row: Option<(String, String, String, String)> = conn
        .exec_first(
            "SELECT c.`symbol`, c.`decimal_separator`, c.`thousand_separator`, c.`placement`
               FROM `tblinvoices` i JOIN `tblcurrencies` c ON c.`id` = i.`currency` WHERE i.`id` = ?",
            (invoice,),
        )
        .await
        .unwrap();
    let (symbol, point, group, placement) = row.unwrap_or_default();
    let plain = format!("{:.2}", amount.abs());
    let (whole, cents) = plain.split_once('.').unwrap();
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push_str(&group);
        }
        grouped.push(digit);
    }
    let sign = if amount.is_sign_negative() { "-" } else { "" };
    match placement.as_str() {
        "after" => format!("{sign}{grouped}{point}{cents}{symbol}"),
        _ => format!("{sign}{symbol}{grouped}{point}{cents}"),
    }
}
