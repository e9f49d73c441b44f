//! The secret that companion and daemon share, among the CRM's options in the CRM's own encryption.
//!
//! The option `perfex_bridge_gateway_secret` holds, encrypted, a JSON object: `current`, with which the companion signs,
//! as 64 hexadecimal digits, and after a change `previous`, which counts until `previous_until` (Unix seconds), so that
//! requests under way are not lost. Every change is one transaction that holds the lock `gateway_secret`, because names of
//! options are not unique there.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::db::{Database, DbError, Session, retry};
use crate::entropy::{self, Entropy};
use crate::perfex::encryption::Cipher;
use crate::perfex::options::Options;

/// How long a secret that was replaced still counts.
pub const OVERLAP: TimeDelta = TimeDelta::minutes(5);

const LOCK: &str = "SELECT 1 AS `locked` FROM `{p}bridge_locks` WHERE `name` = 'gateway_secret' FOR UPDATE";
const OPTION: &str = "perfex_bridge_gateway_secret";

/// One secret. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl From<[u8; 32]> for Secret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// The secret as a key of HMAC-SHA256, whose block has 64 bytes.
    pub(super) fn block(&self) -> hmac::digest::Key<hmac::Hmac<sha2::Sha256>> {
        let mut block = [0; 64];
        for (target, byte) in block.iter_mut().zip(self.0) {
            *target = byte;
        }
        block.into()
    }

    fn parse(digits: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

/// The secrets that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    current: Secret,
    previous: Option<(Secret, i64)>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    current: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_until: Option<i64>,
}

impl Secrets {
    /// Reads the secrets; `None` when there are none, or none that this `APP_ENC_KEY` opens.
    pub async fn read(session: &mut Session, cipher: &Cipher) -> Result<Option<Self>, DbError> {
        let options = Options::read(session, &[OPTION]).await?;
        let sealed = options.get(OPTION);
        let secrets = cipher.decrypt(sealed).ok().and_then(|json| Self::parse(&json));
        if secrets.is_none() && !sealed.is_empty() {
            tracing::warn!(
                "the gateway's secret cannot be read (was APP_ENC_KEY changed?); `perfex-bridge install` makes a new one"
            );
        }
        Ok(secrets)
    }

    /// Makes a secret where there is none that can be read; `true` when it did.
    pub async fn ensure(
        database: &Database,
        cipher: &Cipher,
        entropy: &dyn Entropy,
    ) -> Result<bool, DbError> {
        retry(async || {
            let mut session = locked(database).await?;
            if Self::read(&mut session, cipher).await?.is_some() {
                return Ok(false);
            }
            let secrets = Self { current: Secret(entropy::bytes(entropy)), previous: None };
            secrets.write(&mut session, cipher, entropy).await?;
            session.commit().await?;
            Ok(true)
        })
        .await
    }

    /// Replaces the secret; the old one counts for [`OVERLAP`]. The one before it ends at once.
    pub async fn rotate(
        database: &Database,
        cipher: &Cipher,
        entropy: &dyn Entropy,
        now: DateTime<Utc>,
    ) -> Result<Self, DbError> {
        retry(async || {
            let mut session = locked(database).await?;
            let old = Self::read(&mut session, cipher).await?;
            let previous = old.map(|old| (old.current, (now + OVERLAP).timestamp()));
            let secrets = Self { current: Secret(entropy::bytes(entropy)), previous };
            secrets.write(&mut session, cipher, entropy).await?;
            session.commit().await?;
            Ok(secrets)
        })
        .await
    }

    /// Removes the secret; nobody gets through the gateway any more.
    pub async fn remove(session: &mut Session) -> Result<(), DbError> {
        Options::remove(session, OPTION).await
    }

    /// The one with which the companion signs.
    #[must_use]
    pub fn current(&self) -> &Secret {
        &self.current
    }

    /// Those that count now.
    pub fn good(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Secret> {
        let previous = self.previous.as_ref().filter(|(_, until)| now.timestamp() < *until);
        [&self.current].into_iter().chain(previous.map(|(secret, _)| secret))
    }

    fn parse(json: &[u8]) -> Option<Self> {
        let stored: Stored = serde_json::from_slice(json).ok()?;
        let previous = stored.previous.as_deref().and_then(Secret::parse).zip(stored.previous_until);
        Some(Self { current: Secret::parse(&stored.current)?, previous })
    }

    async fn write(
        &self,
        session: &mut Session,
        cipher: &Cipher,
        entropy: &dyn Entropy,
    ) -> Result<(), DbError> {
        let stored = Stored {
            current: hex::encode(self.current.0),
            previous: self.previous.as_ref().map(|(secret, _)| hex::encode(secret.0)),
            previous_until: self.previous.as_ref().map(|(_, until)| *until),
        };
        // Texts and a number: nothing in it can fail to be written.
        let json = serde_json::to_vec(&stored).unwrap_or_default();
        Options::put_autoloaded(session, OPTION, &cipher.encrypt(&json, entropy::bytes(entropy))).await
    }
}

async fn locked(database: &Database) -> Result<Session, DbError> {
    let mut session = database.begin().await?;
    session.first::<(i64,)>(LOCK, ()).await?;
    Ok(session)
}
