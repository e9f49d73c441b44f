//! Creates a license for a program: once per reference, however often it asks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::db::{DbError, Fields, Record, Session, Transient};
use crate::ids::{LicenseId, ProductId};

use super::super::{Grant, LicensingError, Name, Standing, Term, find, issue};
use super::Authority;
use super::api_key::ApiKey;

const PRODUCT: &str = "SELECT `id` FROM `{p}pm_products` WHERE `slug` = ?";
const KNOWN: &str = "SELECT `request_hash`, `license_id` FROM `{p}pm_license_requests` \
     WHERE `api_key_id` = ? AND `reference` = ?";
/// Takes the key's row, so that two requests with one reference come one after the other.
const LOCK: &str = "SELECT `id` FROM `{p}pm_api_keys` WHERE `id` = ? FOR UPDATE";
const REMEMBER: &str = "INSERT INTO `{p}pm_license_requests` \
     (`api_key_id`, `reference`, `request_hash`, `license_id`, `created_at`) VALUES (?, ?, ?, ?, ?)";
/// The longest reference.
const LONGEST: usize = 100;

/// A license that a program asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateLicense {
    /// The product's slug.
    pub product: String,
    /// How long it lasts; `None` is without end.
    pub term: Option<Term>,
    /// What the program calls this request; the same on every retry.
    pub reference: String,
    /// For whom, in the program's words; part of what makes two requests the same, never stored in the clear.
    pub customer: String,
}

/// What the program gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CreatedLicense {
    /// The key.
    pub license_key: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// The program's own reference.
    pub reference: String,
    /// Whether it was made by an earlier request with this reference.
    #[serde(skip)]
    pub repeated: bool,
}

/// Why no license was created.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The database or the stored key said no.
    #[error(transparent)]
    Licensing(#[from] LicensingError),
    /// There is no such product.
    #[error("there is no product `{0}`")]
    UnknownProduct(String),
    /// No usable reference.
    #[error("`reference` must have 1 to {LONGEST} characters and none of them a control character")]
    Reference,
    /// The reference was used for something else.
    #[error("the reference `{0}` was used for a different request; use a new one")]
    Conflict(String),
}

impl From<DbError> for CreateError {
    fn from(error: DbError) -> Self {
        Self::Licensing(error.into())
    }
}

impl Transient for CreateError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Licensing(error) if error.is_transient())
    }
}

struct Known {
    hash: Vec<u8>,
    license: LicenseId,
}

impl Record for Known {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { hash: row.take("request_hash")?, license: row.take("license_id")? })
    }
}

impl Authority {
    /// Creates a license, or returns the one that this reference got before.
    pub async fn create(
        &self,
        caller: &ApiKey,
        wanted: &CreateLicense,
    ) -> Result<CreatedLicense, CreateError> {
        let length = wanted.reference.chars().count();
        if !(1..=LONGEST).contains(&length) || wanted.reference.chars().any(char::is_control) {
            return Err(CreateError::Reference);
        }
        crate::db::retry(async || self.create_once(caller, wanted).await).await
    }

    async fn create_once(
        &self,
        caller: &ApiKey,
        wanted: &CreateLicense,
    ) -> Result<CreatedLicense, CreateError> {
        let now = self.clock.now();
        let mut session = self.database.begin().await?;
        session.first::<(i64,)>(LOCK, (caller.id,)).await?;
        let hash = wanted.hash();
        let known: Option<Known> = session.first(KNOWN, (caller.id, wanted.reference.as_str())).await?;
        if let Some(known) = known {
            if known.hash != hash {
                return Err(CreateError::Conflict(wanted.reference.clone()));
            }
            return self.repeat(&mut session, known.license, wanted, now).await;
        }
        let product = session.first::<(ProductId,)>(PRODUCT, (wanted.product.as_str(),)).await?;
        let product = product.ok_or_else(|| CreateError::UnknownProduct(wanted.product.clone()))?.0;
        let grant = Grant {
            unit: None,
            product,
            slug: &wanted.product,
            term: wanted.term,
            standing: Standing::Active,
            reason: &format!("created for `{}`, reference {}", caller.name, wanted.reference),
        };
        let (license, key) =
            issue(&mut session, &self.mint, &self.cipher, &*self.entropy, now, grant).await?;
        let row = (caller.id, wanted.reference.as_str(), hash.to_vec(), license, now.naive_utc());
        session.run(REMEMBER, row).await?;
        session.commit().await?;
        Ok(CreatedLicense {
            license_key: key.to_string(),
            expires_at: wanted.term.map(|term| term.end(now)),
            reference: wanted.reference.clone(),
            repeated: false,
        })
    }

    async fn repeat(
        &self,
        session: &mut Session,
        license: LicenseId,
        wanted: &CreateLicense,
        now: DateTime<Utc>,
    ) -> Result<CreatedLicense, CreateError> {
        let found = find(session, &self.cipher, &Name::Id(license), now).await?;
        // The row is held by a foreign key; without it the reference's own row could not be there.
        let found = found.ok_or_else(|| CreateError::Conflict(wanted.reference.clone()))?;
        Ok(CreatedLicense {
            license_key: found.key,
            expires_at: found.expires_at,
            reference: wanted.reference.clone(),
            repeated: true,
        })
    }
}

impl CreateLicense {
    /// Tells a retry from another request under the same reference.
    fn hash(&self) -> [u8; 32] {
        let term = self.term.map(|term| term.to_string()).unwrap_or_default();
        let parts = [self.product.as_str(), term.as_str(), self.customer.as_str()];
        Sha256::digest(serde_json::json!(parts).to_string().as_bytes()).into()
    }
}
