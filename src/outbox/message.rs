//! Messages: enqueued with their fact, listed, repeated and dropped by people.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::MessageId;

use super::{OutboxError, State};

/// `ON DUPLICATE KEY UPDATE id = id` instead of `INSERT IGNORE`: only the duplicate is forgiven, nothing else.
const ENQUEUE: &str = "INSERT INTO `{p}bridge_outbox` (`kind`, `dedupe_key`, `template`, `recipient`, \
     `recipient_name`, `language`, `message_id`, `payload`, `state`, `due_at`, `created_at`) \
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ready', ?, ?) ON DUPLICATE KEY UPDATE `id` = `id`";
pub(super) const COLUMNS: &str = "SELECT `id`, `kind`, `template`, `recipient`, `recipient_name`, `language`, \
     `message_id`, `payload`, `state`, `attempts`, `due_at`, `last_error`, `uncertain_at`, `created_at`, `finished_at` \
     FROM `{p}bridge_outbox`";
const RETRY: &str = "UPDATE `{p}bridge_outbox` SET `state` = 'ready', `attempts` = 0, `due_at` = ?, \
     `recipient` = COALESCE(?, `recipient`), `uncertain_at` = NULL, `lease_token` = NULL, `finished_at` = NULL \
     WHERE `id` = ? AND `state` <> 'sending'";
const DROP: &str = "UPDATE `{p}bridge_outbox` SET `state` = 'dead', `due_at` = NULL, `lease_token` = NULL, \
     `last_error` = 'dropped by staff', `finished_at` = ? WHERE `id` = ? AND `state` NOT IN ('sending', 'sent')";
const PRUNE: &str =
    "DELETE FROM `{p}bridge_outbox` WHERE `state` = 'sent' AND `finished_at` < ? ORDER BY `id` LIMIT 1000";
const OVERVIEW: &str = "SELECT `state`, COUNT(*) AS `messages`, MIN(`created_at`) AS `oldest` \
     FROM `{p}bridge_outbox` GROUP BY `state`";

/// A message to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Which courier carries it, such as `mail`.
    pub kind: &'static str,
    /// The fact it tells, once and for all: `license_issued:order_item:7`.
    pub dedupe_key: String,
    /// The text it is made from.
    pub template: &'static str,
    /// Where to.
    pub recipient: String,
    /// Who lives there.
    pub recipient_name: String,
    /// A language folder of the CRM.
    pub language: String,
    /// Its stable identity for the receiver.
    pub message_id: String,
    /// The values it carries, encrypted.
    pub payload: String,
}

/// Writes a message in the caller's transaction; a second one for the same fact changes nothing.
pub async fn enqueue(session: &mut Session, message: &NewMessage, now: DateTime<Utc>) -> Result<(), DbError> {
    let row = (
        message.kind,
        message.dedupe_key.as_str(),
        message.template,
        message.recipient.as_str(),
        message.recipient_name.as_str(),
        message.language.as_str(),
        message.message_id.as_str(),
        message.payload.as_str(),
        now.naive_utc(),
        now.naive_utc(),
    );
    session.run(ENQUEUE, row).await?;
    Ok(())
}

/// A message in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Which courier carries it.
    pub kind: String,
    /// The text it is made from.
    pub template: String,
    /// Where to.
    #[serde(rename = "to")]
    pub recipient: String,
    /// Who lives there.
    #[serde(rename = "to_name")]
    pub recipient_name: String,
    /// A language folder of the CRM.
    pub language: String,
    /// Where it stands.
    pub state: State,
    /// How often it was tried.
    pub attempts: u32,
    /// What the last attempt ended with, unless it was delivered.
    pub last_error: Option<String>,
    /// Its stable identity for the receiver.
    pub message_id: String,
    /// When it first became unclear whether it had left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncertain_at: Option<DateTime<Utc>>,
    /// When its fact happened.
    pub created_at: DateTime<Utc>,
    /// When it is tried next.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was delivered or given up.
    pub finished_at: Option<DateTime<Utc>>,
    /// The values it carries, encrypted; never printed.
    #[serde(skip)]
    pub payload: String,
}

impl Record for Message {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            kind: row.take("kind")?,
            template: row.take("template")?,
            recipient: row.take("recipient")?,
            recipient_name: row.take("recipient_name")?,
            language: row.take("language")?,
            state: row.take("state")?,
            attempts: row.take("attempts")?,
            last_error: row.take("last_error")?,
            message_id: row.take("message_id")?,
            uncertain_at: row.take::<Option<NaiveDateTime>>("uncertain_at")?.map(|at| at.and_utc()),
            created_at: row.take::<NaiveDateTime>("created_at")?.and_utc(),
            due_at: row.take::<Option<NaiveDateTime>>("due_at")?.map(|at| at.and_utc()),
            finished_at: row.take::<Option<NaiveDateTime>>("finished_at")?.map(|at| at.and_utc()),
            payload: row.take("payload")?,
        })
    }
}

