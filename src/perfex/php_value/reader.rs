//! Reads PHP's serialised form.
//!
//! In: bytes from the database, whoever wrote them. Out: one value and what follows it. Invariants: it never recurses
//! deeper than [`DEEPEST`], never reserves memory for a length it has only been told, and every error says where.

use super::{DEEPEST, PhpKey, PhpValue, PhpValueError};

/// What is left to read.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(serialized: &'a [u8]) -> Self {
        Self { rest: serialized, length: serialized.len() }
    }

    /// What follows the values read so far.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    /// Reads one value that lies in `depth` arrays.
    pub(super) fn value(&mut self, depth: usize) -> Result<PhpValue, PhpValueError> {
        let at = self.at();
        let kind = self.rest.first().copied().ok_or(PhpValueError::Malformed { at, expected: "a value" })?;
        match kind {
            b'N' => self.literal(b"N;", "N;").map(|()| PhpValue::Null),
            b'b' => match self.field(b"b:", "b:")? {
                b"0" => Ok(PhpValue::Bool(false)),
                b"1" => Ok(PhpValue::Bool(true)),
                _ => Err(PhpValueError::Malformed { at, expected: "b:0; or b:1;" }),
            },
            b'i' => self.int().map(PhpValue::Int),
            b'd' => self.float().map(PhpValue::Float),
            b's' => self.text().map(PhpValue::Text),
            b'a' if depth >= DEEPEST => Err(PhpValueError::TooDeep { at }),
            b'a' => self.array(depth),
            b'O' | b'C' | b'E' => Err(PhpValueError::Object { at }),
            b'R' | b'r' => Err(PhpValueError::Reference { at }),
            _ => Err(PhpValueError::Malformed { at, expected: "a value" }),
        }
    }

    fn int(&mut self) -> Result<i64, PhpValueError> {
        let at = self.at();
        number(self.field(b"i:", "i:")?).ok_or(PhpValueError::Malformed { at, expected: "a whole number" })
    }

    fn float(&mut self) -> Result<f64, PhpValueError> {
        let at = self.at();
        match self.field(b"d:", "d:")? {
            b"INF" => Some(f64::INFINITY),
            b"-INF" => Some(f64::NEG_INFINITY),
            b"NAN" => Some(f64::NAN),
            // Rust would read words such as `infinity` too; PHP does not write them.
            digits if digits.iter().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte)) => {
                number(digits)
            }
            _ => None,
        }
        .ok_or(PhpValueError::Malformed { at, expected: "a number" })
    }

    fn text(&mut self) -> Result<Vec<u8>, PhpValueError> {
        self.literal(b"s:", "s:")?;
        let text = self.quoted()?.to_vec();
        self.literal(b";", "a semicolon")?;
        Ok(text)
    }

    /// A length, a colon, and so many bytes between quotes.
    pub(super) fn quoted(&mut self) -> Result<&'a [u8], PhpValueError> {
        let length = self.count()?;
        self.literal(b"\"", "an opening quote")?;
        let text = self.bytes(length)?;
        self.literal(b"\"", "the end of a string; its length counts bytes")?;
        Ok(text)
    }

    /// The next `length` bytes.
    pub(super) fn bytes(&mut self, length: usize) -> Result<&'a [u8], PhpValueError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(PhpValueError::Malformed {
            at: self.at(),
            expected: "a string as long as it says; lengths count bytes",
        })?;
        self.rest = rest;
        Ok(bytes)
    }

    /// The next byte, which stays.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    fn array(&mut self, depth: usize) -> Result<PhpValue, PhpValueError> {
        self.literal(b"a:", "a:")?;
        let length = self.count()?;
        self.literal(b"{", "{")?;
        // No capacity from a number that anyone may have written: each entry has to be there to be kept.
        let mut entries = Vec::new();
        for _ in 0..length {
            let key = match self.rest.first() {
                Some(b'i') => PhpKey::Int(self.int()?),
                Some(b's') => PhpKey::Text(self.text()?),
                _ => {
                    return Err(PhpValueError::Malformed { at: self.at(), expected: "a key of an array" });
                }
            };
            entries.push((key, self.value(depth + 1)?));
        }
        self.literal(b"}", "the end of an array")?;
        Ok(PhpValue::Array(entries))
    }

    /// A length and the colon behind it.
    pub(super) fn count(&mut self) -> Result<usize, PhpValueError> {
        let wrong = PhpValueError::Malformed { at: self.at(), expected: "a length and a colon" };
        let digits = self.until(b':').ok_or(wrong.clone())?;
        if digits.iter().all(u8::is_ascii_digit) { number(digits).ok_or(wrong) } else { Err(wrong) }
    }

    /// What stands between `start` and the next semicolon.
    pub(super) fn field(&mut self, start: &[u8], expected: &'static str) -> Result<&'a [u8], PhpValueError> {
        self.literal(start, expected)?;
        let at = self.at();
        self.until(b';').ok_or(PhpValueError::Malformed { at, expected: "a semicolon" })
    }

    /// What stands before `end`, which is skipped. Numbers are short: the search does not run through a whole text.
    fn until(&mut self, end: u8) -> Option<&'a [u8]> {
        const LONGEST_NUMBER: usize = 400;
        let index = self.rest.iter().take(LONGEST_NUMBER).position(|byte| *byte == end)?;
        let (field, rest) = self.rest.split_at_checked(index)?;
        self.rest = rest.get(1..)?;
        Some(field)
    }

    pub(super) fn literal(&mut self, literal: &[u8], expected: &'static str) -> Result<(), PhpValueError> {
        let at = self.at();
        self.rest = self.rest.strip_prefix(literal).ok_or(PhpValueError::Malformed { at, expected })?;
        Ok(())
    }
}

fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::LONGEST;
    use super::*;

    fn error(serialized: impl AsRef<[u8]>) -> PhpValueError {
        PhpValue::parse(serialized.as_ref()).unwrap_err()
    }

    #[test]
    fn each_kind_of_value_is_read() {
        let read = |text: &str| PhpValue::parse(text.as_bytes()).unwrap();
        assert_eq!(read("N;"), PhpValue::Null);
        assert_eq!(read("b:1;"), PhpValue::Bool(true));
        assert_eq!(read("i:-12;"), PhpValue::Int(-12));
        assert_eq!(read("d:1.0E+25;"), PhpValue::Float(1e25));
        assert_eq!(read("d:-INF;"), PhpValue::Float(f64::NEG_INFINITY));
        assert_eq!(read("s:5:\"\";}ü\";"), PhpValue::Text("\";}ü".as_bytes().to_vec()));
        let key = PhpKey::Text(b"k".to_vec());
        assert_eq!(read("a:1:{s:1:\"k\";N;}"), PhpValue::Array(vec![(key, PhpValue::Null)]));
    }

    #[test]
    fn objects_and_references_are_refused_wherever_they_lie() {
        assert_eq!(error("O:8:\"stdClass\":0:{}"), PhpValueError::Object { at: 0 });
        assert_eq!(error("a:1:{i:0;C:1:\"X\":0:{}}"), PhpValueError::Object { at: 9 });
        assert_eq!(error("E:3:\"A:B\";"), PhpValueError::Object { at: 0 });
        assert_eq!(error("a:2:{i:0;i:1;i:1;R:2;}"), PhpValueError::Reference { at: 17 });
        assert!(error("O:8:\"stdClass\":0:{}").to_string().contains("never unserialised"));
    }

    #[test]
    fn what_follows_the_value_is_refused() {
        assert_eq!(error("i:5;x"), PhpValueError::Trailing { at: 4 });
        assert_eq!(error("a:0:{}}"), PhpValueError::Trailing { at: 6 });
    }

    #[test]
    fn wrong_lengths_are_refused() {
        for wrong in [
            "s:2:\"abc\";",
            "s:4:\"abc\";",
            "s:-1:\"\";",
            "s:+1:\"a\";",
            "s:99999999999999999999:\"a\";",
            "s:18446744073709551615:\"a\";",
            "a:2:{i:0;N;}",
            "a:0:{i:0;N;}",
            "a:4000000000:{}",
        ] {
            assert!(matches!(error(wrong), PhpValueError::Malformed { .. }), "{wrong}");
        }
    }

    #[test]
    fn what_php_does_not_write_is_refused() {
        for wrong in [
            "",
            "i:5",
            "i:;",
            "i:1.5;",
            "i:9223372036854775808;",
            "b:2;",
            "b:true;",
            "d:infinity;",
            "d:;",
            "x:1;",
            "N",
            "S:1:\"\\61\";",
            "a:1:{b:1;N;}",
            "a:1:{a:0:{}N;}",
            "1;stripe",
        ] {
            assert!(matches!(error(wrong), PhpValueError::Malformed { .. }), "{wrong}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("{}N;{}", "a:1:{i:0;".repeat(depth), "}".repeat(depth));
        assert!(PhpValue::parse(nested(DEEPEST).as_bytes()).is_ok());
        assert_eq!(error(nested(DEEPEST + 1)), PhpValueError::TooDeep { at: DEEPEST * 9 });
        assert_eq!(error("a:1:{i:0;".repeat(100_000)), PhpValueError::TooDeep { at: DEEPEST * 9 });
    }

    #[test]
    fn length_is_bounded() {
        let length = LONGEST + 1;
        assert_eq!(error(vec![b'a'; length]), PhpValueError::TooLong { length });
    }
}
