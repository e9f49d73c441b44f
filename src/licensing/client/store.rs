//! Keys and cache among the CRM's options, each sealed with the CRM's own encryption.
//!
//! One row per key and one for the cache: a cache that cannot be read costs one question to the license server, and the
//! keys stay. Every change is one transaction that holds the lock `license_client`, because names of options are not
//! unique there.

use std::collections::BTreeMap;

use crate::db::{DbError, Session};
use crate::entropy::{self, Entropy};
use crate::perfex::encryption::Cipher;
use crate::perfex::options::Options;

use super::super::LicenseKey;
use super::{Cache, ClientError, Module};

const LOCK: &str = "SELECT 1 AS `locked` FROM `{p}bridge_locks` WHERE `name` = 'license_client' FOR UPDATE";
const CACHE: &str = "perfex_bridge_license_cache";

/// A key as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredKey {
    /// Readable.
    Key(LicenseKey),
    /// Sealed under another `APP_ENC_KEY`, or changed by hand.
    Unreadable,
}

/// What lies in the options.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The keys that were entered.
    pub keys: BTreeMap<Module, StoredKey>,
    /// What is remembered; empty when it cannot be read.
    pub cache: Cache,
}

impl Stored {
    /// Reads keys and cache.
    pub async fn read(session: &mut Session, cipher: &Cipher) -> Result<Self, DbError> {
        let names: Vec<String> = Module::ALL.iter().map(|module| key_name(*module)).collect();
        let wanted: Vec<&str> = names.iter().map(String::as_str).chain([CACHE]).collect();
        let options = Options::read(session, &wanted).await?;
        let mut keys = BTreeMap::new();
        for (module, name) in Module::ALL.into_iter().zip(&names) {
            let sealed = options.get(name);
            if !sealed.is_empty() {
                keys.insert(module, open_key(cipher, sealed));
            }
        }
        let sealed = options.get(CACHE);
        let cache = (!sealed.is_empty()).then(|| open_cache(cipher, sealed)).flatten().unwrap_or_default();
        Ok(Self { keys, cache })
    }

    /// Reads keys and cache while nobody else may change them; ends with the transaction.
    pub async fn lock(session: &mut Session, cipher: &Cipher) -> Result<Self, DbError> {
        session.first::<(i64,)>(LOCK, ()).await?;
        Self::read(session, cipher).await
    }

    /// The key of a module, or why there is none to be used.
    pub fn usable_key(&self, module: Module) -> Result<&LicenseKey, ClientError> {
        match self.keys.get(&module) {
            Some(StoredKey::Key(key)) => Ok(key),
            Some(StoredKey::Unreadable) => Err(ClientError::Unreadable(module)),
            None => Err(ClientError::Missing(module)),
        }
    }

    /// The readable key of a module.
    #[must_use]
    pub fn key(&self, module: Module) -> Option<&LicenseKey> {
        match self.keys.get(&module) {
            Some(StoredKey::Key(key)) => Some(key),
            _ => None,
        }
    }
}

/// Writes the cache, in the transaction that [`Stored::lock`] began.
pub async fn put_cache(
    session: &mut Session,
    cipher: &Cipher,
    entropy: &dyn Entropy,
    cache: &Cache,
) -> Result<(), DbError> {
    // Texts, numbers and times: nothing in it can fail to be written.
    let json = serde_json::to_string(cache).unwrap_or_default();
    Options::put(session, CACHE, &cipher.encrypt(json.as_bytes(), entropy::bytes(entropy))).await
}

/// Writes a module's key, in the transaction that [`Stored::lock`] began.
pub async fn put_key(
    session: &mut Session,
    cipher: &Cipher,
    entropy: &dyn Entropy,
    module: Module,
    key: &LicenseKey,
) -> Result<(), DbError> {
    let sealed = cipher.encrypt(key.to_string().as_bytes(), entropy::bytes(entropy));
    Options::put(session, &key_name(module), &sealed).await
}

/// Removes a module's key, in the transaction that [`Stored::lock`] began.
pub async fn remove_key(session: &mut Session, module: Module) -> Result<(), DbError> {
    Options::remove(session, &key_name(module)).await
}

/// Removes all that this room ever wrote.
pub async fn remove_all(session: &mut Session) -> Result<(), DbError> {
    for module in Module::ALL {
        remove_key(session, module).await?;
    }
    Options::remove(session, CACHE).await
}

fn key_name(module: Module) -> String {
    format!("perfex_bridge_license_key_{module}")
}

fn open_key(cipher: &Cipher, sealed: &str) -> StoredKey {
    let plain = cipher.decrypt(sealed).ok().and_then(|plain| String::from_utf8(plain).ok());
    plain.and_then(|text| LicenseKey::parse(&text).ok()).map_or(StoredKey::Unreadable, StoredKey::Key)
}

fn open_cache(cipher: &Cipher, sealed: &str) -> Option<Cache> {
    let read = cipher.decrypt(sealed).ok().and_then(|plain| serde_json::from_slice(&plain).ok());
    if read.is_none() {
        tracing::warn!(
            "the license cache cannot be read (was APP_ENC_KEY changed?); the license server is asked again"
        );
    }
    read
}
