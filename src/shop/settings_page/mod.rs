//! The shop's settings within the CRM: its own license, license server, look, texts that buyers accept, rules.
//!
//! It stays open whatever the license says. Invariants: the API key of a license server is shown to nobody again, and goes only
//! to the address that it was entered for; what the configuration file says counts more, and the page says so; a wrong
//! field leaves everything as it was.

mod license;
mod look;
mod rules;
mod server;
mod wordings;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;
use url::Url;

use crate::audit::{self, Deed};
use crate::config::{LicensingConfig, ShopConfig};
use crate::db::{Database, Session};
use crate::entropy::SharedEntropy;
use crate::http::PageError;
use crate::http::staff::{AuditLine, Feature, StaffAnswer, StaffPage, StaffVisit};
use crate::licensing::license_desk::LicenseDesk;
use crate::perfex::encryption::Cipher;
use crate::shop::storefront::Showcase;

use super::saved_rules;

/// Where the page lies, below all pages for staff.
pub const PATH: &str = "shop/settings";
/// What deeds on this page are done to.
const SUBJECT: &str = "settings";
/// How many deeds are shown.
const DEEDS: u32 = 20;

/// The page.
#[derive(Debug, Clone)]
pub struct SettingsPage {
    /// The CRM's database.
    pub database: Database,
    /// Asks the license server about this install's modules.
    pub license_desk: LicenseDesk,
    /// What visitors see.
    pub showcase: Arc<Showcase>,
    /// The CRM's encryption.
    pub cipher: Arc<Cipher>,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The CRM's address.
    pub home: Url,
    /// The license server as it is now.
    pub licensing: LicensingConfig,
    /// The rules as they are now.
    pub shop: ShopConfig,
}

/// What trying the license server has shown.
#[derive(Debug, Clone, Serialize)]
struct Tried {
    good: bool,
    text: String,
}

impl StaffPage for SettingsPage {
    fn at(&self) -> &'static str {
        PATH
    }

    fn feature(&self) -> Feature {
        super::FEATURE
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            match (visit.sends(), visit.below().as_slice()) {
                (false, []) => self.page(visit, None).await,
                (true, ["license"]) => self.activate(visit).await,
                (true, ["server"]) => self.save_server(visit).await,
                (true, ["look"]) => self.save_look(visit).await,
                (true, ["wordings"]) => self.save_wordings(visit).await,
                (true, ["rules"]) => self.save_rules(visit).await,
                _ => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl SettingsPage {
    async fn page(&self, mut visit: StaffVisit, tried: Option<Tried>) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let mut context = Context::new();
        self.show_server(&mut session, &mut visit, &mut context).await?;
        look::show(&mut session, &mut visit).await?;
        wordings::show(&mut session, &mut visit, &mut context).await?;
        self.show_rules(&mut session, &mut visit, &mut context).await?;
        let mut deeds = license::deeds(&mut session).await?;
        for part in ["server", "look", "wordings", "rules"] {
            deeds.extend(audit::of(&mut session, SUBJECT, part, DEEDS).await?);
        }
        deeds.sort_by_key(|deed| std::cmp::Reverse(deed.id));
        deeds.truncate(DEEDS.try_into().unwrap_or(usize::MAX));
        drop(session);
        self.show_license(&visit, &mut context).await?;
        context.insert("tried", &tried);
        context.insert("audit", &AuditLine::of(&visit, &deeds));
        visit.page("shop_settings.html", visit.say("staff-settings"), context)
    }

    /// Writes what was changed down, and lets the next visitor see it.
    async fn finish(
        &self,
        visit: &StaffVisit,
        mut session: Session,
        deed: Deed,
    ) -> Result<StaffAnswer, PageError> {
        if !deed.changes.is_empty() {
            visit.record(&mut session, &deed).await?;
        }
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(PATH, "settings-saved"))
    }

    /// A transaction in which nobody else writes settings.
    async fn alone(&self) -> Result<Session, PageError> {
        let mut session = self.database.begin().await?;
        saved_rules::lock(&mut session).await?;
        Ok(session)
    }
}
