//! How often a license may change its domain: three times in thirty days, then staff decide.
//!
//! The license's row is locked while its moves are counted, so parallel releases cannot both be the third.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{DbError, Session};
use crate::ids::LicenseId;

use super::binding::Binding;

/// Moves within [`PERIOD`] that need nobody's help.
pub const MOST: i64 = 3;
/// The period in which moves are counted.
pub const PERIOD: TimeDelta = TimeDelta::days(30);

const LOCK: &str = "SELECT `id` FROM `{p}pm_licenses` WHERE `id` = ? FOR UPDATE";
const COUNT: &str = "SELECT COUNT(*) AS `moves` FROM `{p}pm_license_moves` \
     WHERE `license_id` = ? AND `moved_at` > ? AND `by_staff` = 0";
const NOTE: &str = "INSERT INTO `{p}pm_license_moves` (`license_id`, `slot`, `domain`, `moved_at`, `by_staff`) \
     VALUES (?, ?, ?, ?, ?)";

/// Who moves a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mover {
    /// Its holder: counted and limited.
    Holder,
    /// Staff: never limited, not counted.
    Staff,
}

/// What became of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Released {
    /// The slot is free.
    Done,
    /// The slot was not this domain's any more.
    Gone,
    /// The license was moved too often.
    Limit,
}

/// Frees a binding and notes the move, in the caller's transaction.
pub async fn release(
    session: &mut Session,
    license: LicenseId,
    binding: &Binding,
    mover: Mover,
    now: DateTime<Utc>,
) -> Result<Released, DbError> {
    session.first::<(i64,)>(LOCK, (license,)).await?;
    if mover == Mover::Holder {
        let since = (now - PERIOD).naive_utc();
        let count = session.first::<(i64,)>(COUNT, (license, since)).await?.map_or(0, |row| row.0);
        if count >= MOST {
            return Ok(Released::Limit);
        }
    }
    if !binding.release(session, license).await? {
        return Ok(Released::Gone);
    }
    let staff = i64::from(mover == Mover::Staff);
    session
        .run(NOTE, (license, binding.slot.slot(), binding.domain.as_str(), now.naive_utc(), staff))
        .await?;
    Ok(Released::Done)
}
