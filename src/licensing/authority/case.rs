//! Licenses with all that an answer needs: one or many, read with one statement.

use std::collections::HashMap;
use std::iter;

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::Value;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::LicenseId;

use super::super::lease::Code;
use super::super::{LicenseKey, Purpose, Standing};
use super::binding::purpose;

/// Begins with the keys and looks each up in the index that has all that is asked, whatever the server guesses about the
/// tables' sizes.
const SELECT: &str = "SELECT STRAIGHT_JOIN l.`key_hash` AS `key_hash`, l.`id` AS `id`, p.`slug` AS `product`, \
     l.`license_right` AS `license_right`, l.`expires_at` AS `expires_at`, b.`slot` AS `slot`, b.`domain` AS `domain` \
     FROM `{p}pm_licenses` l FORCE INDEX (`pm_licenses_check`) \
     INNER JOIN `{p}pm_products` p ON p.`id` = l.`product_id` \
     LEFT JOIN `{p}pm_license_bindings` b ON b.`license_id` = l.`id` WHERE l.`key_hash` IN";

/// The SHA-256 under which a key is found.
pub type KeyHash = [u8; 32];

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

/// Reads a license with one of its domains.
impl Record for Case {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let slot = row.take::<Option<u8>>("slot")?.map(purpose).transpose()?;
        let domain: Option<String> = row.take("domain")?;
        let (production, staging) = match slot {
            Some(Purpose::Staging) => (None, domain),
            Some(Purpose::Production) | None => (domain, None),
        };
        Ok(Self {
            id: row.take("id")?,
            product: row.take("product")?,
            right: row.take("license_right")?,
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            production,
            staging,
        })
    }
}

/// A row and whose it is.
struct Keyed(KeyHash, Result<Case, DbError>);

impl Record for Keyed {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(row.take("key_hash")?, Case::read(row)))
    }
}

impl Case {
    /// Finds the license of a key.
    pub async fn find(session: &mut Session, key: &LicenseKey) -> Result<Option<Self>, DbError> {
        Self::find_all(session, &[key.hash()]).await?.remove(&key.hash()).transpose()
    }

    /// Finds the licenses of many keys with one statement. A row that cannot be read is its own key's error alone.
    ///
    /// The list is filled up to the next power of four with its last key: every text is a prepared statement of its own.
    pub async fn find_all(
        session: &mut Session,
        keys: &[KeyHash],
    ) -> Result<HashMap<KeyHash, Result<Self, DbError>>, DbError> {
        let Some(last) = keys.last() else { return Ok(HashMap::new()) };
        let mut length = 1;
        while length < keys.len() {
            length *= 4;
        }
        let filled = keys.iter().chain(iter::repeat(last)).take(length);
        let filled: Vec<Value> = filled.map(|key| key.to_vec().into()).collect();
        let rows: Vec<Keyed> = session.rows(&format!("{SELECT} ({})", placeholders(length)), filled).await?;
        let mut cases: HashMap<KeyHash, Result<Self, DbError>> = HashMap::with_capacity(rows.len());
        for Keyed(key, case) in rows {
            let case = match (cases.remove(&key), case) {
                (None, case) => case,
                (Some(Ok(known)), Ok(more)) => Ok(Self {
                    production: known.production.or(more.production),
                    staging: known.staging.or(more.staging),
                    ..more
                }),
                (Some(Err(error)), _) | (_, Err(error)) => Err(error),
            };
            cases.insert(key, case);
        }
        Ok(cases)
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
