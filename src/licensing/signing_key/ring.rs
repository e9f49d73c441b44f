//! The keys of one authority: one that signs, one that will, and those that did.
//!
//! | state | published | secret kept |
//! |---|---|---|
//! | next | yes, so that modules can ship it before it signs | yes |
//! | current | yes | yes |
//! | retired | until its last lease has ended: [`OVERLAP`] | no |
//!
//! A rotation is several files, and a crash may come between any two. So the files are read with forgiveness: of two
//! current keys the newer one signs and the older one is retired, of two next keys the older one comes first.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::file::{self, Stored};
use super::{RingError, SigningKey};
use crate::entropy::Entropy;
use crate::licensing::public_keys::{Kid, PublicKey, PublicKeys};
use crate::licensing::vouched;

/// How long a retired key is still published: the life of a lease, and one check interval for clients whose clocks and
/// crons are late.
pub const OVERLAP: TimeDelta = TimeDelta::days(9);

/// What a key is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Will sign after the next rotation.
    Next,
    /// Signs.
    Current,
    /// Signed, and is still believed for a while.
    Retired,
}

impl std::fmt::Display for KeyState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retired => "retired",
        })
    }
}

/// A key as it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct KeyLine {
    /// Its name.
    pub kid: Kid,
    /// What it is used for.
    pub state: KeyState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it came into this state.
    pub since: DateTime<Utc>,
}

/// The keys of one authority.
#[derive(Debug, Clone)]
pub struct Ring {
    folder: PathBuf,
    current: SigningKey,
    keys: Vec<Stored>,
}

impl Ring {
    /// Where the keys lie in this state folder.
    #[must_use]
    pub fn folder_in(state: &Path) -> PathBuf {
        state.join("signing-keys")
    }

    /// Reads the keys.
    pub fn load(folder: &Path) -> Result<Self, RingError> {
        Self::settled(folder, file::read_all(folder)?)
    }

    /// Makes the first two keys: one that signs, and the next.
    pub fn create_first(folder: &Path, entropy: &dyn Entropy, now: DateTime<Utc>) -> Result<Self, RingError> {
        let keys = [drawn(KeyState::Current, entropy, now), drawn(KeyState::Next, entropy, now)];
        file::write_first(folder, &keys)?;
        Self::load(folder)
    }

    /// Reads the keys, or makes the first ones; also when another daemon makes them at the same moment.
    pub fn load_or_create(
        folder: &Path,
        entropy: &dyn Entropy,
        now: DateTime<Utc>,
    ) -> Result<Self, RingError> {
        match Self::load(folder) {
            Err(RingError::Missing(_)) => match Self::create_first(folder, entropy, now) {
                Err(RingError::Exists(_)) => Self::load(folder),
                other => other,
            },
            other => other,
        }
    }

    /// The next key signs from now on, the one that signed is retired, and a new next key is made. Those retired for
    /// longer than [`OVERLAP`] are removed.
    ///
    /// Starts from what is on disk at that moment, so two rotations at once are two rotations.
    pub fn rotate(&mut self, entropy: &dyn Entropy, now: DateTime<Utc>) -> Result<(), RingError> {
        let _lock = file::lock(&self.folder)?;
        file::tidy(&self.folder)?;
        let mut keys = Self::load(&self.folder)?.keys;
        // The new next key comes first: whatever happens later, there is one. A crash may have left it already; and
        // somebody may have removed the old one, then the successor is new as well.
        let waiting = keys.iter().filter(|key| key.state == KeyState::Next).count();
        for _missing in waiting..2 {
            let fresh = drawn(KeyState::Next, entropy, now);
            fresh.write(&self.folder)?;
            keys.push(fresh);
        }
        let next = keys.iter_mut().filter(|key| key.state == KeyState::Next);
        let Some(next) = next.min_by_key(|key| key.created_at) else {
            return Err(RingError::NoCurrent(self.folder.clone()));
        };
        next.state = KeyState::Current;
        next.since = now;
        next.write(&self.folder)?;
        let successor = next.kid();
        for key in &mut keys {
            if key.state == KeyState::Current && key.kid() != successor {
                key.state = KeyState::Retired;
                key.since = now;
                key.signing = None;
            }
            if key.state == KeyState::Retired {
                // Also the one whose retirement a crash interrupted: its secret is still in its file.
                if is_over(key, now) { key.remove(&self.folder)? } else { key.write(&self.folder)? }
            }
        }
        *self = Self::load(&self.folder)?;
        Ok(())
    }

    /// The key that signs.
    #[must_use]
    pub fn current(&self) -> &SigningKey {
        &self.current
    }

    /// What clients may believe at `now`.
    #[must_use]
    pub fn public_keys(&self, now: DateTime<Utc>) -> PublicKeys {
        let believed = self.keys.iter().filter(|key| !is_over(key, now));
        let keys = believed.map(|key| {
            let end = (key.state == KeyState::Retired).then(|| key.since + OVERLAP);
            PublicKey::new(key.public, key.created_at, end)
        });
        // No name is there twice: it is the file's name.
        PublicKeys::new(keys.collect()).unwrap_or_default()
    }

    /// The public keys, vouched for by the one that signs.
    #[must_use]
    pub fn vouched(&self, now: DateTime<Utc>) -> String {
        vouched::write(self.public_keys(now), &self.current, now)
    }

    /// The document at `/api/keys.json`.
    #[must_use]
    pub fn public_json(&self, now: DateTime<Utc>) -> String {
        let keys = self.public_keys(now);
        json!({ "keys": keys.all(), "vouched": self.vouched(now) }).to_string()
    }

    /// All keys, the newest first.
    #[must_use]
    pub fn list(&self) -> Vec<KeyLine> {
        let line = |key: &Stored| KeyLine {
            kid: key.kid(),
            state: key.state,
            created_at: key.created_at,
            since: key.since,
        };
        self.keys.iter().map(line).collect()
    }

    fn settled(folder: &Path, mut keys: Vec<Stored>) -> Result<Self, RingError> {
        keys.sort_by_key(|key| (std::cmp::Reverse((key.created_at, key.since)), key.kid()));
        let signing = |key: &&Stored| key.state == KeyState::Current;
        let newest = keys.iter().filter(signing).max_by_key(|key| (key.since, key.created_at));
        let Some((current, since)) = newest.and_then(|key| Some((key.signing.clone()?, key.since))) else {
            return Err(RingError::NoCurrent(folder.to_owned()));
        };
        for key in &mut keys {
            if key.state == KeyState::Current && key.kid() != current.kid() {
                key.state = KeyState::Retired;
                key.since = since;
            }
            if key.state == KeyState::Retired {
                key.signing = None;
            }
        }
        Ok(Self { folder: folder.to_owned(), current, keys })
    }
}

fn drawn(state: KeyState, entropy: &dyn Entropy, now: DateTime<Utc>) -> Stored {
    let key = SigningKey::draw(entropy);
    Stored { public: key.public(), signing: Some(key), state, created_at: now, since: now }
}

fn is_over(key: &Stored, now: DateTime<Utc>) -> bool {
    key.state == KeyState::Retired && now.signed_duration_since(key.since) >= OVERLAP
}
