//! The licenses of this install's own modules: whom to ask, and the loop that asks.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{Config, LicenseServer};
use crate::licensing::authority::Authority;
use crate::licensing::client::{Client, Vendor, Which};
use crate::licensing::{Remote, Ring};
use crate::supervise::{Stage, Supervisor};
use crate::vitals::{Tick, Vitals};

use super::App;
use super::daemon::when_ready;

/// How often the loop looks whether a check is due: one read of the database each time.
const LOOK: Duration = Duration::from_mins(1);
/// The longest silence of the loop: a check may use the network three times, each time for a minute.
const SILENCE: Duration = Duration::from_mins(6);

/// The license server, when it is another machine.
pub(super) fn remote(server: &LicenseServer) -> Option<Remote> {
    match server {
        LicenseServer::Builtin => None,
        LicenseServer::Remote { url, api_key, timeout } => {
            Some(Remote::new(url.clone(), api_key.clone(), *timeout))
        }
        LicenseServer::Unread { url, why, timeout } => Some(Remote::unread(url.clone(), why, *timeout)),
    }
}

/// What checks the licenses of the CRM at `base_url`.
pub(super) fn client(
    config: &Config,
    authority: &Authority,
    remote: Option<Remote>,
    base_url: &Url,
) -> Client {
    let builtin = || Vendor::Builtin {
        authority: Box::new(authority.clone()),
        signing_keys: Ring::folder_in(&config.state.directory),
    };
    let vendor = remote.map_or_else(builtin, Vendor::Remote);
    let Authority { database, clock, entropy, cipher, .. } = authority.clone();
    Client::new(database, clock, entropy, cipher, vendor, base_url)
}

/// Checks licenses in the background.
pub(super) fn check(supervisor: &mut Supervisor, app: &Arc<App>, vitals: &Vitals) {
    let (client, vitals) = (Arc::clone(&app.licenses), vitals.clone());
    supervisor.spawn("licenses", SILENCE, Stage::Watchers, |stop, tick| async move {
        if when_ready(&vitals, &stop, &tick).await {
            run(&client, &stop, &tick).await;
        }
    });
}

async fn run(client: &Client, stop: &CancellationToken, tick: &Tick) {
    let mut looked = Instant::now();
    while !stop.is_cancelled() {
        tick.beat();
        let now = Instant::now();
        let passed = client.pass(now.duration_since(looked)).await;
        looked = now;
        let checked = tokio::select! {
            () = stop.cancelled() => return,
            checked = client.check(Which::Due) => checked,
        };
        if let Err(error) = passed.and(checked.map(drop)) {
            tracing::warn!(%error, "the licenses of the modules cannot be looked at");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
