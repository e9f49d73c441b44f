//! Settings that staff have saved in the CRM and that everything is built from: the license server, the grace.
//!
//! They are read once when everything is put together. A loop compares: when somebody has changed them, here or in another
//! daemon, this one puts everything together anew, without the process ending.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::{Config, LicenseServer};
use crate::db::{Database, DbError};
use crate::licensing::SavedServer;
use crate::perfex::encryption::Cipher;
use crate::shop::saved_rules;
use crate::supervise::{Stage, Supervisor};
use crate::vitals::Tick;

use super::App;
use super::listeners::SILENCE;

/// How often the loop looks: two statements each time.
const LOOK: Duration = Duration::from_secs(3);
/// How long the first look may take before everything is put together without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What lies in the CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedSettings {
    server: SavedServer,
    grace: Option<Duration>,
}

impl SavedSettings {
    async fn read(database: &Database) -> Result<Self, DbError> {
        let mut session = database.session().await?;
        Ok(Self {
            server: SavedServer::read(&mut session).await?,
            grace: saved_rules::grace(&mut session).await?,
        })
    }

    /// What is saved; nothing while the database does not answer: whoever needs it then waits for the database anyway, and the
    /// daemon compares before its first work.
    pub(super) async fn found(database: &Database) -> Self {
        match tokio::time::timeout(PATIENCE, Self::read(database)).await {
            Ok(Ok(saved)) => saved,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the settings saved in the CRM are not read");
                Self::default()
            }
            Err(_) => Self::default(),
        }
    }

    /// Puts what the configuration itself leaves open into it.
    pub(super) fn fill(&self, config: &mut Config, cipher: &Cipher) {
        if !config.licensing.server_is_set
            && let Some((url, api_key)) = self.server.open(cipher)
        {
            let timeout = config.licensing.timeout;
            config.licensing.server = LicenseServer::Remote { url, api_key, timeout };
        }
        if let Some(grace) = self.grace.filter(|_| !config.shop.grace_is_set) {
            config.shop.reversal_grace = grace;
        }
    }
}

impl App {
    /// Whether what is saved in the CRM is what everything was built from.
    pub(super) async fn settings_are_current(&self) -> Result<bool, DbError> {
        Ok(SavedSettings::read(&self.database).await? == self.saved)
    }
}

/// Compares in the background, and cancels `reload` when something was changed.
pub(super) fn watch(supervisor: &mut Supervisor, app: &Arc<App>, reload: CancellationToken) {
    let app = Arc::clone(app);
    supervisor.spawn("settings", SILENCE, Stage::Watchers, |stop, tick| async move {
        compare(&app, &reload, &stop, &tick).await;
    });
}

async fn compare(app: &App, reload: &CancellationToken, stop: &CancellationToken, tick: &Tick) {
    while !stop.is_cancelled() {
        tick.beat();
        match app.settings_are_current().await {
            Ok(true) => {}
            Ok(false) => {
                tracing::info!("the settings in the CRM were changed; everything is put together anew");
                reload.cancel();
                // The stop comes as soon as the signal is heard.
                stop.cancelled().await;
                return;
            }
            Err(error) => tracing::debug!(%error, "the settings in the CRM were not compared"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
