//! The listeners for visitors: an address and a unix socket.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener};

use crate::config::HttpConfig;
use crate::http::{self, Routing};
use crate::supervise::{Stage, Supervisor};

use super::DaemonError;

/// The longest silence of the listeners' loops.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
/// Who may speak to the unix socket: any process of this machine, as with the address.
const SOCKET_MODE: u32 = 0o666;

/// Serves `routing` where the configuration says; these doors stay open until the daemon stops.
pub(super) async fn open(
    supervisor: &mut Supervisor,
    settings: &HttpConfig,
    routing: &Routing,
) -> Result<(), DaemonError> {
    if let Some(address) = settings.listen {
        let listener = TcpListener::bind(address).await.map_err(|source| DaemonError::Listen {
            address,
            key: "http.listen",
            source,
        })?;
        listen_on(supervisor, "http", listener, routing.clone());
    }
    if let Some(path) = settings.socket.as_deref()
        && let Some(listener) = unix_listener(path)?
    {
        listen_on(supervisor, "http-socket", listener, routing.clone());
    }
    Ok(())
}

fn listen_on<A: http::Accept>(
    supervisor: &mut Supervisor,
    name: &'static str,
    listener: A,
    routing: Routing,
) {
    // Longer than a proxy keeps an idle connection, so that it never meets one that was just closed.
    let limits =
        http::Limits { header: Duration::from_secs(75), connections: 1_024, ..http::Limits::default() };
    supervisor.spawn_lasting(name, SILENCE, Stage::Listeners, |stop, tick| async move {
        http::serve(listener, routing, limits, &stop, || tick.beat()).await;
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
