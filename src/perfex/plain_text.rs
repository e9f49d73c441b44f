//! Customer text on its way into the CRM.
//!
//! Perfex prints many stored values as HTML (all of them before 3.1.6), and passes them on to mails and documents. Text
//! that a customer typed is therefore made harmless when it is written: no control characters, no `<`, `>` or `"`
//! (their typographic twins stand in), no runs of spaces. Nothing is cut in silence: what does not fit is an error.

/// Why a text cannot be stored.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TextError {
    /// Longer than the column.
    #[error("{field} has {length} characters, the CRM stores at most {limit}")]
    TooLong {
        /// What the text is, as people call it.
        field: &'static str,
        /// Its length after cleaning.
        length: usize,
        /// The column's length.
        limit: usize,
    },
    /// A character that the CRM's old tables cannot hold.
    #[error("{field} holds the character {character}, which this CRM's database cannot store: leave it out")]
    Unstorable {
        /// What the text is, as people call it.
        field: &'static str,
        /// The character.
        character: char,
    },
    /// Nothing but spaces.
    #[error("{field} is empty")]
    Empty {
        /// What the text is, as people call it.
        field: &'static str,
    },
}

impl TextError {
    /// What the text is, as people call it.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::TooLong { field, .. } | Self::Unstorable { field, .. } | Self::Empty { field } => field,
        }
    }
}

/// Rules for one kind of customer text.
#[derive(Debug, Clone, Copy)]
pub struct PlainText {
    /// What the text is, as people call it.
    pub field: &'static str,
    /// The column's length in characters.
    pub limit: usize,
    /// Whether it must not be empty.
    pub required: bool,
}

impl PlainText {
    /// Cleans `text`; `wide` says whether the column holds characters outside the basic plane.
    pub fn clean(self, text: &str, wide: bool) -> Result<String, TextError> {
        let Self { field, limit, required } = self;
        let harmless: String = text
            .chars()
            .map(|character| match character {
                '<' => '\u{2039}',
                '>' => '\u{203a}',
                '"' => '\u{201d}',
                // Bidirectional overrides and zero-width characters disguise what a name says.
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                    ' '
                }
                control if control.is_control() => ' ',
                other => other,
            })
            .collect();
        let clean = harmless.split_whitespace().collect::<Vec<_>>().join(" ");
        if required && clean.is_empty() {
            return Err(TextError::Empty { field });
        }
        let length = clean.chars().count();
        if length > limit {
            return Err(TextError::TooLong { field, length, limit });
        }
        match clean.chars().find(|character| !wide && *character > '\u{ffff}') {
            Some(character) => Err(TextError::Unstorable { field, character }),
            None => Ok(clean),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAME: PlainText = PlainText { field: "the name", limit: 20, required: true };

    #[test]
    fn markup_becomes_harmless_and_stays_readable() {
        assert_eq!(NAME.clean("<b>Ann</b> O'Neil", true).unwrap(), "‹b›Ann‹/b› O'Neil");
        assert_eq!(NAME.clean("A\r\nBcc: x@y.z", true).unwrap(), "A Bcc: x@y.z");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_a_sentence() {
        let long = "x".repeat(21);
        assert_eq!(
            NAME.clean(&long, true).unwrap_err().to_string(),
            "the name has 21 characters, the CRM stores at most 20"
        );
        assert_eq!(NAME.clean(" \t", true).unwrap_err().to_string(), "the name is empty");
        assert_eq!(
            NAME.clean("Ann 🙂", false).unwrap_err().to_string(),
            "the name holds the character 🙂, which this CRM's database cannot store: leave it out"
        );
        assert_eq!(NAME.clean("Ann 🙂", true).unwrap(), "Ann 🙂");
    }

    proptest! {
        #[test]
        fn no_text_becomes_markup_or_a_second_line(text in "\\PC{0,30}|[\\x00-\\x7f]{0,30}") {
            let any = PlainText { field: "it", limit: 100, required: false };
            let clean = any.clean(&text, true).unwrap();
            prop_assert!(!clean.contains(['<', '>', '"', '\r', '\n', '\0']));
            prop_assert_eq!(any.clean(&clean, true).unwrap(), clean.clone());
        }
    }
}
