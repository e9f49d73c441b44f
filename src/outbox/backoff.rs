//! When a failed message is tried again.

use std::time::Duration;

/// The pause before each further attempt; after the last entry the pauses stay the same.
///
/// A mail is wanted quickly after a hiccup, and a server that is down for a night must not use up the attempts.
const PAUSES: [Duration; 8] = [
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_mins(30),
    Duration::from_hours(1),
    Duration::from_hours(2),
    Duration::from_hours(6),
];

/// The pauses between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backoff;

impl Backoff {
    /// The pause after attempt number `attempt`, counted from 1.
    #[must_use]
    pub fn after(self, attempt: u32) -> Duration {
        let place = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
        PAUSES.get(place).or(PAUSES.last()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_never_end() {
        let pauses: Vec<Duration> = (0..20).map(|attempt| Backoff.after(attempt)).collect();
        assert!(pauses.is_sorted());
        assert_eq!(pauses[1], Duration::from_secs(10));
        assert_eq!(pauses[19], Duration::from_hours(6));
    }
}
