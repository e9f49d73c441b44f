//! The licenses of an order, by item and unit.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{LicenseId, OrderId, OrderItemId};
use crate::perfex::encryption::Cipher;

use super::{LicenseKey, LicensingError, Standing, SuspendedFor};

const NUMBERS: &str = "SELECT l.`order_item_id` AS `item`, l.`unit_no` AS `unit` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` WHERE i.`order_id` = ?";
const UNITS: &str = "SELECT l.`id` AS `id`, l.`order_item_id` AS `item`, l.`unit_no` AS `unit`, l.`key_encrypted` AS `key_encrypted`, \
     l.`expires_at` AS `expires_at` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` WHERE i.`order_id` = ? \
     ORDER BY l.`order_item_id`, l.`unit_no`";
const HOLDINGS: &str = "SELECT l.`id` AS `id`, l.`order_item_id` AS `item`, l.`unit_no` AS `unit`, \
     l.`license_right` AS `license_right`, l.`suspended_for` AS `suspended_for` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` WHERE i.`order_id` = ?";
const OF_KEY: &str = "SELECT `id` FROM `{p}pm_licenses` WHERE `key_hash` = ?";

/// One unit of an order's item.
pub type UnitNumber = (OrderItemId, u32);

/// What a customer is told about the license of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which one it is.
    pub number: UnitNumber,
    /// The key.
    pub key: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

struct Number(UnitNumber);

impl Record for Number {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self((row.take("item")?, row.take("unit")?)))
    }
}

struct Row {
    id: LicenseId,
    key_encrypted: String,
    unit: Unit,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            key_encrypted: row.take("key_encrypted")?,
            unit: Unit {
                number: (row.take("item")?, row.take("unit")?),
                key: String::new(),
                expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            },
        })
    }
}

/// The license of a unit, without its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// Its id.
    pub id: LicenseId,
    /// The unit.
    pub unit: UnitNumber,
    /// What it allows, as it is stored: `expired` is derived and never here.
    pub right: Standing,
    /// Who suspended it.
    pub suspended_for: Option<SuspendedFor>,
}

impl Record for Holding {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            unit: (row.take("item")?, row.take("unit")?),
            right: row.take("license_right")?,
            suspended_for: row.take("suspended_for")?,
        })
    }
}

/// The licenses of an order's units, without their keys.
pub async fn holdings(session: &mut Session, order: OrderId) -> Result<Vec<Holding>, DbError> {
    session.rows(HOLDINGS, (order,)).await
}

/// Which units of an order have their license.
pub async fn unit_numbers(session: &mut Session, order: OrderId) -> Result<BTreeSet<UnitNumber>, DbError> {
    Ok(session.rows::<Number>(NUMBERS, (order,)).await?.into_iter().map(|row| row.0).collect())
}

/// The licenses of an order's units, in their order.
pub async fn units(
    session: &mut Session,
    cipher: &Cipher,
    order: OrderId,
) -> Result<Vec<Unit>, LicensingError> {
    let rows = session.rows::<Row>(UNITS, (order,)).await?;
    let open = |row: Row| {
        let plain = cipher.decrypt(&row.key_encrypted);
        let plain = plain.map_err(|source| LicensingError::Unreadable { id: row.id, source })?;
        Ok(Unit { key: String::from_utf8_lossy(&plain).into_owned(), ..row.unit })
    };
    rows.into_iter().map(open).collect()
}

/// The license that has this key.
pub async fn holder_of_key(session: &mut Session, key: &LicenseKey) -> Result<Option<LicenseId>, DbError> {
    Ok(session.first::<(LicenseId,)>(OF_KEY, (key.hash().to_vec(),)).await?.map(|row| row.0))
}
