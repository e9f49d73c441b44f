//! Our routes in the CRM's `my_routes.php`, and the loop that keeps them there.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::companion::live::Proved;
use crate::companion::routes::{Keeper, Looked, Routes, RoutesError, entries};
use crate::metrics::Metrics;
use crate::perfex::app_config;
use crate::supervise::{Stage, Supervisor};
use crate::vitals::Tick;

use super::{App, Visitor};

/// How often the loop looks: one look costs two or three calls of the system.
const LOOK: Duration = Duration::from_secs(10);
/// The longest silence of the loop: PHP may be asked twice, the CRM's address too, and another program may hold the file.
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
pub(super) fn keep(supervisor: &mut Supervisor, app: &Arc<App>, metrics: &Metrics) {
    let routes = match app.routes() {
        Ok(Some(routes)) if !app.config.demo.read_only => routes,
        Ok(_) => return,
        Err(error) => return tracing::error!(%error, "the routes are not kept"),
    };
    let (app, metrics) = (Arc::clone(app), metrics.clone());
    supervisor.spawn("routes", SILENCE, Stage::Watchers, |stop, tick| run(app, routes, metrics, stop, tick));
}

async fn run(app: Arc<App>, routes: Routes, metrics: Metrics, stop: CancellationToken, tick: Tick) {
    let visitor = Visitor::default();
    let prober = app.prober(&visitor);
    let file = routes.file();
    let file = file.display();
    let mut keeper = Keeper::new(routes);
    while !stop.is_cancelled() {
        tick.beat();
        // A daemon that stops asks at once: better than to leave what it wrote unproved.
        let settle = async |pause| {
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        };
        match keeper.look(async |routes: &Routes| prober.mend(routes, settle).await).await {
            Looked::Quiet => {}
            Looked::Mended(Proved { done, live }) => {
                let backup = done.backup.map(|backup| backup.display().to_string());
                let (visitors, _) = live.sentence(&app.base_url);
                tracing::warn!(
                    %file,
                    backup,
                    visitors,
                    "our routes had been changed or removed; they are written again"
                );
                metrics.routes_repaired("mended");
            }
            Looked::Failed(error @ RoutesError::TakenBack { .. }) => {
                tracing::error!(
                    %error,
                    "our routes had been changed or removed, and the CRM breaks with them; they stay out until \
                     `perfex-bridge routes write`"
                );
                metrics.routes_repaired("taken_back");
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
