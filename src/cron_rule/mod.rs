//! When something repeats: the five fields of a crontab, in a time zone.
//!
//! In: `0 9 * * 1-5`, or `@daily`. Out: the next moment after a given one. The fields mean what they mean in Unix: minute, hour,
//! day of the month, month, day of the week (0 and 7 are Sunday); a day fits when the day of the month or the day of the
//! week fits, if both are limited. What clocks do twice a year:
//!
//! | the rule names | clock goes forward over it | clock goes back over it |
//! |---|---|---|
//! | certain hours | fires when the clock has gone forward | fires once, the first time |
//! | every hour | nothing to make up: the next hour comes | goes on as in any other hour |
//!
//! Invariant: each next moment is later than the one that was asked about.

mod weekdays;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use cron::{Schedule, TimeUnitSpec as _};

/// Longer than any step that a clock makes: the date line moved by a day.
const LONGEST_STEP: TimeDelta = TimeDelta::hours(26);
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// A rule by which something repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronRule {
    text: String,
    /// A moment fits when it fits one of them: Unix joins the two day fields by "or".
    schedules: Vec<Schedule>,
    every_hour: bool,
}

/// A text that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CronRuleError {
    /// Too few or too many fields.
    #[error(
        "has {0} fields instead of five: minute, hour, day of the month, month, day of the week, such as \"0 9 * * *\""
    )]
    Fields(usize),
    /// A field that means nothing.
    #[error(
        "has a field that is no crontab field: use numbers, names of days or months, and * , - / such as \"*/15 8-18 * * mon-fri\""
    )]
    Unreadable,
    /// A day that no year has.
    #[error("never happens: no year has such a day")]
    Never,
}

impl FromStr for CronRule {
    type Err = CronRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fields: Vec<&str> = spelled_out(text.trim()).split_ascii_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(CronRuleError::Fields(fields.len()));
        };
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"*,-/".contains(&byte);
        if !fields.iter().all(|field| field.bytes().all(known)) {
            return Err(CronRuleError::Unreadable);
        }
        let weekdays = weekdays::read(weekday).ok_or(CronRuleError::Unreadable)?;
        let limited = |field: &str| !field.starts_with('*');
        let days: &[(&str, &str)] = if limited(day) && limited(weekday) {
            &[(day, "*"), ("*", &weekdays)]
        } else {
            &[(day, &weekdays)]
        };
        let schedule = |(day, weekdays): &(&str, &str)| {
            let text = format!("0 {minute} {hour} {day} {month} {weekdays}");
            text.parse::<Schedule>().map_err(|_| CronRuleError::Unreadable)
        };
        let schedules = days.iter().map(schedule).collect::<Result<Vec<_>, _>>()?;
        let every_hour = schedules.iter().all(|schedule| schedule.hours().count() == 24);
        let rule = Self { text: fields.join(" "), schedules, every_hour };
        if rule.matching_after(DateTime::UNIX_EPOCH.naive_utc()).is_none() {
            return Err(CronRuleError::Never);
        }
        Ok(rule)
    }
}

/// The usual words for usual rules.
fn spelled_out(text: &str) -> &str {
    match text {
        "@hourly" => "0 * * * *",
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        fields => fields,
    }
}

impl CronRule {
    /// The first moment after `after` at which the rule fires; `None` when there is none before the year 2100.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        if self.every_hour {
            self.next_of_every_hour(after, zone)
        } else {
            self.next_of_certain_hours(after, zone)
        }
    }

    /// Each matching reading of the clock fires once. Readings and their moments come in the same order, so the readings up
    /// to the present one are done with.
    fn next_of_certain_hours(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let mut reading = reading_at(after, zone);
        loop {
            reading = self.matching_after(reading)?;
            let moment = first_moment_of(reading, zone)?;
            if moment > after {
                return Some(moment);
            }
        }
    }

    /// Every moment fires whose reading matches, also when the same reading comes again.
    fn next_of_every_hour(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let mut reading = reading_at(after, zone);
        let found = loop {
            reading = self.matching_after(reading)?;
            let moments = moments_of(reading, zone);
            if let Some(moment) = moments.into_iter().flatten().find(|moment| *moment > after) {
                break moment;
            }
        };
        // Readings that come again are earlier ones: they were passed over above.
        let Some(turned) = first_turning_back(after, found.min(after + LONGEST_STEP), zone) else {
            return Some(found);
        };
        let mut reading = reading_at(turned, zone) - MINUTE;
        let again = loop {
            reading = self.matching_after(reading)?;
            let moments = moments_of(reading, zone);
            if let Some(moment) = moments.into_iter().flatten().find(|moment| *moment >= turned) {
                break moment;
            }
        };
        Some(found.min(again))
    }

    /// The first matching reading after `reading`.
    fn matching_after(&self, reading: NaiveDateTime) -> Option<NaiveDateTime> {
        let nexts = self.schedules.iter().filter_map(|schedule| schedule.after(&reading.and_utc()).next());
        nexts.min().map(|next| next.naive_utc())
    }
}

impl fmt::Display for CronRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

fn reading_at(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    moment.with_timezone(&zone).naive_local()
}

/// When a clock shows `reading`: never, once or twice.
fn moments_of(reading: NaiveDateTime, zone: Tz) -> [Option<DateTime<Utc>>; 2] {
    match zone.from_local_datetime(&reading) {
        LocalResult::None => [None, None],
        LocalResult::Single(one) => [Some(one.to_utc()), None],
        LocalResult::Ambiguous(one, two) => {
            [Some(one.to_utc().min(two.to_utc())), Some(one.to_utc().max(two.to_utc()))]
        }
    }
}

/// When a clock shows `reading` for the first time, or goes forward over it.
fn first_moment_of(mut reading: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    let end = reading.checked_add_signed(LONGEST_STEP)?;
    while reading < end {
        if let [Some(first), _] = moments_of(reading, zone) {
            return Some(first);
        }
        reading += MINUTE;
    }
    None
}

/// The first moment after `from` and until `to` at which the clock had gone back; it does so at most once in that time.
fn first_turning_back(from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let ahead = |moment: DateTime<Utc>| reading_at(moment, zone) - moment.naive_utc();
    let before = ahead(from);
    if ahead(to) >= before {
        return None;
    }
    let (mut low, mut high) = (from, to);
    while high - low > TimeDelta::seconds(1) {
        let middle = low + (high - low) / 2;
        if ahead(middle) < before { high = middle } else { low = middle }
    }
    // Clocks change at whole seconds.
    Some(DateTime::from_timestamp(high.timestamp(), 0).unwrap_or(high))
}
