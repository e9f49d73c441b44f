//! What a form sent, and what is wrong with it: it comes back filled, with a sentence at each field.

use std::collections::BTreeMap;

use serde::Serialize;
use url::form_urlencoded;

/// The name under which a sentence about the form as a whole stands.
const WHOLE: &str = "form";

/// The fields of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Form {
    values: BTreeMap<String, String>,
    errors: BTreeMap<String, String>,
}

impl Form {
    /// Reads what was sent; of several fields with one name the last counts.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        Self { values: form_urlencoded::parse(body).into_owned().collect(), errors: BTreeMap::new() }
    }

    /// A field without space around it; empty when it was not sent.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.values.get(field).map_or("", |value| value.trim())
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn ticked(&self, field: &str) -> bool {
        self.values.contains_key(field)
    }

    /// Fills a field that was not sent: what stands there before anybody has typed.
    pub fn fill(&mut self, field: &str, value: &(impl ToString + ?Sized)) {
        self.values.entry(field.to_owned()).or_insert_with(|| value.to_string());
    }

    /// Says what is wrong with a field; the first sentence stays.
    pub fn refuse(&mut self, field: &str, sentence: impl Into<String>) {
        self.errors.entry(field.to_owned()).or_insert_with(|| sentence.into());
    }

    /// Says what is wrong with the form as a whole.
    pub fn refuse_whole(&mut self, sentence: impl Into<String>) {
        self.refuse(WHOLE, sentence);
    }

    /// Whether something is wrong.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        !self.errors.is_empty()
    }
}
