//! Invoices: made, cancelled, changed, merged and deleted.

use chrono::Days;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Params};
use perfex_bridge::ids::{ClientId, CurrencyId, InvoiceId};
use rust_decimal::Decimal;

use super::log::{activity, sentence};
use super::status::{count_up, format_number, number_draft, recompute};
use super::{CANCELLED, DRAFT, DRAFT_NUMBER, STAFF, UNPAID, new_id, now, option};

/// Staff save an invoice over one line without tax. Facts 3.2 and 3.3 (the order of 3.4.1).
pub async fn add_invoice(
    conn: &mut Conn,
    client: ClientId,
    currency: CurrencyId,
    total: Decimal,
) -> InvoiceId {
    let next = option(conn, "next_invoice_number").await.parse().unwrap();
    let invoice = insert(conn, client, currency, total, (next, UNPAID)).await;
    recompute(conn, invoice, false).await;
    count_up(conn, "next_invoice_number").await;
    line(conn, invoice, total).await;
    invoice
}

/// Staff save an invoice as a draft: no number yet, counter untouched. Facts 3.2 and 3.3.
pub async fn add_draft(conn: &mut Conn, client: ClientId, currency: CurrencyId, total: Decimal) -> InvoiceId {
    let invoice = insert(conn, client, currency, total, (DRAFT_NUMBER, DRAFT)).await;
    line(conn, invoice, total).await;
    invoice
}

/// Staff cancel an invoice (3.9): status 5 and sent 1; a draft is numbered first (3.5).
pub async fn cancel_invoice(conn: &mut Conn, invoice: InvoiceId) {
    let status: Option<i64> =
        conn.exec_first("SELECT `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    if status == Some(DRAFT) {
        number_draft(conn, invoice).await;
    }
    conn.exec_drop("UPDATE `tblinvoices` SET `status` = ?, `sent` = 1 WHERE `id` = ?", (CANCELLED, invoice))
        .await
        .unwrap();
    format_number(conn, invoice).await;
    activity(conn, invoice, "invoice_activity_marked_as_cancelled", "").await;
}

/// Staff take a cancellation back (3.9): status 1, whatever was paid. Nothing is recomputed.
pub async fn uncancel_invoice(conn: &mut Conn, invoice: InvoiceId) {
    conn.exec_drop("UPDATE `tblinvoices` SET `status` = ? WHERE `id` = ?", (UNPAID, invoice)).await.unwrap();
    activity(conn, invoice, "invoice_activity_unmarked_as_cancelled", "").await;
}

/// An issued invoice becomes a draft again. Perfex has no button for it, modules and SQL do it: status 6 and the number
/// that drafts share (3.1); the counter stays where it is.
pub async fn mark_draft(conn: &mut Conn, invoice: InvoiceId) {
    conn.exec_drop(
        "UPDATE `tblinvoices` SET `status` = ?, `number` = ? WHERE `id` = ?",
        (DRAFT, DRAFT_NUMBER, invoice),
    )
    .await
    .unwrap();
    format_number(conn, invoice).await;
}

/// Staff edit the one line of an invoice so that its total changes (3.9, 4.3): a paid one may become partially paid.
pub async fn edit_total(conn: &mut Conn, invoice: InvoiceId, total: Decimal) {
    conn.exec_drop(
        "UPDATE `tblinvoices` SET `subtotal` = ?, `total` = ? WHERE `id` = ?",
        (total, total, invoice),
    )
    .await
    .unwrap();
    format_number(conn, invoice).await;
    conn.exec_drop(
        "UPDATE `tblitemable` SET `rate` = ?, `qty` = 1 WHERE `rel_id` = ? AND `rel_type` = 'invoice'",
        (total, invoice),
    )
    .await
    .unwrap();
    conn.exec_drop("UPDATE `tblinvoices` SET `total_tax` = 0 WHERE `id` = ?", (invoice,)).await.unwrap();
    recompute(conn, invoice, false).await;
}

