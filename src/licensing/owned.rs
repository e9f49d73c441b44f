//! The licenses of one customer, as customer and staff see them in the CRM: with their order, their domains, and when they
//! were checked last.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use mysql_async::Value;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::{ClientId, InvoiceId, LicenseId, OrderId};
use crate::perfex::encryption::Cipher;

use super::authority::{MOST_MOVES, MOVE_PERIOD};
use super::domain::for_people;
use super::{Standing, SuspendedFor};

/// Begins with the customer's orders; whatever belongs to them is found by key.
const OF_CLIENT: &str = "SELECT l.`id` AS `id`, l.`key_encrypted` AS `key_encrypted`, o.`id` AS `order_id`, \
     o.`invoice_id` AS `invoice_id`, p.`name` AS `product`, i.`description` AS `package`, \
     l.`license_right` AS `license_right`, l.`suspended_for` AS `suspended_for`, l.`issued_at` AS `issued_at`, \
     l.`expires_at` AS `expires_at`, b.`domain` AS `domain`, s.`domain` AS `staging`, \
     EXISTS (SELECT 1 FROM `{p}pm_license_events` e WHERE e.`license_id` = l.`id` AND e.`event` = 'received') \
     AS `received`, (SELECT COUNT(*) FROM `{p}pm_license_moves` m WHERE m.`license_id` = l.`id` \
     AND m.`moved_at` > ? AND m.`by_staff` = 0) AS `moves` FROM `{p}pm_orders` o \
     INNER JOIN `{p}pm_order_items` i ON i.`order_id` = o.`id` \
     INNER JOIN `{p}pm_licenses` l ON l.`order_item_id` = i.`id` \
     INNER JOIN `{p}pm_products` p ON p.`id` = l.`product_id` \
     LEFT JOIN `{p}pm_license_bindings` b ON b.`license_id` = l.`id` AND b.`slot` = 0 \
     LEFT JOIN `{p}pm_license_bindings` s ON s.`license_id` = l.`id` AND s.`slot` = 1 WHERE o.`client_id` = ?";
const NEWEST: &str = " ORDER BY l.`id` DESC LIMIT ? OFFSET ?";
const ONE: &str = " AND l.`id` = ?";
/// Each day by name, because the key begins with it.
const CHECKED: &str =
    "SELECT `license_id`, `domain`, MAX(`last_at`) AS `last_at` FROM `{p}pm_license_checks` WHERE `day` IN ";
/// A site that has not asked for so long has no valid answer any more, so older checks say nothing.
const LOOKED_BACK: TimeDelta = TimeDelta::days(8);

/// A license of a customer. Its key is for whoever may see it, never for a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedLicense {
    /// Its id.
    pub id: LicenseId,
    /// The key; `None` when it cannot be read, as after a change of `APP_ENC_KEY`.
    pub key: Option<String>,
    /// The order it belongs to.
    pub order: OrderId,
    /// That order's invoice; `None` when nothing was to be paid.
    pub invoice: Option<InvoiceId>,
    /// The product's name.
    pub product: String,
    /// What was ordered, as the invoice has it.
    pub package: String,
    /// What it allows now.
    pub right: Standing,
    /// Who suspended it.
    pub suspended_for: Option<SuspendedFor>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// When it ends; `None` is without end.
    pub expires_at: Option<DateTime<Utc>>,
    /// The production domain, as it is stored.
    pub domain: Option<String>,
    /// The staging name, as it is stored.
    pub staging: Option<String>,
    /// Whether another machine's license server made it and decides about it.
    pub received: bool,
    /// How often its holder may still release it before staff have to.
    pub moves_left: u64,
    /// When the production domain asked about it last, within the last eight days.
    pub last_check: Option<DateTime<Utc>>,
}

