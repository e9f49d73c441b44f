//! The loop that writes the log of license checks, and prunes it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::db::DbError;
use crate::licensing::authority::{Check, CheckLog};
use crate::vitals::Tick;

use super::App;

/// How often the log is written.
const EVERY: Duration = Duration::from_secs(2);
/// How often it is pruned.
const PRUNE: Duration = Duration::from_hours(1);
/// How much longer than a statement the rest after it is: the log gets a fifth of one connection's time. Five thousand
/// different checks a second, more than any number of sites that ask once a day.
const RESTS: u32 = 4;
/// The longest rest.
const LONGEST_REST: Duration = Duration::from_secs(1);
/// What the last write has, within the deadline of its stage.
const FAREWELL: Duration = Duration::from_secs(3);

impl App {
    /// The oldest day that the log of checks has; what is older is pruned.
    #[must_use]
    pub fn first_day_of_checks(&self) -> NaiveDate {
        // Ten years at most, as the configuration says: neither the length nor the day can be out of range.
        let keep = TimeDelta::from_std(self.config.licensing.keep_checks).unwrap_or_default();
        (self.clock.now() - keep).date_naive()
    }
}

/// Writes until `stop`, and once more then.
pub(super) async fn keep(app: Arc<App>, log: Arc<CheckLog>, stop: CancellationToken, tick: Tick) {
    let mut away = false;
    let mut pruned: Option<Instant> = None;
    loop {
        tick.beat();
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(EVERY) => {}
        }
        let mut done = write(&app, &log, Some(&stop), &tick).await;
        if done.is_ok() && pruned.is_none_or(|at| at.elapsed() >= PRUNE) {
            done = prune(&app, &stop, &tick).await;
            pruned = Some(Instant::now());
        }
        match done {
            Ok(()) => away = false,
            // Once per outage.
            Err(error) if !std::mem::replace(&mut away, true) => {
                tracing::warn!(%error, "license-log: cannot write; the checks wait");
            }
            Err(_) => {}
        }
    }
    let last = timeout(FAREWELL, write(&app, &log, None, &tick)).await;
    if !matches!(last, Ok(Ok(()))) {
        tracing::warn!(checks = log.len(), "license-log: the last checks could not be written");
    }
}

/// Writes what waits: until `stop`, with rests between the statements, so that questions come first; without it, as fast as
/// it goes.
async fn write(
    app: &App,
    log: &CheckLog,
    stop: Option<&CancellationToken>,
    tick: &Tick,
) -> Result<(), DbError> {
    let mut round = log.round();
    loop {
        tick.beat();
        let begun = Instant::now();
        if round.write_some(&app.database).await? == 0 {
            return Ok(());
        }
        if let Some(stop) = stop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep((begun.elapsed() * RESTS).min(LONGEST_REST)) => {}
            }
        }
    }
}

async fn prune(app: &App, stop: &CancellationToken, tick: &Tick) -> Result<(), DbError> {
    let first = app.first_day_of_checks();
    let mut session = app.database.session().await?;
    while !stop.is_cancelled() && Check::prune(&mut session, first).await? > 0 {
        tick.beat();
    }
    Ok(())
}
