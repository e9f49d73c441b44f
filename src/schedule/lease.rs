//! The claim on a job, and its end.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{Database, DbError, Session, retry};

use super::plan::Plan;

/// How long a job belongs to a daemon that no longer renews it.
pub(super) const LEASE: TimeDelta = TimeDelta::minutes(2);

const CLAIM: &str = "UPDATE `{p}bridge_schedule` SET `lease_token` = ?, `lease_until` = ?, `begun_at` = ? \
     WHERE `job` = ? AND `due_at` <= ? AND (`lease_until` IS NULL OR `lease_until` <= ?)";
const RENEW: &str = "UPDATE `{p}bridge_schedule` SET `lease_until` = ? WHERE `job` = ? AND `lease_token` = ?";
const RELEASE: &str = "UPDATE `{p}bridge_schedule` SET `lease_token` = NULL, `lease_until` = NULL \
     WHERE `job` = ? AND `lease_token` = ?";
const SUCCEED: &str = "UPDATE `{p}bridge_schedule` SET `due_at` = ?, `succeeded_at` = ?, `failures` = 0, \
     `last_result` = ?, `last_error` = NULL, `lease_token` = NULL, `lease_until` = NULL \
     WHERE `job` = ? AND `lease_token` = ?";
const FAIL: &str = "UPDATE `{p}bridge_schedule` SET `due_at` = ?, `failures` = ?, `last_error` = ?, \
     `lease_token` = NULL, `lease_until` = NULL WHERE `job` = ? AND `lease_token` = ?";
const FAILURES: &str = "SELECT `failures` FROM `{p}bridge_schedule` WHERE `job` = ?";

/// A job in the hands of this daemon.
#[derive(Debug)]
pub(super) struct Lease {
    pub database: Database,
    pub job: &'static str,
    pub token: String,
}

impl Lease {
    /// Takes the job; `false` when it is not due or somebody else has it.
    pub async fn claim(&self, session: &mut Session, now: DateTime<Utc>) -> Result<bool, DbError> {
        let (at, until) = (now.naive_utc(), (now + LEASE).naive_utc());
        let row = (self.token.as_str(), until, at, self.job, at, at);
        Ok(session.run(CLAIM, row).await?.rows == 1)
    }

    /// Goes on holding it; `false` when it was lost.
    pub async fn renew(&self, now: DateTime<Utc>) -> Result<bool, DbError> {
        let mut session = self.database.session().await?;
        let row = ((now + LEASE).naive_utc(), self.job, self.token.as_str());
        Ok(session.run(RENEW, row).await?.rows == 1)
    }

    /// Gives it back undone: it stays due.
    pub async fn release(&self) -> Result<(), DbError> {
        retry(async || {
            let mut session = self.database.session().await?;
            session.run(RELEASE, (self.job, self.token.as_str())).await.map(drop)
        })
        .await
    }

    /// Writes down how it went, and when it is due next; `false` when the lease was lost in between. What loses against
    /// another daemon's look is said again: the job has run, and would run once more when its lease ends.
    pub async fn settle(
        &self,
        plan: Plan<'_>,
        result: &Result<String, String>,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        retry(async || self.settle_once(plan, result, now).await).await
    }

    async fn settle_once(
        &self,
        plan: Plan<'_>,
        result: &Result<String, String>,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        let mut session = self.database.session().await?;
        let (job, token) = (self.job, self.token.as_str());
        let done = match result {
            Ok(words) => {
                let row = (plan.next(now).naive_utc(), now.naive_utc(), words.as_str(), job, token);
                session.run(SUCCEED, row).await?
            }
            Err(words) => {
                let before = session.first::<(u32,)>(FAILURES, (job,)).await?.map_or(0, |row| row.0);
                let failures = before.saturating_add(1);
                let row = (plan.again(now, failures).naive_utc(), failures, words.as_str(), job, token);
                session.run(FAIL, row).await?
            }
        };
        Ok(done.rows == 1)
    }
}
