//! Keeps machines out of the checkout: how often anyone may send a form, and whether it looks as if a person did.
//!
//! In: a form that is about to be read. Out: leave, or a refusal in words. A network that sends many forms has to work for
//! further ones: its browsers compute a little while the form is filled, and whoever has no scripts waits a minute.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use sha2::{Digest as _, Sha256};

use super::super::storefront::Form;
use super::refusal::Refusal;
use super::ticket::{Ticket, is_worked_for};

/// The field that people do not see and machines fill.
pub const HONEYPOT: &str = "website";
/// The field for the proof of work.
pub const PROOF: &str = "proof";
/// Nobody fills the form faster, in seconds.
const SWIFTEST: i64 = 2;
/// What takes the place of a proof of work, in seconds.
const PATIENCE: i64 = 60;
/// Leading zero bits that are asked for: some 130,000 digests, a second or two of a telephone.
const WORK: u32 = 17;
/// How long a network that came near its limit has to work, in minutes.
const CAREFUL: i64 = 10;

type Networks = RateLimiter<
    IpAddr,
    governor::state::keyed::DefaultKeyedStateStore<IpAddr>,
    governor::clock::DefaultClock,
    StateInformationMiddleware,
>;

/// The gate, one a daemon.
#[derive(Clone)]
pub struct Gate(Arc<Posts>);

struct Posts {
    networks: Networks,
    most: u32,
    mailboxes: DefaultKeyedRateLimiter<[u8; 32]>,
    careful: Mutex<HashMap<IpAddr, DateTime<Utc>>>,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl Gate {
    /// So many forms a minute from one network, and so many orders an hour for one mail address.
    #[must_use]
    pub fn new(per_network: u32, per_mailbox: u32) -> Self {
        let at_least_one = |count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let networks = RateLimiter::keyed(Quota::per_minute(at_least_one(per_network)))
            .with_middleware::<StateInformationMiddleware>();
        Self(Arc::new(Posts {
            networks,
            most: per_network,
            mailboxes: RateLimiter::keyed(Quota::per_hour(at_least_one(per_mailbox))),
            careful: Mutex::default(),
        }))
    }

    /// Counts a form of a network; `false` when it sends too many.
    #[must_use]
    pub fn admits(&self, network: IpAddr, now: DateTime<Utc>) -> bool {
        let Ok(state) = self.0.networks.check_key(&network) else { return false };
        if state.remaining_burst_capacity() < self.0.most / 2 {
            let mut careful = self.0.careful.lock().unwrap_or_else(PoisonError::into_inner);
            careful.retain(|_, until| *until > now);
            careful.insert(network, now + TimeDelta::minutes(CAREFUL));
        }
        true
    }

    /// How much work a form for this network asks for.
    #[must_use]
    pub fn work(&self, network: IpAddr, now: DateTime<Utc>) -> u32 {
        let careful = self.0.careful.lock().unwrap_or_else(PoisonError::into_inner);
        if careful.get(&network).is_some_and(|until| *until > now) { WORK } else { 0 }
    }

    /// Whether a form looks as if a person had filled it; `text` is the ticket as it was sent.
    pub fn judge(&self, form: &Form, ticket: &Ticket, text: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        if !form.get(HONEYPOT).is_empty() {
            return Err(Refusal::new("order", "checkout-honeypot"));
        }
        let age = now - ticket.made_at;
        if age < TimeDelta::seconds(SWIFTEST) {
            return Err(Refusal::new("order", "checkout-too-swift"));
        }
        let worked = ticket.work == 0 || is_worked_for(text, form.get(PROOF), ticket.work);
        if worked || age >= TimeDelta::seconds(PATIENCE) {
            return Ok(());
        }
        Err(Refusal::new("order", "checkout-work"))
    }

    /// Counts an order for a mail address; `false` when there were too many.
    #[must_use]
    pub fn admits_mailbox(&self, email: &str) -> bool {
        let key: [u8; 32] = Sha256::digest(email.to_lowercase().as_bytes()).into();
        self.0.mailboxes.check_key(&key).is_ok()
    }

    /// Forgets whoever has not been seen for a while.
    pub fn forget_idle(&self) {
        self.0.networks.retain_recent();
        self.0.mailboxes.retain_recent();
    }
}
