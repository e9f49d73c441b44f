//! Mails that the CRM itself sends at its next cron run: an invoice with its PDF.
//!
//! A due row whose invoice is gone, or whose template the CRM does not know, stops every cron run until the row is
//! removed (`verified.md` 1.5). So a row is written in the transaction of its invoice, with the one template that every
//! version knows, and whoever writes one looks after it: [`ripe`], [`ScheduledMail::fate`], [`ScheduledMail::withdraw`].

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::db::{DbError, Session};
use crate::ids::{ContactId, InvoiceId, OrderId};

/// The CRM's own mail for a new invoice, in every version since 3.0.
const TEMPLATE: &str = "invoice_send_to_customer";

const INSERT: &str = "INSERT INTO `{p}scheduled_emails` (`rel_id`, `rel_type`, `scheduled_at`, `contacts`, `cc`, \
     `attach_pdf`, `template`) VALUES (?, 'invoice', ?, ?, '', 1, ?)";
/// Mails of `pm_invoice_mails` that the CRM has taken, that must not be sent, or that were handed over before a moment.
const RIPE: &str = "SELECT w.`order_id` AS `order_id` FROM `{p}pm_invoice_mails` w \
     LEFT JOIN `{p}scheduled_emails` m \
       ON m.`id` = w.`scheduled_email_id` AND m.`rel_id` = w.`invoice_id` AND m.`rel_type` = 'invoice' \
     LEFT JOIN `{p}invoices` i ON i.`id` = w.`invoice_id` AND i.`hash` = w.`invoice_hash` \
     WHERE w.`state` = 'waiting' AND (m.`id` IS NULL OR i.`id` IS NULL OR i.`status` = 5 OR w.`handed_over_at` < ?) \
     ORDER BY w.`order_id` LIMIT 500";
const FATE: &str = "SELECT i.`status` AS `status` \
     FROM `{p}scheduled_emails` m LEFT JOIN `{p}invoices` i ON i.`id` = m.`rel_id` AND i.`hash` = ? \
     WHERE m.`id` = ? AND m.`rel_id` = ? AND m.`rel_type` = 'invoice' FOR UPDATE";
const DELETE: &str =
    "DELETE FROM `{p}scheduled_emails` WHERE `id` = ? AND `rel_id` = ? AND `rel_type` = 'invoice'";
/// `invoices.status`: taken back by staff; [`RIPE`] has it too.
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
    Waits,
    /// It waits, and its invoice is gone or cancelled: it must not be sent.
    Pointless,
}

/// The orders whose mail may need a look: anything but waiting happened to it, or it was handed over before `since`. At
/// most 500, the oldest first.
pub async fn ripe(session: &mut Session, since: Option<DateTime<Utc>>) -> Result<Vec<OrderId>, DbError> {
    let since = since.unwrap_or(DateTime::UNIX_EPOCH).naive_utc();
    Ok(session.rows::<(OrderId,)>(RIPE, (since,)).await?.into_iter().map(|row| row.0).collect())
}

impl ScheduledMail {
    /// Hands the CRM the mail of an invoice that this transaction has created; `now` is local wall time.
    ///
    /// It is due since an hour: when clocks go back, `now` comes once more, and a cron run in that hour must take it.
    pub async fn add(
        session: &mut Session,
        invoice: InvoiceId,
        contact: ContactId,
        now: NaiveDateTime,
    ) -> Result<Self, DbError> {
        let at = now - TimeDelta::hours(1);
        let done = session.run(INSERT, (invoice, at, contact.to_string(), TEMPLATE)).await?;
        Ok(Self { id: done.id, invoice })
    }

    /// What became of it; locks the row. `hash` is the invoice's own mark.
    pub async fn fate(self, session: &mut Session, hash: &str) -> Result<Fate, DbError> {
        let row: Option<(Option<i64>,)> = session.first(FATE, (hash, self.id, self.invoice)).await?;
        Ok(match row {
            None => Fate::Taken,
            Some((None | Some(CANCELLED),)) => Fate::Pointless,
            Some(_) => Fate::Waits,
        })
    }

    /// Takes the mail back.
    pub async fn withdraw(self, session: &mut Session) -> Result<(), DbError> {
        session.run(DELETE, (self.id, self.invoice)).await?;
        Ok(())
    }
}
