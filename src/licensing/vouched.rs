//! A list of public keys that one of them vouches for.
//!
//! In: the keys of a license server. Out: text at `/api/keys.json`, member `vouched`, that a client which believes the
//! signing key already can take over: that is how clients follow a rotation, and a fake server cannot bring keys of its
//! own. Invariants: signed bytes are those of the payload behind a line that names this format; an older list never
//! replaces a newer one; a retired key vouches for nothing, so a leaked one is harmless once clients have followed a
//! rotation.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SubsecRound as _, Utc};
use serde::{Deserialize, Serialize};

use super::public_keys::{Kid, PublicKeys};
use super::signing_key::SigningKey;

/// What is signed in front of the payload, so that a signature for a lease is none here.
const CONTEXT: &[u8] = b"perfex-bridge keys v1\n";
/// The longest text that is read, in bytes; a list of ten keys is about 2,000.
const LONGEST: usize = 16_384;

/// A list, its age, and who vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vouched {
    /// The key that signed the list.
    pub kid: Kid,
    /// When it was signed.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub iat: DateTime<Utc>,
    /// The keys.
    #[serde(flatten)]
    pub keys: PublicKeys,
}

/// Why a list is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VouchError {
    /// Not a list that this program can read.
    #[error("the license server's list of keys is damaged or is something else")]
    Shape,
    /// Signed with a key that is not believed.
    #[error(
        "the license server shows new keys, and none that this install knows vouches for them: if the server really \
         has new keys, activate a license again with --trust-new-keys"
    )]
    Stranger,
    /// Older than the list that is believed.
    #[error(
        "the license server shows an older list of keys than before: somebody may be repeating an old answer"
    )]
    Older,
}

/// Writes the list, vouched for by `signer`.
#[must_use]
pub fn write(keys: PublicKeys, signer: &SigningKey, now: DateTime<Utc>) -> String {
    let vouched = Vouched { kid: signer.kid(), iat: now.trunc_subsecs(0), keys };
    // Numbers and texts in lists: nothing in it can fail to be written.
    let payload = serde_json::to_vec(&vouched).unwrap_or_default();
    let signature = signer.sign(&[CONTEXT, &payload].concat());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(signature))
}

/// Reads a list that a key of `believed` vouches for; none are believed at the first contact, then the list must vouch
/// for itself.
pub fn read(text: &str, believed: Option<&Vouched>) -> Result<Vouched, VouchError> {
    if text.len() > LONGEST {
        return Err(VouchError::Shape);
    }
    let (payload, signature) = text.split_once('.').ok_or(VouchError::Shape)?;
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| VouchError::Shape);
    let (payload, signature) = (decode(payload)?, decode(signature)?);
    let read: Vouched = serde_json::from_slice(&payload).map_err(|_| VouchError::Shape)?;
    let known = believed.map_or(&read.keys, |believed| &believed.keys);
    let signer = known.get(read.kid).filter(|key| key.not_after().is_none()).ok_or(VouchError::Stranger)?;
    if !signer.signed(&[CONTEXT, &payload].concat(), &signature) {
        return Err(VouchError::Stranger);
    }
    match believed {
        Some(believed) if believed.iat > read.iat => Err(VouchError::Older),
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests {
    use super::super::public_keys::PublicKey;
    use super::*;

    fn signer(seed: u8) -> SigningKey {
        SigningKey::from_secret(&[seed; 32])
    }

    fn list(seeds: &[u8]) -> PublicKeys {
        let key = |seed: &u8| PublicKey::new(signer(*seed).public(), DateTime::UNIX_EPOCH, None);
        PublicKeys::new(seeds.iter().map(key).collect()).unwrap()
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn a_client_follows_a_rotation_and_no_stranger() {
        let first = read(&write(list(&[1, 2]), &signer(1), at(10)), None).unwrap();
        let second = read(&write(list(&[1, 2, 3]), &signer(2), at(20)), Some(&first)).unwrap();
        assert_eq!(second.keys, list(&[1, 2, 3]));
        let fake = write(list(&[8, 9]), &signer(8), at(30));
        assert_eq!(read(&fake, Some(&second)), Err(VouchError::Stranger));
        let mixed = write(list(&[1, 2, 3, 8]), &signer(8), at(30));
        assert_eq!(read(&mixed, Some(&second)), Err(VouchError::Stranger));
    }

    #[test]
    fn an_older_list_a_changed_one_and_a_lease_are_refused() {
        let old = write(list(&[1, 2]), &signer(1), at(10));
        let newer = read(&write(list(&[1, 2, 3]), &signer(1), at(20)), None).unwrap();
        assert_eq!(read(&old, Some(&newer)), Err(VouchError::Older));
        let (_, signature) = old.split_once('.').unwrap();
        let forged =
            serde_json::to_vec(&Vouched { kid: signer(1).kid(), iat: at(30), keys: list(&[8]) }).unwrap();
        let forged = format!("{}.{signature}", URL_SAFE_NO_PAD.encode(forged));
        assert_eq!(read(&forged, Some(&newer)), Err(VouchError::Stranger));
        for damaged in ["", ".", "e30.e30", "<html>"] {
            assert_eq!(read(damaged, None), Err(VouchError::Shape), "{damaged}");
        }
    }

    #[test]
    fn a_retired_key_vouches_for_nothing() {
        let retired = PublicKey::new(signer(1).public(), DateTime::UNIX_EPOCH, Some(at(40)));
        let current = PublicKey::new(signer(2).public(), DateTime::UNIX_EPOCH, None);
        let keys = PublicKeys::new(vec![retired, current]).unwrap();
        let believed = read(&write(keys, &signer(2), at(20)), None).unwrap();
        let leaked = write(list(&[1, 9]), &signer(1), at(30));
        assert_eq!(read(&leaked, Some(&believed)), Err(VouchError::Stranger));
    }

    #[test]
    fn at_the_first_contact_the_list_vouches_for_itself() {
        assert!(read(&write(list(&[1]), &signer(1), at(10)), None).is_ok());
        assert_eq!(read(&write(list(&[2]), &signer(1), at(10)), None), Err(VouchError::Stranger));
    }
}
