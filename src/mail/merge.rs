//! Merge fields: literal `{name}` in a template's subject, message and sender name.
//!
//! In: a template that staff edit, and the values of its fields. Out: the text with every field filled in.
//!
//! - One pass: a value that looks like a field stays what it is.
//! - A text value is escaped where HTML is written, and its line ends become `<br />`.
//! - A field that nobody knows, or one that is never closed, is an error: a license mail that shows `{licence_key}`
//!   to a customer is worse than one that waits until staff have mended the template.
//! - Braces that are no field (CSS, JSON) are left alone.

use std::collections::BTreeMap;

/// What a field stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text from anywhere, never trusted to be HTML.
    Text(String),
    /// HTML that staff wrote, such as the CRM's mail signature.
    Html(String),
}

/// The values of the fields that a template may use, in the order of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Value>);

impl Fields {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field whose value is text.
    #[must_use]
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.insert(name, Value::Text(value.into()));
        self
    }

    /// Adds a field whose value is HTML already.
    #[must_use]
    pub fn html(mut self, name: &str, value: impl Into<String>) -> Self {
        self.insert(name, Value::Html(value.into()));
        self
    }

    /// Adds a field, or replaces its value.
    pub fn insert(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// The names that a template may use.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn unknown(&self, field: &str) -> MergeError {
        let nearest = self
            .names()
            .map(|name| (strsim::damerau_levenshtein(name, field), name))
            .min()
            .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
            .map(|(_, name)| name.to_owned());
        MergeError::Unknown { field: field.to_owned(), nearest }
    }
}

impl Extend<(String, Value)> for Fields {
    fn extend<T: IntoIterator<Item = (String, Value)>>(&mut self, fields: T) {
        self.0.extend(fields);
    }
}

/// What the filled-in text will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// HTML: text values are escaped.
    Html,
    /// Plain text, such as a subject: values as they are, HTML values as their text.
    Plain,
}

/// Why a template cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A field that this mail does not have.
    #[error("this mail has no field {{{field}}}{}", hint(nearest.as_deref()))]
    Unknown {
        /// The name as the template has it, without braces.
        field: String,
        /// The field that was probably meant.
        nearest: Option<String>,
    },
    /// A known field without its closing brace.
    #[error("the field {{{field}}} lacks its closing brace")]
    Unclosed {
        /// The name without braces.
        field: String,
    },
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {{{name}}}?")).unwrap_or_default()
}

/// Fills `fields` into `template`.
pub fn merge(template: &str, fields: &Fields, escape: Escape) -> Result<String, MergeError> {
    let mut merged = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, opened)) = rest.split_once('{') {
        merged.push_str(before);
        let (name, after) = split_name(opened);
        let value = fields.0.get(name);
        match (after.strip_prefix('}'), value) {
            (Some(after), Some(value)) => {
                push(&mut merged, value, escape);
                rest = after;
            }
            (Some(_), None) if !name.is_empty() => return Err(fields.unknown(name)),
            (None, Some(_)) => {
                return Err(MergeError::Unclosed { field: name.to_owned() });
            }
            _ => {
                merged.push('{');
                rest = opened;
            }
        }
    }
    merged.push_str(rest);
    Ok(merged)
}

/// Splits a leading field name off; the name is empty when there is none.
fn split_name(text: &str) -> (&str, &str) {
    let end = if text.starts_with(|first: char| first.is_ascii_lowercase()) {
        text.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).unwrap_or(text.len())
    } else {
        0
    };
    text.split_at(end)
}

