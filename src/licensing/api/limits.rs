//! How often anyone may ask: per network of the visitor, and per license key. A list costs as much as its questions.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use warp::http::StatusCode;

use super::super::LicenseKey;
use super::problem::Problem;

/// Two buckets per visitor and key.
pub struct Limits {
    per_network: NonZeroU32,
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
        let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let (per_network, per_key) = (at_least_one(per_network), at_least_one(per_key));
        Self {
            per_network,
            networks: RateLimiter::keyed(Quota::per_minute(per_network)),
            keys: RateLimiter::keyed(Quota::per_minute(per_key)),
        }
    }

    /// Counts a request of a visitor.
    pub fn visitor(&self, network: IpAddr) -> Result<(), Problem> {
        self.networks.check_key(&network).map_err(|_| Problem::too_many(WAIT))
    }

    /// Counts the questions of a visitor's call beside the first, which was counted with the call.
    pub fn further_questions(&self, network: IpAddr, questions: usize) -> Result<(), Problem> {
        let most = self.per_network;
        let Some(further) = u32::try_from(questions).ok().filter(|questions| *questions <= most.get()) else {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                format!("this license server answers at most {most} questions at a time: send shorter lists"),
            ));
        };
        let Some(further) = NonZeroU32::new(further.saturating_sub(1)) else { return Ok(()) };
        match self.networks.check_key_n(&network, further) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Problem::too_many(WAIT)),
        }
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
