//! Who of the staff changed what, when, and what stood there before; rows are only ever added.
//!
//! In: a [`Deed`], in the transaction of the change that it tells. Out: [`Entry`]s, newest first. Never in it: keys,
//! passwords, or anything else that must not be shown to whoever may see the page.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{DeedId, StaffId};

const ADD: &str = "INSERT INTO `{p}bridge_audit` (`at`, `staff_id`, `staff_name`, `subject`, `subject_id`, `action`, \
     `changes`) VALUES (?, ?, ?, ?, ?, ?, ?)";
const OF: &str = "SELECT `id`, `at`, `staff_id`, `staff_name`, `subject`, `subject_id`, `action`, `changes` \
     FROM `{p}bridge_audit` WHERE `subject` = ? AND `subject_id` = ? ORDER BY `id` DESC LIMIT ?";
const LATEST: &str = "SELECT `id`, `at`, `staff_id`, `staff_name`, `subject`, `subject_id`, `action`, `changes` \
     FROM `{p}bridge_audit` WHERE `id` < ? ORDER BY `id` DESC LIMIT ?";

/// Something that a staff member did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The kind of thing that it was done to, such as `order`.
    pub subject: &'static str,
    /// Which one.
    pub id: String,
    /// What was done, such as `cancelled`.
    pub action: &'static str,
    /// What differs since.
    pub changes: Vec<Change>,
}

/// A value that is another one since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What the value is called.
    pub field: String,
    /// What stood there; `None`: nothing.
    pub before: Option<String>,
    /// What stands there; `None`: nothing.
    pub after: Option<String>,
}

impl Deed {
    /// A deed; its phrase is `audit-<subject>-<action>`, which may name `$id`.
    #[must_use]
    pub fn new(subject: &'static str, id: &(impl ToString + ?Sized), action: &'static str) -> Self {
        Self { subject, id: id.to_string(), action, changes: Vec::new() }
    }

    /// With a value before and after; one that is the same is no change. `None` and an empty text are nothing.
    #[must_use]
    pub fn changed<B: ToString, A: ToString>(
        mut self,
        field: &str,
        before: Option<B>,
        after: Option<A>,
    ) -> Self {
        let before = before.map(|value| value.to_string()).filter(|value| !value.is_empty());
        let after = after.map(|value| value.to_string()).filter(|value| !value.is_empty());
        if before != after {
            self.changes.push(Change { field: field.to_owned(), before, after });
        }
        self
    }
}

/// A line of the audit timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the order.
    pub id: DeedId,
    /// When it was done.
    pub at: DateTime<Utc>,
    /// By whom.
    pub staff: StaffId,
    /// What they were called then.
    pub staff_name: String,
    /// The kind of thing.
    pub subject: String,
    /// Which one.
    pub subject_id: String,
    /// What was done.
    pub action: String,
    /// What differs since.
    pub changes: Vec<Change>,
}

impl Record for Entry {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let changes: String = row.take("changes")?;
        let unreadable =
            |_| DbError::Column { column: "changes".to_owned(), found: "no JSON list".to_owned() };
        Ok(Self {
            id: row.take("id")?,
            at: row.take::<NaiveDateTime>("at")?.and_utc(),
            staff: row.take("staff_id")?,
            staff_name: row.take("staff_name")?,
            subject: row.take("subject")?,
            subject_id: row.take("subject_id")?,
            action: row.take("action")?,
            changes: serde_json::from_str(&changes).map_err(unreadable)?,
        })
    }
}

/// Writes a deed down.
pub async fn record(
    session: &mut Session,
    (staff, name): (StaffId, &str),
    at: DateTime<Utc>,
    deed: &Deed,
) -> Result<(), DbError> {
    let changes = serde_json::json!(deed.changes).to_string();
    let name: String = name.chars().take(191).collect();
    let row = (at.naive_utc(), staff, name, deed.subject, deed.id.as_str(), deed.action, changes);
    session.run(ADD, row).await?;
    Ok(())
}

/// What was done to one thing, newest first.
pub async fn of(
    session: &mut Session,
    subject: &str,
    id: &(impl ToString + ?Sized + Sync),
    limit: u32,
) -> Result<Vec<Entry>, DbError> {
    session.rows(OF, (subject, id.to_string(), limit)).await
}

/// What was done to anything, newest first; with `before`, only what is older than that.
pub async fn latest(
    session: &mut Session,
    before: Option<DeedId>,
    limit: u32,
) -> Result<Vec<Entry>, DbError> {
    session.rows(LATEST, (before.unwrap_or(DeedId(i64::MAX)), limit)).await
}
