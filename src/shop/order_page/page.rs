//! `/shop/order/{token}`: GET shows, or streams; POST does what a buyer may do.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use serde::Serialize;
use url::Url;
use warp::Filter as _;
use warp::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use warp::reply::Response;

use crate::clock::SharedClock;
use crate::db::Database;
use crate::http::{self, Asker, Csrf, FIELD, Request, Routes, gateway, network};
use crate::ids::OrderId;
use crate::outbox::Outbox;
use crate::perfex::encryption::Cipher;

use super::super::order::Order;
use super::super::storefront::{Form, ShopPage, ShopPages, ShopVisit, has_already};
use super::live::Live;
use super::post::{self, Done};
use super::view::{Reader, View, ViewError};

const SCRIPT: &str = include_str!("../../../templates/shop/order.js");
/// What a buyer may do an hour.
const DEEDS: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// Pages a minute for one network: a page that asks by itself takes 30, and guessing 128 bits takes longer.
const LOOKS: NonZeroU32 = NonZeroU32::new(1_200).unwrap();

/// The page of orders.
#[derive(Clone)]
pub struct OrderPage(Arc<Parts>);

struct Parts {
    pages: ShopPages,
    database: Database,
    clock: SharedClock,
    cipher: Arc<Cipher>,
    csrf: Arc<Csrf>,
    base_url: Url,
    live: Live,
    outbox: Arc<Outbox>,
    read_only: bool,
    deeds: DefaultKeyedRateLimiter<OrderId>,
    looks: DefaultKeyedRateLimiter<std::net::IpAddr>,
}

impl fmt::Debug for OrderPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderPage")
    }
}

#[derive(Serialize)]
struct Hidden<'a> {
    name: &'a str,
    value: &'a str,
}

impl OrderPage {
    /// A page over these; with `read_only` nobody does anything.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a part that the page works with, named where it is built"
    )]
    pub fn new(
        pages: ShopPages,
        database: Database,
        clock: SharedClock,
        cipher: Arc<Cipher>,
        csrf: Arc<Csrf>,
        base_url: Url,
        live: Live,
        outbox: Arc<Outbox>,
        read_only: bool,
    ) -> Self {
        let (deeds, looks) =
            (RateLimiter::keyed(Quota::per_hour(DEEDS)), RateLimiter::keyed(Quota::per_minute(LOOKS)));
        Self(Arc::new(Parts {
            pages,
            database,
            clock,
            cipher,
            csrf,
            base_url,
            live,
            outbox,
            read_only,
            deeds,
            looks,
        }))
    }

    /// Forgets who has not been seen for a while.
    pub fn forget_idle(&self) {
        self.0.deeds.retain_recent();
        self.0.looks.retain_recent();
    }

    /// The page as a route; everything else falls through it.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::path!("shop" / "order" / String)
            .and(http::request())
            .then(move |token: String, request: Request| {
                let page = self.clone();
                async move {
                    match request.whole().await {
                        Ok(request) => page.answer(&token, &request).await,
                        Err(error) => {
                            tracing::debug!(%error, "a form of an order's page was not read");
                            let mut response = Response::default();
                            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                            response
                        }
                    }
                }
            })
            .boxed()
    }

    /// Answers a request for the order with this token.
    pub async fn answer(&self, token: &str, request: &Request<Vec<u8>>) -> Response {
        let parts = &*self.0;
        let (visit, asker) = match parts.pages.known(request).await {
            Ok(known) => known,
            Err(answer) => return *answer,
        };
        let mut response = if parts.looks.check_key(&network(asker.address)).is_err() {
            parts.pages.notice(&visit, StatusCode::TOO_MANY_REQUESTS, "shop-busy", &["shop-busy-text"])
        } else {
            parts.page(token, request, &visit, &asker).await.unwrap_or_else(|error| {
                tracing::error!(%error, "the page of an order cannot be shown");
                parts.pages.unavailable(&visit)
            })
        };
        parts.seal(response.headers_mut());
        response
    }
}

