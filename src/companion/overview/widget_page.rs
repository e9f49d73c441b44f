//! The part of the CRM's dashboard: does the bridge do well, did mails fail, what was taken today.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use super::report::Standing;
use crate::companion::FEATURE;
use crate::db::{Database, DbError, Session};
use crate::http::PageError;
use crate::http::staff::{Feature, StaffAnswer, StaffPage, StaffVisit};
use crate::outbox::{self, State};
use crate::shop::{self, figures};

/// The page.
pub struct WidgetPage {
    /// Who looks at everything.
    pub standing: Arc<dyn Standing>,
    /// The database of the bridge.
    pub database: Database,
}

#[derive(Serialize)]
struct Today {
    orders: String,
    revenue: Vec<String>,
}

impl StaffPage for WidgetPage {
    fn at(&self) -> &'static str {
        "widget"
    }

    fn feature(&self) -> Feature {
        FEATURE
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            if visit.sends() || !visit.below().is_empty() {
                return Ok(StaffAnswer::Unknown);
            }
            let level = self.standing.look().await.level();
            let mut session = self.database.session().await?;
            let piles = outbox::overview(&mut session).await?;
            let failed = piles.iter().find(|pile| pile.state == State::Dead).map_or(0, |pile| pile.messages);
            let today = if visit.member.may(shop::FEATURE.name, "view") {
                Some(today(&visit, &mut session).await?)
            } else {
                None
            };
            drop(session);
            let mut context = Context::new();
            context.insert("level", level.colour());
            context.insert("summary", &visit.say(&format!("bridge-summary-{}", level.word())));
            context.insert("failed", &failed);
            context.insert(
                "failed_text",
                &visit.say_with("bridge-widget-failed", &[("count", &failed.to_string())]),
            );
            context.insert("today", &today);
            visit.page("widget.html", visit.say("bridge-overview"), context)
        })
    }
}

/// What was sold since the day began.
async fn today(visit: &StaffVisit, session: &mut Session) -> Result<Today, DbError> {
    let sales = figures::sales(session, &visit.formats.day_around(visit.now)).await?;
    let orders = visit.say_with("bridge-widget-orders", &[("count", &sales.orders.to_string())]);
    let revenue = sales.paid.iter().map(|(currency, sum)| visit.formats.amount(*sum, currency)).collect();
    Ok(Today { orders, revenue })
}
