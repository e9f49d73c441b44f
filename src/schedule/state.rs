//! What people see of a job: when it ran, how it ended, when it runs next.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};

const COLUMNS: &str = "SELECT `job`, `rule`, `due_at`, `lease_until`, `begun_at`, `succeeded_at`, `failures`, \
     `last_result`, `last_error` FROM `{p}bridge_schedule`";

/// A job as its row has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobState {
    /// Its name.
    pub job: String,
    /// Its rule and the zone in which that is meant: `0 9 * * * Europe/Berlin`.
    pub rule: String,
    /// When it runs next.
    pub due_at: DateTime<Utc>,
    /// Until when it belongs to the daemon that runs it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub running_until: Option<DateTime<Utc>>,
    /// When it last began; `null`: it never ran.
    pub begun_at: Option<DateTime<Utc>>,
    /// When it last succeeded.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// How often it has failed since.
    pub failures: u32,
    /// What the last run that succeeded did.
    pub last_result: Option<String>,
    /// Why the last run failed; `null` when it succeeded.
    pub last_error: Option<String>,
}

impl JobState {
    /// For how long it should have run at `now`, when nobody runs it.
    #[must_use]
    pub fn overdue(&self, now: DateTime<Utc>) -> Option<chrono::TimeDelta> {
        let runs = self.running_until.is_some_and(|until| until > now);
        (self.due_at < now && !runs).then(|| now - self.due_at)
    }
}

impl Record for JobState {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let moment = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
        Ok(Self {
            job: row.take("job")?,
            rule: row.take("rule")?,
            due_at: row.take::<NaiveDateTime>("due_at")?.and_utc(),
            running_until: moment(row.take("lease_until")?),
            begun_at: moment(row.take("begun_at")?),
            succeeded_at: moment(row.take("succeeded_at")?),
            failures: row.take("failures")?,
            last_result: row.take("last_result")?,
            last_error: row.take("last_error")?,
        })
    }
}

/// One job, when a daemon has planned it.
pub async fn find(session: &mut Session, job: &str) -> Result<Option<JobState>, DbError> {
    session.first(&format!("{COLUMNS} WHERE `job` = ?"), (job,)).await
}

/// All jobs by name.
pub async fn list(session: &mut Session) -> Result<Vec<JobState>, DbError> {
    session.rows(&format!("{COLUMNS} ORDER BY `job`"), ()).await
}
