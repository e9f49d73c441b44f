//! The license of the shop itself: where it stands, and a field for its key.
//!
//! Whoever may change the shop's settings may enter its key here; everything else about licenses lies on their own page.

use serde::Serialize;
use tera::Context;

use crate::audit::{self, Deed, Entry};
use crate::db::{DbError, Session};
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::licensing::Domain;
use crate::licensing::client::{ClientError, Module, NewKeys, State};
use crate::licensing::panel_page;

use super::{DEEDS, PATH, SettingsPage};

/// The field for the key.
const KEY: &str = "license_key";

#[derive(Serialize)]
struct Panel {
    state: &'static str,
    colour: &'static str,
    reason: String,
}

/// What was done about the license, here and on the page of all licenses.
pub(super) async fn deeds(session: &mut Session) -> Result<Vec<Entry>, DbError> {
    audit::of(session, panel_page::SUBJECT, Module::Shop.name(), DEEDS).await
}

impl SettingsPage {
    pub(super) async fn show_license(
        &self,
        visit: &StaffVisit,
        context: &mut Context,
    ) -> Result<(), PageError> {
        let panel = self.licenses.panel(Module::Shop).await?;
        let domain = panel.domain.as_ref().map(Domain::as_str).unwrap_or_default();
        let spoken = visit.perhaps(&format!("license-reason-{}", panel.code), &[("domain", domain)]);
        let shown = Panel {
            state: panel.state.as_str(),
            colour: match panel.state {
                State::Valid => "success",
                State::Grace => "warning",
                State::Missing | State::Locked => "danger",
            },
            reason: spoken.unwrap_or(panel.reason),
        };
        context.insert("panel", &shown);
        Ok(())
    }

    pub(super) async fn activate(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        let key = visit.required(KEY, 500);
        if visit.form.is_refused() {
            return self.page(visit, None).await;
        }
        match self.licenses.activate(Module::Shop, &key, NewKeys::Refuse).await {
            Ok(_) => {
                let mut session = self.database.session().await?;
                let deed = Deed::new(panel_page::SUBJECT, Module::Shop.name(), "activated");
                visit.record(&mut session, &deed).await?;
                Ok(visit.done(PATH, "license-activated"))
            }
            Err(ClientError::Database(error)) => Err(error.into()),
            Err(error) => {
                let sentence = panel_page::refusal(&visit, &error);
                visit.form.refuse(KEY, sentence);
                self.page(visit, None).await
            }
        }
    }
}
