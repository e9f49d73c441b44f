//! Steps over values without making anything of them.
//!
//! In: bytes that anyone may have written. Out: the place behind the first value. Invariants: no recursion, so that depth
//! costs no stack; memory grows with the depth only, which has a limit; lengths are believed only as far as there are
//! bytes; nothing is searched for, as a string may hold every separator.

use super::reader::Reader;
use super::{DEEPEST_SKIPPED, PhpValueError};

impl Reader<'_> {
    /// Steps over one value of any kind, also an object or a reference.
    pub(super) fn skip(&mut self) -> Result<(), PhpValueError> {
        // For each array or object that is open, how many of its entries are still to come.
        let mut open: Vec<usize> = Vec::new();
        loop {
            let at = self.at();
            if let Some(entries) = self.skip_start()? {
                if open.len() >= DEEPEST_SKIPPED {
                    return Err(PhpValueError::Malformed { at, expected: "at most 4096 levels" });
                }
                open.push(entries);
            }
            loop {
                match open.last_mut() {
                    None => return Ok(()),
                    Some(0) => {
                        self.literal(b"}", "the end of an array or object")?;
                        open.pop();
                    }
                    Some(entries) => {
                        *entries -= 1;
                        self.skip_key()?;
                        break;
                    }
                }
            }
        }
    }

    /// Steps over a plain value; of an array or object only over its head, which says how many entries follow.
    fn skip_start(&mut self) -> Result<Option<usize>, PhpValueError> {
        let at = self.at();
        match self.peek() {
            Some(b'N') => self.literal(b"N;", "N;")?,
            Some(b'b') => drop(self.field(b"b:", "b:")?),
            Some(b'i') => drop(self.field(b"i:", "i:")?),
            Some(b'd') => drop(self.field(b"d:", "d:")?),
            Some(b'R') => drop(self.field(b"R:", "R:")?),
            Some(b'r') => drop(self.field(b"r:", "r:")?),
            Some(b's') => self.skip_text(b"s:")?,
            Some(b'E') => self.skip_text(b"E:")?,
            Some(b'a') => {
                self.literal(b"a:", "a:")?;
                return self.skip_brace().map(Some);
            }
            Some(b'O') => {
                self.skip_class(b"O:")?;
                return self.skip_brace().map(Some);
            }
            Some(b'C') => {
                self.skip_class(b"C:")?;
                let length = self.skip_brace()?;
                self.bytes(length)?;
                self.literal(b"}", "the end of an object")?;
            }
            _ => return Err(PhpValueError::Malformed { at, expected: "a value" }),
        }
        Ok(None)
    }

    fn skip_key(&mut self) -> Result<(), PhpValueError> {
        let at = self.at();
        match self.peek() {
            Some(b'i') => drop(self.field(b"i:", "i:")?),
            Some(b's') => self.skip_text(b"s:")?,
            _ => return Err(PhpValueError::Malformed { at, expected: "a key of an array or object" }),
        }
        Ok(())
    }

    fn skip_text(&mut self, start: &[u8]) -> Result<(), PhpValueError> {
        self.literal(start, "a string")?;
        self.quoted()?;
        self.literal(b";", "a semicolon")
    }

    fn skip_class(&mut self, start: &[u8]) -> Result<(), PhpValueError> {
        self.literal(start, "an object")?;
        self.quoted()?;
        self.literal(b":", "a colon")
    }

    /// A count and the brace behind it.
    fn skip_brace(&mut self) -> Result<usize, PhpValueError> {
        let count = self.count()?;
        self.literal(b"{", "{")?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::super::PhpValue;
    use super::*;

    fn after(serialized: &str) -> Result<&str, PhpValueError> {
        PhpValue::split_first(serialized.as_bytes()).map(|(_, rest)| std::str::from_utf8(rest).unwrap())
    }

    #[test]
    fn objects_references_and_enums_are_stepped_over() {
        for value in [
            "O:8:\"stdClass\":1:{s:1:\"a\";O:8:\"stdClass\":0:{}}",
            "O:3:\"A\\B\":2:{s:4:\"\0*\0x\";a:1:{i:0;R:2;}s:4:\"\0A\0y\";r:1;}",
            "C:11:\"ArrayObject\":21:{x:i:0;a:0:{};m:a:0:{}}",
            "E:11:\"Suit:Hearts\";",
            "a:2:{i:0;i:1;i:1;R:2;}",
            "s:9:\"x|i:1;\";}\";",
            "d:0.10000000000000001;",
        ] {
            assert_eq!(after(&format!("{value}next|N;")), Ok("next|N;"), "{value}");
        }
    }

    #[test]
    fn every_cut_of_a_value_is_refused() {
        let value = "O:1:\"A\":2:{s:1:\"x\";a:1:{i:0;C:1:\"B\":3:{abc}}s:1:\"y\";s:2:\"zz\";}";
        assert_eq!(after(value), Ok(""));
        for length in 0..value.len() {
            assert!(after(&value[..length]).is_err(), "{}", &value[..length]);
        }
    }

    #[test]
    fn lengths_that_nothing_stands_behind_are_refused() {
        for hostile in [
            "s:99999999999999999999:\"a\";",
            "s:18446744073709551615:\"a\";",
            "a:18446744073709551615:{i:0;N;",
            "O:4294967295:\"A\":0:{}",
            "C:1:\"A\":4294967295:{}",
            "s:-1:\"\";",
            "a:+1:{i:0;N;}",
            "S:1:\"\\61\";",
        ] {
            assert!(after(hostile).is_err(), "{hostile}");
        }
    }

    #[test]
    fn depth_costs_no_stack_and_has_phps_limit() {
        let nested = |depth: usize| format!("{}N;{}", "a:1:{i:0;".repeat(depth), "}".repeat(depth));
        assert_eq!(after(&nested(DEEPEST_SKIPPED)), Ok(""));
        assert!(after(&nested(DEEPEST_SKIPPED + 1)).is_err());
        assert!(after(&"a:1:{i:0;".repeat(1_000_000)).is_err());
    }
}
