//! Tells open pages that their order has changed, as a stream of server-sent events.
//!
//! In: news of settled invoices from this daemon, and a look at the order every second for what others did. Out: an event
//! that carries nothing but a mark; the page then asks for itself. Invariants: streams are limited, end after a while, and
//! end at once when the daemon stops; a browser that gets none asks by itself.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use warp::http::{HeaderValue, StatusCode, header};
use warp::reply::{Reply as _, Response};
use warp::sse::Event;

use crate::db::{Database, DbError};
use crate::ids::InvoiceId;

use super::super::order::Order;

/// Streams at the same time; each is a connection.
const MOST: usize = 256;
/// How often an order is looked at without news.
const LOOK: Duration = Duration::from_secs(1);
/// A sign of life for proxies that close silent connections.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// When a stream ends; the browser begins another by itself.
const LONGEST: Duration = Duration::from_mins(10);
/// News that wait for a slow page; what is lost is found by the next look.
const WAITING: usize = 256;

/// News of settled invoices.
#[derive(Clone)]
pub struct News(broadcast::Sender<InvoiceId>);

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("News")
    }
}

impl Default for News {
    fn default() -> Self {
        Self(broadcast::Sender::new(WAITING))
    }
}

impl News {
    /// An invoice was settled and its order has changed.
    pub fn tell(&self, invoice: InvoiceId) {
        // Nobody listens: fine.
        if let Err(nobody) = self.0.send(invoice) {
            tracing::trace!(invoice = %nobody.0, "no open page");
        }
    }
}

/// Streams to open pages.
#[derive(Debug, Clone)]
pub struct Live {
    database: Database,
    news: News,
    places: Arc<Semaphore>,
    stop: CancellationToken,
}

/// One open page.
struct Watch {
    live: Live,
    token: String,
    invoice: Option<InvoiceId>,
    seen: i64,
    news: broadcast::Receiver<InvoiceId>,
    until: Instant,
    _place: OwnedSemaphorePermit,
}

impl Live {
    /// Streams of orders in `database`.
    #[must_use]
    pub fn new(database: Database, news: News) -> Self {
        Self { database, news, places: Arc::new(Semaphore::new(MOST)), stop: CancellationToken::new() }
    }

    /// Ends all streams.
    pub fn end(&self) {
        self.stop.cancel();
    }

    /// A stream for the page of `order`, as it was just read.
    pub(super) fn stream(&self, order: &Order) -> Response {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            // For a browser this is the end of the stream for good; its page asks by itself then.
            return StatusCode::NO_CONTENT.into_response();
        };
        let watch = Watch {
            live: self.clone(),
            token: order.token.clone(),
            invoice: order.invoice,
            seen: order.version,
            news: self.news.0.subscribe(),
            until: Instant::now() + LONGEST,
            _place: place,
        };
        let (sender, events) = mpsc::channel(1);
        tokio::spawn(watch.run(sender));
        let events = stream::unfold(events, async |mut events: mpsc::Receiver<Event>| {
            events.recv().await.map(|event| (Ok::<_, Infallible>(event), events))
        });
        let mut response =
            warp::sse::reply(warp::sse::keep_alive().interval(KEEP_ALIVE).stream(events)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // nginx would keep the events until there are enough of them.
        headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        response
    }
}

impl Watch {
    /// Tells the page until it is closed, or until the stream ends. The first event tells what the page may have missed
    /// between its own reading and now.
    async fn run(mut self, page: mpsc::Sender<Event>) {
        let mut told = Some(self.seen);
        loop {
            if let Some(version) = told.take()
                && page.send(Event::default().data(version.to_string())).await.is_err()
            {
                return;
            }
            tokio::select! {
                () = self.live.stop.cancelled() => return,
                () = page.closed() => return,
                () = tokio::time::sleep_until(self.until) => return,
                () = wanted(&mut self.news, self.invoice) => {}
                () = sleep(LOOK) => {}
            }
            match self.look().await {
                Ok(Some(version)) if version != self.seen => {
                    self.seen = version;
                    told = Some(version);
                }
                Ok(Some(_)) => {}
                Ok(None) => return,
                Err(error) => tracing::debug!(%error, "an open page cannot look at its order"),
            }
        }
    }

    async fn look(&self) -> Result<Option<i64>, DbError> {
        let mut session = self.live.database.session().await?;
        Order::version_of(&mut session, &self.token).await
    }
}

/// Until there is news of this invoice.
async fn wanted(news: &mut broadcast::Receiver<InvoiceId>, invoice: Option<InvoiceId>) {
    loop {
        match news.recv().await {
            Ok(told) if Some(told) == invoice => return,
            Ok(_) => {}
            // Too slow: some news were lost, perhaps ours.
            Err(broadcast::error::RecvError::Lagged(_)) => return,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}
