//! The license API, when this machine is the license server, with its signing keys and its log.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::http::Routes;
use crate::licensing::Ring;
use crate::licensing::api::Api;
use crate::licensing::authority::CheckLog;
use crate::supervise::{Stage, Supervisor};
use crate::vitals::Tick;

use super::generations::Lasting;
use super::listeners::SILENCE;
use super::{App, DaemonError, license_log};

/// How often the signing keys are read again, so that a rotation by the command line counts.
const REFRESH: Duration = Duration::from_secs(20);
/// The longest silence of the loop that writes the log: one statement, repeated while others are in its way.
const LOG_SILENCE: Duration = Duration::from_mins(5);

impl App {
    /// Where the signing keys lie.
    #[must_use]
    pub fn signing_keys(&self) -> PathBuf {
        Ring::folder_in(&self.config.state.directory)
    }

    /// The signing keys; the first time they are made.
    pub(super) fn signing_ring(&self) -> Result<Ring, DaemonError> {
        let ring = Ring::load_or_create(&self.signing_keys(), &*self.entropy, self.clock.now());
        ring.map_err(|error| DaemonError::Unfit(error.to_string()))
    }
}

/// The license API, with the loops that it needs.
pub(super) fn routes(supervisor: &mut Supervisor, app: &Arc<App>, lasting: &Lasting, ring: Ring) -> Routes {
    let folder = app.signing_keys();
    let log = Arc::new(CheckLog::new(lasting.metrics.clone()));
    let limits = Arc::clone(&lasting.limits);
    let api = Api::new(app.authority.clone(), ring, limits, app.pages.clone(), Arc::clone(&log));
    let routes = api.clone().routes();
    // With the workers: the listeners have ended then, so nothing comes after the last write.
    let keeper = Arc::clone(app);
    supervisor.spawn("license-log", LOG_SILENCE, Stage::Workers, |stop, tick| {
        license_log::keep(keeper, log, stop, tick)
    });
    supervisor
        .spawn("signing-keys", SILENCE, Stage::Listeners, |stop, tick| refresh(api, folder, stop, tick));
    routes
}

/// Reads the signing keys again from time to time, and lets the limits forget.
async fn refresh(api: Api, folder: PathBuf, stop: CancellationToken, tick: Tick) {
    while !stop.is_cancelled() {
        tick.beat();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(REFRESH) => {}
        }
        match Ring::load(&folder) {
            Ok(ring) => api.set_ring(ring),
            Err(error) => {
                tracing::warn!(%error, "the signing keys cannot be read; the known ones go on signing");
            }
        }
        api.forget_idle();
    }
}
