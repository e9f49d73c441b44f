//! Dates as the CRM writes them.

use chrono::{NaiveDate, NaiveDateTime};

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
