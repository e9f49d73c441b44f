//! Whether a lease was written for this install, and counts now.
//!
//! A lease is checked twice in its life, and the clock is judged differently:
//!
//! - when it arrives (with the nonce that was sent): the signed time is new and certain. It may not be more than five
//!   minutes ahead of ours, and when it agrees with ours it also proves that an earlier, later reading of our clock was
//!   the wrong one. Afterwards the caller sets the high-water mark to `server_time`, forward or back.
//! - when it is used (without a nonce): our clock is all there is. It may be up to 24 hours behind the latest time that
//!   was ever seen, because time zones are set wrong and machines are restored from copies; but such a gap does not
//!   make the lease last longer.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::domain::Domain;
use super::Lease;

/// How far the authority's clock may be ahead of ours.
const DRIFT: TimeDelta = TimeDelta::minutes(5);

/// How far our clock may be behind the latest time seen.
const SET_BACK: TimeDelta = TimeDelta::hours(24);

/// What a lease must fit.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    /// The slug of the module's product.
    pub product: &'a str,
    /// The domain of this install, from the configured address and never from a request.
    pub domain: &'a Domain,
    /// What was sent with the question; none when a stored lease is used.
    pub nonce: Option<&'a str>,
    /// The highest `seq` seen so far; 0 at the beginning.
    pub last_seq: u64,
    /// Our clock.
    pub now: DateTime<Utc>,
    /// The latest time ever seen here: own clock and leases.
    pub high_water_mark: DateTime<Utc>,
}

/// Why an authentic lease does not count here and now.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LeaseRefusal {
    /// For something else that the same authority sells.
    #[error(
        "the license is for the product \"{lease}\", and this is \"{here}\": enter the key that you got for it"
    )]
    OtherProduct {
        /// What the lease is for.
        lease: String,
        /// What this is.
        here: String,
    },
    /// For another site, or this is a copy of it.
    #[error(
        "the license belongs to {lease}, and this CRM runs at {here}: move the license here, or enter another key; on \
         a copy for tests, activate the key as its staging name"
    )]
    OtherDomain {
        /// The domain in the lease.
        lease: Domain,
        /// Ours.
        here: Domain,
    },
    /// The answer to another question.
    #[error(
        "the license server's answer belongs to another question: somebody may be repeating an old answer"
    )]
    OtherNonce,
    /// Older than what was seen already.
    #[error(
        "the license server's answer is older (number {seq}) than the last one seen here (number {last_seq}): somebody \
         may be repeating an old answer"
    )]
    Replayed {
        /// Its number.
        seq: u64,
        /// The highest number seen.
        last_seq: u64,
    },
    /// From the future.
    #[error(
        "the license server's time is {} UTC, and this server's clock shows {} UTC: set this server's clock",
        .server.format("%Y-%m-%d %H:%M"), .here.format("%Y-%m-%d %H:%M")
    )]
    FromFuture {
        /// The time in the lease.
        server: DateTime<Utc>,
        /// Our time.
        here: DateTime<Utc>,
    },
    /// A new answer that would be over already: our clock is ahead.
    #[error(
        "this server's clock shows {} UTC, and the license server's time is {} UTC: set this server's clock",
        .here.format("%Y-%m-%d %H:%M"), .server.format("%Y-%m-%d %H:%M")
    )]
    ClockAhead {
        /// Our time.
        here: DateTime<Utc>,
        /// The time in the lease.
        server: DateTime<Utc>,
    },
    /// Our clock was set back.
    #[error(
        "this server's clock shows {} UTC but has been at {} UTC before: set this server's clock, then check the \
         license again",
        .here.format("%Y-%m-%d %H:%M"), .seen.format("%Y-%m-%d %H:%M")
    )]
    ClockSetBack {
        /// Our time.
        here: DateTime<Utc>,
        /// The latest time seen.
        seen: DateTime<Utc>,
    },
    /// Its end has passed.
    #[error(
        "the license could not be confirmed since {} UTC, and the days of grace are over: check that this server \
         reaches the license server, then check the license again",
        .confirmed.format("%Y-%m-%d %H:%M")
    )]
    Expired {
        /// When the lease was written.
        confirmed: DateTime<Utc>,
    },
}

impl LeaseRefusal {
    /// The word for programs; also in `tests/vectors/leases.json`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherProduct { .. } => "other_product",
            Self::OtherDomain { .. } => "other_domain",
            Self::OtherNonce => "other_nonce",
            Self::Replayed { .. } => "replayed",
            Self::FromFuture { .. } => "from_future",
            Self::ClockAhead { .. } => "clock_ahead",
            Self::ClockSetBack { .. } => "clock_set_back",
            Self::Expired { .. } => "expired",
        }
    }
}

/// Whether a number was given by a clock that was ahead. Numbers are the authority's time in milliseconds, and a new
/// answer is known by its nonce: such a number need not be waited for.
#[must_use]
pub fn is_of_the_future(seq: u64, now: DateTime<Utc>) -> bool {
    u64::try_from((now + DRIFT).timestamp_millis()).is_ok_and(|latest| seq > latest)
}

impl Lease {
    /// Whether this lease is for us and counts now. What it then says is in `valid` and `code`.
    pub fn check(&self, expected: &Expectation<'_>) -> Result<(), LeaseRefusal> {
        let Expectation { product, domain, nonce, last_seq, now, high_water_mark } = *expected;
        if self.product != product {
            return Err(LeaseRefusal::OtherProduct { lease: self.product.clone(), here: product.to_owned() });
        }
        if self.domain != *domain {
            return Err(LeaseRefusal::OtherDomain { lease: self.domain.clone(), here: domain.clone() });
        }
        if nonce.is_some_and(|nonce| nonce != self.nonce) {
            return Err(LeaseRefusal::OtherNonce);
        }
        if self.seq < last_seq && !(nonce.is_some() && is_of_the_future(last_seq, now)) {
            return Err(LeaseRefusal::Replayed { seq: self.seq, last_seq });
        }
        let counts_from = self.iat.max(self.nbf);
        let ahead = counts_from.signed_duration_since(now);
        let seen = if nonce.is_some() && ahead.abs() <= DRIFT {
            // The authority's clock agrees with ours at this moment: whatever was seen before was wrong.
            now
        } else if nonce.is_some() && ahead > DRIFT {
            return Err(LeaseRefusal::FromFuture { server: self.iat, here: now });
        } else {
            high_water_mark.max(counts_from).max(now)
        };
        if seen.signed_duration_since(now) > SET_BACK {
            return Err(LeaseRefusal::ClockSetBack { here: now, seen });
        }
        if seen >= self.exp && nonce.is_some() {
            return Err(LeaseRefusal::ClockAhead { here: now, server: self.iat });
        }
        if seen >= self.exp {
            return Err(LeaseRefusal::Expired { confirmed: self.iat });
        }
        Ok(())
    }
}
