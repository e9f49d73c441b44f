//! Keys of programs that may create licenses.
//!
//! `pmk_` and 40 hexadecimal characters: 160 random bits, recognisable for people and secret scanners. Shown once,
//! kept as SHA-256; a stolen database gives none away. A key may be limited to some products, once and for all. What was
//! created is remembered by the key's row: its text can be exchanged, and a reference still gets the license it got before.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::db::{DbError, Fields, Record, Session};
use crate::entropy::{self, Entropy};
use crate::ids::ProductId;

/// What every key begins with.
const MARK: &str = "pmk_";

const INSERT: &str = "INSERT INTO `{p}pm_api_keys` (`name`, `key_hash`, `created_at`) VALUES (?, ?, ?)";
const LIST: &str =
    "SELECT `id`, `name`, `created_at`, `last_used_at`, `revoked_at` FROM `{p}pm_api_keys` ORDER BY `name`";
const FIND: &str = "SELECT `id`, `name`, `created_at`, `last_used_at`, `revoked_at` FROM `{p}pm_api_keys` \
     WHERE `key_hash` = ? AND `revoked_at` IS NULL";
const USED: &str = "UPDATE `{p}pm_api_keys` SET `last_used_at` = ? WHERE `id` = ?";
const LIMIT: &str = "INSERT INTO `{p}pm_api_key_products` (`api_key_id`, `product_id`) VALUES (?, ?) \
     ON DUPLICATE KEY UPDATE `product_id` = `product_id`";
const SCOPES: &str = "SELECT s.`api_key_id` AS `api_key_id`, p.`slug` AS `slug` FROM `{p}pm_api_key_products` s \
     INNER JOIN `{p}pm_products` p ON p.`id` = s.`product_id`";
const ROTATE: &str = "UPDATE `{p}pm_api_keys` SET `key_hash` = ? WHERE `name` = ? AND `revoked_at` IS NULL";
const REVOKE: &str = "UPDATE `{p}pm_api_keys` SET `revoked_at` = ? WHERE `name` = ? AND `revoked_at` IS NULL";

/// A key as it is listed; the key itself is known only to its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// Its id.
    #[serde(skip)]
    pub id: i64,
    /// What staff call it.
    pub name: String,
    /// The slugs of the products that it may create licenses for; empty for all.
    pub products: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Record for ApiKey {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            name: row.take("name")?,
            products: Vec::new(),
            created_at: row.take::<NaiveDateTime>("created_at")?.and_utc(),
            last_used_at: row.take::<Option<NaiveDateTime>>("last_used_at")?.map(|at| at.and_utc()),
            revoked_at: row.take::<Option<NaiveDateTime>>("revoked_at")?.map(|at| at.and_utc()),
        })
    }
}

struct Scope {
    key: i64,
    product: String,
}

impl Record for Scope {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { key: row.take("api_key_id")?, product: row.take("slug")? })
    }
}

/// Why an API key could not be managed.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A name that is not one.
    #[error(
        "`{0}` cannot be the name of an API key: use up to 64 letters, digits, dots, dashes and underscores"
    )]
    Name(String),
    /// The name is taken.
    #[error("there is an API key `{0}` already; a revoked name is not given again")]
    Taken(String),
    /// There is no such key, or it is revoked.
    #[error("there is no API key `{0}` that works; `license apikey list` shows them")]
    Unknown(String),
}

impl ApiKey {
    /// Makes a key and returns its text, which is not kept; with `products`, it is for those alone.
    ///
    /// Several statements: the caller's session is a transaction.
    pub async fn add(
        session: &mut Session,
        name: &str,
        products: &[ProductId],
        entropy: &dyn Entropy,
        now: DateTime<Utc>,
    ) -> Result<String, ApiKeyError> {
        let fits = (1..=64).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !fits {
            return Err(ApiKeyError::Name(name.to_owned()));
        }
        let key = draw(entropy);
        let id = match session.run(INSERT, (name, hash(&key).to_vec(), now.naive_utc())).await {
            Ok(done) => done.id,
            Err(error) if error.is_duplicate() => return Err(ApiKeyError::Taken(name.to_owned())),
            Err(error) => return Err(error.into()),
        };
        for product in products {
            session.run(LIMIT, (id, *product)).await?;
        }
        Ok(key)
    }

    /// All keys by name, revoked ones too.
    pub async fn list(session: &mut Session) -> Result<Vec<Self>, DbError> {
        let mut keys: Vec<Self> = session.rows(LIST, ()).await?;
        let scopes: Vec<Scope> = session.rows(&format!("{SCOPES} ORDER BY p.`slug`"), ()).await?;
        for Scope { key: id, product } in scopes {
            if let Some(key) = keys.iter_mut().find(|key| key.id == id) {
                key.products.push(product);
            }
        }
        Ok(keys)
    }

    /// The key with this text, unless it is revoked; notes that it was used.
    ///
    /// The look-up is by hash: how long it takes says nothing about how much of a guess was right.
    pub async fn authenticate(
        session: &mut Session,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, DbError> {
        if !text.starts_with(MARK) {
            return Ok(None);
        }
        let Some(mut key) = session.first::<Self>(FIND, (hash(text).to_vec(),)).await? else {
            return Ok(None);
        };
        session.run(USED, (now.naive_utc(), key.id)).await?;
        let scopes = format!("{SCOPES} WHERE s.`api_key_id` = ? ORDER BY p.`slug`");
        let scopes: Vec<Scope> = session.rows(&scopes, (key.id,)).await?;
        key.products = scopes.into_iter().map(|scope| scope.product).collect();
        Ok(Some(key))
    }

    /// Whether it may create licenses for the product with this slug.
    #[must_use]
    pub fn may_create(&self, product: &str) -> bool {
        self.products.is_empty() || self.products.iter().any(|allowed| allowed == product)
    }

    /// Exchanges the text of a key and returns the new one, which is not kept; the old one is refused at once.
    pub async fn rotate(
        session: &mut Session,
        name: &str,
        entropy: &dyn Entropy,
    ) -> Result<String, ApiKeyError> {
        let key = draw(entropy);
        if session.run(ROTATE, (hash(&key).to_vec(), name)).await?.rows == 0 {
            return Err(ApiKeyError::Unknown(name.to_owned()));
        }
        Ok(key)
    }

    /// Revokes a key at once and for good.
    pub async fn revoke(session: &mut Session, name: &str, now: DateTime<Utc>) -> Result<(), ApiKeyError> {
        if session.run(REVOKE, (now.naive_utc(), name)).await?.rows == 0 {
            return Err(ApiKeyError::Unknown(name.to_owned()));
        }
        Ok(())
    }
}

fn draw(entropy: &dyn Entropy) -> String {
    format!("{MARK}{}", entropy::hex::<20>(entropy))
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}
