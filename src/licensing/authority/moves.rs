//! How often a license may change its domain: three times in thirty days, then staff decide.
//!
//! The license's row is locked while its moves are counted, so parallel releases cannot both be the third.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{DbError, Session};
use crate::ids::LicenseId;

use super::super::Purpose;
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

/// Locks a license, so that whoever counts its moves is alone with it until the end of the transaction.
pub async fn lock(session: &mut Session, license: LicenseId) -> Result<(), DbError> {
    session.first::<(i64,)>(LOCK, (license,)).await?;
    Ok(())
}

/// Whether the license was moved as often as its holder may.
pub async fn is_used_up(
    session: &mut Session,
    license: LicenseId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let since = (now - PERIOD).naive_utc();
    let count = session.first::<(i64,)>(COUNT, (license, since)).await?.map_or(0, |row| row.0);
    Ok(count >= MOST)
}

/// Notes that a license left a domain.
pub async fn note(
    session: &mut Session,
    license: LicenseId,
    slot: Purpose,
    domain: &str,
    mover: Mover,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let staff = i64::from(mover == Mover::Staff);
    session.run(NOTE, (license, slot.slot(), domain, now.naive_utc(), staff)).await?;
    Ok(())
}

/// Frees a binding and notes the move, in the caller's transaction.
pub async fn release(
    session: &mut Session,
    license: LicenseId,
    binding: &Binding,
    mover: Mover,
    now: DateTime<Utc>,
) -> Result<Released, DbError> {
    lock(session, license).await?;
    if mover == Mover::Holder && is_used_up(session, license, now).await? {
        return Ok(Released::Limit);
    }
    if !binding.release(session, license).await? {
        return Ok(Released::Gone);
    }
    note(session, license, binding.slot, &binding.domain, mover, now).await?;
    Ok(Released::Done)
}
