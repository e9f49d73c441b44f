//! What happened to a license, in order; rows are only ever added.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;

const ADD: &str =
    "INSERT INTO `{p}pm_license_events` (`license_id`, `at`, `event`, `detail`) VALUES (?, ?, ?, ?)";
const READ: &str =
    "SELECT `at`, `event`, `detail` FROM `{p}pm_license_events` WHERE `license_id` = ? ORDER BY `id`";

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LicenseEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened: `issued`, `past_due`, `suspended`, `restored`, `revoked`.
    pub event: String,
    /// Why, for people.
    pub detail: String,
}

impl Record for LicenseEvent {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            at: row.take::<NaiveDateTime>("at")?.and_utc(),
            event: row.take("event")?,
            detail: row.take("detail")?,
        })
    }
}

pub(super) async fn add(
    session: &mut Session,
    license: LicenseId,
    at: DateTime<Utc>,
    event: &str,
    detail: &str,
) -> Result<(), DbError> {
    session.run(ADD, (license, at.naive_utc(), event, detail)).await?;
    Ok(())
}

/// The timeline of a license, oldest first.
pub async fn timeline(session: &mut Session, license: LicenseId) -> Result<Vec<LicenseEvent>, DbError> {
    session.rows(READ, (license,)).await
}
