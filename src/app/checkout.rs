//! The checkout and the page of an order, with the loops that they need.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use warp::Filter as _;

use crate::http::{Csrf, Routes};
use crate::perfex::cron_runs::CronRuns;
use crate::perfex::fitness::Fitness;
use crate::shop::checkout::{CheckoutPage, CountryLists, Desk, Gate, Placed, Tickets, look_after};
use crate::shop::followed_tax;
use crate::shop::order_page::{Live, OrderPage};
use crate::shop::storefront::ShopPages;
use crate::supervise::{Stage, Supervisor};
use crate::vitals::Tick;

use super::App;
use super::generations::Lasting;

/// How often the mails are looked at: a row without its invoice must be gone before the CRM's next cron run.
const LOOK: Duration = Duration::from_secs(5);
/// The longest silence of the loop: a few statements a waiting mail, each under its own limit.
const SILENCE: Duration = Duration::from_mins(3);

/// The checkout's page, with its loop.
pub(super) fn routes(
    supervisor: &mut Supervisor,
    app: &Arc<App>,
    lasting: &Lasting,
    pages: &ShopPages,
    csrf: &Arc<Csrf>,
) -> Routes {
    let gate = lasting.gate.clone();
    let fitness = Fitness::new(app.database.clone(), app.config.perfex.root.clone());
    let (mails, requests) = (Arc::clone(&app.outbox), Arc::clone(&app.license_requests));
    let page = CheckoutPage {
        pages: pages.clone(),
        desk: Desk::new(app.workshop.clone(), fitness),
        gate: gate.clone(),
        tickets: Tickets::new(&app.cipher),
        csrf: Arc::clone(csrf),
        countries: CountryLists::default(),
        entropy: Arc::clone(&app.entropy),
        base_url: app.base_url.clone(),
        read_only: app.config.demo.read_only,
        placed: Placed(Arc::new(move || {
            mails.nudge();
            requests.nudge();
        })),
    };
    let live = Live::new(app.database.clone(), app.news.clone());
    let orders = OrderPage::new(
        pages.clone(),
        app.database.clone(),
        Arc::clone(&app.clock),
        Arc::clone(&app.cipher),
        Arc::clone(csrf),
        app.base_url.clone(),
        live.clone(),
        Arc::clone(&app.outbox),
        app.config.demo.read_only,
    );
    let (keeper, forgetting) = (Arc::clone(app), orders.clone());
    supervisor.spawn("invoice-mails", SILENCE, Stage::Watchers, |stop, tick| {
        keep(keeper, gate, forgetting, stop, tick)
    });
    supervisor.spawn("order-pages", SILENCE, Stage::Listeners, |stop, tick| end(live, stop, tick));
    page.routes().or(orders.routes()).unify().boxed()
}

/// Ends the streams when the listeners stop, so that no open page holds them up.
async fn end(live: Live, stop: CancellationToken, tick: Tick) {
    while !stop.is_cancelled() {
        tick.beat();
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    live.end();
}

async fn keep(app: Arc<App>, gate: Gate, orders: OrderPage, stop: CancellationToken, tick: Tick) {
    let mut runs = CronRuns::default();
    while !stop.is_cancelled() {
        tick.beat();
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        gate.forget_idle();
        orders.forget_idle();
        // An outage is told by the watch loop; the mails are looked at when it is over.
        if let Err(error) = look_after(&app.database, &mut runs, app.clock.now()).await {
            tracing::debug!(%error, "the invoices' mails could not be looked at");
        }
        if let Err(error) = followed_tax::follow(&app.database, app.clock.now()).await {
            tracing::debug!(%error, "packages could not follow the CRM's taxes");
        }
    }
}
