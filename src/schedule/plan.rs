//! When a job is due: a row that follows its rule.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::cron_rule::CronRule;
use crate::db::{DbError, Session};

use super::state;

const ADD: &str = "INSERT INTO `{p}bridge_schedule` (`job`, `rule`, `due_at`) VALUES (?, ?, ?) \
     ON DUPLICATE KEY UPDATE `job` = `job`";
/// Only while the rule is still the one that was read: another daemon may have changed it, and run the job since.
const CHANGE: &str = "UPDATE `{p}bridge_schedule` SET `rule` = ?, `due_at` = ? WHERE `job` = ? AND `rule` = ? AND `due_at` = ?";

/// The first pause after a failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_mins(5);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// A rule in a zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan<'a> {
    pub rule: &'a CronRule,
    pub zone: Tz,
}

impl Plan<'_> {
    /// The rule and the zone, as they stand in the row.
    pub fn text(&self) -> String {
        format!("{} {}", self.rule, self.zone)
    }

    /// The firing after `now`.
    pub fn next(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let never = now.checked_add_signed(TimeDelta::days(36_500)).unwrap_or(now);
        self.rule.next(now, self.zone).unwrap_or(never)
    }

    /// When to try again after so many failures in a row: soon, but no later than the next firing.
    pub fn again(&self, now: DateTime<Utc>, failures: u32) -> DateTime<Utc> {
        let doubled = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(8));
        let pause = TimeDelta::from_std(doubled.min(LONGEST_PAUSE)).unwrap_or_default();
        self.next(now).min(now + pause)
    }

    /// Makes the row say this plan, and returns when the job is due. A firing that was missed under an earlier rule stays due.
    pub async fn ensure(
        &self,
        session: &mut Session,
        job: &str,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, DbError> {
        let (text, next) = (self.text(), self.next(now));
        let Some(found) = state::find(session, job).await? else {
            session.run(ADD, (job, text, next.naive_utc())).await?;
            return Ok(next);
        };
        if found.rule == text {
            return Ok(found.due_at);
        }
        let due = if found.due_at <= now { found.due_at } else { next };
        let row = (text, due.naive_utc(), job, found.rule, found.due_at.naive_utc());
        session.run(CHANGE, row).await?;
        Ok(due)
    }
}
