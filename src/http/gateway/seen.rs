//! The signatures that were used, for as long as one of them could be used again.
//!
//! Two generations of 120 seconds: the time from the earliest moment at which a signature counts to the latest. A nonce is
//! known for one generation at least and for two at most, and forgetting costs no look at each.

use std::collections::HashSet;
use std::fmt;
use std::mem;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::{GatewayRefusal, VALIDITY};

/// How many are remembered a generation: 2,000 requests a second, and at most 20 MiB.
pub(super) const MOST: usize = 1 << 18;

/// Remembers nonces.
pub(super) struct Seen {
    most: usize,
    generations: Mutex<Generations>,
}

struct Generations {
    young: HashSet<[u8; 16]>,
    old: HashSet<[u8; 16]>,
    since: DateTime<Utc>,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seen")
    }
}

impl Seen {
    pub(super) fn new(now: DateTime<Utc>, most: usize) -> Self {
        let generations = Generations { young: HashSet::new(), old: HashSet::new(), since: now };
        Self { most, generations: Mutex::new(generations) }
    }

    /// Remembers a nonce; refused when it is known already or when there is no room.
    pub(super) fn first_time(&self, nonce: [u8; 16], now: DateTime<Utc>) -> Result<(), GatewayRefusal> {
        let mut known = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        known.turn(now);
        if known.young.contains(&nonce) || known.old.contains(&nonce) {
            return Err(GatewayRefusal::Replayed);
        }
        if known.young.len() >= self.most {
            return Err(GatewayRefusal::Full);
        }
        known.young.insert(nonce);
        Ok(())
    }
}

impl Generations {
    fn turn(&mut self, now: DateTime<Utc>) {
        let generation: TimeDelta = VALIDITY * 2;
        let age = now - self.since;
        if age <= generation {
            return;
        }
        self.old = mem::take(&mut self.young);
        if age > generation * 2 {
            self.old.clear();
        }
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn a_nonce_is_known_for_as_long_as_its_signature_counts() {
        for used in [0, 1, 119, 120, 121, 500] {
            let seen = Seen::new(at(0), 10);
            assert_eq!(seen.first_time([1; 16], at(used)), Ok(()));
            for later in [0, 1, 60, 119, 120] {
                assert_eq!(
                    seen.first_time([1; 16], at(used + later)),
                    Err(GatewayRefusal::Replayed),
                    "{used} {later}"
                );
            }
            assert_eq!(seen.first_time([1; 16], at(used + 241)), Ok(()), "{used}");
        }
    }

    #[test]
    fn a_full_memory_refuses_and_has_room_again_after_two_minutes() {
        let seen = Seen::new(at(0), 2);
        assert_eq!(seen.first_time([1; 16], at(0)), Ok(()));
        assert_eq!(seen.first_time([2; 16], at(0)), Ok(()));
        assert_eq!(seen.first_time([3; 16], at(120)), Err(GatewayRefusal::Full));
        assert_eq!(seen.first_time([3; 16], at(121)), Ok(()));
        assert_eq!(seen.first_time([1; 16], at(121)), Err(GatewayRefusal::Replayed));
    }
}
