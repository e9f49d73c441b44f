//! The loop that notices changes, and that waits when the CRM cannot be worked with.
//!
//! In front of the first look, and after every failure, everything is prepared anew: the tables are probed, the CRM's
//! code and database compared, our own tables migrated, what staff have saved compared. Then one sweep, then polls, and a sweep every ten minutes.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::db::{self, DbError, MigrateError};
use crate::metrics::Metrics;
use crate::outbox;
use crate::perfex::schema::{Schema, SchemaError};
use crate::reconcile::Queue;
use crate::shop::Orders;
use crate::vitals::{Phase, Tick, Vitals};
use crate::watch::{Poll, Watched, sweep};

use super::App;

/// The pause after a failure, when the poll interval is shorter.
const PAUSE: Duration = Duration::from_secs(1);

/// The shortest pause, however often the bell rings.
const BREATH: Duration = Duration::from_millis(50);

/// Why nothing can be watched now.
#[derive(Debug, thiserror::Error)]
pub(super) enum WatchError {
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    #[error(transparent)]
    Database(#[from] DbError),
    #[error("the settings that staff have saved were not read before; everything is put together with them")]
    Settings,
    #[error(
        "our tables are gone, as after `perfex-bridge uninstall --purge`: stop the daemon, or make them again with \
         `perfex-bridge migrate`"
    )]
    Purged,
}

impl WatchError {
    /// Whether time or the CRM's staff mend it; otherwise the operator has to.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Schema(error) => error.is_passing(),
            Self::Migrate(MigrateError::Database(_)) | Self::Database(_) | Self::Settings | Self::Purged => {
                true
            }
            Self::Migrate(_) => false,
        }
    }
}

/// The loop's parts.
pub(super) struct Watcher {
    app: Arc<App>,
    queue: Arc<Queue>,
    watched: Arc<dyn Watched>,
    vitals: Vitals,
    metrics: Metrics,
    poll: Poll,
}

/// What the next turn does.
enum Turn {
    Prepare,
    Sweep,
    Poll,
}

impl Watcher {
    pub(super) fn new(app: Arc<App>, queue: Arc<Queue>, vitals: Vitals, metrics: Metrics) -> Self {
        let watched: Arc<dyn Watched> = Arc::new(Orders::new(app.database.clone()));
        let poll =
            Poll::new(app.database.clone(), Arc::clone(&app.clock), Arc::clone(&watched), Arc::clone(&queue));
        Self { app, queue, watched, vitals, metrics, poll }
    }

    /// Makes sure that the CRM can be worked with and that our tables are there.
    pub(super) async fn prepare(app: &App) -> Result<(), WatchError> {
        app.fit_schema().await?;
        Self::migrate(app).await
    }

    async fn migrate(app: &App) -> Result<(), WatchError> {
        for migration in db::migrate(&app.database, app.clock.now()).await? {
            tracing::info!(migration = migration.name, "migrated");
        }
        Ok(())
    }

    pub(super) async fn run(mut self, stop: CancellationToken, tick: Tick) {
        let config = self.app.config.watch.clone();
        let mut next = Turn::Prepare;
        let mut swept = Instant::now();
        while !stop.is_cancelled() {
            tick.beat();
            let begun = Instant::now();
            let done = match next {
                Turn::Prepare => self.prepare_again().await,
                Turn::Sweep => {
                    swept = begun;
                    self.sweep(&tick).await
                }
                Turn::Poll => self.look(begun).await,
            };
            self.metrics.queue_depth(self.queue.depth());
            let pause = match done {
                Err(error) => {
                    self.wait(&error);
                    next = Turn::Prepare;
                    config.interval.max(PAUSE)
                }
                Ok(()) if matches!(next, Turn::Prepare) => {
                    next = Turn::Sweep;
                    Duration::ZERO
                }
                Ok(()) => {
                    self.vitals.set_phase(Phase::Ready);
                    next = if swept.elapsed() >= config.sweep { Turn::Sweep } else { Turn::Poll };
                    config.interval.saturating_sub(begun.elapsed())
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
                () = self.rung(pause) => {}
            }
        }
    }

    /// Prepares, and makes sure that nothing is done before the saved settings are known, nor in tables that somebody has
    /// dropped while this process ran.
    async fn prepare_again(&self) -> Result<(), WatchError> {
        let was_there = self.vitals.since_look().is_some();
        self.app.fit_schema().await?;
        if was_there && db::is_new(&self.app.database).await? {
            return Err(WatchError::Purged);
        }
        Self::migrate(&self.app).await?;
        // Nobody has read yet who makes the licenses. The loop for settings offers the same to the daemon within seconds; what
        // was changed since it was read counts when it does, and what cannot be used then stops nothing here.
        let unread = !self.app.saved.is_read() && self.app.renewed().await?.is_some();
        if unread { Err(WatchError::Settings) } else { Ok(()) }
    }

    /// Until somebody says that there is something to see; however often that is, the database gets its pause.
    async fn rung(&self, pause: Duration) {
        tokio::time::sleep(BREATH.min(pause)).await;
        self.app.bell.rung().await;
    }

    async fn sweep(&mut self, tick: &Tick) -> Result<(), WatchError> {
        let begun = Instant::now();
        self.poll.anchor().await?;
        let swept = sweep(&self.app.database, &*self.watched, &self.queue, |_| tick.beat()).await?;
        let keep = TimeDelta::from_std(self.app.config.outbox.keep_sent).unwrap_or(TimeDelta::MAX);
        let before =
            self.app.clock.now().checked_sub_signed(keep).unwrap_or(chrono::DateTime::<chrono::Utc>::MIN_UTC);
        let mut session = self.app.database.session().await?;
        let pruned = outbox::prune(&mut session, before).await?;
        tracing::info!(
            orders = swept.orders,
            changed = swept.changed,
            pruned,
            took = ?begun.elapsed(),
            "swept"
        );
        Ok(())
    }

    async fn look(&mut self, begun: Instant) -> Result<(), WatchError> {
        self.notice_upgrade().await?;
        let changed = self.poll.look().await?;
        if changed > 0 {
            tracing::debug!(changed, "changes noticed");
        }
        self.metrics.polled(begun.elapsed(), self.app.clock.now());
        self.vitals.looked();
        Ok(())
    }

    /// Staff may unpack a new Perfex at any time; from then on its database is not to be relied on until it matches.
    async fn notice_upgrade(&self) -> Result<(), WatchError> {
        let Some(code) = self.app.code_version() else { return Ok(()) };
        let mut session = self.app.database.session().await?;
        let database = Schema::version_now(&mut session).await?;
        if code == database { Ok(()) } else { Err(SchemaError::Upgrade { code, database }.into()) }
    }

    /// Says why nothing can be watched, once per reason.
    fn wait(&self, error: &WatchError) {
        let reason = error.to_string();
        if self.vitals.phase() != Phase::Waiting(reason.clone()) {
            tracing::warn!(reason, "waiting");
        }
        self.vitals.set_phase(Phase::Waiting(reason));
    }
}
