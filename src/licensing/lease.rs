//! Leases: the authority's signed answer about one license on one domain.
//!
//! In: what the authority knows ([`Answer`]) and the time. Out: one line of text that any number of strangers may carry
//! and none can change, `<base64url payload>.<base64url signature>`; and back again. A lease is read in two steps:
//! [`verify`] says whether the authority wrote it, [`Lease::check`] whether it was written for this install and now.
//!
//! Invariants: the signature is over the exact bytes of the payload behind a line that names this format, so no JSON is
//! ever put in order to be compared, and a signature for anything else is none here; the algorithm is Ed25519, whatever
//! a document says. A no is signed like a yes: only a lease with `valid: false` takes a right away, silence never does.

mod check;
mod code;
mod envelope;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::domain::{Domain, Purpose};
use super::public_keys::Kid;
use super::signing_key::SigningKey;
use crate::ids::LicenseId;

pub use check::{Expectation, LeaseRefusal, is_of_the_future};
pub use code::Code;
pub use envelope::{LeaseError, sign, verify};

/// How long a lease lasts: one check interval and 7 days of grace.
pub const LIFE: TimeDelta = TimeDelta::days(8);

/// How long a client waits before it asks again.
pub const CHECK_EVERY: TimeDelta = TimeDelta::hours(24);

/// The version of the format.
const VERSION: u8 = 1;

/// What the authority answers; the times and the key are added by [`Lease::issue`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The license; none if the key is unknown.
    pub license: Option<LicenseId>,
    /// The slug of the product that was asked about.
    pub product: String,
    /// What else is included: modules, features.
    pub entitlements: Vec<String>,
    /// The domain that asked.
    pub domain: Domain,
    /// What that domain is bound as; none if it is not.
    pub slot: Option<Purpose>,
    /// Never smaller than in an earlier answer about the same key. The time in milliseconds will do, and needs no row.
    pub seq: u64,
    /// What the client sent, so that an old answer is not taken for a new one.
    pub nonce: String,
    /// The answer in one word.
    pub code: Code,
    /// When the license itself ends; none is without end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A signed answer. Times are in whole seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The version of the format: 1.
    pub v: u8,
    /// The key that signed it.
    pub kid: Kid,
    /// The license; none if the key is unknown.
    pub lic: Option<LicenseId>,
    /// The slug of the product.
    pub product: String,
    /// What else is included.
    pub entitlements: Vec<String>,
    /// The domain it was written for.
    pub domain: Domain,
    /// What that domain is bound as.
    pub slot: Option<Purpose>,
    /// When it was written.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub iat: DateTime<Utc>,
    /// From when on it counts.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub nbf: DateTime<Utc>,
    /// When it ends: with it, the grace of a client that reaches nobody.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub exp: DateTime<Utc>,
    /// When the client is to ask again.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub next_check: DateTime<Utc>,
    /// Grows from answer to answer.
    pub seq: u64,
    /// What the client sent.
    pub nonce: String,
    /// The answer in one word, for people.
    pub code: Code,
    /// The answer for programs: whether the module may work.
    pub valid: bool,
    /// The authority's clock, by which a client mends its own marks.
    #[serde(with = "chrono::serde::ts_seconds")]
    pub server_time: DateTime<Utc>,
    /// When the license itself ends, for people: the lease may end later, and a renewal may move it.
    #[serde(with = "chrono::serde::ts_seconds_option", default)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Lease {
    /// The lease that says `answer` at `now`; `key` signs it later.
    #[must_use]
    pub fn issue(answer: Answer, now: DateTime<Utc>, key: &SigningKey) -> Self {
        let Answer { license, product, entitlements, domain, slot, seq, nonce, code, expires_at } = answer;
        let now = now.trunc_subsecs(0);
        Self {
            v: VERSION,
            kid: key.kid(),
            lic: license,
            product,
            entitlements,
            domain,
            slot,
            iat: now,
            nbf: now,
            exp: now + LIFE,
            next_check: now + CHECK_EVERY,
            seq,
            nonce,
            code,
            valid: code.allows(),
            server_time: now,
            expires_at: expires_at.map(|end| end.trunc_subsecs(0)),
        }
    }
}
