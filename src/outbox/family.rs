//! Messages that belong together: the keys of their facts begin alike, such as `license:order_item:7:`.

use crate::db::{DbError, Session};

use super::message::{COLUMNS, Message};

const OF_FAMILY: &str = " WHERE `dedupe_key` >= ? AND `dedupe_key` < ?";
const KEYS: &str = "SELECT `dedupe_key` FROM `{p}bridge_outbox` WHERE `dedupe_key` >= ? AND `dedupe_key` < ?";
const WITHDRAW: &str = "DELETE FROM `{p}bridge_outbox` WHERE `dedupe_key` >= ? AND `dedupe_key` < ? \
     AND `state` NOT IN ('sending', 'sent')";

/// The messages whose keys begin with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    first: String,
    end: String,
}

impl Family {
    /// All whose key begins with `beginning`, which ends with a colon.
    #[must_use]
    pub fn of(beginning: &str) -> Self {
        // The character behind all that stand in a key.
        Self { first: beginning.to_owned(), end: format!("{beginning}~") }
    }

    /// The keys of those that were written and not forgotten.
    pub async fn keys(&self, session: &mut Session) -> Result<Vec<String>, DbError> {
        let rows = session.rows::<(String,)>(KEYS, (self.first.as_str(), self.end.as_str())).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// The messages, oldest first.
    pub async fn messages(&self, session: &mut Session) -> Result<Vec<Message>, DbError> {
        let sql = format!("{COLUMNS}{OF_FAMILY} ORDER BY `id`");
        session.rows(&sql, (self.first.as_str(), self.end.as_str())).await
    }

    /// Takes back what has neither left nor is leaving, in the caller's transaction; returns how many.
    ///
    /// A worker that holds one of them loses its lease. The same fact may be told anew later.
    pub async fn withdraw(&self, session: &mut Session) -> Result<u64, DbError> {
        Ok(session.run(WITHDRAW, (self.first.as_str(), self.end.as_str())).await?.rows)
    }
}
