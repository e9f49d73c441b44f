//! The license server: address and API key, and a try whether they fit.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use tera::Context;
use url::Url;

use crate::audit::Deed;
use crate::config::{LicenseServer, server_address};
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::licensing::{Remote, RemoteError, SavedServer};

use super::{PATH, SUBJECT, SettingsPage, Tried};

/// How long a try may take: PHP waits five seconds for the whole page.
const PATIENCE: Duration = Duration::from_secs(3);
/// Creates licenses; without a product in the question it says only whether it knows the key.
const CREATE: &str = "api/create.php";

impl SettingsPage {
    pub(super) async fn show_server(
        &self,
        session: &mut Session,
        visit: &mut StaffVisit,
        context: &mut Context,
    ) -> Result<(), PageError> {
        let saved = SavedServer::read(session).await?;
        let configured = match &self.licensing.server {
            LicenseServer::Remote { url, .. } => url.to_string(),
            LicenseServer::Builtin | LicenseServer::Unread { .. } => String::new(),
        };
        context.insert("server_is_set", &self.licensing.server_is_set);
        context.insert("server_configured", &configured);
        context.insert("server_has_key", &!saved.address().is_empty());
        context.insert(
            "server_unreadable",
            &(!saved.address().is_empty() && saved.open(&self.cipher).is_none()),
        );
        visit.form.fill("server", saved.address());
        Ok(())
    }

    pub(super) async fn save_server(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        if self.licensing.server_is_set {
            return Ok(StaffAnswer::Stale);
        }
        let mut session = self.alone().await?;
        let saved = SavedServer::read(&mut session).await?;
        let before = saved.address().to_owned();
        if visit.form.text("server").is_empty() {
            if visit.form.ticked("test") {
                visit.refuse("server", "staff-form-empty", &[]);
                drop(session);
                return self.page(visit, None).await;
            }
            SavedServer::remove(&mut session).await?;
            let deed =
                Deed::new(SUBJECT, "server", "changed").changed("server", Some(before), None::<String>);
            return self.finish(&visit, session, deed).await;
        }
        let Some((url, key)) = self.entered(&mut visit, &saved) else {
            drop(session);
            return self.page(visit, None).await;
        };
        if visit.form.ticked("test") {
            drop(session);
            let tried = try_out(&visit, url, key).await;
            return self.page(visit, Some(tried)).await;
        }
        SavedServer::save(&mut session, &self.cipher, &*self.entropy, &url, &key).await?;
        let renewed = (!visit.form.text("api_key").is_empty()).then_some("new");
        let deed = Deed::new(SUBJECT, "server", "changed")
            .changed("server", Some(before), Some(url))
            .changed("api_key", None::<String>, renewed);
        self.finish(&visit, session, deed).await?;
        Ok(visit.done(PATH, "settings-server-saved"))
    }

    /// Address and key as they were entered; a key that is saved counts on for the same site.
    fn entered(&self, visit: &mut StaffVisit, saved: &SavedServer) -> Option<(Url, SecretString)> {
        let url = server_address(visit.form.text("server"));
        if url.is_none() {
            visit.refuse("server", "staff-settings-server-wrong", &[]);
        }
        let entered = visit.text("api_key", 500);
        let url = url?;
        if visit.form.is_refused() {
            return None;
        }
        if !entered.is_empty() {
            return Some((url, SecretString::from(entered)));
        }
        let kept = saved.open(&self.cipher).filter(|(known, _)| known.origin() == url.origin());
        if kept.is_none() {
            visit.refuse("api_key", "staff-settings-key-needed", &[]);
        }
        kept.map(|(_, key)| (url, key))
    }
}

/// Asks the server whether it knows the key; nothing is created, because no product is named.
async fn try_out(visit: &StaffVisit, url: Url, key: SecretString) -> Tried {
    let server = Remote::new(url, key, PATIENCE);
    match server.order(CREATE, &json!({})).await {
        Err(RemoteError::Status { status: 400 | 422, .. }) => {
            Tried { good: true, text: visit.say("staff-settings-server-good") }
        }
        Err(RemoteError::Status { status: 401 | 403, detail, .. }) => {
            Tried { good: false, text: visit.say_with("staff-settings-key-refused", &[("detail", &detail)]) }
        }
        Err(error) => Tried {
            good: false,
            text: visit.say_with("staff-settings-server-bad", &[("detail", &error.to_string())]),
        },
        Ok(_) => Tried { good: false, text: visit.say("staff-settings-server-odd") },
    }
}
