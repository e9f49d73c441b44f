//! Taking messages for a while, and writing down what became of them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{Database, DbError, retry};
use crate::ids::MessageId;

use super::message::{COLUMNS, Message};
use super::{Lane, State};

const SENDING: &str = "UPDATE `{p}bridge_outbox` SET `state` = 'sending', `due_at` = ? \
     WHERE `id` = ? AND `lease_token` = ?";
const SETTLE: &str = "UPDATE `{p}bridge_outbox` SET `state` = ?, `due_at` = ?, `last_error` = ?, \
     `finished_at` = ?, `uncertain_at` = COALESCE(`uncertain_at`, ?), `lease_token` = NULL \
     WHERE `id` = ? AND `lease_token` = ?";

/// The right to work on a set of messages until the lease ends.
#[derive(Debug, Clone)]
pub struct Lease {
    database: Database,
    token: String,
    length: Duration,
}

/// How a message goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Its new state.
    pub state: State,
    /// When it is tried next; `None` ends it.
    pub due_at: Option<DateTime<Utc>>,
    /// Why it was not delivered.
    pub error: Option<String>,
}

impl Lease {
    /// Takes up to `limit` messages of a lane that are due.
    pub async fn claim(
        database: &Database,
        lane: Lane,
        token: String,
        length: Duration,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<(Self, Vec<Message>), DbError> {
        let lease = Self { database: database.clone(), token, length };
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let claimed = retry(async || {
            let mut session = database.session().await?;
            let (claim, kind) = lane.claim();
            let row = (lease.token.as_str(), lease.end(now).naive_utc(), now.naive_utc(), kind, limit);
            session.run(claim, row).await
        })
        .await?;
        if claimed.rows == 0 {
            return Ok((lease, Vec::new()));
        }
        let mut session = database.session().await?;
        let sql = format!("{COLUMNS} WHERE `lease_token` = ? ORDER BY `id`");
        let messages = session.rows(&sql, (lease.token.as_str(),)).await?;
        Ok((lease, messages))
    }

    /// Writes down that a message is about to leave; `false` when the lease was lost.
    ///
    /// Another worker's claim locks the key of due times first and the row after it, this statement the other way round:
    /// one of the two may lose, and a message must not lie until its lease ends for that.
    pub async fn sending(&self, id: MessageId, now: DateTime<Utc>) -> Result<bool, DbError> {
        retry(async || {
            let mut session = self.database.session().await?;
            let row = (self.end(now).naive_utc(), id, self.token.as_str());
            Ok(session.run(SENDING, row).await?.rows > 0)
        })
        .await
    }

    /// Writes down what became of a message; `false` when the lease was lost.
    pub async fn settle(
        &self,
        id: MessageId,
        verdict: &Verdict,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        retry(async || {
            let mut session = self.database.session().await?;
            let finished = verdict.due_at.is_none().then(|| now.naive_utc());
            let row = (
                verdict.state,
                verdict.due_at.map(|at| at.naive_utc()),
                verdict.error.as_deref(),
                finished,
                (verdict.state == State::Uncertain).then(|| now.naive_utc()),
                id,
                self.token.as_str(),
            );
            Ok(session.run(SETTLE, row).await?.rows > 0)
        })
        .await
    }

    fn end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::from_std(self.length).unwrap_or_default()
    }
}
