//! The id of a session: what its cookie holds.

use std::fmt;

/// A well-formed id. `Debug` hides it: whoever has it is signed in.
///
/// Perfex 3.4 makes 32 hexadecimal digits; 3.0 follows `php.ini`, with 4, 5 or 6 bits a character.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId(String);

/// A text that no session of the CRM can have as its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session cookie does not hold 22 to 128 of the characters 0-9 A-Z a-z , -")]
pub struct IdError;

impl SessionId {
    /// Reads a cookie's value, percent escapes taken out.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b',' || byte == b'-';
        if (22..=128).contains(&text.len()) && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ids_of_every_version_are_read() {
        for id in [
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef01234567",
            "0123456789abcdefghijklmnopqrstuv",
            "0123456789-,ABCDEFGHIJKLMNO",
        ] {
            assert_eq!(SessionId::parse(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn what_is_no_id_is_refused_and_none_is_shown() {
        for wrong in
            ["", "short", &"a".repeat(129), "0123456789abcdef0123456789abcde'", "0123456789abcdef0123456789ä"]
        {
            assert_eq!(SessionId::parse(wrong), Err(IdError), "{wrong}");
        }
        assert_eq!(format!("{:?}", SessionId::parse(&"a".repeat(32)).unwrap()), "SessionId(..)");
    }
}
