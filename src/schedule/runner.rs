//! The loop that starts jobs.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::cron_rule::CronRule;
use crate::db::{Database, DbError};
use crate::entropy::{self, SharedEntropy};
use crate::perfex::options::{LocalZone, Options};

use super::job::{Job, Outcome};
use super::lease::Lease;
use super::plan::Plan;

/// The longest pause between two looks: another daemon, staff or a command may have changed what is due.
const LOOK: Duration = Duration::from_secs(20);
/// How often a lease is renewed; well within its length.
const RENEWAL: Duration = Duration::from_secs(20);

/// A run that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The job.
    pub job: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// What it did, or why not.
    pub words: String,
    /// How long it took.
    pub took: Duration,
}

/// All jobs with their rules.
#[derive(Debug)]
pub struct Scheduler {
    database: Database,
    clock: SharedClock,
    entropy: SharedEntropy,
    jobs: Vec<(CronRule, Arc<dyn Job>)>,
}

impl Scheduler {
    /// A scheduler of `jobs`.
    #[must_use]
    pub fn new(
        database: Database,
        clock: SharedClock,
        entropy: SharedEntropy,
        jobs: Vec<(CronRule, Arc<dyn Job>)>,
    ) -> Self {
        Self { database, clock, entropy, jobs }
    }

    /// The jobs' names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.jobs.iter().map(|(_, job)| job.name())
    }

    /// Runs what is due until `stop`; `ended` is told of every run.
    pub async fn run(&self, stop: &CancellationToken, tick: impl Fn(), ended: impl Fn(&Run)) {
        let mut away = false;
        while !stop.is_cancelled() {
            tick();
            let pause = match self.turn(stop, &tick, &ended).await {
                Ok(next) => {
                    away = false;
                    next.map_or(LOOK, |next| (next - self.clock.now()).to_std().unwrap_or_default().min(LOOK))
                }
                Err(error) => {
                    // Once per outage.
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(%error, "schedule: cannot look at the jobs");
                    }
                    LOOK
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause.max(Duration::from_millis(100))) => {}
            }
        }
    }

    /// Plans every job and runs those that are due, one after the other; returns when the next is due.
    pub async fn turn(
        &self,
        stop: &CancellationToken,
        tick: &impl Fn(),
        ended: &impl Fn(&Run),
    ) -> Result<Option<DateTime<Utc>>, DbError> {
        let zone = self.zone().await?;
        let mut next: Option<DateTime<Utc>> = None;
        for (rule, job) in &self.jobs {
            let plan = Plan { rule, zone };
            let mut session = self.database.session().await?;
            let due = plan.ensure(&mut session, job.name(), self.clock.now()).await?;
            drop(session);
            if due > self.clock.now() {
                next = Some(next.map_or(due, |known| known.min(due)));
            } else if let Some(run) = self.attempt(job.as_ref(), plan, stop, tick).await? {
                ended(&run);
            }
        }
        Ok(next)
    }

    /// Runs a job now, whether it is due or not; `None` when there is none of this name or another daemon runs it.
    pub async fn run_now(&self, name: &str) -> Result<Option<Run>, DbError> {
        const DUE: &str = "UPDATE `{p}bridge_schedule` SET `due_at` = ? WHERE `job` = ? AND `due_at` > ?";
        let Some((rule, job)) = self.jobs.iter().find(|(_, job)| job.name() == name) else { return Ok(None) };
        let plan = Plan { rule, zone: self.zone().await? };
        let now = self.clock.now();
        let mut session = self.database.session().await?;
        plan.ensure(&mut session, job.name(), now).await?;
        session.run(DUE, (now.naive_utc(), job.name(), now.naive_utc())).await?;
        drop(session);
        self.attempt(job.as_ref(), plan, &CancellationToken::new(), &|| {}).await
    }

    async fn zone(&self) -> Result<Tz, DbError> {
        let mut session = self.database.session().await?;
        Ok(LocalZone::of(&Options::read(&mut session, &[LocalZone::OPTION]).await?).zone())
    }

    /// One run under a lease; `None` when the job is in other hands.
    async fn attempt(
        &self,
        job: &dyn Job,
        plan: Plan<'_>,
        stop: &CancellationToken,
        tick: &impl Fn(),
    ) -> Result<Option<Run>, DbError> {
        let lease = Lease {
            database: self.database.clone(),
            job: job.name(),
            token: entropy::hex::<16>(&*self.entropy),
        };
        let mut session = self.database.session().await?;
        if !lease.claim(&mut session, self.clock.now()).await? {
            return Ok(None);
        }
        drop(session);
        let begun = Instant::now();
        let ended = |outcome, words| Run { job: job.name(), outcome, words, took: begun.elapsed() };
        let result = match self.held(job, &lease, stop, tick).await {
            Ok(result) => result,
            Err(why) => {
                lease.release().await?;
                return Ok(Some(ended(Outcome::Interrupted, why.to_owned())));
            }
        };
        if !lease.settle(plan, &result, self.clock.now()).await? {
            return Ok(Some(ended(Outcome::Interrupted, "another daemon has taken it over".to_owned())));
        }
        Ok(Some(match result {
            Ok(words) => ended(Outcome::Ok, words),
            Err(words) => ended(Outcome::Failed, words),
        }))
    }

    /// Runs the job for as long as the lease is held; `Err` says why it was dropped in the middle.
    async fn held(
        &self,
        job: &dyn Job,
        lease: &Lease,
        stop: &CancellationToken,
        tick: &impl Fn(),
    ) -> Result<Result<String, String>, &'static str> {
        let mut work = job.run();
        loop {
            tokio::select! {
                result = &mut work => return Ok(result),
                () = stop.cancelled() => return Err("the daemon stops"),
                () = tokio::time::sleep(RENEWAL) => {}
            }
            tick();
            match lease.renew(self.clock.now()).await {
                Ok(true) => {}
                Ok(false) => return Err("another daemon has taken it over"),
                // The job itself will meet the outage, too.
                Err(error) => tracing::debug!(%error, job = lease.job, "a lease cannot be renewed"),
            }
        }
    }
}
