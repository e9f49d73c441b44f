//! The license of the shop itself: where it stands, and a field for its key.
//!
//! Whoever may change the shop's settings may enter its key here; everything else about licenses lies on their own page.

use serde::Serialize;
use tera::Context;

use crate::audit::{self, Entry};
use crate::db::{DbError, Session};
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::licensing::Domain;
use crate::licensing::client::{ClientError, Module, State};
use crate::licensing::license_desk::{self, Heard, Wish};
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
    audit::of(session, license_desk::SUBJECT, Module::Shop.name(), DEEDS).await
}

impl SettingsPage {
    pub(super) async fn show_license(
        &self,
        visit: &StaffVisit,
        context: &mut Context,
    ) -> Result<(), PageError> {
        let panel = self.license_desk.licenses.panel(Module::Shop).await?;
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
        match self.license_desk.ask(&visit, Module::Shop, Wish::Activate(key)).await {
            Ok(Heard::Done) => Ok(visit.done(PATH, "license-activated")),
            Ok(Heard::NothingYet) => Ok(visit.done(PATH, "license-asking")),
            Err(ClientError::Database(error)) => Err(error.into()),
            Err(error) => {
                let sentence = panel_page::refusal(&visit, &error);
                visit.form.refuse(KEY, sentence);
                self.page(visit, None).await
            }
        }
    }
}
