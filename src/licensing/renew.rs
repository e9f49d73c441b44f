//! Renewal: a license's end moves on by a term.
//!
//! From its end while it has not ended, so that renewing early costs no day; from today once it has. What the license
//! allows besides stays as it is: a suspended one stays suspended.

use chrono::{DateTime, Datelike as _, NaiveDateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;
use crate::sentence::Sentence;

use super::timeline::LICENSE_TIMELINE;
use super::{LicensingError, RightError, Standing, Term};

const READ: &str = "SELECT l.`license_right` AS `license_right`, l.`expires_at` AS `expires_at`, \
     l.`version` AS `version`, i.`term` AS `term` FROM `{p}pm_licenses` l \
     LEFT JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` WHERE l.`id` = ?";
const RENEW: &str = "UPDATE `{p}pm_licenses` SET `expires_at` = ?, `version` = `version` + 1 \
     WHERE `id` = ? AND `version` = ?";
/// The last year that the column can hold.
const LAST_YEAR: i32 = 9999;

struct Row {
    right: Standing,
    expires_at: Option<DateTime<Utc>>,
    version: i64,
    term: Option<Term>,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            right: row.take("license_right")?,
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            version: row.take("version")?,
            term: row.take("term")?,
        })
    }
}

/// Renews a license in the caller's transaction, and returns its new end.
///
/// Without a term it is the one that the license was sold with. A license that someone else changed at the same moment
/// is [`RightError::Changed`], worth another try.
pub async fn renew(
    session: &mut Session,
    id: LicenseId,
    term: Option<Term>,
    now: DateTime<Utc>,
    reason: &Sentence,
) -> Result<DateTime<Utc>, LicensingError> {
    let found: Row = session.first(READ, (id,)).await?.ok_or(RightError::Unknown(id))?;
    if found.right == Standing::Revoked {
        return Err(RightError::NotFrom { id, right: found.right, wanted: "renewed" }.into());
    }
    let old = found.expires_at.ok_or(RightError::WithoutEnd(id))?;
    let term = term.or(found.term).ok_or(RightError::NoTerm(id))?;
    let end = term.end(old.max(now));
    if end.year() > LAST_YEAR {
        return Err(RightError::TooLate { id, last: LAST_YEAR }.into());
    }
    if session.run(RENEW, (end.naive_utc(), id, found.version)).await?.rows == 0 {
        return Err(RightError::Changed(id).into());
    }
    let detail = Sentence::of(if old > now { "why-renewed-from-end" } else { "why-renewed-from-today" })
        .with("term", term)
        .with("until", end.format("%Y-%m-%d %H:%M"))
        .within("why", reason.clone());
    LICENSE_TIMELINE.add(session, id, now, "renewed", detail).await?;
    Ok(end)
}
