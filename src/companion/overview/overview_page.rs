//! How the bridge does, what runs here, what waits to leave, and who changed what.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use super::report::Standing;
use crate::audit;
use crate::companion::FEATURE;
use crate::db::Database;
use crate::http::PageError;
use crate::http::staff::{AuditLine, Feature, Keyset, Place, StaffAnswer, StaffPage, StaffVisit};
use crate::ids::DeedId;
use crate::outbox;

/// Deeds a page.
const DEEDS: u8 = 15;

/// The page.
pub struct OverviewPage {
    /// Who looks at everything.
    pub standing: Arc<dyn Standing>,
    /// The database of the bridge.
    pub database: Database,
}

#[derive(Serialize)]
struct Fact {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Pile {
    state: &'static str,
    colour: &'static str,
    text: String,
    messages: u64,
    oldest: String,
}

impl StaffPage for OverviewPage {
    fn at(&self) -> &'static str {
        "overview"
    }

    fn feature(&self) -> Feature {
        FEATURE
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            if visit.sends() || !visit.below().is_empty() {
                return Ok(StaffAnswer::Unknown);
            }
            self.page(&visit).await
        })
    }
}

impl OverviewPage {
    async fn page(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let report = self.standing.look().await;
        let level = report.level();
        let mut session = self.database.session().await?;
        let piles: Vec<Pile> = outbox::overview(&mut session)
            .await?
            .iter()
            .map(|pile| Pile {
                state: pile.state.as_str(),
                colour: super::outbox_page::colour(pile.state),
                text: visit.say(&format!("outbox-state-{}", pile.state)),
                messages: pile.messages,
                oldest: visit.formats.moment(pile.oldest),
            })
            .collect();
        let keyset = Keyset::of(&visit.query, DEEDS);
        let before = match keyset.place() {
            Place::Before(id) => Some(DeedId(id)),
            _ => None,
        };
        let deeds = audit::latest(&mut session, before, keyset.limit()).await?;
        let (deeds, pager) = keyset.older(visit, deeds, |deed| deed.id.0);
        let shown: Vec<_> = report.signs.iter().map(|sign| sign.shown(visit)).collect();
        let php = visit.php.clone().map(|version| ("php", version));
        let versions: Vec<Fact> = report
            .versions
            .into_iter()
            .chain(php)
            .map(|(name, value)| Fact { name: visit.say(&format!("bridge-version-{name}")), value })
            .collect();
        let mut context = Context::new();
        context.insert("level", level.colour());
        context.insert("summary", &visit.say(&format!("bridge-summary-{}", level.word())));
        context.insert("signs", &shown);
        context.insert("versions", &versions);
        context.insert("piles", &piles);
        context.insert("audit", &AuditLine::of(visit, &deeds));
        context.insert("pager", &pager);
        visit.page("overview.html", visit.say("bridge-overview"), context)
    }
}
