//! A trial license becomes a paid one: same key, same domains, another unit and another end.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;

use super::timeline::LICENSE_TIMELINE;
use super::{Term, UnitNumber};

const FIND: &str = "SELECT `id`, `expires_at` FROM `{p}pm_licenses` WHERE `order_item_id` = ? AND `unit_no` = ? \
     AND `license_right` = 'trial' FOR UPDATE";
const CONVERT: &str = "UPDATE `{p}pm_licenses` SET `order_item_id` = ?, `unit_no` = ?, `issued_as` = 'active', \
     `license_right` = 'active', `expires_at` = ?, `version` = `version` + 1 \
     WHERE `id` = ? AND `license_right` = 'trial'";

struct Row {
    id: LicenseId,
    expires_at: Option<DateTime<Utc>>,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
        })
    }
}

/// How long a trial that was bought goes on.
#[derive(Debug, Clone, Copy)]
pub enum PaidEnd {
    /// So long from the end of the trial, so that buying early costs no day; from now once it has ended. `None`: without
    /// end.
    After(Option<Term>),
    /// Until then, as another machine's license server says.
    At(Option<DateTime<Utc>>),
}

/// Makes the trial license of the unit `from` the paid one of the unit `to`, in the caller's transaction; `false` when there is
/// none that could become one: it was revoked or suspended, or is paid already.
///
/// A second license for `to` is refused by the key `pm_licenses_unit`.
pub async fn convert_trial(
    session: &mut Session,
    from: UnitNumber,
    to: UnitNumber,
    end: PaidEnd,
    now: DateTime<Utc>,
    reason: &str,
) -> Result<bool, DbError> {
    let Some(found) = session.first::<Row>(FIND, from).await? else { return Ok(false) };
    let expires_at = match end {
        PaidEnd::After(term) => {
            let start = found.expires_at.map_or(now, |trial| trial.max(now));
            term.map(|term| term.end(start))
        }
        PaidEnd::At(end) => end,
    };
    let row = (to.0, to.1, expires_at.map(|end| end.naive_utc()), found.id);
    if session.run(CONVERT, row).await?.rows == 0 {
        return Ok(false);
    }
    let until = expires_at.map_or_else(
        || "without end".to_owned(),
        |end| format!("until {} UTC", end.format("%Y-%m-%d %H:%M")),
    );
    LICENSE_TIMELINE.add(session, found.id, now, "bought", &format!("{until}: {reason}")).await?;
    Ok(true)
}
