//! Lines in the CRM's own logs about what the bridge did.
//!
//! `sales_activity` is shown on the invoice and prints its text as HTML, `activity_log` under Utilities; neither ever
//! gets customer text from here.

use chrono::NaiveDateTime;

use crate::db::{DbError, Session};
use crate::ids::InvoiceId;

/// Perfex's mark for "done without a person", in both logs.
const ACTOR: &str = "[CRON]";
/// The longest name that the general log takes, in characters.
const LONGEST_NAME: usize = 100;
/// The language key of Perfex's own line.
const INVOICE_CREATED: &str = "invoice_activity_created";

const SALES: &str = "INSERT INTO `{p}sales_activity` \
     (`rel_type`, `rel_id`, `description`, `additional_data`, `staffid`, `full_name`, `date`) \
     VALUES ('invoice', ?, ?, '', ?, ?, ?)";
const GENERAL: &str = "INSERT INTO `{p}activity_log` (`description`, `date`, `staffid`) VALUES (?, ?, ?)";

/// Notes on the invoice that it was created.
pub async fn invoice_created(
    session: &mut Session,
    invoice: InvoiceId,
    at: NaiveDateTime,
) -> Result<(), DbError> {
    session.run(SALES, (invoice, INVOICE_CREATED, ACTOR, ACTOR, at)).await?;
    general(session, &format!("Invoice created by perfex-bridge [ID: {invoice}]"), at).await
}

/// Writes one line of our own wording into the general log, done by no person.
pub async fn general(session: &mut Session, line: &str, at: NaiveDateTime) -> Result<(), DbError> {
    by(session, ACTOR, line, at).await
}

/// Writes one line of our own wording into the general log; the CRM keeps the staff member's name with it.
pub async fn by(session: &mut Session, staff: &str, line: &str, at: NaiveDateTime) -> Result<(), DbError> {
    let staff: String = staff.chars().take(LONGEST_NAME).collect();
    session.run(GENERAL, (line, at, staff)).await?;
    Ok(())
}
