//! A verdict as a signed lease: the same for every way in which it was asked.

use chrono::{DateTime, Utc};

use super::super::lease::{self, Answer, Lease, LeaseError};
use super::super::{Domain, SigningKey};
use super::Verdict;

/// The lease that says `verdict` to who asked about `product` on `domain`, with the `nonce` that was sent.
pub fn signed(
    verdict: &Verdict,
    product: &str,
    domain: &Domain,
    nonce: &str,
    now: DateTime<Utc>,
    key: &SigningKey,
) -> Result<String, LeaseError> {
    let answer = Answer {
        license: verdict.license,
        product: product.to_owned(),
        entitlements: Vec::new(),
        domain: domain.clone(),
        slot: verdict.slot,
        // Grows with time, so no row has to be written for it.
        seq: u64::try_from(now.timestamp_millis()).unwrap_or_default(),
        nonce: nonce.to_owned(),
        code: verdict.code,
        expires_at: verdict.expires_at,
    };
    lease::sign(&Lease::issue(answer, now, key), key)
}
