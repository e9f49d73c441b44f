//! Jobs that time starts: each firing of a rule runs its job once, on one of all the daemons.
//!
//! In: jobs with a [`CronRule`](crate::cron_rule::CronRule) each, in the CRM's time zone. Out: rows of `bridge_schedule`,
//! one a job, with what is due and how the last run ended. Invariants:
//!
//! - a run begins with a claim, one `UPDATE` that only one daemon's can match; the claim is a lease that its holder
//!   renews, so the job of a daemon that died runs elsewhere when the lease has ended;
//! - the next firing is reckoned from the end of a run: firings that were missed, while everything was down or while the
//!   job ran, are made up by one run;
//! - a run that failed is repeated soon, with growing pauses, and what it said stays visible until one succeeds;
//! - a job writes nothing that its own keys would not refuse a second time: a lease is a promise of effort, not of safety.

mod job;
mod lease;
mod plan;
mod runner;
mod state;

pub use job::{Job, Outcome};
pub use runner::{Run, Scheduler};
pub use state::{JobState, find, list};
