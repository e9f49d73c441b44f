//! The days of a trial on which its holder is reminded.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// What stands for no day at all.
const NONE: &str = "none";

/// Days after the first one, in their order; day 0 is the day on which the trial began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReminderDays(BTreeSet<u32>);

/// A text that lists no days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must list up to {most} days from 1 to {last} with commas between them, such as \"7, 14, 27\", or be \"{NONE}\"",
    most = ReminderDays::MOST,
    last = ReminderDays::LAST
)]
pub struct ReminderDaysError;

impl ReminderDays {
    /// The most reminders of one trial: more would be a nuisance.
    pub const MOST: usize = 10;
    /// The last day that a reminder can have.
    pub const LAST: u32 = 365;
}

impl FromStr for ReminderDays {
    type Err = ReminderDaysError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.eq_ignore_ascii_case(NONE) {
            return Ok(Self::default());
        }
        let day = |part: &str| part.trim().parse().ok().filter(|day| (1..=Self::LAST).contains(day));
        let days: Option<BTreeSet<u32>> = text.split([',', ';']).map(day).collect();
        days.filter(|days| days.len() <= Self::MOST).map(Self).ok_or(ReminderDaysError)
    }
}

impl fmt::Display for ReminderDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.pad(NONE);
        }
        let days: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.pad(&days.join(", "))
    }
}

impl ReminderDays {
    /// The last of the days that is there on the trial's day `today`.
    #[must_use]
    pub fn due(&self, today: u32) -> Option<u32> {
        self.0.range(..=today).next_back().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_written_alike() {
        for (text, written) in [("7, 14, 27", "7, 14, 27"), ("27,7;14,7", "7, 14, 27"), (" None ", "none")] {
            assert_eq!(text.parse::<ReminderDays>().unwrap().to_string(), written);
        }
        for wrong in ["", "0", "366", "7,", "7 14", "-1", "soon", "1,2,3,4,5,6,7,8,9,10,11"] {
            assert_eq!(wrong.parse::<ReminderDays>(), Err(ReminderDaysError), "{wrong}");
        }
    }

    #[test]
    fn the_last_day_that_is_there_is_due() {
        let days: ReminderDays = "7, 14, 27".parse().unwrap();
        assert_eq!(
            [0, 6, 7, 13, 14, 26, 27, 400].map(|today| days.due(today)),
            [None, None, Some(7), Some(7), Some(14), Some(14), Some(27), Some(27)]
        );
    }
}
