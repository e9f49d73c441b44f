//! A form as its page shows it: what was entered, and a sentence for each field that is wrong.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::Context;

/// What a form holds, for the components of `templates/shop/parts.html`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// What was entered, by the field's name.
    pub values: BTreeMap<String, String>,
    mistakes: Vec<Mistake>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The field's name.
    #[serde(skip)]
    pub field: &'static str,
    /// The `id` of what is to be mended in the page; usually the field's name.
    pub at: String,
    /// What the field is called, in the visitor's language; empty when the sentence says so itself.
    pub label: String,
    /// A sentence in the visitor's language.
    pub text: String,
}

impl Form {
    /// What a browser sent as `application/x-www-form-urlencoded`; of several values of one name the first counts.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let mut values = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            values.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Self { values, mistakes: Vec::new() }
    }

    /// What was entered in a field, without blanks around it; empty when it was not sent.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |value| value.trim())
    }

    /// Marks a field, which people know as `label`, as wrong; the first sentence about it stays.
    pub fn refuse(&mut self, field: &'static str, label: impl Into<String>, sentence: impl Into<String>) {
        if self.mistakes.iter().all(|mistake| mistake.field != field) {
            let (label, text) = (label.into(), sentence.into());
            self.mistakes.push(Mistake { field, at: field.to_owned(), label, text });
        }
    }

    /// What is wrong with a field is to be mended at this `id` of the page.
    pub fn point(&mut self, field: &str, at: &str) {
        for mistake in self.mistakes.iter_mut().filter(|mistake| mistake.field == field) {
            at.clone_into(&mut mistake.at);
        }
    }

    /// What is wrong, in the order in which it was found.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// Puts `values` and `errors`, both by a field's name, and the list `mistakes` into a page's values.
    pub fn fill(&self, context: &mut Context) {
        let errors: BTreeMap<&str, &str> =
            self.mistakes.iter().map(|mistake| (mistake.field, mistake.text.as_str())).collect();
        context.insert("values", &self.values);
        context.insert("errors", &errors);
        context.insert("mistakes", &self.mistakes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_back_as_it_was_filled() {
        let mut form = Form::of(b"name=+Eva+M%C3%BCller+&name=Max&broken=%ff&empty=");
        assert_eq!((form.get("name"), form.get("empty"), form.get("none")), ("Eva Müller", "", ""));
        assert_eq!(form.get("broken"), "\u{fffd}");
        assert!(form.is_right());
        form.refuse("name", "Your name", "too long");
        form.refuse("name", "Your name", "and wrong");
        form.point("name", "name-2");
        assert!(!form.is_right());
        let wrong = Mistake {
            field: "name",
            at: "name-2".into(),
            label: "Your name".into(),
            text: "too long".into(),
        };
        assert_eq!(form.mistakes(), [wrong]);
    }
}