struct Row {
    license: OwnedLicense,
    key_encrypted: String,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let moves: u64 = row.take("moves")?;
        let license = OwnedLicense {
            id: row.take("id")?,
            key: None,
            order: row.take("order_id")?,
            invoice: row.take("invoice_id")?,
            product: row.take("product")?,
            package: row.take("package")?,
            right: row.take("license_right")?,
            suspended_for: row.take("suspended_for")?,
            issued_at: row.take::<NaiveDateTime>("issued_at")?.and_utc(),
            expires_at: row.take::<Option<NaiveDateTime>>("expires_at")?.map(|at| at.and_utc()),
            domain: row.take("domain")?,
            staging: row.take("staging")?,
            received: row.take("received")?,
            moves_left: MOST_MOVES.unsigned_abs().saturating_sub(moves),
            last_check: None,
        };
        Ok(Self { license, key_encrypted: row.take("key_encrypted")? })
    }
}

struct Checked {
    license: LicenseId,
    domain: String,
    at: DateTime<Utc>,
}

impl Record for Checked {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            license: row.take("license_id")?,
            domain: row.take("domain")?,
            at: row.take::<NaiveDateTime>("last_at")?.and_utc(),
        })
    }
}

impl OwnedLicense {
    /// So many licenses of a customer behind the first `skipped`, newest first.
    pub async fn of_client(
        session: &mut Session,
        cipher: &Cipher,
        client: ClientId,
        (skipped, limit): (u32, u32),
        now: DateTime<Utc>,
    ) -> Result<Vec<Self>, DbError> {
        let since = (now - MOVE_PERIOD).naive_utc();
        let sql = format!("{OF_CLIENT}{NEWEST}");
        let rows: Vec<Row> = session.rows(&sql, (since, client, limit, skipped)).await?;
        let mut owned: Vec<Self> = rows.into_iter().map(|row| row.open(cipher, now)).collect();
        let checked = last_checks(session, &owned, now).await?;
        for license in &mut owned {
            let asked = license.domain.clone().map(|domain| (license.id, domain));
            license.last_check = asked.and_then(|asked| checked.get(&asked).copied());
        }
        Ok(owned)
    }

    /// One license, when it is this customer's.
    pub async fn find(
        session: &mut Session,
        cipher: &Cipher,
        client: ClientId,
        license: LicenseId,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, DbError> {
        let since = (now - MOVE_PERIOD).naive_utc();
        let row: Option<Row> = session.first(&format!("{OF_CLIENT}{ONE}"), (since, client, license)).await?;
        Ok(row.map(|row| row.open(cipher, now)))
    }

    /// The production domain as people write it.
    #[must_use]
    pub fn domain_for_people(&self) -> Option<String> {
        self.domain.as_deref().map(for_people)
    }

    /// The staging name as people write it.
    #[must_use]
    pub fn staging_for_people(&self) -> Option<String> {
        self.staging.as_deref().map(for_people)
    }
}

impl Row {
    fn open(self, cipher: &Cipher, now: DateTime<Utc>) -> OwnedLicense {
        let Self { license, key_encrypted } = self;
        let plain = cipher.decrypt(&key_encrypted).ok();
        let key = plain.map(|plain| String::from_utf8_lossy(&plain).into_owned());
        OwnedLicense { key, right: license.right.at(license.expires_at, now), ..license }
    }
}

/// When each domain asked about its license last.
async fn last_checks(
    session: &mut Session,
    licenses: &[OwnedLicense],
    now: DateTime<Utc>,
) -> Result<BTreeMap<(LicenseId, String), DateTime<Utc>>, DbError> {
    let bound: Vec<LicenseId> =
        licenses.iter().filter(|license| license.domain.is_some()).map(|license| license.id).collect();
    if bound.is_empty() {
        return Ok(BTreeMap::new());
    }
    let first = (now - LOOKED_BACK).date_naive();
    let mut values: Vec<Value> =
        first.iter_days().take_while(|day| *day <= now.date_naive()).map(Value::from).collect();
    let days = placeholders(values.len());
    let ids = placeholders(bound.len());
    values.extend(bound.into_iter().map(Value::from));
    let sql = format!("{CHECKED}({days}) AND `license_id` IN ({ids}) GROUP BY `license_id`, `domain`");
    let rows: Vec<Checked> = session.rows(&sql, values).await?;
    Ok(rows.into_iter().map(|row| ((row.license, row.domain), row.at)).collect())
}
