//! A sentence that each reader gets in their own language: a phrase by its name, with its values.
//!
//! Whoever says something does not know who reads it. What is written down and read later, such as a timeline, and what is
//! refused in an engine far from its page, are sentences; `text` has their words.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// A sentence, or words as somebody wrote them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Sentence {
    /// Words that are the same in every language: a name, a number, what a person typed, what another machine answered.
    Words(String),
    /// A phrase.
    Phrase {
        /// Its name.
        say: String,
        /// Its values, which may be sentences themselves.
        with: BTreeMap<String, Self>,
    },
}

impl Sentence {
    /// The phrase of this name, without values.
    #[must_use]
    pub fn of(phrase: impl Into<String>) -> Self {
        Self::Phrase { say: phrase.into(), with: BTreeMap::new() }
    }

    /// With a value that is the same in every language.
    #[must_use]
    pub fn with(self, name: &str, value: impl Display) -> Self {
        self.within(name, Self::Words(value.to_string()))
    }

    /// With a value that is a sentence.
    #[must_use]
    pub fn within(mut self, name: &str, value: Self) -> Self {
        if let Self::Phrase { with, .. } = &mut self {
            with.insert(name.to_owned(), value);
        }
        self
    }

    /// As it is stored in a column of text: words as they are, unless they could be taken for a phrase.
    #[must_use]
    pub fn stored(&self) -> String {
        match self {
            Self::Words(words) if !words.starts_with(['{', '"']) => words.clone(),
            // Texts always have a JSON form.
            other => serde_json::json!(other).to_string(),
        }
    }

    /// Reads what [`Self::stored`] has written; anything else is words.
    #[must_use]
    pub fn read(stored: String) -> Self {
        let coded = stored.starts_with(['{', '"']).then(|| serde_json::from_str(&stored).ok()).flatten();
        coded.unwrap_or(Self::Words(stored))
    }
}

impl From<&str> for Sentence {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Sentence {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<&Self> for Sentence {
    fn from(sentence: &Self) -> Self {
        sentence.clone()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_sentence() -> impl Strategy<Value = Sentence> {
        any::<String>().prop_map(Sentence::Words).prop_recursive(4, 16, 3, |inner| {
            (any::<String>(), proptest::collection::btree_map(any::<String>(), inner, 0..3))
                .prop_map(|(say, with)| Sentence::Phrase { say, with })
        })
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read_again(sentence in any_sentence()) {
            prop_assert_eq!(Sentence::read(sentence.stored()), sentence);
        }
    }

    #[test]
    fn words_are_stored_as_they_are_and_what_is_no_phrase_is_words() {
        assert_eq!(Sentence::from("chargeback").stored(), "chargeback");
        for words in ["{", "{\"say\":1}", "\"", "{}"] {
            assert_eq!(Sentence::read(words.to_owned()), Sentence::from(words));
        }
    }
}
