//! When the license server is asked again.

use chrono::{DateTime, TimeDelta, Utc};

use crate::entropy::{self, Entropy};

/// After an answer: up to two hours less than a day, so that the sites of one hoster do not ask together.
const DAY: TimeDelta = TimeDelta::hours(24);
/// The part of that which is left to chance, in seconds.
const SPREAD: i64 = 7_200;
/// After a signed no: soon enough that who pays need not press a button.
const AFTER_NO: TimeDelta = TimeDelta::hours(1);
/// After failures; the last one stays. Seven days of grace hold thirty of them.
const PAUSES: [TimeDelta; 5] = [
    TimeDelta::minutes(5),
    TimeDelta::minutes(15),
    TimeDelta::hours(1),
    TimeDelta::hours(3),
    TimeDelta::hours(6),
];
/// A plan further ahead than this was made by a clock that was ahead.
const FURTHEST: TimeDelta = TimeDelta::hours(25);

/// The next question after an answer.
pub fn after_answer(valid: bool, now: DateTime<Utc>, entropy: &dyn Entropy) -> DateTime<Utc> {
    if valid { now + DAY - chance(SPREAD, entropy) } else { now + AFTER_NO }
}

/// The next question after so many failures in a row, up to a fifth later by chance.
pub fn after_failure(failures: u32, now: DateTime<Utc>, entropy: &dyn Entropy) -> DateTime<Utc> {
    let place = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(place).or(PAUSES.last()).copied().unwrap_or(DAY);
    now + pause + chance(pause.num_seconds() / 5, entropy)
}

/// Whether it is time; nothing planned means at once.
pub fn is_due(next: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    next.is_none_or(|next| next <= now || next - now > FURTHEST)
}

fn chance(most: i64, entropy: &dyn Entropy) -> TimeDelta {
    let drawn = i64::from(u32::from_le_bytes(entropy::bytes::<4>(entropy)));
    TimeDelta::seconds(drawn % (most + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SeededEntropy;

    #[test]
    fn questions_are_spread_and_failures_back_off() {
        let (entropy, now) = (SeededEntropy::new(1), DateTime::UNIX_EPOCH);
        let days: Vec<TimeDelta> = (0..200).map(|_| after_answer(true, now, &entropy) - now).collect();
        assert!(days.iter().all(|pause| (TimeDelta::hours(22)..=TimeDelta::hours(24)).contains(pause)));
        assert!(days.iter().max() > days.iter().min());
        assert_eq!(after_answer(false, now, &entropy) - now, AFTER_NO);
        for (failures, (least, most)) in [(1, (5, 6)), (2, (15, 18)), (3, (60, 72)), (9, (360, 432))] {
            let pause = after_failure(failures, now, &entropy) - now;
            assert!((TimeDelta::minutes(least)..=TimeDelta::minutes(most)).contains(&pause), "{pause}");
        }
    }

    #[test]
    fn a_plan_made_by_a_clock_that_was_ahead_does_not_hold() {
        let now = DateTime::UNIX_EPOCH;
        assert!(is_due(None, now));
        assert!(is_due(Some(now), now));
        assert!(!is_due(Some(now + TimeDelta::hours(24)), now));
        assert!(is_due(Some(now + TimeDelta::days(400)), now));
    }
}
