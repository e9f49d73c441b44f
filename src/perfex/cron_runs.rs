//! Which of the CRM's cron runs is over, as far as that can be told from outside.
//!
//! In: the setting that every run writes when it begins, looked at now and then; a busy cron writes it every five minutes
//! (`runtime.md`), so that it is never old. Out: a run that had [`LONGEST`] for all that was due when it began. Nobody says
//! when a run ends, or that it broke off.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{DbError, Session};

use super::options::Options;

/// How long a run may take before what it left counts as left.
pub const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// The time of the last run's begin, in seconds since 1970.
const LAST: &str = "last_cron_run";

/// The runs that were seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CronRuns {
    /// When the newest run that is over began.
    over: Option<DateTime<Utc>>,
    /// When a run began that may still be at it.
    watched: Option<DateTime<Utc>>,
}

impl CronRuns {
    /// Looks at the CRM; returns when the newest run began that is over by now, of those that were seen.
    pub async fn look(
        &mut self,
        session: &mut Session,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, DbError> {
        let options = Options::read(session, &[LAST]).await?;
        let seconds = options.get(LAST).trim().parse().ok().filter(|seconds| *seconds > 0);
        Ok(self.saw(seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)), now))
    }

    fn saw(&mut self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let watched = self.watched.or(last);
        self.watched = watched;
        if watched.is_some_and(|run| now - run > LONGEST) {
            self.over = watched;
            self.watched = last;
        }
        self.over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(1_000 + minute)
    }

    #[test]
    fn a_cron_that_runs_every_five_minutes_has_runs_that_are_over() {
        let mut runs = CronRuns::default();
        let seen: Vec<_> =
            (0..=40).map(|minute| runs.saw(Some(at(minute - minute % 5)), at(minute))).collect();
        assert_eq!(seen[15], None, "the run may still be at it");
        assert_eq!((seen[16], seen[30]), (Some(at(0)), Some(at(0))));
        assert_eq!((seen[31], seen[40]), (Some(at(15)), Some(at(15))));
    }

    #[test]
    fn a_cron_that_has_stopped_is_over_at_once_and_one_that_never_ran_is_not() {
        assert_eq!(CronRuns::default().saw(Some(at(0)), at(16)), Some(at(0)));
        assert_eq!(CronRuns::default().saw(None, at(16)), None);
    }
}
