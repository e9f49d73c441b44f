//! A TOML file as sections, keys and values that know their line.
//!
//! The order of the file is kept, so that the first mistake in a file is the one that is reported.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::{ConfigError, Origin};

/// A value as found in a source.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `true` or `false`.
    Switch(bool),
    /// Something that no key takes, by its name.
    Other(&'static str),
}

impl Value {
    /// Whether both are of one type.
    pub fn same_type(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A top-level entry of a file.
pub(super) struct Section {
    /// The name in brackets.
    pub name: String,
    /// Where it stands.
    pub origin: Origin,
    /// Its keys, or `None` when this is a value outside of every section.
    pub entries: Option<Vec<Entry>>,
}

/// A key of a section.
pub(super) struct Entry {
    /// The name.
    pub key: String,
    /// What stands behind the equals sign.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
}

/// Reads `text`, the content of `file`.
pub(super) fn read(file: &Path, text: &str) -> Result<Vec<Section>, ConfigError> {
    let at = |span: Range<usize>| {
        let before = text.as_bytes().iter().take(span.start);
        Origin::Line { file: file.to_owned(), line: 1 + before.filter(|byte| **byte == b'\n').count() }
    };
    let table = DeTable::parse(text).map_err(|source| ConfigError::Syntax {
        origin: at(source.span().unwrap_or_default()),
        reason: source.message().split_whitespace().collect::<Vec<_>>().join(" "),
    })?;
    let mut sections = Vec::new();
    for (name, value) in in_order(table.get_ref()) {
        let entries = value.get_ref().as_table().map(|keys| {
            let entries = in_order(keys).into_iter().map(|(key, value)| Entry {
                key: key.get_ref().to_string(),
                value: found(value.get_ref()),
                origin: at(key.span()),
            });
            entries.collect()
        });
        sections.push(Section { name: name.get_ref().to_string(), origin: at(name.span()), entries });
    }
    Ok(sections)
}

type Pair<'t, 'i> = (&'t Spanned<Cow<'i, str>>, &'t Spanned<DeValue<'i>>);

fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<Pair<'t, 'i>> {
    let mut pairs: Vec<_> = table.iter().collect();
    pairs.sort_by_key(|(name, _)| name.span().start);
    pairs
}

fn found(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => whole(number).map_or(Value::Other("a number this large"), Value::Number),
        DeValue::Boolean(switch) => Value::Switch(*switch),
        DeValue::Float(_) => Value::Other("a fraction"),
        DeValue::Datetime(_) => Value::Other("a date"),
        DeValue::Array(_) => Value::Other("a list"),
        DeValue::Table(_) => Value::Other("a section"),
    }
}

fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
