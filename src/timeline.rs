//! What happened to something, in order; rows are only ever added.
//!
//! Orders and licenses each have a table of this form. A row is written in the transaction of the change that it tells.

use chrono::{DateTime, NaiveDateTime, Utc};
use mysql_async::Value;
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::sentence::Sentence;

/// One line of a timeline; `D` is a sentence until somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event<D = Sentence> {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened, in one word.
    pub event: String,
    /// The rule and the numbers behind it, for people.
    pub detail: D,
}

impl Event {
    /// The same in words.
    #[must_use]
    pub fn told(self, tell: impl FnOnce(&Sentence) -> String) -> Event<String> {
        Event { at: self.at, event: self.event, detail: tell(&self.detail) }
    }
}

impl Record for Event {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            at: row.take::<NaiveDateTime>("at")?.and_utc(),
            event: row.take("event")?,
            detail: Sentence::read(row.take("detail")?),
        })
    }
}

/// The statements of one table.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    /// Inserts owner, moment, event and detail.
    pub add: &'static str,
    /// Reads `at`, `event` and `detail` of an owner, oldest first.
    pub read: &'static str,
}

impl Timeline {
    /// Adds a line.
    pub async fn add(
        self,
        session: &mut Session,
        owner: impl Into<Value> + Send,
        at: DateTime<Utc>,
        event: &str,
        detail: impl Into<Sentence> + Send,
    ) -> Result<(), DbError> {
        let detail = detail.into().stored();
        let row: Vec<Value> = vec![owner.into(), at.naive_utc().into(), event.into(), detail.into()];
        session.run(self.add, row).await?;
        Ok(())
    }

    /// All lines, oldest first.
    pub async fn read(
        self,
        session: &mut Session,
        owner: impl Into<Value> + Send,
    ) -> Result<Vec<Event>, DbError> {
        session.rows(self.read, vec![owner.into()]).await
    }
}