/// Which messages to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<State>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// Lists messages, newest first.
pub async fn list(session: &mut Session, filter: Filter) -> Result<Vec<Message>, DbError> {
    match filter.state {
        Some(state) => {
            let sql = format!("{COLUMNS} WHERE `state` = ? ORDER BY `id` DESC LIMIT ?");
            session.rows(&sql, (state, filter.limit)).await
        }
        None => session.rows(&format!("{COLUMNS} ORDER BY `id` DESC LIMIT ?"), (filter.limit,)).await,
    }
}

/// A part of a long list of messages, as a page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those to an address or name with this in it; empty: all.
    pub to: &'a str,
    /// Only those with a number below; descending.
    pub before: Option<MessageId>,
    /// Only those with a number above, ascending; looked at without `before`.
    pub after: Option<MessageId>,
    /// At most so many.
    pub limit: u32,
}

/// Reads a part of the list.
pub async fn excerpt(session: &mut Session, wanted: Excerpt<'_>) -> Result<Vec<Message>, DbError> {
    let mut sql = format!("{COLUMNS} WHERE 1 = 1");
    let mut values: Vec<mysql_async::Value> = Vec::new();
    if let Some(state) = wanted.state {
        sql.push_str(" AND `state` = ?");
        values.push(state.into());
    }
    if !wanted.to.is_empty() {
        sql.push_str(" AND (LOCATE(?, `recipient`) > 0 OR LOCATE(?, `recipient_name`) > 0)");
        values.extend([wanted.to.into(), wanted.to.into()]);
    }
    match (wanted.before, wanted.after) {
        (Some(before), _) => {
            sql.push_str(" AND `id` < ? ORDER BY `id` DESC LIMIT ?");
            values.push(before.into());
        }
        (None, Some(after)) => {
            sql.push_str(" AND `id` > ? ORDER BY `id` LIMIT ?");
            values.push(after.into());
        }
        (None, None) => sql.push_str(" ORDER BY `id` DESC LIMIT ?"),
    }
    values.push(wanted.limit.into());
    session.rows(&sql, values).await
}

/// The messages that tell one of these facts, oldest first; also those whose fact is one of them with a colon and more
/// behind it.
pub async fn about(session: &mut Session, facts: Vec<String>) -> Result<Vec<Message>, DbError> {
    if facts.is_empty() {
        return Ok(Vec::new());
    }
    let each = vec!["((`dedupe_key` >= ? AND `dedupe_key` < ?) OR `dedupe_key` = ?)"; facts.len()];
    let values: Vec<mysql_async::Value> = facts
        .into_iter()
        // The character behind all that stand in a key.
        .flat_map(|fact| [format!("{fact}:"), format!("{fact}:~"), fact])
        .map(mysql_async::Value::from)
        .collect();
    session.rows(&format!("{COLUMNS} WHERE {} ORDER BY `id`", each.join(" OR ")), values).await
}

/// One message.
pub async fn show(session: &mut Session, id: MessageId) -> Result<Message, OutboxError> {
    let message = session.first(&format!("{COLUMNS} WHERE `id` = ?"), (id,)).await?;
    message.ok_or(OutboxError::Unknown(id))
}

/// Sends a message again, also one that was sent; `recipient` corrects a mistyped address.
pub async fn retry(
    session: &mut Session,
    id: MessageId,
    recipient: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), OutboxError> {
    let done = session.run(RETRY, (now.naive_utc(), recipient, id)).await?;
    if done.rows == 0 {
        let state = show(session, id).await?.state;
        return Err(OutboxError::NotFrom { id, state, wanted: "sent again now" });
    }
    Ok(())
}

/// Gives a message up.
pub async fn drop_message(
    session: &mut Session,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<(), OutboxError> {
    if session.run(DROP, (now.naive_utc(), id)).await?.rows == 0 {
        let state = show(session, id).await?.state;
        return Err(OutboxError::NotFrom { id, state, wanted: "dropped" });
    }
    Ok(())
}

/// Deletes messages that were delivered before `before`; returns how many.
pub async fn prune(session: &mut Session, before: DateTime<Utc>) -> Result<u64, DbError> {
    Ok(session.run(PRUNE, (before.naive_utc(),)).await?.rows)
}

/// How many messages are in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overview {
    /// The state.
    pub state: State,
    /// How many.
    pub messages: u64,
    /// When the oldest of them was written.
    pub oldest: DateTime<Utc>,
}

impl Record for Overview {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            state: row.take("state")?,
            messages: row.take("messages")?,
            oldest: row.take::<NaiveDateTime>("oldest")?.and_utc(),
        })
    }
}

/// Counts the messages by state.
pub async fn overview(session: &mut Session) -> Result<Vec<Overview>, DbError> {
    session.rows(OVERVIEW, ()).await
}