fn push(merged: &mut String, value: &Value, escape: Escape) {
    match (value, escape) {
        (Value::Html(html), Escape::Html) => merged.push_str(html),
        (Value::Html(html), Escape::Plain) => {
            // Only reachable when staff put a signature into a subject: its words are what they want to see.
            merged.push_str(&super::plain::from_html(html).unwrap_or_else(|_| html.clone()));
        }
        (Value::Text(text), Escape::Plain) => merged.push_str(text),
        (Value::Text(text), Escape::Html) => {
            let mut characters = text.chars().peekable();
            while let Some(character) = characters.next() {
                match character {
                    '&' => merged.push_str("&amp;"),
                    '<' => merged.push_str("&lt;"),
                    '>' => merged.push_str("&gt;"),
                    '"' => merged.push_str("&quot;"),
                    '\'' => merged.push_str("&#039;"),
                    '\r' if characters.peek() == Some(&'\n') => {}
                    '\r' | '\n' => merged.push_str("<br />"),
                    other => merged.push(other),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> Fields {
        Fields::new()
            .text("contact_firstname", "Zoë <b> & \"Co\"")
            .text("license_key", "ABCD-EFGH")
            .text("client_address", "Street 1\r\nTown\n'X'")
            .html("email_signature", "<p>Regards</p>")
    }

    fn html(template: &str) -> Result<String, MergeError> {
        merge(template, &fields(), Escape::Html)
    }

    #[test]
    fn text_is_escaped_in_html_and_left_alone_in_subjects() {
        assert_eq!(html("Hi {contact_firstname}!").unwrap(), "Hi Zoë &lt;b&gt; &amp; &quot;Co&quot;!");
        assert_eq!(merge("Hi {contact_firstname}", &fields(), Escape::Plain).unwrap(), "Hi Zoë <b> & \"Co\"");
        assert_eq!(html("{client_address}").unwrap(), "Street 1<br />Town<br />&#039;X&#039;");
    }

    #[test]
    fn html_values_go_in_as_they_are() {
        assert_eq!(html("{email_signature}").unwrap(), "<p>Regards</p>");
        assert_eq!(merge("{email_signature}", &fields(), Escape::Plain).unwrap(), "Regards");
    }

    #[test]
    fn a_value_that_looks_like_a_field_is_not_filled_in_again() {
        let fields = Fields::new().text("a", "{b}").text("b", "secret");
        assert_eq!(merge("{a}", &fields, Escape::Html).unwrap(), "{b}");
    }

    #[test]
    fn an_unknown_field_is_an_error_that_names_the_nearest() {
        let error = html("{licence_key}").unwrap_err();
        assert_eq!(error.to_string(), "this mail has no field {licence_key}; did you mean {license_key}?");
        let error = html("{zzz}").unwrap_err();
        assert_eq!(error.to_string(), "this mail has no field {zzz}");
    }

    #[test]
    fn a_known_field_that_is_never_closed_is_an_error() {
        for template in ["{license_key ", "{license_key", "{license_key<br>}"] {
            assert_eq!(
                html(template).unwrap_err().to_string(),
                "the field {license_key} lacks its closing brace"
            );
        }
    }

    #[test]
    fn braces_that_are_no_field_stay_untouched() {
        for template in
            ["p{color: red}", "{\"a\": {}}", "{", "{}", "{{ }", "{Name}", "a } b", "{color", "{ä}"]
        {
            assert_eq!(html(template).unwrap(), template);
        }
    }

    #[test]
    fn doubled_braces_keep_the_outer_pair() {
        assert_eq!(html("{{license_key}}").unwrap(), "{ABCD-EFGH}");
    }

    proptest! {
        #[test]
        fn any_template_is_filled_in_or_refused_but_never_panics(template in "[{}a-c_ <\r\nä]{0,40}") {
            let fields = Fields::new().text("a", "{a}").text("b_c", "x");
            if let Ok(merged) = merge(&template, &fields, Escape::Html)
                && !template.contains('{') {
                prop_assert_eq!(merged, template);
            }
        }

        #[test]
        fn no_text_value_can_open_a_tag_or_end_an_attribute(value in any::<String>()) {
            let fields = Fields::new().text("v", value.clone());
            let merged = merge("{v}", &fields, Escape::Html).unwrap();
            let without_breaks = merged.replace("<br />", "");
            prop_assert!(!without_breaks.contains(['<', '>', '"', '\'', '\r', '\n']));
            prop_assert_eq!(merge("{v}", &fields, Escape::Plain).unwrap(), value);
        }
    }
}
