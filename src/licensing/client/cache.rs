//! What is remembered about the licenses of this install's modules, between two questions to the license server.
//!
//! In and out: JSON, sealed by [`super::store`]. Invariant: nothing in it is believed for being there; a lease counts for
//! its signature, the public keys for having been vouched for when they were taken over.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::super::public_keys::Kid;
use super::super::vouched::Vouched;
use super::Module;

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cache {
    /// Whose keys these are, as [`super::Vendor::name`] says.
    pub server: String,
    /// The license server's public keys, once it was reached.
    pub keys: Option<Vouched>,
    /// The key that signed the newest lease: another one means that there are new keys to be learned.
    pub signer: Option<Kid>,
    /// The latest time seen here since the newest lease, which put the time right.
    pub mark: Option<DateTime<Utc>>,
    /// The number of that lease.
    #[serde(default)]
    pub mark_seq: u64,
    /// What is known of each module.
    pub modules: BTreeMap<Module, Record>,
}

/// What is known of one module's license.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The newest lease that was accepted.
    pub lease: Option<String>,
    /// Its number; an older one is a repetition.
    pub seq: u64,
    /// When the server last answered in a way that counts.
    pub checked_at: Option<DateTime<Utc>>,
    /// When to ask again.
    pub next_check: Option<DateTime<Utc>>,
    /// Attempts since then that brought nothing.
    pub failures: u32,
    /// What the last of them ended with: one sentence.
    pub trouble: Option<String>,
}
