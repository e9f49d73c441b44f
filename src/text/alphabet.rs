//! The order in which people look things up.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Texts sorted by this stand as in a dictionary of English or German (DIN 5007-1): letters count without their marks, `ß` as
/// `ss`, capitals as small letters, and everything between words as a space.
#[must_use]
pub fn alphabetical(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for sign in DecomposingNormalizerBorrowed::new_nfd().normalize(text).chars() {
        match sign {
            // Accents, dots and rings that were part of the letter before.
            '\u{300}'..='\u{36f}' => {}
            'ß' => key.push_str("ss"),
            sign if sign.is_alphanumeric() => key.extend(sign.to_lowercase()),
            _ => key.push(' '),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_with_marks_stand_beside_those_without() {
        let mut names =
            ["Zypern", "Österreich", "Oman", "ägypten", "Albanien", "Osttimor", "Weiß", "Weiss-A"];
        names.sort_by_key(|name| alphabetical(name));
        assert_eq!(
            names,
            ["ägypten", "Albanien", "Oman", "Österreich", "Osttimor", "Weiß", "Weiss-A", "Zypern"]
        );
    }
}
