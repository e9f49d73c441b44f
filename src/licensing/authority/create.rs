//! Creates a license for a program: once per reference, however often it asks.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::db::{DbError, Fields, Record, Session, Transient};
use crate::ids::{LicenseId, ProductId};
use crate::sentence::Sentence;

use super::super::{
    Grant, Holder, LicenseKey, LicensingError, Name, PaidEnd, Standing, Term, convert_trial, find, issue,
};
use super::Authority;
use super::api_key::ApiKey;

const PRODUCT: &str = "SELECT `id` FROM `{p}pm_products` WHERE `slug` = ?";
/// A package is for sale when its product is, too.
const PACKAGE: &str = "SELECT k.`product_id` AS `product_id`, k.`term` AS `term`, k.`kind` = 'trial' AS `is_trial`, \
     k.`state` = 'active' AND p.`state` = 'active' AS `for_sale` FROM `{p}pm_packages` k \
     INNER JOIN `{p}pm_products` p ON p.`id` = k.`product_id` WHERE k.`sku` = ?";
const KNOWN: &str = "SELECT `request_hash`, `license_id` FROM `{p}pm_license_requests` \
     WHERE `api_key_id` = ? AND `reference` = ?";
/// Takes the key's row, so that two requests with one reference come one after the other.
const LOCK: &str = "SELECT `id` FROM `{p}pm_api_keys` WHERE `id` = ? FOR UPDATE";
const REMEMBER: &str = "INSERT INTO `{p}pm_license_requests` \
     (`api_key_id`, `reference`, `request_hash`, `license_id`, `created_at`) VALUES (?, ?, ?, ?, ?)";
const TRIAL: &str = "SELECT l.`id` AS `id` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_license_requests` r ON r.`license_id` = l.`id` AND r.`api_key_id` = ? \
     WHERE l.`key_hash` = ? AND l.`product_id` = ? AND l.`license_right` = 'trial' LIMIT 1";
/// The longest reference, in characters.
pub const LONGEST_REFERENCE: usize = 100;

/// A license that a program asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateLicense {
    /// The product's slug.
    pub product: String,
    /// The SKU of a package of that product: says how long the license lasts, and whether it is a trial.
    pub package: Option<String>,
    /// How long it lasts, whatever the package says; without both it has no end.
    pub term: Option<Term>,
    /// What the program calls this request; the same on every retry.
    pub reference: String,
    /// A trial of the same program that becomes this license and keeps its key, when it still is one.
    pub trial: Option<LicenseKey>,
    /// For whom: who gets mail about it.
    pub holder: Option<Holder>,
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
    /// There is no such package.
    #[error("there is no package `{0}`")]
    UnknownPackage(String),
    /// The package was taken off sale.
    #[error("the package `{0}` is no longer for sale")]
    RetiredPackage(String),
    /// The package is another product's.
    #[error("the package `{package}` does not belong to the product `{product}`")]
    ForeignPackage {
        /// The package's SKU.
        package: String,
        /// The product's slug.
        product: String,
    },
    /// The key is limited to other products.
    #[error("this API key creates licenses for {0} only")]
    OutOfScope(String),
    /// Nothing is created in a demonstration.
    #[error("this license server is a demonstration: it creates no licenses")]
    Demonstration,
    /// No usable reference.
    #[error("`reference` must have 1 to {LONGEST_REFERENCE} characters and none of them a control character")]
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

/// What a package says about its licenses.
struct Package {
    product: ProductId,
    term: Option<Term>,
    is_trial: bool,
    for_sale: bool,
}

impl Record for Package {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            product: row.take("product_id")?,
            term: row.take("term")?,
            is_trial: row.take("is_trial")?,
            for_sale: row.take("for_sale")?,
        })
    }
}

