//! Issues a license, or writes down one that another machine issued: one row, once per unit.

use chrono::{DateTime, Utc};

use crate::db::Session;
use crate::entropy::{self, Entropy};
use crate::ids::{LicenseId, ProductId};
use crate::perfex::encryption::Cipher;
use crate::sentence::Sentence;

use super::timeline::LICENSE_TIMELINE;
use super::{KeyMint, LicenseKey, LicensingError, Standing, Term, UnitNumber};

const INSERT: &str = "INSERT INTO `{p}pm_licenses` (`order_item_id`, `unit_no`, `product_id`, `key_hash`, \
     `key_encrypted`, `issued_as`, `license_right`, `issued_at`, `expires_at`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

const INSERT_PREFIX: &str = "INSERT INTO `{p}pm_license_prefixes` (`license_id`, `prefix`) VALUES (?, ?)";

/// What a license is issued for.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The order item and the unit of it, from 1; `None` for a license given by hand.
    pub unit: Option<UnitNumber>,
    /// The product.
    pub product: ProductId,
    /// The product's slug, part of the key.
    pub slug: &'a str,
    /// How long it lasts from now; `None` is without end.
    pub term: Option<Term>,
    /// `active` or `trial`.
    pub standing: Standing,
    /// Why it was issued, for the timeline.
    pub reason: &'a Sentence,
}

/// Issues a license in the caller's transaction.
///
/// A second license for the same unit is refused by the key `pm_licenses_unit`.
pub async fn issue(
    session: &mut Session,
    mint: &KeyMint,
    cipher: &Cipher,
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
    grant: Grant<'_>,
) -> Result<(LicenseId, LicenseKey), LicensingError> {
    let key = mint.strike(grant.slug, entropy);
    let row: Vec<mysql_async::Value> = vec![
        grant.unit.map(|(item, _)| item).into(),
        grant.unit.map_or(1, |(_, unit)| unit).into(),
        grant.product.into(),
        key.hash().to_vec().into(),
        cipher.encrypt(key.to_string().as_bytes(), entropy::bytes(entropy)).into(),
        grant.standing.into(),
        grant.standing.into(),
        now.naive_utc().into(),
        grant.term.map(|term| term.end(now).naive_utc()).into(),
    ];
    let id = LicenseId(session.run(INSERT, row).await?.id);
    session.run(INSERT_PREFIX, (id, prefix(&key))).await?;
    LICENSE_TIMELINE.add(session, id, now, "issued", grant.reason).await?;
    Ok((id, key))
}

/// A license that another machine's license server made for a unit of ours.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// The order item and the unit of it.
    pub unit: UnitNumber,
    /// The product.
    pub product: ProductId,
    /// Its key.
    pub key: &'a LicenseKey,
    /// When it ends, as that server says.
    pub expires_at: Option<DateTime<Utc>>,
    /// `active` or `trial`.
    pub standing: Standing,
    /// Where it came from, for the timeline.
    pub reason: &'a Sentence,
}

/// Writes down a license of another machine in the caller's transaction.
///
/// A second license for the same unit, and a key that another license has, are refused by the schema.
pub async fn receive(
    session: &mut Session,
    cipher: &Cipher,
    entropy: &dyn Entropy,
    now: DateTime<Utc>,
    received: Received<'_>,
) -> Result<LicenseId, LicensingError> {
    let Received { unit: (item, unit), product, key, expires_at, standing, reason } = received;
    let row: Vec<mysql_async::Value> = vec![
        item.into(),
        unit.into(),
        product.into(),
        key.hash().to_vec().into(),
        cipher.encrypt(key.to_string().as_bytes(), entropy::bytes(entropy)).into(),
        standing.into(),
        standing.into(),
        now.naive_utc().into(),
        expires_at.map(|end| end.naive_utc()).into(),
    ];
    let id = LicenseId(session.run(INSERT, row).await?.id);
    session.run(INSERT_PREFIX, (id, prefix(key))).await?;
    LICENSE_TIMELINE.add(session, id, now, "received", reason).await?;
    Ok(id)
}

/// What a license is found by when somebody knows the beginning of its key: its first eight characters.
fn prefix(key: &LicenseKey) -> String {
    key.to_string().chars().take(8).collect()
}
