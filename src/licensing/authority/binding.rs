//! Which domains a license is bound to.
//!
//! The primary key (license, slot) refuses a second production domain; nothing is counted. Whoever binds, replaces or
//! releases one has locked the license, so that a name under a domain is bound only while that domain is.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;

use super::super::Purpose;

const READ: &str = "SELECT `slot`, `domain`, `bound_at` FROM `{p}pm_license_bindings` WHERE `license_id` = ? ORDER BY `slot`";
const BIND: &str = "INSERT INTO `{p}pm_license_bindings` (`license_id`, `slot`, `domain`, `bound_at`) \
     VALUES (?, ?, ?, ?)";
/// The slot is never free in between, so nobody else can take it.
const REPLACE: &str = "UPDATE `{p}pm_license_bindings` SET `domain` = ?, `bound_at` = ? \
     WHERE `license_id` = ? AND `slot` = ? AND `domain` = ?";
const RELEASE: &str =
    "DELETE FROM `{p}pm_license_bindings` WHERE `license_id` = ? AND `slot` = ? AND `domain` = ?";

/// A license's domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Production or staging.
    pub slot: Purpose,
    /// The normalised domain.
    pub domain: String,
    /// Since when.
    pub bound_at: DateTime<Utc>,
}

impl Record for Binding {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            slot: purpose(row.take("slot")?)?,
            domain: row.take("domain")?,
            bound_at: row.take::<NaiveDateTime>("bound_at")?.and_utc(),
        })
    }
}

pub(super) fn purpose(slot: u8) -> Result<Purpose, DbError> {
    Purpose::try_from(slot).map_err(|found| DbError::Column { column: "slot".to_owned(), found })
}

impl Binding {
    /// The domains of a license, production first.
    pub async fn of(session: &mut Session, license: LicenseId) -> Result<Vec<Self>, DbError> {
        session.rows(READ, (license,)).await
    }

    /// Takes a free slot for a domain.
    pub async fn take(
        session: &mut Session,
        license: LicenseId,
        slot: Purpose,
        domain: &str,
        now: DateTime<Utc>,
    ) -> Result<(), DbError> {
        session.run(BIND, (license, slot.slot(), domain, now.naive_utc())).await?;
        Ok(())
    }

    /// Gives this slot to another domain; `false` when it was given away in between.
    pub async fn replace(
        &self,
        session: &mut Session,
        license: LicenseId,
        domain: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        let row = (domain, now.naive_utc(), license, self.slot.slot(), self.domain.as_str());
        Ok(session.run(REPLACE, row).await?.rows > 0)
    }

    /// Frees this slot; `false` when it was freed in between.
    pub async fn release(&self, session: &mut Session, license: LicenseId) -> Result<bool, DbError> {
        let row = (license, self.slot.slot(), self.domain.as_str());
        Ok(session.run(RELEASE, row).await?.rows > 0)
    }
}
