//! What lasts as long as the process, and what takes the place of what runs when staff save settings.
//!
//! In: apps that were put together anew. Out: pages that answer by the newest of them. Invariants:
//!
//! - the listeners stay open, and no request is refused: those under way are answered by the pages that they came to;
//! - what cannot be served changes nothing: what runs goes on;
//! - the loops that watch and issue never run beside those of another generation; pages and what they keep in order do, for
//!   a moment, and so does a mail that is on its way: they lock rows, as two daemons would.

use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::http::{Identity, Routing};
use crate::licensing::api;
use crate::metrics::Metrics;
use crate::shop::checkout::Gate;
use crate::supervise::{Cause, Signal, Supervisor};
use crate::vitals::Vitals;

use super::pages::{self, Frame};
use super::{App, DaemonError, listeners};

/// How long requests under way are waited for, before the loops stop that write down what they do.
const DRAIN: Duration = Duration::from_secs(3);

/// Signs of life, and what is remembered of visitors.
pub(super) struct Lasting {
    pub vitals: Vitals,
    pub metrics: Metrics,
    /// Remembers which signatures of the gateway were used.
    pub identity: Arc<Identity>,
    /// Counts the checkout's forms.
    pub gate: Gate,
    /// Counts questions to the license API.
    pub limits: Arc<api::Limits>,
}

impl Lasting {
    /// From now on; how many forms and questions are let in stands in the configuration file alone.
    pub(super) fn new(app: &App) -> Self {
        let metrics = Metrics::new(env!("CARGO_PKG_VERSION"));
        let (shop, licensing) = (&app.config.shop, &app.config.licensing);
        Self {
            vitals: Vitals::default(),
            identity: Arc::new(app.identity(&metrics)),
            gate: Gate::new(shop.forms_per_network, shop.orders_per_mailbox),
            limits: Arc::new(api::Limits::new(licensing.requests_per_network, licensing.requests_per_key)),
            metrics,
        }
    }
}

/// One generation after the other.
pub(super) struct Generations {
    pub lasting: Lasting,
    /// What the listeners serve; `None` without one.
    routing: Option<Routing>,
    offers: mpsc::Sender<App>,
    offered: mpsc::Receiver<App>,
}

impl Generations {
    /// Opens the listeners with the pages of the first generation.
    pub(super) async fn open(
        supervisor: &mut Supervisor,
        app: &Arc<App>,
        lasting: Lasting,
    ) -> Result<Self, DaemonError> {
        // One that waits is enough.
        let (offers, offered) = mpsc::channel(1);
        let mut routing = None;
        if app.config.http.listen.is_some() || app.config.http.socket.is_some() {
            let frame = Frame::new(app, &lasting)?;
            let first = Routing::from(pages::routes(supervisor, app, &lasting, frame));
            listeners::open(supervisor, &app.config.http, &first).await?;
            routing = Some(first);
        }
        Ok(Self { lasting, routing, offers, offered })
    }

    /// Where an app that was put together anew is offered.
    pub(super) fn offers(&self) -> mpsc::Sender<App> {
        self.offers.clone()
    }

    /// Waits for an app that can take the place of `app`, serves it, and stops the loops before it; fails when everything
    /// has to stop.
    pub(super) async fn next<S>(
        &mut self,
        supervisor: &mut Supervisor,
        signals: &mut S,
        app: &App,
    ) -> Result<Arc<App>, Cause>
    where
        S: Stream<Item = Signal> + Unpin,
    {
        let mut refused = String::new();
        let (renewed, frame) = loop {
            let renewed = supervisor.during(signals, next(&mut self.offered)).await?;
            if renewed.saved == app.saved {
                // Offered once more while it took its place.
                continue;
            }
            match self.routing.as_ref().map(|_| Frame::new(&renewed, &self.lasting)).transpose() {
                Ok(frame) => break (Arc::new(renewed), frame),
                // Said once per reason; it is offered again and again.
                Err(error) => {
                    let reason = error.to_string();
                    if reason != refused {
                        tracing::error!(
                            reason,
                            "settings saved in the CRM cannot be used; those before go on"
                        );
                        refused = reason;
                    }
                }
            }
        };
        tracing::info!("the settings in the CRM were changed; everything is put together anew");
        supervisor.begin_generation();
        if let Some((routing, frame)) = self.routing.as_ref().zip(frame) {
            let before = routing.replace(pages::routes(supervisor, &renewed, &self.lasting, frame));
            if supervisor.during(signals, timeout(DRAIN, before.wait())).await?.is_err() {
                tracing::debug!(requests = before.len(), "still under way in the pages before");
            }
        }
        supervisor.retire(signals).await?;
        Ok(renewed)
    }
}

/// The next app that is offered.
async fn next(offered: &mut mpsc::Receiver<App>) -> App {
    match offered.recv().await {
        Some(app) => app,
        // Not as long as this room holds a sender itself.
        None => std::future::pending().await,
    }
}
