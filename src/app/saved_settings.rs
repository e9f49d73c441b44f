//! Settings that staff have saved in the CRM and that everything is built from: the license server, the grace.
//!
//! They are read once when everything is put together. A loop compares: when somebody has changed them, here or in another
//! daemon, it puts everything together anew and offers that to the daemon, which lets it take the place of what runs.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
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

const NOT_READ_YET: &str = "the database did not say yet which one staff have saved";
const UNREADABLE: &str = "the address or API key that staff have saved cannot be read, as after a change of APP_ENC_KEY; \
                          enter both again in the shop's settings within the CRM, or set licensing.server";

/// What lies in the CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedSettings {
    /// `None` as long as nobody has read it.
    server: Option<SavedServer>,
    grace: Option<Duration>,
}

impl SavedSettings {
    async fn read(database: &Database) -> Result<Self, DbError> {
        let mut session = database.session().await?;
        Ok(Self {
            server: Some(SavedServer::read(&mut session).await?),
            grace: saved_rules::grace(&mut session).await?,
        })
    }

    /// What is saved. While the database does not answer, licenses are only requested: this install may not be the one that
    /// makes them. The daemon compares before its first work.
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

    /// Whether anybody has read them.
    pub(super) fn is_read(&self) -> bool {
        self.server.is_some()
    }

    /// Puts what the configuration itself leaves open into it.
    pub(super) fn fill(&self, config: &mut Config, cipher: &Cipher) {
        if !config.licensing.server_is_set {
            let timeout = config.licensing.timeout;
            config.licensing.server = match &self.server {
                None => LicenseServer::Unread { url: None, why: NOT_READ_YET, timeout },
                Some(saved) if saved.address().is_empty() => LicenseServer::Builtin,
                Some(saved) => match saved.open(cipher) {
                    Some((url, api_key)) => LicenseServer::Remote { url, api_key, timeout },
                    None => LicenseServer::Unread { url: saved.url(), why: UNREADABLE, timeout },
                },
            };
        }
        if let Some(grace) = self.grace.filter(|_| !config.shop.grace_is_set) {
            config.shop.reversal_grace = grace;
        }
    }
}

impl App {
    /// Everything put together with what staff have saved by now; `None` when nothing was changed.
    pub(super) async fn renewed(&self) -> Result<Option<Self>, DbError> {
        let saved = SavedSettings::read(&self.database).await?;
        Ok((saved != self.saved).then(|| Self::on(Arc::clone(&self.ground), saved)))
    }
}

/// Compares in the background, and offers what was put together anew; until it is taken, again and again.
pub(super) fn watch(supervisor: &mut Supervisor, app: &Arc<App>, offers: mpsc::Sender<App>) {
    let app = Arc::clone(app);
    supervisor.spawn("settings", SILENCE, Stage::Watchers, |stop, tick| async move {
        compare(&app, &offers, &stop, &tick).await;
    });
}

async fn compare(app: &App, offers: &mpsc::Sender<App>, stop: &CancellationToken, tick: &Tick) {
    while !stop.is_cancelled() {
        tick.beat();
        match app.renewed().await {
            Ok(None) => {}
            // One that waits already is as good.
            Ok(Some(renewed)) => drop(offers.try_send(renewed)),
            Err(error) => tracing::debug!(%error, "the settings in the CRM were not compared"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}
