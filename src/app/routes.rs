//! Our routes in the CRM's `my_routes.php`, and the loop that keeps them there.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::companion::routes::{Keeper, Looked, Routes, RoutesError, entries};
use crate::metrics::Metrics;
use crate::perfex::app_config;
use crate::supervise::{Stage, Supervisor};
use crate::vitals::Tick;

use super::App;

/// How often the loop looks: one look costs two or three calls of the system.
const LOOK: Duration = Duration::from_secs(10);
/// The longest silence of the loop: PHP may be asked twice, and another program may hold the file.
const SILENCE: Duration = Duration::from_mins(3);

impl App {
    /// The routes of this CRM; `None` where its folder is not known.
    pub fn routes(&self) -> Result<Option<Routes>, RoutesError> {
        let Some(root) = &self.config.perfex.root else { return Ok(None) };
        let php = self.config.perfex.php.clone().or_else(app_config::find_php);
        let state = &self.config.state.directory;
        Ok(Some(Routes::new(root, state, php, Arc::clone(&self.clock), entries(&App::public_paths())?)))
    }
}

/// Keeps the routes in the background. A demonstration writes nothing.
pub(super) fn keep(supervisor: &mut Supervisor, app: &App, metrics: &Metrics) {
    let routes = match app.routes() {
        Ok(Some(routes)) if !app.config.demo.read_only => routes,
        Ok(_) => return,
        Err(error) => return tracing::error!(%error, "the routes are not kept"),
    };
    let metrics = metrics.clone();
    supervisor.spawn("routes", SILENCE, Stage::Watchers, |stop, tick| run(routes, metrics, stop, tick));
}

async fn run(routes: Routes, metrics: Metrics, stop: CancellationToken, tick: Tick) {
    let file = routes.file();
    let file = file.display();
    let mut keeper = Keeper::new(routes);
    while !stop.is_cancelled() {
        tick.beat();
        match keeper.look().await {
            Looked::Quiet => {}
            Looked::Mended(done) => {
                let backup = done.backup.map(|backup| backup.display().to_string());
                tracing::warn!(%file, backup, "our routes had been changed or removed; they are written again");
                metrics.routes_repaired("mended");
            }
            Looked::Failed(error) => {
                tracing::warn!(%error, "our routes cannot be written again");
                metrics.routes_repaired("failed");
            }
            Looked::GaveUp => {
                tracing::warn!(
                    %file,
                    "another program removes our routes again and again; they stay out until \
                     `perfex-bridge routes write`"
                );
                metrics.routes_repaired("gave_up");
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
