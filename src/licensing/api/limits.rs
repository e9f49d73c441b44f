//! How often anyone may ask: per network of the visitor, and per license key.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::super::LicenseKey;
use super::problem::Problem;

/// Two buckets per visitor and key.
pub struct Limits {
    networks: DefaultKeyedRateLimiter<IpAddr>,
    keys: DefaultKeyedRateLimiter<[u8; 32]>,
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limits")
    }
}

/// What a client that was refused should wait, in seconds.
const WAIT: u64 = 60;

impl Limits {
    /// So many requests a minute.
    #[must_use]
    pub fn new(per_network: u32, per_key: u32) -> Self {
        let quota = |count| Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
        Self { networks: RateLimiter::keyed(quota(per_network)), keys: RateLimiter::keyed(quota(per_key)) }
    }

    /// Counts a request of a visitor.
    pub fn visitor(&self, network: IpAddr) -> Result<(), Problem> {
        self.networks.check_key(&network).map_err(|_| Problem::too_many(WAIT))
    }

    /// Counts a question about a key.
    pub fn key(&self, key: &LicenseKey) -> Result<(), Problem> {
        self.keys.check_key(&key.hash()).map_err(|_| Problem::too_many(WAIT))
    }

    /// Forgets visitors and keys that have not been seen for a while.
    pub fn forget_idle(&self) {
        self.networks.retain_recent();
        self.keys.retain_recent();
    }
}
