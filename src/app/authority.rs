//! What this daemon serves: pages for staff and, when it is a license server, the license API with its signing keys.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener};
use tokio_util::sync::CancellationToken;
use warp::Filter as _;

use crate::companion::nudge;
use crate::config::LicenseServer;
use crate::http::{self, Csrf, Identity, Routes, StaffDoor};
use crate::licensing::api::{Api, Limits};
use crate::licensing::authority::CheckLog;
use crate::licensing::panel_page::PanelPage;
use crate::licensing::{Ring, RingError};
use crate::metrics::Metrics;
use crate::supervise::{Stage, Supervisor};
use crate::text::StaffTexts;
use crate::vitals::Tick;

use super::{App, DaemonError, license_log};

/// How often the signing keys are read again, so that a rotation by the command line counts.
const REFRESH: Duration = Duration::from_secs(20);
/// The longest silence of the listeners' loops.
const SILENCE: Duration = Duration::from_secs(30);
/// The longest silence of the loop that writes the log: one statement, repeated while others are in its way.
const LOG_SILENCE: Duration = Duration::from_mins(5);
/// Who may speak to the unix socket: any process of this machine, as with the address.
const SOCKET_MODE: u32 = 0o666;

impl App {
    /// Where the signing keys lie.
    #[must_use]
    pub fn signing_keys(&self) -> PathBuf {
        Ring::folder_in(&self.config.state.directory)
    }
}

/// Serves all pages: those for staff, and the license API unless another machine is the license server.
pub(super) async fn serve(
    supervisor: &mut Supervisor,
    app: &Arc<App>,
    metrics: &Metrics,
) -> Result<(), DaemonError> {
    let (listen, socket) = (app.config.http.listen, app.config.http.socket.as_deref());
    if listen.is_none() && socket.is_none() {
        return Ok(());
    }
    let own = nudge::routes(app.bell.clone()).or(panels(app, metrics)?.routes()).unify().boxed();
    let routes = match app.config.licensing.server {
        LicenseServer::Builtin => own.or(license_api(supervisor, app, metrics)?).unify().boxed(),
        LicenseServer::Remote { .. } => own,
    };
    if let Some(address) = listen {
        let listener = TcpListener::bind(address).await.map_err(|source| DaemonError::Listen {
            address,
            key: "http.listen",
            source,
        })?;
        listen_on(supervisor, "http", listener, routes.clone());
    }
    if let Some(path) = socket
        && let Some(listener) = unix_listener(path)?
    {
        listen_on(supervisor, "http-socket", listener, routes);
    }
    Ok(())
}

/// The license panels, with the door that staff come in by.
fn panels(app: &App, metrics: &Metrics) -> Result<PanelPage, DaemonError> {
    let texts = StaffTexts::load().map_err(|error| DaemonError::Unfit(error.to_string()))?;
    let identity = Identity::new(
        app.database.clone(),
        Arc::clone(&app.cipher),
        &app.sessions,
        Arc::clone(&app.clock),
        metrics.clone(),
    );
    let csrf = Csrf::new(&app.cipher, &app.base_url, Arc::clone(&app.entropy), metrics.clone());
    Ok(PanelPage {
        licenses: Arc::clone(&app.licenses),
        database: app.database.clone(),
        clock: Arc::clone(&app.clock),
        door: Arc::new(StaffDoor::new(identity, csrf, texts.clone(), app.config.demo.read_only)),
        texts,
    })
}

/// The license API, with the loops that it needs.
fn license_api(
    supervisor: &mut Supervisor,
    app: &Arc<App>,
    metrics: &Metrics,
) -> Result<Routes, DaemonError> {
    let folder = app.signing_keys();
    let ring =
        Ring::load_or_create(&folder, &*app.entropy, app.clock.now()).map_err(|error| unfit(&error))?;
    let limits =
        Limits::new(app.config.licensing.requests_per_network, app.config.licensing.requests_per_key);
    let log = Arc::new(CheckLog::new(metrics.clone()));
    let api = Api::new(app.authority.clone(), ring, limits, app.pages.clone(), Arc::clone(&log));
    let routes = api.clone().routes();
    // With the workers: the listeners have ended then, so nothing comes after the last write.
    let keeper = Arc::clone(app);
    supervisor.spawn("license-log", LOG_SILENCE, Stage::Workers, |stop, tick| {
        license_log::keep(keeper, log, stop, tick)
    });
    supervisor
        .spawn("signing-keys", SILENCE, Stage::Listeners, |stop, tick| refresh(api, folder, stop, tick));
    Ok(routes)
}

fn listen_on<A: http::Accept>(supervisor: &mut Supervisor, name: &'static str, listener: A, routes: Routes) {
    // Longer than a proxy keeps an idle connection, so that it never meets one that was just closed.
    let limits =
        http::Limits { header: Duration::from_secs(75), connections: 1_024, ..http::Limits::default() };
    supervisor.spawn(name, SILENCE, Stage::Listeners, |stop, tick| async move {
        http::serve(listener, routes, limits, &stop, || tick.beat()).await;
    });
}

/// Binds the socket; one that an earlier daemon left behind is replaced, a folder that is not there is no mistake on a
/// machine without the unit.
fn unix_listener(path: &Path) -> Result<Option<UnixListener>, DaemonError> {
    let failed = |source| DaemonError::Socket { path: path.to_owned(), source };
    if !path.parent().is_some_and(Path::is_dir) {
        tracing::warn!(socket = %path.display(), "the folder of http.socket is missing; only http.listen is served");
        return Ok(None);
    }
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => {
            if std::os::unix::net::UnixStream::connect(path).is_ok() {
                return Err(failed(io::Error::from(io::ErrorKind::AddrInUse)));
            }
            std::fs::remove_file(path).map_err(failed)?;
        }
        Ok(_) => return Err(failed(io::Error::other("there is a file of another kind"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE)).map_err(failed)?;
    Ok(Some(listener))
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

fn unfit(error: &RingError) -> DaemonError {
    DaemonError::Unfit(error.to_string())
}
