//! Values in the text form of PHP's `serialize`.
//!
//! In: bytes of a column such as `allowed_payment_modes` or of a session. Out: a [`PhpValue`], or where and why it
//! cannot be read; and the other way round. Strings are bytes and their lengths count bytes: one wrong length and Perfex
//! answers its public invoice page with an error, so these texts are never put together by hand.
//!
//! Bounded by [`LONGEST`] and [`DEEPEST`]. Objects and references are refused, never brought to life: nothing the bridge
//! reads needs them, and they are how serialised texts become attacks. Where they lie beside what is read, as in a
//! session, [`PhpValue::split_first`] steps over them.
//!
//! ```
//! use perfex_bridge::perfex::php_value::PhpValue;
//!
//! let modes = PhpValue::list_of_texts(["1", "stripe"]);
//! assert_eq!(modes.to_bytes(), br#"a:2:{i:0;s:1:"1";i:1;s:6:"stripe";}"#);
//! assert_eq!(PhpValue::parse(&modes.to_bytes())?.texts(), ["1", "stripe"]);
//! # Ok::<(), perfex_bridge::perfex::php_value::PhpValueError>(())
//! ```

mod reader;
mod skip;
mod writer;

use reader::Reader;

/// The longest text that is read: queued mails carry their attachments in this form.
pub const LONGEST: usize = 64 * 1024 * 1024;

/// How many arrays may lie within each other.
pub const DEEPEST: usize = 32;

/// How many arrays and objects may lie within each other in what is only stepped over: PHP's own limit.
pub const DEEPEST_SKIPPED: usize = 4096;

/// A value of PHP.
#[derive(Debug, Clone, PartialEq)]
pub enum PhpValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string: bytes in no particular encoding.
    Text(Vec<u8>),
    /// An array, in its order and as written: a key that comes twice is kept twice.
    Array(Vec<(PhpKey, PhpValue)>),
}

/// A key of a PHP array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhpKey {
    /// A position or number.
    Int(i64),
    /// A name. PHP itself writes names that look like whole numbers as numbers.
    Text(Vec<u8>),
}

impl PhpValue {
    /// Reads exactly one value; nothing may follow it.
    pub fn parse(serialized: &[u8]) -> Result<Self, PhpValueError> {
        let (value, rest) = Self::parse_first(serialized)?;
        if rest.is_empty() {
            Ok(value)
        } else {
            Err(PhpValueError::Trailing { at: serialized.len() - rest.len() })
        }
    }

    /// Reads the value at the start and hands back what follows it, as session rows need it: `name|value name|value`.
    pub fn parse_first(serialized: &[u8]) -> Result<(Self, &[u8]), PhpValueError> {
        if serialized.len() > LONGEST {
            return Err(PhpValueError::TooLong { length: serialized.len() });
        }
        let mut reader = Reader::new(serialized);
        let value = reader.value(0)?;
        Ok((value, reader.rest()))
    }

    /// Cuts off the value at the start, whatever it is, and hands back its text and what follows it.
    ///
    /// Steps over objects and references as well, and makes nothing of them. Arrays and objects may lie
    /// [`DEEPEST_SKIPPED`] deep.
    pub fn split_first(serialized: &[u8]) -> Result<(&[u8], &[u8]), PhpValueError> {
        let mut reader = Reader::new(serialized);
        reader.skip()?;
        let rest = reader.rest();
        Ok((serialized.get(..serialized.len() - rest.len()).unwrap_or_default(), rest))
    }

    /// The value as PHP's `serialize` writes it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        writer::write(self, &mut out);
        out
    }

    /// An array with keys 0, 1, 2 .. and string values, the form of `allowed_payment_modes`.
    pub fn list_of_texts(texts: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let texts = texts.into_iter().map(|text| Self::Text(text.as_ref().as_bytes().to_vec()));
        Self::Array((0..).map(PhpKey::Int).zip(texts).collect())
    }

    /// The strings and whole numbers of an array, as text and in order; nothing of any other value.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let Self::Array(entries) = self else {
            return Vec::new();
        };
        let text = |(_, value): &(PhpKey, Self)| match value {
            Self::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
            Self::Int(number) => Some(number.to_string()),
            _ => None,
        };
        entries.iter().filter_map(text).collect()
    }

    /// What an array holds under a name; the last one when the name comes twice, as in PHP.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Array(entries) = self else { return None };
        let named = |key: &PhpKey| matches!(key, PhpKey::Text(bytes) if bytes == name.as_bytes());
        entries.iter().rev().find(|(key, _)| named(key)).map(|(_, value)| value)
    }
}

