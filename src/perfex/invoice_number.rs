//! Invoices as people name and open them: the printed number, and the address of the page on which they are paid.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::InvoiceId;

use super::numbering::Numbering;
use super::options::Options;

/// Prefix and format are copied into each invoice, so a setting that staff change leaves printed numbers as they were.
const READ: &str = "SELECT `id`, `number`, `prefix`, `number_format`, `date`, `hash`, `status` \
     FROM `{p}invoices` WHERE `id` IN ";
/// `invoices.status`: has no number yet.
const DRAFT: i64 = 6;

/// How an invoice is named and opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceName {
    /// As it is printed; empty for a draft.
    pub number: String,
    /// Its public page, below the CRM's address.
    pub path: String,
}

struct Row {
    id: InvoiceId,
    number: i64,
    prefix: Option<String>,
    format: i64,
    date: NaiveDate,
    hash: String,
    status: i64,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            number: row.take("number")?,
            prefix: row.take("prefix")?,
            format: row.take("number_format")?,
            date: row.take("date")?,
            hash: row.take("hash")?,
            status: row.take("status")?,
        })
    }
}

impl InvoiceName {
    /// The names of these invoices, with two statements; those that were deleted are left out.
    pub async fn of_all(
        session: &mut Session,
        invoices: &[InvoiceId],
    ) -> Result<BTreeMap<InvoiceId, Self>, DbError> {
        if invoices.is_empty() {
            return Ok(BTreeMap::new());
        }
        let sql = format!("{READ}({})", placeholders(invoices.len()));
        let rows: Vec<Row> = session.rows(&sql, invoices.to_vec()).await?;
        let options = Options::read(session, &Numbering::OPTIONS).await?;
        let named = rows.into_iter().map(|row| {
            let path = format!("invoice/{}/{}", row.id, row.hash);
            let rules = Numbering::of(&options).of_invoice(row.prefix.unwrap_or_default(), row.format);
            let number = if row.status == DRAFT { String::new() } else { rules.write(row.number, row.date) };
            (row.id, Self { number, path })
        });
        Ok(named.collect())
    }
}
