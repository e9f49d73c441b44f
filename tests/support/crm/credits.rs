//! Credit notes: what pays an invoice without any payment row.

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{ClientId, CreditId, CurrencyId, InvoiceId};
use rust_decimal::Decimal;

use super::log::{activity, money};
use super::status::{count_up, number_draft, recompute};
use super::{DRAFT, STAFF, has_column, new_id, now, option, serialized};

/// Staff write a credit note over `amount` and apply all of it to the invoice. Facts 4.3 (credits), 3.5 (a draft is
/// numbered), 3.6. The credit note is closed, because all of it is used.
pub async fn apply_credit(conn: &mut Conn, invoice: InvoiceId, amount: Decimal) -> CreditId {
    let (client, currency, status): (ClientId, CurrencyId, i64) = conn
        .exec_first("SELECT `clientid`, `currency`, `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,))
        .await
        .unwrap()
        .unwrap();
    let (note, number) = credit_note(conn, client, currency, amount).await;
    let now = now(conn).await;
    conn.exec_drop(
        "INSERT INTO `tblcredits` (`invoice_id`, `credit_id`, `staff_id`, `date`, `date_applied`, `amount`)
         VALUES (?, ?, ?, ?, ?, ?)",
        (invoice, note, STAFF.0, now.date(), now, amount),
    )
    .await
    .unwrap();
    let credit = CreditId(new_id(conn));
    conn.exec_drop("UPDATE `tblcreditnotes` SET `status` = 2 WHERE `id` = ?", (note,)).await.unwrap();
    let amount = money(conn, invoice, amount).await;
    activity(conn, invoice, "invoice_activity_applied_credits", &serialized(&[&amount, &number])).await;
    if status == DRAFT {
        number_draft(conn, invoice).await;
    }
    recompute(conn, invoice, status == DRAFT).await;
    credit
}

/// Staff take an applied credit back. Fact 4.3: the row goes, the credit note is open again, the status recomputed.
pub async fn remove_credit(conn: &mut Conn, credit: CreditId) {
    let (invoice, note): (InvoiceId, i64) = conn
        .exec_first("SELECT `invoice_id`, `credit_id` FROM `tblcredits` WHERE `id` = ?", (credit,))
        .await
        .unwrap()
        .unwrap();
    conn.exec_drop("DELETE FROM `tblcredits` WHERE `id` = ?", (credit,)).await.unwrap();
    conn.exec_drop("UPDATE `tblcreditnotes` SET `status` = 1 WHERE `id` = ?", (note,)).await.unwrap();
    recompute(conn, invoice, false).await;
}

/// Staff make a credit note from an invoice, as the invoice's page offers it, and save it with these lines: text, quantity,
/// rate. Facts 4.3: its reference is the invoice's printed number. Returns its id.
pub async fn credit_note_for(
    conn: &mut Conn,
    invoice: InvoiceId,
    lines: &[(&str, i64, Decimal)],
    total: Decimal,
) -> i64 {
    let (client, currency): (ClientId, CurrencyId) = conn
        .exec_first("SELECT `clientid`, `currency` FROM `tblinvoices` WHERE `id` = ?", (invoice,))
        .await
        .unwrap()
        .unwrap();
    let (note, _) = credit_note(conn, client, currency, total).await;
    let reference: String = conn
        .exec_first(
            "SELECT CONCAT(`prefix`, LPAD(`number`, 6, '0')) FROM `tblinvoices` WHERE `id` = ?",
            (invoice,),
        )
        .await
        .unwrap()
        .unwrap();
    conn.exec_drop("UPDATE `tblcreditnotes` SET `reference_no` = ? WHERE `id` = ?", (reference, note))
        .await
        .unwrap();
    for (order, (text, quantity, rate)) in (1..).zip(lines) {
        conn.exec_drop(
            "INSERT INTO `tblitemable` (`rel_id`, `rel_type`, `description`, `long_description`, `qty`, `rate`, `unit`, `item_order`)
             VALUES (?, 'credit_note', ?, '', ?, ?, '', ?)",
            (note, text, quantity, rate, order),
        )
        .await
        .unwrap();
    }
    note
}

/// Staff make a credit note over the whole of an invoice. Facts 4.3: what is not paid of the invoice is settled by it at
/// once, and the invoice then counts as paid. Returns the note's id.
pub async fn credit_invoice(conn: &mut Conn, invoice: InvoiceId) -> i64 {
    let (total, status): (Decimal, i64) = conn
        .exec_first("SELECT `total`, `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,))
        .await
        .unwrap()
        .unwrap();
    let lines: Vec<(String, Decimal, Decimal)> = conn
        .exec(
            "SELECT `description`, `qty`, `rate` FROM `tblitemable` WHERE `rel_type` = 'invoice' AND `rel_id` = ? ORDER BY `id`",
            (invoice,),
        )
        .await
        .unwrap();
    let lines: Vec<(&str, i64, Decimal)> = lines
        .iter()
        .map(|(text, quantity, rate)| {
            (text.as_str(), quantity.to_string().split('.').next().unwrap().parse().unwrap(), *rate)
        })
        .collect();
    let note = credit_note_for(conn, invoice, &lines, total).await;
    if status != super::PAID {
        let left: Decimal = conn
            .exec_first(
                "SELECT i.`total` - (SELECT COALESCE(SUM(`amount`), 0) FROM `tblinvoicepaymentrecords` WHERE `invoiceid` = i.`id`)
                   - (SELECT COALESCE(SUM(`amount`), 0) FROM `tblcredits` WHERE `invoice_id` = i.`id`)
                   FROM `tblinvoices` i WHERE i.`id` = ?",
                (invoice,),
            )
            .await
            .unwrap()
            .unwrap();
        if left > Decimal::ZERO {
            let now = now(conn).await;
            conn.exec_drop(
                "INSERT INTO `tblcredits` (`invoice_id`, `credit_id`, `staff_id`, `date`, `date_applied`, `amount`)
                 VALUES (?, ?, ?, ?, ?, ?)",
                (invoice, note, STAFF.0, now.date(), now, left),
            )
            .await
            .unwrap();
            recompute(conn, invoice, true).await;
        }
    }
    note
}

/// Staff mark a credit note as void (status 3).
pub async fn void_note(conn: &mut Conn, note: i64) {
    conn.exec_drop("UPDATE `tblcreditnotes` SET `status` = 3 WHERE `id` = ?", (note,)).await.unwrap();
}

async fn credit_note(
    conn: &mut Conn,
    client: ClientId,
    currency: CurrencyId,
    amount: Decimal,
) -> (i64, String) {
    let now = now(conn).await;
    let next: i64 = option(conn, "next_credit_note_number").await.parse().unwrap();
    let prefix = option(conn, "credit_note_prefix").await;
    let formatted = format!("{prefix}{next:06}");
    conn.exec_drop(
        "INSERT INTO `tblcreditnotes`
            (`clientid`, `number`, `prefix`, `number_format`, `datecreated`, `date`, `currency`, `subtotal`, `total`,
             `adjustment`, `addedfrom`, `status`, `discount_type`, `include_shipping`)
         VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, 0, ?, 1, '', 0)",
        mysql_async::Params::Positional(vec![
            client.into(),
            next.into(),
            prefix.into(),
            now.into(),
            now.date().into(),
            currency.into(),
            amount.into(),
            amount.into(),
            STAFF.0.into(),
        ]),
    )
    .await
    .unwrap();
    let note = new_id(conn);
    if has_column(conn, "tblcreditnotes", "formatted_number").await {
        conn.exec_drop(
            "UPDATE `tblcreditnotes` SET `formatted_number` = ? WHERE `id` = ?",
            (&formatted, note),
        )
        .await
        .unwrap();
    }
    count_up(conn, "next_credit_note_number").await;
    (note, formatted)
}
