//! How the CRM writes dates, times and money: its settings, read together.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{DbError, Session};
use crate::money::Amount;
use crate::text::{write_amount, write_date};

use super::options::{LocalZone, Options};

/// The CRM's formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formats {
    zone: LocalZone,
    dates: String,
    decimal: String,
    thousand: String,
}

impl Formats {
    /// The settings that [`Formats::of`] looks at.
    pub const OPTIONS: [&str; 4] =
        [LocalZone::OPTION, "dateformat", "decimal_separator", "thousand_separator"];

    /// Reads them.
    pub async fn read(session: &mut Session) -> Result<Self, DbError> {
        Ok(Self::of(&Options::read(session, &Self::OPTIONS).await?))
    }

    /// Takes them from settings that were read already.
    #[must_use]
    pub fn of(options: &Options) -> Self {
        let or = |name, default: &str| match options.get(name) {
            "" => default.to_owned(),
            set => set.to_owned(),
        };
        Self {
            zone: LocalZone::of(options),
            dates: options.get("dateformat").to_owned(),
            decimal: or("decimal_separator", "."),
            // Staff may have set it to nothing.
            thousand: options.get("thousand_separator").to_owned(),
        }
    }

    /// The zone that times are written in.
    #[must_use]
    pub fn zone(&self) -> LocalZone {
        self.zone
    }

    /// The whole day of a moment.
    #[must_use]
    pub fn day_around(&self, at: DateTime<Utc>) -> Range<DateTime<Utc>> {
        let day = self.zone.wall_clock(at).date();
        self.zone.day_began(day)..self.zone.day_began(day.succ_opt().unwrap_or(day))
    }

    /// A date.
    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        write_date(date, &self.dates)
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> String {
        self.date(self.zone.wall_clock(at).date())
    }

    /// A moment to the minute, in the CRM's zone, which no page of the CRM names.
    #[must_use]
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        let local = self.zone.wall_clock(at);
        format!("{} {}", self.date(local.date()), local.format("%H:%M"))
    }

    /// An amount with its currency: `1.234,50 EUR`.
    #[must_use]
    pub fn amount(&self, amount: Amount, currency: &str) -> String {
        format!("{} {currency}", write_amount(amount, &self.thousand, &self.decimal))
    }
}
