//! The jobs of every module, with their rules.

use std::sync::Arc;
use std::time::Duration;

use crate::metrics::Metrics;
use crate::schedule::{Job, Outcome, Run, Scheduler};
use crate::shop::OrderExpiry;
use crate::shop::trial::TrialMails;
use crate::supervise::{Stage, Supervisor};
use crate::vitals::Vitals;

use super::App;
use super::daemon::when_ready;

/// The longest silence of the loop: a running job's lease is renewed many times in it.
const SILENCE: Duration = Duration::from_mins(3);

impl App {
    /// All jobs.
    #[must_use]
    pub fn scheduler(&self) -> Scheduler {
        let (shop, rules) = (&self.config.shop, &self.config.schedule);
        let days = shop.trial_reminder_days.clone();
        let trials: Arc<dyn Job> =
            Arc::new(TrialMails::new(self.workshop.clone(), days, Arc::clone(&self.outbox)));
        let orders: Arc<dyn Job> = Arc::new(OrderExpiry::new(self.workshop.clone(), shop.unpaid_expires));
        Scheduler::new(
            self.database.clone(),
            Arc::clone(&self.clock),
            Arc::clone(&self.entropy),
            vec![(rules.trials.clone(), trials), (rules.orders.clone(), orders)],
        )
    }
}

/// Runs the jobs in the background.
pub(super) fn keep(supervisor: &mut Supervisor, app: &Arc<App>, vitals: &Vitals, metrics: &Metrics) {
    let (scheduler, clock) = (app.scheduler(), Arc::clone(&app.clock));
    let (vitals, metrics) = (vitals.clone(), metrics.clone());
    supervisor.spawn("schedule", SILENCE, Stage::Watchers, |stop, tick| async move {
        if !when_ready(&vitals, &stop, &tick).await {
            return;
        }
        let ended = |run: &Run| {
            let Run { job, outcome, words, took } = run;
            if *outcome == Outcome::Failed {
                tracing::warn!(job, words, ?took, "schedule: a job failed");
            } else {
                tracing::info!(job, %outcome, words, ?took, "schedule: a job ran");
            }
            metrics.job_ran(job, outcome.as_str(), *took, clock.now());
        };
        scheduler.run(&stop, || tick.beat(), ended).await;
    });
}
