//! The field of the weekdays: from Unix, where 0 and 7 are Sunday, to the `cron` crate, where 1 is Sunday.

/// The days as the crate's field; `None` when it is no field.
pub(super) fn read(field: &str) -> Option<String> {
    let mut days = [false; 7];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse().ok().filter(|step| (1..=7).contains(step))?),
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            Some((first, last)) => (day(first)?, day(last)?),
            None if range == "*" => (0, 6),
            // `1/2` is from Monday on, as cron programs read it.
            None if part.contains('/') => (day(range)?, 6),
            None => (day(range)?, day(range)?),
        };
        if first > last {
            return None;
        }
        for number in (first..=last).step_by(step) {
            *days.get_mut(number % 7)? = true;
        }
    }
    if days.iter().all(|day| *day) {
        return Some("*".to_owned());
    }
    let chosen = (1..).zip(days).filter(|(_, chosen)| *chosen);
    Some(chosen.map(|(number, _)| number.to_string()).collect::<Vec<String>>().join(","))
}

/// The number of a day, 0 to 7.
fn day(text: &str) -> Option<usize> {
    const NAMES: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let name = text.to_ascii_lowercase();
    let named = NAMES.iter().position(|known| *known == name);
    named.or_else(|| text.parse().ok().filter(|number| (0..=7).contains(number)))
}
