//! Dates: as the CRM writes them, and as the readers of a language do.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime};

use super::Language;

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// Writes a date with the month's name, which nobody takes for another one: `9 March 2026`, `9. März 2026`.
#[must_use]
pub fn write_day(date: NaiveDate, language: Language) -> String {
    match language {
        Language::English => date.format("%-d %B %Y").to_string(),
        Language::German => {
            let month = usize::try_from(date.month0()).ok().and_then(|month| GERMAN_MONTHS.get(month));
            format!("{}. {} {}", date.day(), month.copied().unwrap_or_default(), date.year())
        }
    }
}

/// Writes a date in the CRM's own format: the PHP part of option `dateformat`, such as `d.m.Y|%d.%m.%Y`.
///
/// Perfex offers seven formats (`database.md` 6.2), all made of day, month, year and separators; other letters stay.
#[must_use]
pub fn write_date(date: NaiveDate, option: &str) -> String {
    let php = option.split('|').next().filter(|format| !format.is_empty()).unwrap_or("Y-m-d");
    php.chars()
        .map(|letter| match letter {
            'd' => date.format("%d").to_string(),
            'm' => date.format("%m").to_string(),
            'Y' => date.format("%Y").to_string(),
            other => other.to_string(),
        })
        .collect()
}

/// Writes a moment to the minute: the date in the CRM's own format, the time in 24 hours, and the zone that it is in.
#[must_use]
pub fn write_moment(at: NaiveDateTime, zone: &str, option: &str) -> String {
    format!("{} {} {zone}", write_date(at.date(), option), at.format("%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_its_readers_write_it() {
        for (month, english, german) in
            [(3, "9 March 2026", "9. März 2026"), (12, "9 December 2026", "9. Dezember 2026")]
        {
            let date = NaiveDate::from_ymd_opt(2026, month, 9).unwrap();
            assert_eq!(write_day(date, Language::English), english);
            assert_eq!(write_day(date, Language::German), german);
        }
    }

    #[test]
    fn all_formats_of_the_crm_are_written() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
        for (option, written) in [
            ("d-m-Y|%d-%m-%Y", "09-03-2026"),
            ("m/d/Y|%m/%d/%Y", "03/09/2026"),
            ("d.m.Y|%d.%m.%Y", "09.03.2026"),
            ("Y-m-d|%Y-%m-%d", "2026-03-09"),
            ("", "2026-03-09"),
        ] {
            assert_eq!(write_date(date, option), written);
        }
    }
}
