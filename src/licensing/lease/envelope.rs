//! Leases as text: signed, and believed or not.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::public_keys::{Kid, PublicKeys};
use super::super::signing_key::SigningKey;
use super::{Lease, VERSION};

/// What is signed in front of the payload. Another format gets another line, so that neither passes for the other.
const CONTEXT: &[u8] = b"perfex-bridge lease v1\n";

/// The longest text that is read, in bytes. A lease is about 600.
const LONGEST: usize = 8192;

/// Why a text is not a lease of the authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LeaseError {
    /// Longer than any lease.
    #[error("the license server's answer is longer than {LONGEST} bytes: this is not a license")]
    TooLong,
    /// Not two parts with a dot between them, in base64url.
    #[error("the license server's answer is damaged or is something else: this is not a license")]
    Shape,
    /// The payload is not that of a lease.
    #[error("the license server's answer cannot be read: it is not what this program understands")]
    Payload,
    /// A version that came later.
    #[error("the license is in a newer format: update this program or module")]
    Version,
    /// No key of that name is believed.
    #[error(
        "the license is signed with key {0}, which is not known here: update this program or module, or check the \
         address of the license server"
    )]
    UnknownKey(Kid),
    /// Not what the key signed.
    #[error("the license was changed on its way, or is not from the license server at all")]
    Signature,
    /// Ends after the retired key that signed it.
    #[error(
        "the license lasts longer than the retired key {0} that signed it may: ask the license server again"
    )]
    OutlivesKey(Kid),
}

impl LeaseError {
    /// The word for programs; also in `tests/vectors/leases.json`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Shape => "shape",
            Self::Payload => "payload",
            Self::Version => "version",
            Self::UnknownKey(_) => "unknown_key",
            Self::Signature => "signature",
            Self::OutlivesKey(_) => "outlives_key",
        }
    }
}

/// What must be known before the signature can be checked; all else is read after it.
#[derive(Deserialize)]
struct Head {
    v: u8,
    kid: Kid,
}

/// Signs a lease. What it says about its version and its key is replaced by the truth.
///
/// Fails only for what [`verify`] would not read: more entitlements than any license has.
pub fn sign(lease: &Lease, key: &SigningKey) -> Result<String, LeaseError> {
    let stamped = Lease { v: VERSION, kid: key.kid(), ..lease.clone() };
    let payload = serde_json::to_vec(&stamped).map_err(|_| LeaseError::Payload)?;
    let signature = key.sign(&signed_bytes(&payload));
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(signature));
    if text.len() > LONGEST { Err(LeaseError::TooLong) } else { Ok(text) }
}

/// Reads a lease that one of `keys` signed. Whether it is for us and still counts is [`Lease::check`]'s to say.
pub fn verify(text: &str, keys: &PublicKeys) -> Result<Lease, LeaseError> {
    if text.len() > LONGEST {
        return Err(LeaseError::TooLong);
    }
    let (payload, signature) = text.split_once('.').ok_or(LeaseError::Shape)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| LeaseError::Shape)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| LeaseError::Shape)?;
    let head: Head = serde_json::from_slice(&payload).map_err(|_| LeaseError::Payload)?;
    if head.v != VERSION {
        return Err(LeaseError::Version);
    }
    let key = keys.get(head.kid).ok_or(LeaseError::UnknownKey(head.kid))?;
    if !key.signed(&signed_bytes(&payload), &signature) {
        return Err(LeaseError::Signature);
    }
    let lease: Lease = serde_json::from_slice(&payload).map_err(|_| LeaseError::Payload)?;
    let outlives = |end: DateTime<Utc>| lease.exp > end;
    if key.not_after().is_some_and(outlives) { Err(LeaseError::OutlivesKey(head.kid)) } else { Ok(lease) }
}

fn signed_bytes(payload: &[u8]) -> Vec<u8> {
    [CONTEXT, payload].concat()
}
