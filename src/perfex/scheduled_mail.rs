//! Mails that the CRM itself sends at its next cron run: an invoice with its PDF.
//!
//! A due row whose invoice is gone, or whose template the CRM does not know, stops every cron run until the row is
//! removed (`verified.md` 1.5). So a row is written in the transaction of its invoice, with the one template that every
//! version knows, and whoever writes one looks after it: [`ScheduledMail::fate`], [`ScheduledMail::withdraw`].

use chrono::NaiveDateTime;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{ContactId, InvoiceId};

/// The CRM's own mail for a new invoice, in every version since 3.0.
const TEMPLATE: &str = "invoice_send_to_customer";

const INSERT: &str = "INSERT INTO `{p}scheduled_emails` (`rel_id`, `rel_type`, `scheduled_at`, `contacts`, `cc`, \
     `attach_pdf`, `template`) VALUES (?, 'invoice', ?, ?, '', 1, ?)";
const FATE: &str = "SELECT i.`status` AS `status`, \
     (SELECT o.`value` FROM `{p}options` o WHERE o.`name` = 'last_cron_run' ORDER BY o.`id` LIMIT 1) AS `last_cron_run` \
     FROM `{p}scheduled_emails` m LEFT JOIN `{p}invoices` i ON i.`id` = m.`rel_id` AND i.`hash` = ? \
     WHERE m.`id` = ? AND m.`rel_id` = ? AND m.`rel_type` = 'invoice' FOR UPDATE";
const DELETE: &str =
    "DELETE FROM `{p}scheduled_emails` WHERE `id` = ? AND `rel_id` = ? AND `rel_type` = 'invoice'";
/// `invoices.status`: taken back by staff.
const CANCELLED: i64 = 5;

/// A mail that was handed to the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScheduledMail {
    /// The row.
    pub id: i64,
    /// The invoice that it carries.
    pub invoice: InvoiceId,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The CRM has taken it.
    Taken,
    /// It waits for the next cron run.
    Waits {
        /// When the last cron run began, in seconds since 1970.
        last_run: i64,
    },
    /// It waits, and its invoice is gone or cancelled: it must not be sent.
    Pointless,
}

struct Row {
    status: Option<i64>,
    last_run: i64,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let last_run: Option<String> = row.take("last_cron_run")?;
        Ok(Self {
            status: row.take("status")?,
            last_run: last_run.and_then(|text| text.parse().ok()).unwrap_or(0),
        })
    }
}

impl ScheduledMail {
    /// Hands the CRM the mail of an invoice that this transaction has created; `at` is local wall time.
    pub async fn add(
        session: &mut Session,
        invoice: InvoiceId,
        contact: ContactId,
        at: NaiveDateTime,
    ) -> Result<Self, DbError> {
        let done = session.run(INSERT, (invoice, at, contact.to_string(), TEMPLATE)).await?;
        Ok(Self { id: done.id, invoice })
    }

    /// What became of it; locks the row. `hash` is the invoice's own mark.
    pub async fn fate(self, session: &mut Session, hash: &str) -> Result<Fate, DbError> {
        let row: Option<Row> = session.first(FATE, (hash, self.id, self.invoice)).await?;
        Ok(match row {
            None => Fate::Taken,
            Some(Row { status: None | Some(CANCELLED), .. }) => Fate::Pointless,
            Some(Row { last_run, .. }) => Fate::Waits { last_run },
        })
    }

    /// Takes the mail back.
    pub async fn withdraw(self, session: &mut Session) -> Result<(), DbError> {
        session.run(DELETE, (self.id, self.invoice)).await?;
        Ok(())
    }
}
