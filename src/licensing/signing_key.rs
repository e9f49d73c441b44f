//! Signing keys: what makes a lease the authority's own.
//!
//! In: randomness and the folder `signing-keys` in the state folder. Out: the key that signs, and the public halves that
//! clients may believe. Invariants: a secret is in a file that nobody else can read and in no log, error or `Debug`; a key
//! that no longer signs has no secret any more; one that just stopped is still published until the last lease it signed
//! has ended.

mod file;
mod ring;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;

use ed25519_dalek::{Signer as _, VerifyingKey};
use secrecy::zeroize::Zeroizing;

use super::public_keys::Kid;
use crate::entropy::{self, Entropy};

pub use ring::{KeyLine, KeyState, OVERLAP, Ring};

/// A key that signs. `Debug` shows its name only; the secret is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    kid: Kid,
}

impl SigningKey {
    /// A new key.
    #[must_use]
    pub fn draw(entropy: &dyn Entropy) -> Self {
        Self::from_secret(&Zeroizing::new(entropy::bytes::<32>(entropy)))
    }

    /// The key that these 32 bytes stand for.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(secret);
        Self { kid: Kid::of(&key.verifying_key()), key }
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> Kid {
        self.kid
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        self.key.verifying_key()
    }

    /// Signs exactly these bytes.
    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid)
    }
}

/// Why the signing keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RingError {
    /// There are none.
    #[error("there are no signing keys in {}: make them with `perfex-bridge license keygen`", .0.display())]
    Missing(PathBuf),
    /// There are some already.
    #[error("there are signing keys in {} already: to exchange them, rotate them", .0.display())]
    Exists(PathBuf),
    /// Others can read them.
    #[error(
        "{} is open to other users (mode {mode:o}): run `chmod {wanted:o} {}`; if somebody may have read it, rotate the \
         signing keys twice, as the README says",
        path.display(), path.display()
    )]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// What it allows.
        mode: u32,
        /// What it should allow.
        wanted: u32,
    },
    /// The folder that they are to lie in cannot be made.
    #[error("{} cannot be made: {source}; set [state] directory to a folder of this user", folder.display())]
    State {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file or folder cannot be read or written.
    #[error("{} cannot be {action}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what this program wrote.
    #[error("{} is not a signing key: {reason}; restore it from the backup, or remove it", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, without its content.
        reason: &'static str,
    },
    /// No key signs.
    #[error("no signing key in {} has the state `current`: restore the folder from the backup", .0.display())]
    NoCurrent(PathBuf),
}