/// Why a serialised text could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhpValueError {
    /// Something else stands where the format asks for something.
    #[error("this is not PHP-serialised data: at byte {at} stands something else than {expected}")]
    Malformed {
        /// Where, counted in bytes from 0.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The value is complete, but more follows.
    #[error("the PHP-serialised value ends at byte {at}, but more follows; only one value is expected")]
    Trailing {
        /// Where the surplus begins.
        at: usize,
    },
    /// An object, which is never brought to life.
    #[error(
        "at byte {at} lies a PHP object; objects are never unserialised here, only plain values and arrays"
    )]
    Object {
        /// Where the object begins.
        at: usize,
    },
    /// A reference to another value.
    #[error("at byte {at} lies a PHP reference; references are not read here, only plain values and arrays")]
    Reference {
        /// Where the reference begins.
        at: usize,
    },
    /// More arrays within each other than [`DEEPEST`].
    #[error("at byte {at} the arrays lie more than {DEEPEST} deep; such a value is not read")]
    TooDeep {
        /// Where the array begins that is one too many.
        at: usize,
    },
    /// Longer than [`LONGEST`].
    #[error("the PHP-serialised text has {length} bytes; more than {LONGEST} are not read")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> PhpValue {
        PhpValue::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn a_list_of_texts_is_what_perfex_keeps_as_allowed_payment_modes() {
        let modes = PhpValue::list_of_texts(["1", "stripe"]);
        assert_eq!(modes.to_bytes(), br#"a:2:{i:0;s:1:"1";i:1;s:6:"stripe";}"#);
        assert_eq!(modes.texts(), ["1", "stripe"]);
        assert_eq!(PhpValue::list_of_texts([""; 0]).to_bytes(), b"a:0:{}");
    }

    #[test]
    fn texts_takes_numbers_as_text_and_leaves_out_the_rest() {
        let mixed = PhpValue::parse(br#"a:4:{i:0;i:7;i:1;b:1;s:1:"x";s:1:"y";i:3;a:0:{}}"#).unwrap();
        assert_eq!(mixed.texts(), ["7", "y"]);
        assert_eq!(text("alone").texts(), [""; 0]);
    }

    #[test]
    fn the_last_of_two_values_with_one_name_counts() {
        let twice = PhpValue::parse(br#"a:3:{s:1:"n";i:1;i:5;N;s:1:"n";i:2;}"#).unwrap();
        assert_eq!(twice.get("n"), Some(&PhpValue::Int(2)));
        assert_eq!(twice.get("5"), None);
    }

    #[test]
    fn a_session_row_is_read_value_by_value() {
        let (value, rest) = PhpValue::parse_first(br#"s:10:"Saved; x|y";__ci_vars|a:0:{}"#).unwrap();
        assert_eq!((value, rest), (text("Saved; x|y"), b"__ci_vars|a:0:{}".as_slice()));
    }

    fn keys() -> impl Strategy<Value = PhpKey> {
        prop_oneof![any::<i64>().prop_map(PhpKey::Int), any::<Vec<u8>>().prop_map(PhpKey::Text)]
    }

    fn values() -> impl Strategy<Value = PhpValue> {
        let leaf = prop_oneof![
            Just(PhpValue::Null),
            any::<bool>().prop_map(PhpValue::Bool),
            any::<i64>().prop_map(PhpValue::Int),
            any::<f64>().prop_map(PhpValue::Float),
            any::<Vec<u8>>().prop_map(PhpValue::Text),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop::collection::vec((keys(), inner), 0..6).prop_map(PhpValue::Array)
        })
    }

    proptest! {
        #[test]
        fn stepping_over_a_value_ends_where_reading_it_ends(value in values(), rest: Vec<u8>) {
            let mut bytes = value.to_bytes();
            let length = bytes.len();
            bytes.extend(&rest);
            let (cut, after) = PhpValue::split_first(&bytes).unwrap();
            prop_assert_eq!((cut.len(), after), (length, rest.as_slice()));
        }

        #[test]
        fn whatever_can_be_read_can_be_stepped_over(bytes: Vec<u8>) {
            if let Ok((_, rest)) = PhpValue::parse_first(&bytes) {
                prop_assert_eq!(PhpValue::split_first(&bytes).unwrap().1, rest);
            }
        }

        #[test]
        fn what_was_written_is_read_again(value in values()) {
            prop_assert_eq!(PhpValue::parse(&value.to_bytes()).unwrap(), value);
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_panic(bytes: Vec<u8>) {
            if let Ok(value) = PhpValue::parse(&bytes) {
                prop_assert!(!value.to_bytes().is_empty());
            }
        }

        #[test]
        fn a_damaged_text_is_read_or_refused_without_panic(value in values(), at: prop::sample::Index, byte: u8) {
            let mut bytes = value.to_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if let Err(error) = PhpValue::parse(&bytes) {
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }
}
