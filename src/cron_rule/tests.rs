use chrono::{Datelike as _, NaiveDate, Timelike as _};
use proptest::prelude::*;

use super::*;

fn rule(text: &str) -> CronRule {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn nexts(text: &str, after: &str, zone: Tz, count: usize) -> Vec<String> {
    let rule = rule(text);
    let mut at = utc(after);
    let mut step = || {
        at = rule.next(at, zone).unwrap();
        at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M %z").to_string()
    };
    std::iter::repeat_with(&mut step).take(count).collect()
}

#[test]
fn five_fields_mean_what_they_mean_in_unix() {
    let from = |text| nexts(text, "2026-03-09T10:00:00Z", Tz::UTC, 2).join(", ");
    assert_eq!(from("0 9 * * *"), "Tue 2026-03-10 09:00 +0000, Wed 2026-03-11 09:00 +0000");
    assert_eq!(from("0 9 * * 1"), "Mon 2026-03-16 09:00 +0000, Mon 2026-03-23 09:00 +0000");
    assert_eq!(from("0 9 * * 0"), from("0 9 * * 7"));
    assert_eq!(from("0 9 * * sun"), "Sun 2026-03-15 09:00 +0000, Sun 2026-03-22 09:00 +0000");
    assert_eq!(from("0 9 * * Mon-Fri"), "Tue 2026-03-10 09:00 +0000, Wed 2026-03-11 09:00 +0000");
    assert_eq!(from("0 9 * * 5-7"), "Fri 2026-03-13 09:00 +0000, Sat 2026-03-14 09:00 +0000");
    assert_eq!(from("*/20 * * * *"), "Mon 2026-03-09 10:20 +0000, Mon 2026-03-09 10:40 +0000");
    assert_eq!(from("0 0 29 2 *"), "Tue 2028-02-29 00:00 +0000, Sun 2032-02-29 00:00 +0000");
    assert_eq!(from("30 8,18 * jan *"), "Fri 2027-01-01 08:30 +0000, Fri 2027-01-01 18:30 +0000");
    assert_eq!(from("@monthly"), "Wed 2026-04-01 00:00 +0000, Fri 2026-05-01 00:00 +0000");
}

#[test]
fn a_day_fits_by_its_number_or_by_its_weekday_when_both_are_limited() {
    let from = |text| nexts(text, "2026-03-09T10:00:00Z", Tz::UTC, 3).join(", ");
    assert_eq!(
        from("0 9 13 * 1"),
        "Fri 2026-03-13 09:00 +0000, Mon 2026-03-16 09:00 +0000, Mon 2026-03-23 09:00 +0000"
    );
    assert_eq!(
        from("0 9 13 * *"),
        "Fri 2026-03-13 09:00 +0000, Mon 2026-04-13 09:00 +0000, Wed 2026-05-13 09:00 +0000"
    );
    assert_eq!(
        from("0 9 */2 * 1"),
        "Mon 2026-03-23 09:00 +0000, Mon 2026-04-13 09:00 +0000, Mon 2026-04-27 09:00 +0000"
    );
}

#[test]
fn what_is_no_rule_is_refused_with_what_would_be_one() {
    for (text, why) in [
        ("", CronRuleError::Fields(0)),
        ("0 9 * *", CronRuleError::Fields(4)),
        ("0 0 9 * * *", CronRuleError::Fields(6)),
        ("60 9 * * *", CronRuleError::Unreadable),
        ("0 24 * * *", CronRuleError::Unreadable),
        ("0 9 0 * *", CronRuleError::Unreadable),
        ("0 9 * 13 *", CronRuleError::Unreadable),
        ("0 9 * * 8", CronRuleError::Unreadable),
        ("0 9 * * fri-mon", CronRuleError::Unreadable),
        ("0 9 * * 1/0", CronRuleError::Unreadable),
        ("0 9 L * *", CronRuleError::Unreadable),
        ("0 9 ? * *", CronRuleError::Unreadable),
        ("a b c d e", CronRuleError::Unreadable),
        ("@reboot", CronRuleError::Fields(1)),
        ("0 0 30 2 *", CronRuleError::Never),
    ] {
        assert_eq!(text.parse::<CronRule>(), Err(why), "{text}");
    }
}

#[test]
fn a_daily_rule_fires_once_a_day_whatever_the_clock_does() {
    let berlin = Tz::Europe__Berlin;
    assert_eq!(
        nexts("30 2 * * *", "2026-03-27T12:00:00Z", berlin, 3),
        ["Sat 2026-03-28 02:30 +0100", "Sun 2026-03-29 03:00 +0200", "Mon 2026-03-30 02:30 +0200"]
    );
    assert_eq!(
        nexts("30 2 * * *", "2026-10-23T12:00:00Z", berlin, 3),
        ["Sat 2026-10-24 02:30 +0200", "Sun 2026-10-25 02:30 +0200", "Mon 2026-10-26 02:30 +0100"]
    );
}

#[test]
fn an_hourly_rule_fires_in_every_hour_whatever_the_clock_does() {
    assert_eq!(
        nexts("*/30 * * * *", "2026-10-25T00:15:00Z", Tz::Europe__Berlin, 4),
        [
            "Sun 2026-10-25 02:30 +0200",
            "Sun 2026-10-25 02:00 +0100",
            "Sun 2026-10-25 02:30 +0100",
            "Sun 2026-10-25 03:00 +0100"
        ]
    );
    assert_eq!(
        nexts("0 * * * *", "2026-03-29T00:15:00Z", Tz::Europe__Berlin, 2),
        ["Sun 2026-03-29 03:00 +0200", "Sun 2026-03-29 04:00 +0200"]
    );
}

/// Every change of a clock between two years, to the second.
fn changes(zone: Tz, from: i32, to: i32) -> Vec<DateTime<Utc>> {
    let year = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc();
    let ahead = |moment: DateTime<Utc>| reading_at(moment, zone) - moment.naive_utc();
    let (mut at, end) = (year(from), year(to));
    let mut found = Vec::new();
    while at < end {
        let next = at + TimeDelta::hours(12);
        if ahead(at) != ahead(next) {
            let (mut low, mut high) = (at, next);
            while high - low > TimeDelta::seconds(1) {
                let middle = low + (high - low) / 2;
                if ahead(middle) == ahead(at) { low = middle } else { high = middle }
            }
            found.push(DateTime::from_timestamp(high.timestamp(), 0).unwrap());
        }
        at = next;
    }
    found
}

/// A rule told by hand: whether a reading matches, and whether all hours do.
type Told = (&'static str, fn(NaiveDateTime) -> bool, bool);

const RULES: [Told; 7] = [
    ("30 2 * * *", |at| (at.hour(), at.minute()) == (2, 30), false),
    ("0 0 * * *", |at| (at.hour(), at.minute()) == (0, 0), false),
    ("15,45 1-3 * * *", |at| (1..=3).contains(&at.hour()) && [15, 45].contains(&at.minute()), false),
    ("*/10 0-22 * * *", |at| at.hour() != 23 && at.minute().is_multiple_of(10), false),
    ("*/15 * * * *", |at| at.minute().is_multiple_of(15), true),
    ("20 * * * *", |at| at.minute() == 20, true),
    ("5 * * * 0", |at| at.minute() == 5 && at.weekday() == chrono::Weekday::Sun, true),
];

/// What fires from `first` on for so many minutes, by looking at each minute.
fn by_looking(first: DateTime<Utc>, minutes: i64, zone: Tz, told: Told) -> Vec<DateTime<Utc>> {
    let (_, matches, every_hour) = told;
    let mut shown = std::collections::HashSet::new();
    let mut fired = Vec::new();
    let mut expected: Option<NaiveDateTime> = None;
    for minute in -120..minutes {
        let at = first + TimeDelta::minutes(minute);
        let reading = reading_at(at, zone);
        // Readings that the clock went over, up to this one.
        let mut skipped = expected.filter(|expected| *expected < reading);
        let mut here = false;
        while let Some(over) = skipped.filter(|over| *over < reading) {
            here |= !every_hour && matches(over) && shown.insert(over);
            skipped = Some(over + MINUTE);
        }
        here |= matches(reading) && (shown.insert(reading) || every_hour);
        if here && minute > 0 {
            fired.push(at);
        }
        expected = Some(reading + MINUTE);
    }
    fired
}

#[test]
fn around_every_change_of_every_clock_the_rules_fire_as_by_looking_at_each_minute() {
    let mut looked_at = 0;
    for zone in chrono_tz::TZ_VARIANTS {
        for change in changes(zone, 2025, 2027) {
            let first = change - TimeDelta::hours(5);
            for told in RULES {
                let rule = rule(told.0);
                let expected = by_looking(first, 60 * 16, zone, told);
                let mut found = Vec::new();
                let mut at = first;
                while let Some(next) = rule.next(at, zone).filter(|next| *next < first + TimeDelta::hours(16))
                {
                    assert!(next > at);
                    found.push(next);
                    at = next;
                }
                assert_eq!(found, expected, "{} in {zone} around {change}", told.0);
            }
            looked_at += 1;
        }
    }
    assert!(looked_at > 500, "{looked_at}");
}

#[test]
fn a_whole_day_that_a_country_left_out_is_made_up_once() {
    // Samoa had no 30 December 2011.
    assert_eq!(
        nexts("0 9 * * *", "2011-12-29T00:00:00Z", Tz::Pacific__Apia, 3),
        ["Thu 2011-12-29 09:00 -1000", "Sat 2011-12-31 00:00 +1400", "Sat 2011-12-31 09:00 +1400"]
    );
}

proptest! {
    #[test]
    fn asked_at_any_moment_the_answer_is_the_first_of_those_found_from_earlier(
        zone in (0..chrono_tz::TZ_VARIANTS.len()).prop_map(|number| chrono_tz::TZ_VARIANTS[number]),
        second in 1_735_689_600_i64..1_861_920_000,
        told in (0..RULES.len()).prop_map(|number| RULES[number]),
        later in 1_i64..5_000,
    ) {
        let rule = rule(told.0);
        let from = DateTime::from_timestamp(second, 0).unwrap();
        let asked = from + TimeDelta::minutes(later);
        let mut walked = from;
        while walked <= asked {
            walked = rule.next(walked, zone).unwrap();
        }
        prop_assert_eq!(rule.next(asked, zone), Some(walked));
    }

    #[test]
    fn any_text_is_read_or_refused_but_never_panics(text in "[-0-9*/,a-z@ ]{0,24}") {
        if let Ok(rule) = text.parse::<CronRule>() {
            prop_assert_eq!(rule.to_string().parse::<CronRule>(), Ok(rule));
        }
    }
}
