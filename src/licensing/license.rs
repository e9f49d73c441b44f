//! Issued licenses, as they are listed.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Serialize, Serializer};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{LicenseId, OrderId};
use crate::perfex::encryption::{Cipher, DecryptError};

use super::{LicenseKey, LicensingError, Standing, SuspendedFor};

const LICENSES: &str = "l.`id` AS `id`, l.`key_encrypted` AS `key_encrypted`, i.`order_id` AS `order_id`, \
     p.`slug` AS `product`, l.`license_right` AS `license_right`, l.`suspended_for` AS `suspended_for`, \
     l.`issued_at` AS `issued_at`, l.`expires_at` AS `expires_at`, l.`past_due_since` AS `past_due_since`, \
     b.`domain` AS `domain`, EXISTS (SELECT 1 FROM `{p}pm_license_events` e WHERE e.`license_id` = l.`id` \
     AND e.`event` = 'received') AS `received` FROM `{p}pm_licenses` l INNER JOIN `{p}pm_products` p ON p.`id` = l.`product_id` \
     LEFT JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` \
     LEFT JOIN `{p}pm_license_bindings` b ON b.`license_id` = l.`id` AND b.`slot` = 0";

const NEWEST: &str = "ORDER BY l.`id` DESC LIMIT ?";

/// A license with its key in the clear: for people who may see it, never for a log.
#[derive(Debug, Clone, Serialize)]
pub struct License {
    /// Its id.
    pub id: LicenseId,
    /// The key as it was mailed, or why it cannot be read; then it is written as `null`.
    #[serde(serialize_with = "readable")]
    pub key: Result<String, DecryptError>,
    /// The order it belongs to.
    pub order: Option<OrderId>,
    /// The product's slug.
    pub product: String,
    /// What it allows now; `expired` once its end has passed.
    pub right: Standing,
    /// Who suspended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspended_for: Option<SuspendedFor>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends; `null` is without end.
    pub expires_at: Option<DateTime<Utc>>,
    /// Since when its payment has been missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_due_since: Option<DateTime<Utc>>,
    /// The production domain it is bound to.
    pub domain: Option<String>,
    /// Whether another machine's license server made it: that server decides, this is a copy.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub received: bool,
}

impl License {
    /// The key, for what cannot be done without.
    pub fn key(&self) -> Result<&str, LicensingError> {
        match &self.key {
            Ok(key) => Ok(key),
            Err(source) => Err(LicensingError::Unreadable { id: self.id, source: *source }),
        }
    }

    /// The key, or a word in its place in a list.
    #[must_use]
    pub fn key_or_word(&self) -> &str {
        self.key.as_deref().unwrap_or("unreadable")
    }
}

fn readable<S: Serializer>(key: &Result<String, DecryptError>, serializer: S) -> Result<S::Ok, S::Error> {
    key.as_deref().ok().serialize(serializer)
}

struct Row {
    license: License,
    key_encrypted: String,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let license = License {
            id: row.take("id")?,
            key: Ok(String::new()),
            order: row.take("order_id")?,
            product: row.take("product")?,
            right: row.take("license_right")?,
            suspended_for: row.take("suspended_for")?,
            issued_at: row.take::<NaiveDateTime>("issued_at")?.and_utc(),
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            past_due_since: row.take::<Option<NaiveDateTime>>("past_due_since")?.map(|at| at.and_utc()),
            domain: row.take("domain")?,
            received: row.take("received")?,
        };
        Ok(Self { license, key_encrypted: row.take("key_encrypted")? })
    }
}

impl Row {
    fn open(self, cipher: &Cipher, now: DateTime<Utc>) -> License {
        let Self { license, key_encrypted } = self;
        let plain = cipher.decrypt(&key_encrypted);
        let key = plain.map(|plain| String::from_utf8_lossy(&plain).into_owned());
        License { key, right: license.right.at(license.expires_at, now), ..license }
    }
}

/// Which licenses to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those of this order.
    pub order: Option<OrderId>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// Lists licenses, newest first; also those whose key cannot be read.
pub async fn list(
    session: &mut Session,
    cipher: &Cipher,
    filter: Filter,
    now: DateTime<Utc>,
) -> Result<Vec<License>, DbError> {
    let rows: Vec<Row> = match filter.order {
        Some(order) => {
            let sql = format!("SELECT {LICENSES} WHERE i.`order_id` = ? {NEWEST}");
            session.rows(&sql, (order, filter.limit)).await?
        }
        // Begins with the licenses, so that the newest are read from the end of the primary key and no other is looked at.
        None => session.rows(&format!("SELECT STRAIGHT_JOIN {LICENSES} {NEWEST}"), (filter.limit,)).await?,
    };
    Ok(rows.into_iter().map(|row| row.open(cipher, now)).collect())
}

/// How a license is named on the command line: by its id or by its key.
#[derive(Debug, Clone)]
pub enum Name {
    /// Its id.
    Id(LicenseId),
    /// Its key.
    Key(Box<LicenseKey>),
}

/// Finds one license, also when its key cannot be read.
pub async fn find(
    session: &mut Session,
    cipher: &Cipher,
    name: &Name,
    now: DateTime<Utc>,
) -> Result<Option<License>, DbError> {
    let row: Option<Row> = match name {
        Name::Id(id) => session.first(&format!("SELECT {LICENSES} WHERE l.`id` = ?"), (*id,)).await?,
        Name::Key(key) => {
            let sql = format!("SELECT {LICENSES} WHERE l.`key_hash` = ?");
            session.first(&sql, (key.hash().to_vec(),)).await?
        }
    };
    Ok(row.map(|row| row.open(cipher, now)))
}
