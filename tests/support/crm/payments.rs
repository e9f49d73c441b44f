//! Payments: recorded, edited, deleted, and slipped in by someone's SQL.

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{InvoiceId, PaymentId};
use rust_decimal::Decimal;

use super::log::{activity, money, sentence};
use super::status::{format_number, number_draft, recompute};
use super::{DRAFT, new_id, now, serialized};

/// Staff record a bank payment. Facts 4.1 and 4.2, in this order: the row, a number for a draft, the status, the
/// formatted number, the activity rows.
pub async fn record_payment(conn: &mut Conn, invoice: InvoiceId, amount: Decimal) -> PaymentId {
    let payment = insert_payment_only(conn, invoice, amount).await;
    let status: Option<i64> =
        conn.exec_first("SELECT `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    let draft = status == Some(DRAFT);
    if draft {
        number_draft(conn, invoice).await;
    }
    recompute(conn, invoice, draft).await;
    format_number(conn, invoice).await;
    let amount = money(conn, invoice, amount).await;
    let link = format!("<a href=\"https://crm.example/admin/payments/payment/{payment}\">#{payment}</a>");
    activity(conn, invoice, "invoice_activity_payment_made_by_staff", &serialized(&[&amount, &link])).await;
    sentence(conn, &format!("Payment Recorded [ID: {payment}, Invoice ID: {invoice}, Total: {amount}]"))
        .await;
    payment
}

/// A payment row written by SQL alone: the status column stays as it was. Only the payment row of fact 4.1.
pub async fn insert_payment_only(conn: &mut Conn, invoice: InvoiceId, amount: Decimal) -> PaymentId {
    let now = now(conn).await;
    conn.exec_drop(
        "INSERT INTO `tblinvoicepaymentrecords`
            (`invoiceid`, `amount`, `paymentmode`, `paymentmethod`, `date`, `daterecorded`, `note`, `transactionid`)
         VALUES (?, ?, '1', '', ?, ?, '', '')",
        (invoice, amount, now.date(), now),
    )
    .await
    .unwrap();
    PaymentId(new_id(conn))
}

/// Staff change a payment's amount. Fact 4.3: the status is recomputed only when the amount really changed.
pub async fn edit_payment(conn: &mut Conn, payment: PaymentId, amount: Decimal) {
    let (invoice, earlier): (InvoiceId, Decimal) = conn
        .exec_first("SELECT `invoiceid`, `amount` FROM `tblinvoicepaymentrecords` WHERE `id` = ?", (payment,))
        .await
        .unwrap()
        .unwrap();
    conn.exec_drop("UPDATE `tblinvoicepaymentrecords` SET `amount` = ? WHERE `id` = ?", (amount, payment))
        .await
        .unwrap();
    if amount != earlier {
        recompute(conn, invoice, false).await;
    }
    sentence(conn, &format!("Payment Updated [Number: {payment}]")).await;
}

/// Staff delete a payment. Fact 4.3: the row goes, the status is recomputed, an activity row is written.
pub async fn delete_payment(conn: &mut Conn, payment: PaymentId) {
    let (invoice, amount): (InvoiceId, Decimal) = conn
        .exec_first("SELECT `invoiceid`, `amount` FROM `tblinvoicepaymentrecords` WHERE `id` = ?", (payment,))
        .await
        .unwrap()
        .unwrap();
    conn.exec_drop("DELETE FROM `tblinvoicepaymentrecords` WHERE `id` = ?", (payment,)).await.unwrap();
    recompute(conn, invoice, false).await;
    let amount = money(conn, invoice, amount).await;
    let data = serialized(&[&payment.to_string(), &amount]);
    activity(conn, invoice, "invoice_activity_payment_deleted", &data).await;
    sentence(conn, &format!("Payment Deleted [ID: {payment}, Invoice ID: {invoice}]")).await;
}
