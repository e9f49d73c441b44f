//! Jobs that time starts: planned by a daemon, run when they were due, and without an error.

use chrono::TimeDelta;

use crate::app::App;
use crate::schedule::{self, JobState};

use super::Finding;

const NAME: &str = "schedule";
/// How late a job may begin before someone should look.
const LATE: TimeDelta = TimeDelta::minutes(10);

pub(super) async fn finding(app: &App) -> Finding {
    let read = async {
        let mut session = app.database.session().await?;
        schedule::list(&mut session).await
    };
    let jobs = match read.await {
        Ok(jobs) => jobs,
        Err(error) if error.is_missing_object() => {
            return Finding::warn(NAME, "our tables are not there yet", "run `perfex-bridge install`");
        }
        Err(error) => return Finding::fail(NAME, error.to_string(), "see `database` above"),
    };
    if jobs.is_empty() {
        let mend = "start the daemon: `systemctl start perfex-bridge`";
        return Finding::warn(NAME, "no job was planned yet: no daemon has run on this database", mend);
    }
    let now = app.clock.now();
    let failed: Vec<String> = jobs.iter().filter_map(failure).collect();
    if !failed.is_empty() {
        let mend = "mend what the sentence says, then `perfex-bridge schedule run JOB`";
        return Finding::fail(NAME, failed.join("; "), mend);
    }
    let late: Vec<&str> = jobs
        .iter()
        .filter(|job| job.overdue(now).is_some_and(|late| late > LATE))
        .map(|job| job.job.as_str())
        .collect();
    if !late.is_empty() {
        let mend = "see whether the daemon runs: `systemctl status perfex-bridge`";
        return Finding::warn(NAME, format!("due, and not run: {}", late.join(", ")), mend);
    }
    let next = jobs.iter().min_by_key(|job| job.due_at);
    let next = next.map_or_else(String::new, |job| {
        format!(", next `{}` at {} UTC", job.job, job.due_at.format("%Y-%m-%d %H:%M"))
    });
    Finding::ok(NAME, format!("{} jobs{next}", jobs.len()))
}

fn failure(job: &JobState) -> Option<String> {
    let error = job.last_error.as_ref()?;
    Some(format!("{} failed {} times, last: {error}", job.job, job.failures))
}