impl Authority {
    /// Creates a license, or returns the one that this reference got before.
    pub async fn create(
        &self,
        caller: &ApiKey,
        wanted: &CreateLicense,
    ) -> Result<CreatedLicense, CreateError> {
        if self.read_only {
            return Err(CreateError::Demonstration);
        }
        if !caller.may_create(&wanted.product) {
            return Err(CreateError::OutOfScope(caller.products.join(", ")));
        }
        let length = wanted.reference.chars().count();
        if !(1..=LONGEST_REFERENCE).contains(&length) || wanted.reference.chars().any(char::is_control) {
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
        let unknown = || CreateError::UnknownProduct(wanted.product.clone());
        let product = find_by_name::<(ProductId,)>(&mut session, PRODUCT, &wanted.product).await?;
        let product = product.ok_or_else(unknown)?.0;
        let package = wanted.package(&mut session, product).await?;
        let reason = match &wanted.package {
            None => Sentence::of("why-created"),
            Some(sku) => Sentence::of("why-created-package").with("package", sku),
        };
        let reason = reason.with("caller", &caller.name).with("reference", &wanted.reference);
        let term = wanted.term.or(package.as_ref().and_then(|package| package.term));
        let is_trial = package.is_some_and(|package| package.is_trial);
        let trial = if is_trial { None } else { wanted.trial(&mut session, caller, product).await? };
        if let Some(license) = trial {
            let end = PaidEnd::After(term);
            if convert_trial(&mut session, license, None, end, now, &reason).await?.is_some() {
                let row = (caller.id, wanted.reference.as_str(), hash.to_vec(), license, now.naive_utc());
                session.run(REMEMBER, row).await?;
                let created = self.repeat(&mut session, license, wanted, now).await?;
                session.commit().await?;
                return Ok(CreatedLicense { repeated: false, ..created });
            }
        }
        let grant = Grant {
            unit: None,
            product,
            slug: &wanted.product,
            term,
            standing: if is_trial { Standing::Trial } else { Standing::Active },
            reason: &reason,
        };
        let (license, key) =
            issue(&mut session, &self.mint, &self.cipher, &*self.entropy, now, grant).await?;
        if let Some(holder) = &wanted.holder {
            holder.save(&mut session, license).await?;
        }
        let row = (caller.id, wanted.reference.as_str(), hash.to_vec(), license, now.naive_utc());
        session.run(REMEMBER, row).await?;
        session.commit().await?;
        Ok(CreatedLicense {
            license_key: key.to_string(),
            expires_at: term.map(|term| term.end(now)),
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
            license_key: found.key()?.to_owned(),
            expires_at: found.expires_at,
            reference: wanted.reference.clone(),
            repeated: true,
        })
    }
}

/// What the catalogue has under a name; its columns are ASCII, and a comparison with anything else is an error.
async fn find_by_name<T: Record>(session: &mut Session, sql: &str, name: &str) -> Result<Option<T>, DbError> {
    if name.is_ascii() { session.first(sql, (name,)).await } else { Ok(None) }
}

impl CreateLicense {
    /// The trial that is to become this license: one of this product, that the same program has created.
    async fn trial(
        &self,
        session: &mut Session,
        caller: &ApiKey,
        product: ProductId,
    ) -> Result<Option<LicenseId>, DbError> {
        let Some(key) = &self.trial else { return Ok(None) };
        let found = session.first::<(LicenseId,)>(TRIAL, (caller.id, key.hash().to_vec(), product)).await?;
        Ok(found.map(|row| row.0))
    }

    async fn package(
        &self,
        session: &mut Session,
        product: ProductId,
    ) -> Result<Option<Package>, CreateError> {
        let Some(sku) = &self.package else { return Ok(None) };
        let found: Option<Package> = find_by_name(session, PACKAGE, sku).await?;
        let found = found.ok_or_else(|| CreateError::UnknownPackage(sku.clone()))?;
        if found.product != product {
            let (package, product) = (sku.clone(), self.product.clone());
            return Err(CreateError::ForeignPackage { package, product });
        }
        if !found.for_sale {
            return Err(CreateError::RetiredPackage(sku.clone()));
        }
        Ok(Some(found))
    }

    /// Tells a retry from another request under the same reference.
    ///
    /// What may be left out is a part only when it is there, so that a further field leaves older hashes as they are.
    fn hash(&self) -> [u8; 32] {
        let term = self.term.map(|term| term.to_string()).unwrap_or_default();
        let holder = self.holder.as_ref();
        let mut parts =
            vec![self.product.clone(), term, holder.map_or_else(String::new, |holder| holder.email.clone())];
        let name = holder.map(|holder| &holder.name).filter(|name| !name.is_empty());
        let trial = self.trial.as_ref().map(|key| hex::encode(key.hash()));
        let optional = [
            ("package", self.package.as_ref()),
            ("trial", trial.as_ref()),
            ("name", name),
            ("language", holder.and_then(|holder| holder.language.as_ref())),
        ];
        parts.extend(optional.into_iter().filter_map(|(field, value)| Some(format!("{field}={}", value?))));
        Sha256::digest(serde_json::json!(parts).to_string().as_bytes()).into()
    }
}
