//! The values of a session, in the order in which PHP wrote them: `name|value name|value`.
//!
//! In: the bytes of the column `data`. Out: names with the serialised text of their values. A name ends at the first `|`;
//! a value ends where its own lengths say, whatever it holds. Nothing is brought to life: objects and references of other
//! modules are stepped over. One broken value makes the whole session unreadable, as PHP too would throw it away.

use crate::perfex::php_value::PhpValue;

/// Why a session may be somebody's, but only PHP can tell whose.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not in the database.
    #[error(
        "the CRM keeps its sessions in `{0}`; only those in the database (SESS_DRIVER in app-config.php) can be read \
         without PHP: use the gateway, which needs no session"
    )]
    Driver(String),
    /// The table has a name that cannot be one.
    #[error("SESS_SAVE_PATH in app-config.php leads to `{0}`, which is not the plain name of a table")]
    Table(String),
    /// Another format.
    #[error(
        "the session is not in PHP's plain format: it is encrypted, cut off, or session.serialize_handler in php.ini \
         is not `php`"
    )]
    Format,
    /// Broken in the middle.
    #[error("the session breaks off or is damaged at byte {at}")]
    Damaged {
        /// Where the broken value or name begins.
        at: usize,
    },
    /// Too long to be read for each page.
    #[error("the session is longer than 2 MiB")]
    TooLong,
    /// What says who is signed in is neither a number nor a plain text.
    #[error("the session's `{0}` is not a plain value")]
    Value(&'static str),
}

/// Steps through the values of a session.
#[derive(Debug, Clone)]
pub struct Values<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Values<'a> {
    /// All values of a session's `data`.
    #[must_use]
    pub fn of(data: &'a [u8]) -> Self {
        Self { rest: data, length: data.len() }
    }
}

impl<'a> Iterator for Values<'a> {
    /// A name and the serialised text of its value.
    type Item = Result<(&'a [u8], &'a [u8]), Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let at = self.length - self.rest.len();
        let broken = if at == 0 { Unreadable::Format } else { Unreadable::Damaged { at } };
        let cut = self.rest.iter().position(|byte| *byte == b'|').and_then(|end| {
            let (name, value) = self.rest.split_at_checked(end)?;
            let (value, rest) = PhpValue::split_first(value.get(1..)?).ok()?;
            Some((name, value, rest))
        });
        // After an error there is nothing to go on with.
        self.rest = cut.map_or(&[], |(_, _, rest)| rest);
        Some(cut.map(|(name, value, _)| (name, value)).ok_or(broken))
    }
}
