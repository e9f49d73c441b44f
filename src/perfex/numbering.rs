//! Invoice numbers: the counter in the options, and how a number is written.

use chrono::{Datelike as _, NaiveDate};

use crate::db::{DbError, Session};

use super::options::Options;
use super::schema::Schema;

const LOCK: &str =
    "SELECT `value` FROM `{p}options` WHERE `name` = 'next_invoice_number' ORDER BY `id` LIMIT 1 FOR UPDATE";
const RAISE: &str = "UPDATE `{p}options` SET `value` = `value` + ? WHERE `name` = 'next_invoice_number'";
const TAKEN_TEXT: &str = "SELECT `id` FROM `{p}invoices` WHERE `formatted_number` = ? LIMIT 1";
/// Perfex's own rule: the number in the year of its date, drafts aside. The column has no index, so only the newest
/// invoices are looked through; that finds those whose text is not written yet or has another prefix.
const TAKEN_NUMBER: &str = "SELECT `id` FROM `{p}invoices` \
     WHERE `id` > (SELECT COALESCE(MAX(n.`id`), 0) - ? FROM `{p}invoices` n) AND `number` = ? AND YEAR(`date`) = ? \
     AND `status` <> 6 LIMIT 1";
/// How many of the newest invoices are looked through for a number.
const LOOKED_THROUGH: i64 = 5_000;
/// All of them, where numbers have no text (before 3.2).
const ALL: i64 = 1 << 32;
/// How many numbers in a row may be taken already (typed by staff ahead of the counter).
const LEAPS: i64 = 50;
/// The longest number that zeros are put in front of; staff may change how many at any time.
const MOST_ZEROS: usize = 12;

/// Why no number could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum NumberingError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The counter is not a number.
    #[error(
        "the CRM's setting `next_invoice_number` is `{0}`: set the next invoice number in the CRM's settings"
    )]
    NoCounter(String),
    /// All numbers after the counter are in use.
    #[error(
        "the next {LEAPS} invoice numbers from {0} are taken: set the next invoice number in the CRM's settings"
    )]
    AllTaken(i64),
}

/// How this CRM writes invoice numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbering {
    /// `invoice_prefix`, copied into each invoice.
    pub prefix: String,
    /// `invoice_number_format`, 1 to 4, copied into each invoice.
    pub format: i64,
    width: usize,
}

impl Numbering {
    /// The settings that numbering follows.
    pub const OPTIONS: [&str; 3] = ["invoice_prefix", "invoice_number_format", "number_padding_prefixes"];

    /// Reads the rules.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        Self {
            prefix: options.get("invoice_prefix").to_owned(),
            format: options.get("invoice_number_format").parse().unwrap_or(1),
            width: options.get("number_padding_prefixes").parse().unwrap_or(0),
        }
    }

    /// The same with what was copied into an invoice.
    #[must_use]
    pub fn of_invoice(self, prefix: String, format: i64) -> Self {
        Self { prefix, format, ..self }
    }

    /// A number as it is printed (`database.md` 3.1).
    #[must_use]
    pub fn write(&self, number: i64, date: NaiveDate) -> String {
        let (prefix, padded) = (&self.prefix, format!("{number:0width$}", width = self.width));
        match self.format {
            2 => format!("{prefix}{}/{padded}", date.year()),
            3 => format!("{prefix}{padded}-{:02}", date.year().rem_euclid(100)),
            4 => format!("{prefix}{padded}/{:02}/{}", date.month(), date.year()),
            _ => format!("{prefix}{padded}"),
        }
    }

    /// Takes the next free number and raises the counter.
    ///
    /// The counter's row stays locked until the transaction ends, so Perfex's own increment waits and no number is
    /// given twice. Numbers that staff typed ahead of the counter are skipped.
    pub async fn draw(
        &self,
        session: &mut Session,
        schema: &Schema,
        date: NaiveDate,
    ) -> Result<i64, NumberingError> {
        let counter = session.first::<(String,)>(LOCK, ()).await?.map(|row| row.0).unwrap_or_default();
        let first: i64 = counter.trim().parse().map_err(|_| NumberingError::NoCounter(counter.clone()))?;
        let looked_through = if schema.formatted_number { LOOKED_THROUGH } else { ALL };
        for number in first..first + LEAPS {
            let mut taken =
                session.first::<(i64,)>(TAKEN_NUMBER, (looked_through, number, date.year())).await?;
            if taken.is_none() && schema.formatted_number {
                taken = session.first::<(i64,)>(TAKEN_TEXT, (self.write(number, date),)).await?;
            }
            if taken.is_none() {
                session.run(RAISE, (number - first + 1,)).await?;
                return Ok(number);
            }
        }
        Err(NumberingError::AllTaken(first))
    }
}

/// Whether `text` is how an invoice of this number and date is printed, however many zeros are put in front.
#[must_use]
pub fn is_written(text: &str, prefix: &str, format: i64, number: i64, date: NaiveDate) -> bool {
    let text = text.trim();
    (0..=MOST_ZEROS)
        .any(|width| Numbering { prefix: prefix.to_owned(), format, width }.write(number, date) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_formats_are_written_as_perfex_writes_them() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
        let written = |format| Numbering { prefix: "INV-".into(), format, width: 6 }.write(42, date);
        assert_eq!(
            [1, 2, 3, 4].map(written),
            ["INV-000042", "INV-2026/000042", "INV-000042-26", "INV-000042/03/2026"]
        );
        assert!(is_written(" INV-2026/0042 ", "INV-", 2, 42, date));
        assert!(!is_written("INV-2026/0043", "INV-", 2, 42, date) && !is_written("42", "INV-", 1, 42, date));
    }
}
