//! What a license allows, and every way that changes.
//!
//! | from | by | to |
//! |---|---|---|
//! | active, trial | its payment was taken back | past due |
//! | past due | the grace has passed | suspended (payment) |
//! | past due, suspended (payment) | paid again | what it was issued as |
//! | active, trial, past due, suspended (payment) | staff suspend | suspended (staff) |
//! | suspended | staff restore | what it was issued as |
//! | any but revoked | staff revoke | revoked, for good |
//!
//! `expired` is never stored: a license whose end has passed reads as expired. Each change names the states it starts
//! from in its `WHERE`, so a repeat changes nothing.

use chrono::{DateTime, Utc};

use crate::db::{DbError, Session, text_enum};
use crate::ids::LicenseId;
use crate::sentence::Sentence;

use super::timeline::LICENSE_TIMELINE;

text_enum! {
    /// What a license allows (DESIGN 6.5).
    Standing {
        /// For a trial period.
        Trial = "trial",
        /// Paid for, or given.
        Active = "active",
        /// Its payment was taken back; works until the grace has passed.
        PastDue = "past_due",
        /// Its end has passed.
        Expired = "expired",
        /// Does not work, may be restored.
        Suspended = "suspended",
        /// Does not work, for good.
        Revoked = "revoked",
    }
}

impl Standing {
    /// What is true at `now` for a license that ends at `expires_at`.
    #[must_use]
    pub fn at(self, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        let ended = expires_at.is_some_and(|end| end <= now);
        match self {
            Self::Trial | Self::Active | Self::PastDue if ended => Self::Expired,
            other => other,
        }
    }
}

text_enum! {
    /// Who suspended a license, and so who may restore it.
    SuspendedFor {
        /// The reconciler, because the payment is missing; paying restores it.
        Payment = "payment",
        /// Staff; only staff restore it.
        Staff = "staff",
    }
}

/// Why a right cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum RightError {
    /// There is no such license.
    #[error("there is no license {0}; `license list` shows them")]
    Unknown(LicenseId),
    /// Its present right does not allow the change.
    #[error("license {id} is {right}: it cannot be {wanted}")]
    NotFrom {
        /// The license.
        id: LicenseId,
        /// Its right.
        right: Standing,
        /// What was asked for.
        wanted: &'static str,
    },
    /// What never ends cannot be renewed.
    #[error("license {0} has no end: there is nothing to renew")]
    WithoutEnd(LicenseId),
    /// Nobody knows for how long.
    #[error("license {0} was not sold with a term: say how long to renew it, such as --term 12m")]
    NoTerm(LicenseId),
    /// The new end is out of all bounds.
    #[error("license {id} would end after the year {last}: renew it by less")]
    TooLate {
        /// The license.
        id: LicenseId,
        /// The last year that can be stored.
        last: i32,
    },
    /// Someone else wrote the license in between; read it again.
    #[error("license {0} was changed by another process at the same moment; try again")]
    Changed(LicenseId),
}

const TO_PAST_DUE: &str = "UPDATE `{p}pm_licenses` SET `license_right` = 'past_due', `past_due_since` = ?, \
     `version` = `version` + 1 WHERE `id` = ? AND `license_right` IN ('active', 'trial')";
const TO_UNPAID: &str = "UPDATE `{p}pm_licenses` SET `license_right` = 'suspended', `suspended_for` = 'payment', \
     `version` = `version` + 1 WHERE `id` = ? AND `license_right` = 'past_due'";
const TO_PAID: &str = "UPDATE `{p}pm_licenses` SET `license_right` = `issued_as`, `suspended_for` = NULL, \
     `past_due_since` = NULL, `version` = `version` + 1 WHERE `id` = ? AND \
     (`license_right` = 'past_due' OR (`license_right` = 'suspended' AND `suspended_for` = 'payment'))";
const TO_SUSPENDED: &str = "UPDATE `{p}pm_licenses` SET `license_right` = 'suspended', `suspended_for` = 'staff', \
     `past_due_since` = NULL, `version` = `version` + 1 WHERE `id` = ? AND (`license_right` IN \
     ('active', 'trial', 'past_due') OR (`license_right` = 'suspended' AND `suspended_for` = 'payment'))";
