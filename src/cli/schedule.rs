//! `schedule`: jobs that time starts.

use chrono::{DateTime, Utc};
use clap::Subcommand;

use crate::app::App;
use crate::schedule::{self, JobState, Outcome};

use super::CliError;
use super::output::{Format, moment, or_dash, print_one, print_rows};

/// Subcommands of `schedule`.
#[derive(Debug, Subcommand)]
pub enum Schedule {
    /// List the jobs: their rule, their last and their next run.
    List,
    /// Run a job now, whether it is due or not.
    Run {
        /// The job's name.
        job: String,
    },
}

impl Schedule {
    pub(super) fn changes_something(&self) -> bool {
        matches!(self, Self::Run { .. })
    }

    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        match self {
            Self::List => list(app, format).await,
            Self::Run { job } => run(app, format, &job).await,
        }
    }
}

async fn list(app: &App, format: Format) -> Result<(), CliError> {
    let mut session = app.database.session().await?;
    let jobs = schedule::list(&mut session).await?;
    let now = app.clock.now();
    let header = ["job", "rule", "next run", "last success", "result"];
    let empty = "no job was planned yet: the daemon does it when it runs";
    print_rows(format, &jobs, &header, empty, |job| {
        vec![
            job.job.clone(),
            job.rule.clone(),
            next(job, now),
            or_dash(job.succeeded_at.map(moment).as_ref()),
            or_dash(job.last_error.as_ref().or(job.last_result.as_ref())),
        ]
    })?;
    Ok(())
}

fn next(job: &JobState, now: DateTime<Utc>) -> String {
    if job.running_until.is_some_and(|until| until > now) {
        "runs now".to_owned()
    } else {
        moment(job.due_at)
    }
}

async fn run(app: &App, format: Format, job: &str) -> Result<(), CliError> {
    let scheduler = app.scheduler();
    if !scheduler.names().any(|name| name == job) {
        let names: Vec<&str> = scheduler.names().collect();
        return Err(CliError::Usage(format!("there is no job `{job}`, only {}", names.join(", "))));
    }
    app.fit_schema().await?;
    let Some(run) = scheduler.run_now(job).await? else {
        return Err(CliError::Usage(format!("the job `{job}` runs on another daemon now")));
    };
    let failed = run.outcome != Outcome::Ok;
    let told = serde_json::json!({"job": run.job, "outcome": run.outcome, "words": run.words});
    print_one(format, &told, |_| format!("{}: {}", run.job, run.words))?;
    if failed { Err(CliError::Reported) } else { Ok(()) }
}
