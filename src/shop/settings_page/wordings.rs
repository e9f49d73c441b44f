//! The texts that buyers accept, in versions.

use serde::Serialize;
use tera::Context;

use crate::audit::Deed;
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::perfex::branding::{Branding, Legal};
use crate::shop::products_page::{Tab, language, tabs};
use crate::shop::{Wording, WordingKind};

use super::{SUBJECT, SettingsPage};

/// The longest text in characters: both of them fit a request.
const LONGEST: usize = 12_000;

#[derive(Serialize)]
struct Versions {
    terms: String,
    waiver: String,
    language: &'static str,
    tabs: Vec<Tab>,
    /// What buyers are asked to accept and can read nowhere, as phrases.
    missing: Vec<&'static str>,
}

/// Fills the form.
pub(super) async fn show(
    session: &mut Session,
    visit: &mut StaffVisit,
    context: &mut Context,
) -> Result<(), PageError> {
    let language = language(visit);
    let mut versions = Vec::new();
    for kind in WordingKind::ALL {
        let wording = Wording::current(session, *kind, language).await?;
        let (text, version) = wording.map(|wording| (wording.text, wording.version)).unwrap_or_default();
        visit.form.fill(kind.as_str(), &text);
        versions.push(version.to_string());
    }
    let legal = Branding::read(session).await?.legal;
    let unwritten = visit.form.text(WordingKind::Terms.as_str()).is_empty();
    let missing = [
        (unwritten && !legal.contains(&Legal::Terms), "staff-settings-terms-missing"),
        (!legal.contains(&Legal::Privacy), "staff-settings-privacy-missing"),
    ];
    let mut versions = versions.into_iter();
    let shown = Versions {
        terms: versions.next().unwrap_or_default(),
        waiver: versions.next().unwrap_or_default(),
        language: language.as_str(),
        tabs: tabs(language),
        missing: missing.into_iter().filter(|(is, _)| *is).map(|(_, phrase)| phrase).collect(),
    };
    context.insert("wordings", &shown);
    Ok(())
}

impl SettingsPage {
    pub(super) async fn save_wordings(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        for kind in WordingKind::ALL {
            visit.text(kind.as_str(), LONGEST);
        }
        if visit.form.is_refused() {
            return self.page(visit, None).await;
        }
        let language = language(&visit);
        let mut session = self.alone().await?;
        let mut deed = Deed::new(SUBJECT, "wordings", "changed");
        for kind in WordingKind::ALL {
            let before = Wording::current(&mut session, *kind, language).await?;
            let before = before.map_or(0, |wording| wording.version);
            let text = visit.form.text(kind.as_str()).to_owned();
            let version = match Wording::write(&mut session, *kind, language, &text, visit.now).await {
                Ok(version) => version,
                Err(error) if error.is_refusal() => {
                    let sentence = visit.tell(&error.sentence());
                    visit.form.refuse(kind.as_str(), sentence);
                    drop(session);
                    return self.page(visit, None).await;
                }
                Err(error) => return Err(error.into()),
            };
            let named = |version: u32| format!("{} {version}", language.own_name());
            deed = deed.changed(kind.as_str(), Some(named(before)), Some(named(version)));
        }
        self.finish(&visit, session, deed).await
    }
}