const TO_RESTORED: &str = "UPDATE `{p}pm_licenses` SET `license_right` = `issued_as`, `suspended_for` = NULL, \
     `past_due_since` = NULL, `version` = `version` + 1 WHERE `id` = ? AND `license_right` = 'suspended'";
const TO_REVOKED: &str = "UPDATE `{p}pm_licenses` SET `license_right` = 'revoked', `suspended_for` = NULL, \
     `past_due_since` = NULL, `version` = `version` + 1 WHERE `id` = ? AND `license_right` <> 'revoked'";
const RIGHT: &str = "SELECT `license_right` FROM `{p}pm_licenses` WHERE `id` = ?";

/// Marks a license that works as past due; `false` when it does not work anyway.
pub async fn mark_past_due(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    detail: impl Into<Sentence> + Send,
) -> Result<bool, DbError> {
    let rows = session.run(TO_PAST_DUE, (now.naive_utc(), id)).await?.rows;
    noted(session, id, now, "past_due", detail, rows).await
}

/// Suspends a license that is past due; `false` when it is not.
pub async fn suspend_unpaid(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    detail: impl Into<Sentence> + Send,
) -> Result<bool, DbError> {
    let rows = session.run(TO_UNPAID, (id,)).await?.rows;
    noted(session, id, now, "suspended", detail, rows).await
}

/// Restores what a missing payment had taken; `false` when it had taken nothing. What staff suspended stays suspended.
pub async fn restore_paid(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    detail: impl Into<Sentence> + Send,
) -> Result<bool, DbError> {
    let rows = session.run(TO_PAID, (id,)).await?.rows;
    noted(session, id, now, "restored", detail, rows).await
}

/// Staff suspend a license.
pub async fn suspend(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    detail: impl Into<Sentence> + Send,
) -> Result<(), super::LicensingError> {
    by_staff(session, id, now, TO_SUSPENDED, "suspended", detail).await
}

/// Staff restore a suspended license.
pub async fn restore(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    detail: impl Into<Sentence> + Send,
) -> Result<(), super::LicensingError> {
    by_staff(session, id, now, TO_RESTORED, "restored", detail).await
}

/// Staff revoke a license for good.
pub async fn revoke(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    detail: impl Into<Sentence> + Send,
) -> Result<(), super::LicensingError> {
    by_staff(session, id, now, TO_REVOKED, "revoked", detail).await
}

async fn by_staff(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    sql: &str,
    event: &'static str,
    detail: impl Into<Sentence> + Send,
) -> Result<(), super::LicensingError> {
    let rows = session.run(sql, (id,)).await?.rows;
    if noted(session, id, now, event, detail, rows).await? {
        return Ok(());
    }
    let right = session.first::<(Standing,)>(RIGHT, (id,)).await?.ok_or(RightError::Unknown(id))?.0;
    Err(RightError::NotFrom { id, right, wanted: event }.into())
}

async fn noted(
    session: &mut Session,
    id: LicenseId,
    now: DateTime<Utc>,
    event: &str,
    detail: impl Into<Sentence> + Send,
    rows: u64,
) -> Result<bool, DbError> {
    if rows > 0 {
        LICENSE_TIMELINE.add(session, id, now, event, detail).await?;
    }
    Ok(rows > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_license_whose_end_has_passed_reads_as_expired_unless_it_was_taken_away() {
        let end: DateTime<Utc> = "2027-01-01T00:00:00Z".parse().unwrap();
        let before = end - chrono::TimeDelta::seconds(1);
        assert_eq!(Standing::Active.at(Some(end), before), Standing::Active);
        assert_eq!(Standing::Active.at(Some(end), end), Standing::Expired);
        assert_eq!(Standing::Revoked.at(Some(end), end), Standing::Revoked);
        assert_eq!(Standing::Suspended.at(Some(end), end), Standing::Suspended);
        assert_eq!(Standing::Active.at(None, end), Standing::Active);
    }
}
