//! How long a license lasts: `30d`, `12m`, `2y`; nothing means without end.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, Months, Utc};
use mysql_async::prelude::FromValue;
use mysql_async::{FromValueError, Value};
use serde::{Serialize, Serializer};

/// A span of calendar time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Days of 24 hours.
    Days(u32),
    /// Calendar months; the 31st becomes the last day of a shorter month.
    Months(u32),
    /// Calendar years.
    Years(u32),
}

/// The longest term: a century is either a mistake or "without end".
const MOST_DAYS: u32 = 36_500;

impl Term {
    /// When a term that starts at `start` ends.
    #[must_use]
    pub fn end(self, start: DateTime<Utc>) -> DateTime<Utc> {
        let end = match self {
            Self::Days(days) => start.checked_add_days(Days::new(days.into())),
            Self::Months(months) => start.checked_add_months(Months::new(months)),
            Self::Years(years) => start.checked_add_months(Months::new(years.saturating_mul(12))),
        };
        end.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The phrase that says it, which names `$count`, and how many.
    #[must_use]
    pub fn phrase(self) -> (&'static str, u32) {
        match self {
            Self::Days(1) => ("checkout-term-day", 1),
            Self::Days(count) => ("checkout-term-days", count),
            Self::Months(1) => ("checkout-term-month", 1),
            Self::Months(count) => ("checkout-term-months", count),
            Self::Years(1) => ("checkout-term-year", 1),
            Self::Years(count) => ("checkout-term-years", count),
        }
    }
}

/// A text that is no term.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a term: write a number of days, months or years, such as 30d, 12m or 1y (at most 100y)"
)]
pub struct TermError(String);

impl FromStr for Term {
    type Err = TermError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || TermError(text.to_owned());
        let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(wrong());
        }
        let count: u32 = digits.parse().map_err(|_| wrong())?;
        let (term, days) = match unit {
            "d" => (Self::Days(count), count.checked_mul(1)),
            "m" => (Self::Months(count), count.checked_mul(30)),
            "y" => (Self::Years(count), count.checked_mul(365)),
            _ => return Err(wrong()),
        };
        if count > 0 && days.is_some_and(|days| days <= MOST_DAYS) { Ok(term) } else { Err(wrong()) }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(count) => write!(f, "{count}d"),
            Self::Months(count) => write!(f, "{count}m"),
            Self::Years(count) => write!(f, "{count}y"),
        }
    }
}

impl Serialize for Term {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<Term> for Value {
    fn from(term: Term) -> Self {
        Value::Bytes(term.to_string().into_bytes())
    }
}

impl TryFrom<Value> for Term {
    type Error = FromValueError;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let text = String::from_value_opt(value.clone())?;
        text.parse().map_err(|_| FromValueError(value))
    }
}

impl FromValue for Term {
    type Intermediate = Self;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_and_written_alike() {
        for text in ["30d", "12m", "1y", "36500d"] {
            assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
        }
        for wrong in ["", "m", "0d", "-1d", "12", "1w", "1.5y", "101y", "36501d", "99999999999m", "1ü"] {
            assert!(wrong.parse::<Term>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_month_from_the_31st_ends_on_the_last_day() {
        let start: DateTime<Utc> = "2027-01-31T10:00:00Z".parse().unwrap();
        assert_eq!(Term::Months(1).end(start).to_rfc3339(), "2027-02-28T10:00:00+00:00");
        assert_eq!(Term::Years(1).end(start).to_rfc3339(), "2028-01-31T10:00:00+00:00");
    }
}