impl Parts {
    async fn page(
        &self,
        token: &str,
        request: &Request<Vec<u8>>,
        visit: &ShopVisit,
        asker: &Asker,
    ) -> Result<Response, ViewError> {
        let possible =
            token.len() == 32 && token.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut session = self.database.session().await?;
        let found = if possible { Order::of_token(&mut session, token).await? } else { None };
        let Some(order) = found else { return Ok(self.pages.gone(visit)) };
        match request.method {
            Method::GET | Method::HEAD if streams(request) => Ok(self.live.stream(&order)),
            Method::GET | Method::HEAD => {
                let said = visit.parameter("again").map(|_| Done::Well("order-again"));
                self.show(&mut session, &order, request, visit, asker, said).await
            }
            Method::POST => {
                drop(session);
                let done = self.post(&order, request, asker).await;
                let mut session = self.database.session().await?;
                let order = Order::of_token(&mut session, token).await?.unwrap_or(order);
                self.show(&mut session, &order, request, visit, asker, Some(done)).await
            }
            _ => {
                let status = StatusCode::METHOD_NOT_ALLOWED;
                Ok(self.pages.notice(visit, status, "shop-method", &["shop-method-text"]))
            }
        }
    }

    async fn post(&self, order: &Order, request: &Request<Vec<u8>>, asker: &Asker) -> Done {
        if self.csrf.check(request, asker).is_err() {
            return Done::Not("order-stale");
        }
        if self.read_only {
            return Done::Not("checkout-demo");
        }
        if self.deeds.check_key(&order.id).is_err() {
            return Done::Not("order-too-often");
        }
        let form = Form::of(&request.body);
        let now = self.clock.now();
        let done = match form.get("do") {
            "resend" => post::resend(&self.database, order.id, now).await,
            "correct" => post::correct(&self.database, order.id, form.get("email"), now).await,
            _ => return Done::Not("order-stale"),
        };
        self.outbox.nudge();
        done.unwrap_or_else(|error| {
            tracing::error!(order = %order.id, %error, "the page of an order cannot do what its buyer wants");
            Done::Not("order-not-now")
        })
    }

    async fn show(
        &self,
        session: &mut crate::db::Session,
        order: &Order,
        request: &Request<Vec<u8>>,
        visit: &ShopVisit,
        asker: &Asker,
        said: Option<Done>,
    ) -> Result<Response, ViewError> {
        let (texts, language) = (&self.pages.texts, visit.language);
        let reader =
            Reader { texts, language, cipher: &self.cipher, base_url: &self.base_url, now: self.clock.now() };
        let view = View::read(session, order, reader).await?;
        let tag = format!("\"{}-{}\"", view.mark(), language.code());
        // Quotes, hexadecimal digits and a language's code are always a header's value.
        let tag = HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
        if said.is_none() && has_already(&request.headers, &tag) {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response.headers_mut().insert(header::ETAG, tag);
            return Ok(response);
        }
        let token = self.csrf.token(request, asker);
        let mut hidden = vec![Hidden { name: FIELD, value: &token.field }];
        if let Some(field) = &asker.perfex_csrf {
            hidden.push(Hidden { name: &field.name, value: &field.value });
        }
        let say = |phrase: &str| texts.say(language, phrase, &[]);
        let mut address = Form::default();
        address.values.insert("email".to_owned(), order.email.clone());
        let (good, said) = match said {
            Some(Done::Well(phrase)) => (true, Some(say(phrase)?)),
            Some(Done::Not(phrase)) => (false, Some(say(phrase)?)),
            Some(Done::Wrong(phrase)) => {
                address = Form::of(&request.body);
                address.refuse("email", say("order-correct-label")?, say(phrase)?);
                (false, None)
            }
            None => (true, None),
        };
        let number = order.id.to_string();
        let title = texts.say(language, "order-title", &[("number", &number)])?;
        // PHP must not be kept waiting: through the gateway a page asks by itself.
        let live = if request.headers.contains_key(gateway::HEADER) { "poll" } else { "stream" };
        let mut page = ShopPage::new("order.html", title)
            .with("order", &view)
            .with("hidden", &hidden)
            .with("said", &said)
            .with("good", &good)
            .with("live", &live)
            .with("here", &request.path.trim_start_matches('/'));
        page.scripts = vec![SCRIPT];
        address.fill(&mut page.context);
        let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let mut response = self.pages.response(visit, status, page, Some(&token));
        response.headers_mut().insert(header::ETAG, tag);
        Ok(response)
    }

    /// What every answer has: the address is a secret, and what it shows, too.
    fn seal(&self, headers: &mut HeaderMap) {
        headers
            .insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Without https a browser says nothing of where a form comes from but its origin, and with `no-referrer` not even that.
        let policy = if self.base_url.scheme() == "https" { "no-referrer" } else { "same-origin" };
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(policy));
    }
}

fn streams(request: &Request<Vec<u8>>) -> bool {
    let accept = request.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.starts_with("text/event-stream"))
        && !request.headers.contains_key(gateway::HEADER)
}
