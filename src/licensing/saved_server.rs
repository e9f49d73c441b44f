//! The license server that staff have entered in the CRM: its address, and the API key in the CRM's own encryption.
//!
//! In: an address and a key. Out: the same for this daemon alone; the key is shown to nobody again. What the configuration
//! file says counts more: then this is not even looked at.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::config::server_address;
use crate::db::{DbError, Session};
use crate::entropy::{self, Entropy};
use crate::perfex::encryption::Cipher;
use crate::perfex::options::Options;

/// The address; empty: this install is its own license server.
const ADDRESS: &str = "perfex_bridge_license_server";
/// The API key, encrypted.
const API_KEY: &str = "perfex_bridge_license_server_key";

/// What lies in the CRM.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SavedServer {
    address: String,
    sealed_key: String,
}

impl std::fmt::Debug for SavedServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SavedServer").field("address", &self.address).finish_non_exhaustive()
    }
}

impl SavedServer {
    /// Reads it.
    pub async fn read(session: &mut Session) -> Result<Self, DbError> {
        let options = Options::read(session, &[ADDRESS, API_KEY]).await?;
        Ok(Self { address: options.get(ADDRESS).to_owned(), sealed_key: options.get(API_KEY).to_owned() })
    }

    /// The address as it was entered; empty for none.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The address, where it is one.
    #[must_use]
    pub fn url(&self) -> Option<Url> {
        server_address(&self.address)
    }

    /// Address and key; `None` when there is no server, or one of them cannot be read.
    #[must_use]
    pub fn open(&self, cipher: &Cipher) -> Option<(Url, SecretString)> {
        let url = self.url()?;
        let key = String::from_utf8(cipher.decrypt(&self.sealed_key).ok()?).ok()?;
        Some((url, SecretString::from(key)))
    }

    /// Saves address and key, in the caller's transaction, which alone writes settings.
    pub async fn save(
        session: &mut Session,
        cipher: &Cipher,
        entropy: &dyn Entropy,
        address: &Url,
        key: &SecretString,
    ) -> Result<(), DbError> {
        Options::put(session, ADDRESS, address.as_str()).await?;
        Options::put(
            session,
            API_KEY,
            &cipher.encrypt(key.expose_secret().as_bytes(), entropy::bytes(entropy)),
        )
        .await
    }

    /// Forgets it, in the caller's transaction.
    pub async fn remove(session: &mut Session) -> Result<(), DbError> {
        Options::remove(session, ADDRESS).await?;
        Options::remove(session, API_KEY).await
    }
}
