//! The mail with which the CRM sends an invoice and its PDF, and a look after it.
//!
//! A row that waits in the CRM's list while its invoice is gone stops the CRM's cron for good. So each one that we wrote is
//! looked at until the CRM has taken it: taken back when its invoice is deleted or cancelled, and when a cron run has come
//! by and left it, whatever the reason. Staff then send the invoice by hand; the order's timeline says so.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::db::{Database, DbError, Fields, Record, Session, retry, text_enum};
use crate::ids::{InvoiceId, OrderId};
use crate::perfex::cron_runs::CronRuns;
use crate::perfex::customer::Contact;
use crate::perfex::new_invoice::CreatedInvoice;
use crate::perfex::scheduled_mail::{self, Fate, ScheduledMail};
use crate::sentence::Sentence;

use super::super::timeline::ORDER_TIMELINE;

text_enum! {
    /// What became of the mail of an invoice.
    InvoiceMail {
        /// The CRM has not taken it yet.
        Waiting = "waiting",
        /// The CRM has taken it.
        Taken = "taken",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

const INSERT: &str = "INSERT INTO `{p}pm_invoice_mails` (`order_id`, `invoice_id`, `invoice_hash`, `scheduled_email_id`, \
     `state`, `handed_over_at`) VALUES (?, ?, ?, ?, 'waiting', ?)";
const OF_ORDER: &str = "SELECT `order_id`, `invoice_id`, `invoice_hash`, `scheduled_email_id`, `handed_over_at` \
     FROM `{p}pm_invoice_mails` WHERE `order_id` = ? AND `state` = 'waiting'";
const FINISH: &str =
    "UPDATE `{p}pm_invoice_mails` SET `state` = ? WHERE `order_id` = ? AND `state` = 'waiting'";

struct Waiting {
    order: OrderId,
    mail: ScheduledMail,
    hash: String,
    since: DateTime<Utc>,
}

impl Record for Waiting {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let invoice: InvoiceId = row.take("invoice_id")?;
        Ok(Self {
            order: row.take("order_id")?,
            mail: ScheduledMail { id: row.take("scheduled_email_id")?, invoice },
            hash: row.take("invoice_hash")?,
            since: row.take::<NaiveDateTime>("handed_over_at")?.and_utc(),
        })
    }
}

/// Asks the CRM to mail an invoice that this transaction has created; `at` is its local wall time.
pub(super) async fn hand_over(
    session: &mut Session,
    order: OrderId,
    invoice: &CreatedInvoice,
    contact: Contact,
    at: NaiveDateTime,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let mail = ScheduledMail::add(session, invoice.id, contact.contact, at).await?;
    let row = (order, invoice.id, invoice.hash.as_str(), mail.id, now.naive_utc());
    session.run(INSERT, row).await?;
    Ok(())
}

/// Looks after all mails that the CRM has not taken; returns how many had to be taken back. Those that just wait cost one
/// question in all. `runs` is the same from look to look.
pub async fn look_after(
    database: &Database,
    runs: &mut CronRuns,
    now: DateTime<Utc>,
) -> Result<u32, DbError> {
    let mut session = database.session().await?;
    let run = runs.look(&mut session, now).await?;
    let ripe = scheduled_mail::ripe(&mut session, run).await?;
    drop(session);
    let mut withdrawn = 0;
    for order in ripe {
        let settling = retry(async || settle(database, order, run, now).await);
        if settling.await? == Some(InvoiceMail::Withdrawn) {
            withdrawn += 1;
        }
    }
    Ok(withdrawn)
}

/// Writes down what became of the mail of one order's invoice; `None` while it just waits.
async fn settle(
    database: &Database,
    order: OrderId,
    run: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<InvoiceMail>, DbError> {
    let mut session = database.begin().await?;
    let Some(one) = session.first::<Waiting>(OF_ORDER, (order,)).await? else { return Ok(None) };
    let fate = one.mail.fate(&mut session, &one.hash).await?;
    let (state, told) = match fate {
        Fate::Taken => (InvoiceMail::Taken, "why-invoice-mail-taken"),
        Fate::Pointless => (InvoiceMail::Withdrawn, "why-invoice-mail-pointless"),
        Fate::Waits if run.is_some_and(|run| run > one.since) => {
            (InvoiceMail::Withdrawn, "why-invoice-mail-left")
        }
        Fate::Waits => return Ok(None),
    };
    if state == InvoiceMail::Withdrawn {
        one.mail.withdraw(&mut session).await?;
    }
    if session.run(FINISH, (state, one.order)).await?.rows != 1 {
        return Ok(None);
    }
    ORDER_TIMELINE.add(&mut session, one.order, now, "invoice_mail", Sentence::of(told)).await?;
    session.commit().await?;
    if state == InvoiceMail::Withdrawn {
        tracing::warn!(order = %one.order, invoice = %one.mail.invoice, why = told, "the mail of an invoice was taken back");
    }
    Ok(Some(state))
}