/// Staff merge `source` into `target` (3.9): its lines and total move over, itself is cancelled with a note. Payments
/// do not move.
pub async fn merge_invoice(conn: &mut Conn, source: InvoiceId, target: InvoiceId) {
    conn.exec_drop(
        "UPDATE `tblinvoices` t JOIN `tblinvoices` s ON s.`id` = ?
            SET t.`subtotal` = t.`subtotal` + s.`subtotal`, t.`total` = t.`total` + s.`total` WHERE t.`id` = ?",
        (source, target),
    )
    .await
    .unwrap();
    conn.exec_drop(
        "INSERT INTO `tblitemable` (`rel_id`, `rel_type`, `description`, `long_description`, `qty`, `rate`, `unit`, `item_order`)
         SELECT ?, `rel_type`, `description`, `long_description`, `qty`, `rate`, `unit`, `item_order` + 1
           FROM `tblitemable` WHERE `rel_id` = ? AND `rel_type` = 'invoice'",
        (target, source),
    )
    .await
    .unwrap();
    cancel_invoice(conn, source).await;
    let note = format!("Merged into invoice {target}");
    conn.exec_drop("UPDATE `tblinvoices` SET `adminnote` = ? WHERE `id` = ?", (note, source)).await.unwrap();
    recompute(conn, target, false).await;
}

/// Staff delete an invoice (3.9): it goes with its payments, credits and all other rows, table by table, and the counter
/// steps back when option `invoice_number_decrement_on_delete` says so. As if `delete_only_on_last_invoice` were off.
pub async fn delete_invoice(conn: &mut Conn, invoice: InvoiceId) {
    let status: Option<i64> =
        conn.exec_first("SELECT `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    conn.exec_drop("DELETE FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    if status != Some(DRAFT) && option(conn, "invoice_number_decrement_on_delete").await == "1" {
        conn.query_drop(
            "UPDATE `tbloptions` SET `value` = `value` - 1 WHERE `name` = 'next_invoice_number' AND `value` > 1",
        )
        .await
        .unwrap();
    }
    conn.exec_drop("DELETE FROM `tblcredits` WHERE `invoice_id` = ?", (invoice,)).await.unwrap();
    for table in ["tracked_mails", "reminders", "views_tracking", "itemable", "scheduled_emails"] {
        delete_related(conn, table, invoice).await;
    }
    conn.exec_drop("DELETE FROM `tblinvoicepaymentrecords` WHERE `invoiceid` = ?", (invoice,)).await.unwrap();
    for table in ["sales_activity", "item_tax"] {
        delete_related(conn, table, invoice).await;
    }
    sentence(conn, &format!("Invoice Deleted [ID: {invoice}]")).await;
}

async fn delete_related(conn: &mut Conn, table: &str, invoice: InvoiceId) {
    conn.exec_drop(
        format!("DELETE FROM `tbl{table}` WHERE `rel_id` = ? AND `rel_type` = 'invoice'"),
        (invoice,),
    )
    .await
    .unwrap();
}

async fn insert(
    conn: &mut Conn,
    client: ClientId,
    currency: CurrencyId,
    total: Decimal,
    (number, status): (i64, i64),
) -> InvoiceId {
    let now = now(conn).await;
    let due = now.date() + Days::new(option(conn, "invoice_due_after").await.parse().unwrap());
    let (prefix, format) =
        (option(conn, "invoice_prefix").await, option(conn, "invoice_number_format").await);
    conn.exec_drop(
        "INSERT INTO `tblinvoices`
            (`clientid`, `number`, `prefix`, `number_format`, `datecreated`, `date`, `duedate`, `currency`, `subtotal`,
             `total`, `adjustment`, `addedfrom`, `hash`, `status`, `clientnote`, `adminnote`, `terms`,
             `allowed_payment_modes`, `discount_percent`, `discount_total`, `discount_type`, `billing_street`,
             `billing_country`, `include_shipping`, `project_id`)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, REPLACE(UUID(), '-', ''), ?, '', '', '', 'a:1:{i:0;s:1:\"1\";}', 0, 0, '', '', 0,
             0, 0)",
        Params::Positional(vec![
            client.into(),
            number.into(),
            prefix.into(),
            format.into(),
            now.into(),
            now.date().into(),
            due.into(),
            currency.into(),
            total.into(),
            total.into(),
            STAFF.0.into(),
            status.into(),
        ]),
    )
    .await
    .unwrap();
    let invoice = InvoiceId(new_id(conn));
    format_number(conn, invoice).await;
    invoice
}

async fn line(conn: &mut Conn, invoice: InvoiceId, total: Decimal) {
    conn.exec_drop(
        "INSERT INTO `tblitemable` (`rel_id`, `rel_type`, `description`, `long_description`, `qty`, `rate`, `unit`, `item_order`)
         VALUES (?, 'invoice', 'Work', '', 1, ?, '', 1)",
        (invoice, total),
    )
    .await
    .unwrap();
    conn.exec_drop("UPDATE `tblinvoices` SET `total_tax` = 0 WHERE `id` = ?", (invoice,)).await.unwrap();
    activity(conn, invoice, "invoice_activity_created", "").await;
}
