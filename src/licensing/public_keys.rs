//! Public signing keys: whom a client believes.
//!
//! In: `/api/keys.json` of a license server, or the keys that a module ships. Out: the key that a lease names. Invariants:
//! a key's id is made from the key itself, so no document can give a key another one's name; a key past its end is not
//! believed for longer, whatever it signed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The name of a signing key: the first four bytes of the SHA-256 of its public half, written as 8 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kid([u8; 4]);

impl Kid {
    /// The name of this key.
    #[must_use]
    pub fn of(key: &VerifyingKey) -> Self {
        let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(key.as_bytes()));
        Self([a, b, c, d])
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(self.0))
    }
}

impl FromStr for Kid {
    type Err = PublicKeyError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 4];
        hex::decode_to_slice(text, &mut bytes).map_err(|_| PublicKeyError::Kid)?;
        // One spelling: `hex` also reads capitals.
        let kid = Self(bytes);
        if kid.to_string() == text { Ok(kid) } else { Err(PublicKeyError::Kid) }
    }
}

impl TryFrom<String> for Kid {
    type Error = PublicKeyError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Kid> for String {
    fn from(kid: Kid) -> Self {
        kid.to_string()
    }
}

/// Why something is not a public signing key.
#[derive(Debug, thiserror::Error)]
pub enum PublicKeyError {
    /// Not the name of a key.
    #[error("a signing key's name (kid) is 8 characters 0-9 a-f")]
    Kid,
    /// Not 32 bytes, or no point that can be a key.
    #[error("a public signing key is 43 characters of base64url that stand for an Ed25519 key")]
    Key,
    /// The name belongs to another key.
    #[error("the name {named} does not belong to the public key beside it, whose name is {made}")]
    Name {
        /// What the document says.
        named: Kid,
        /// What the key says.
        made: Kid,
    },
    /// One name twice.
    #[error("the key {0} is in the list twice")]
    Twice(Kid),
    /// Not the document that license servers give out.
    #[error("this is not a list of public signing keys: {0}")]
    Document(#[from] serde_json::Error),
}

/// One key and the time in which it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct PublicKey {
    key: VerifyingKey,
    kid: Kid,
    not_before: DateTime<Utc>,
    not_after: Option<DateTime<Utc>>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    kid: Kid,
    x: String,
    #[serde(with = "chrono::serde::ts_seconds")]
    not_before: DateTime<Utc>,
    #[serde(default, with = "chrono::serde::ts_seconds_option")]
    not_after: Option<DateTime<Utc>>,
}

impl PublicKey {
    /// A key that was made at `not_before` and counts until `not_after`, or until further notice.
    #[must_use]
    pub fn new(key: VerifyingKey, not_before: DateTime<Utc>, not_after: Option<DateTime<Utc>>) -> Self {
        Self { kid: Kid::of(&key), key, not_before, not_after }
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> Kid {
        self.kid
    }

    /// When it stops to count; none while it signs or will sign.
    #[must_use]
    pub fn not_after(&self) -> Option<DateTime<Utc>> {
        self.not_after
    }

    /// Whether this key signed exactly these bytes; refuses weak keys and second spellings of a signature.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
    }
}

/// The public half as text: base64url without padding.
pub(super) fn written(key: &VerifyingKey) -> String {
    URL_SAFE_NO_PAD.encode(key.as_bytes())
}

/// Reads what [`written`] wrote.
pub(super) fn read(text: &str) -> Result<VerifyingKey, PublicKeyError> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| PublicKeyError::Key)?;
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| PublicKeyError::Key)?;
    VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).ok_or(PublicKeyError::Key)
}

impl TryFrom<Written> for PublicKey {
    type Error = PublicKeyError;
    fn try_from(Written { kid, x, not_before, not_after }: Written) -> Result<Self, Self::Error> {
        let key = Self::new(read(&x)?, not_before, not_after);
        if key.kid == kid { Ok(key) } else { Err(PublicKeyError::Name { named: kid, made: key.kid }) }
    }
}

impl From<PublicKey> for Written {
    fn from(key: PublicKey) -> Self {
        Self { kid: key.kid, x: written(&key.key), not_before: key.not_before, not_after: key.not_after }
    }
}

/// The keys that are believed, each under its name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Document")]
pub struct PublicKeys {
    keys: Vec<PublicKey>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<PublicKey>,
}

impl TryFrom<Document> for PublicKeys {
    type Error = PublicKeyError;
    fn try_from(document: Document) -> Result<Self, Self::Error> {
        Self::new(document.keys)
    }
}

impl PublicKeys {
    /// These keys; no name twice.
    pub fn new(keys: Vec<PublicKey>) -> Result<Self, PublicKeyError> {
        let mut names: Vec<Kid> = keys.iter().map(PublicKey::kid).collect();
        names.sort_unstable();
        match names.windows(2).find_map(|pair| pair.first().filter(|first| pair.last() == Some(first))) {
            Some(twice) => Err(PublicKeyError::Twice(*twice)),
            None => Ok(Self { keys }),
        }
    }

    /// Reads `/api/keys.json`.
    pub fn from_json(text: &str) -> Result<Self, PublicKeyError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The key of this name.
    #[must_use]
    pub fn get(&self, kid: Kid) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[PublicKey] {
        &self.keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> PublicKey {
        let secret = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        PublicKey::new(secret.verifying_key(), DateTime::UNIX_EPOCH, None)
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let keys = PublicKeys::new(vec![key(1), key(2)]).unwrap();
        let text = serde_json::to_string(&keys).unwrap();
        assert_eq!(PublicKeys::from_json(&text).unwrap(), keys);
        assert_eq!(keys.get(key(2).kid()), Some(&key(2)));
        assert_eq!(keys.get(key(3).kid()), None);
    }

    #[test]
    fn a_key_under_another_ones_name_is_refused() {
        let text = serde_json::to_string(&PublicKeys::new(vec![key(1)]).unwrap()).unwrap();
        let text = text.replace(&key(1).kid().to_string(), &key(2).kid().to_string());
        assert!(PublicKeys::from_json(&text).unwrap_err().to_string().contains("does not belong"));
        assert!(matches!(PublicKeys::new(vec![key(1), key(1)]), Err(PublicKeyError::Twice(_))));
    }

    #[test]
    fn a_key_that_anyone_can_sign_for_is_refused() {
        // The neutral element of the curve: every message has a signature under it that a lax check accepts.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(matches!(read(&URL_SAFE_NO_PAD.encode(neutral)), Err(PublicKeyError::Key)));
    }
}
