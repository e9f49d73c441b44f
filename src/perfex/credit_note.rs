//! Credit notes that take back what an invoice sold.
//!
//! Perfex keeps no id of the invoice in a credit note. One that staff make from an invoice has the invoice's printed number as
//! its reference, and copies of its lines that staff then shorten; one that they write by hand may name the number
//! there, too. Void notes (status 3) do not count. A note may be set against the very invoice that it was made from:
//! Perfex does so by itself when that was not paid.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::InvoiceId;
use crate::money::Amount;

use super::numbering;

/// `creditnotes` has no index on its reference; the customer's notes are few.
const OF_CUSTOMERS: &str = "SELECT i.`id` AS `invoice`, i.`number` AS `number`, i.`prefix` AS `prefix`, \
     i.`number_format` AS `number_format`, i.`date` AS `date`, n.`id` AS `id`, n.`total` AS `total`, \
     n.`reference_no` AS `reference`, (SELECT COALESCE(SUM(c.`amount`), 0) FROM `{p}credits` c \
     WHERE c.`credit_id` = n.`id` AND c.`invoice_id` = i.`id`) AS `applied` \
     FROM `{p}invoices` i INNER JOIN `{p}creditnotes` n ON n.`clientid` = i.`clientid` \
     WHERE n.`status` <> 3 AND n.`reference_no` <> '' AND i.`id` IN ";
const LINES: &str = "SELECT `rel_id` AS `note`, `description`, CAST(FLOOR(`qty`) AS SIGNED) AS `quantity`, `rate` \
     FROM `{p}itemable` WHERE `rel_type` = 'credit_note' AND `rel_id` IN ";

/// One line of a credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditLine {
    /// Its text; that of the invoice's line when it was copied.
    pub description: String,
    /// How many whole ones.
    pub quantity: u32,
    /// The price of one, without tax.
    pub rate: Amount,
}

/// A credit note for one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditNote {
    /// Its id.
    pub id: i64,
    /// What it is over, with tax.
    pub total: Amount,
    /// How much of it was set against that same invoice.
    pub applied: Amount,
    /// Its lines.
    pub lines: Vec<CreditLine>,
}

struct Found {
    invoice: InvoiceId,
    number: i64,
    prefix: String,
    format: i64,
    date: NaiveDate,
    reference: String,
    note: CreditNote,
}

impl Record for Found {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            invoice: row.take("invoice")?,
            number: row.take("number")?,
            prefix: row.take::<Option<String>>("prefix")?.unwrap_or_default(),
            format: row.take("number_format")?,
            date: row.take("date")?,
            reference: row.take("reference")?,
            note: CreditNote {
                id: row.take("id")?,
                total: row.take("total")?,
                applied: row.take("applied")?,
                lines: Vec::new(),
            },
        })
    }
}

struct Line(i64, CreditLine);

impl Record for Line {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let quantity: i64 = row.take("quantity")?;
        let line = CreditLine {
            description: row.take("description")?,
            quantity: u32::try_from(quantity).unwrap_or_default(),
            rate: row.take("rate")?,
        };
        Ok(Self(row.take("note")?, line))
    }
}

/// The credit notes for each of some invoices, oldest first; an invoice without any is not there.
pub async fn of_invoices(
    session: &mut Session,
    invoices: &[InvoiceId],
) -> Result<BTreeMap<InvoiceId, Vec<CreditNote>>, DbError> {
    if invoices.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!("{OF_CUSTOMERS}({}) ORDER BY n.`id`", placeholders(invoices.len()));
    let mut found: Vec<Found> = session.rows(&sql, invoices.to_vec()).await?;
    found.retain(|found| {
        numbering::is_written(&found.reference, &found.prefix, found.format, found.number, found.date)
    });
    let mut lines: BTreeMap<i64, Vec<CreditLine>> = BTreeMap::new();
    if !found.is_empty() {
        let notes: Vec<i64> = found.iter().map(|found| found.note.id).collect();
        let sql = format!("{LINES}({}) ORDER BY `id`", placeholders(notes.len()));
        for Line(note, line) in session.rows::<Line>(&sql, notes).await? {
            lines.entry(note).or_default().push(line);
        }
    }
    let mut notes: BTreeMap<InvoiceId, Vec<CreditNote>> = BTreeMap::new();
    for Found { invoice, note, .. } in found {
        let lines = lines.get(&note.id).cloned().unwrap_or_default();
        notes.entry(invoice).or_default().push(CreditNote { lines, ..note });
    }
    Ok(notes)
}
