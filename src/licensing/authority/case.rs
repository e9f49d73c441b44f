//! One license with all that an answer needs, read with one statement.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;

use super::super::lease::Code;
use super::super::{LicenseKey, Purpose, Standing};

const READ: &str = "SELECT l.`id` AS `id`, p.`slug` AS `product`, l.`license_right` AS `license_right`, \
     l.`expires_at` AS `expires_at`, b0.`domain` AS `production`, b1.`domain` AS `staging` \
     FROM `{p}pm_licenses` l INNER JOIN `{p}pm_products` p ON p.`id` = l.`product_id` \
     LEFT JOIN `{p}pm_license_bindings` b0 ON b0.`license_id` = l.`id` AND b0.`slot` = 0 \
     LEFT JOIN `{p}pm_license_bindings` b1 ON b1.`license_id` = l.`id` AND b1.`slot` = 1 \
     WHERE l.`key_hash` = ?";

/// What is known about a license that is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The license.
    pub id: LicenseId,
    /// Its product's slug.
    pub product: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its production domain.
    pub production: Option<String>,
    /// Its staging name.
    pub staging: Option<String>,
    right: Standing,
}

impl Record for Case {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            product: row.take("product")?,
            right: row.take("license_right")?,
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            production: row.take("production")?,
            staging: row.take("staging")?,
        })
    }
}

impl Case {
    /// Finds the license of a key.
    pub async fn find(session: &mut Session, key: &LicenseKey) -> Result<Option<Self>, DbError> {
        session.first(READ, (key.hash().to_vec(),)).await
    }

    /// What the license's right alone says, whatever the domain.
    #[must_use]
    pub fn standing(&self, product: &str, now: DateTime<Utc>) -> Code {
        if product == self.product { self.right.at(self.expires_at, now).into() } else { Code::WrongProduct }
    }

    /// The slot that `domain` is bound to.
    #[must_use]
    pub fn slot_of(&self, domain: &str) -> Option<Purpose> {
        if self.production.as_deref() == Some(domain) {
            Some(Purpose::Production)
        } else if self.staging.as_deref() == Some(domain) {
            Some(Purpose::Staging)
        } else {
            None
        }
    }
}
