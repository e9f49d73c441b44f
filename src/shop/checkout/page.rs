//! `/shop/checkout`: GET shows the form, POST orders.
//!
//! In: requests from anybody. Out: the form with today's prices, or the way to the order's page. Invariants: GET changes
//! nothing; a form that is not taken comes back as it was filled, with a sentence for each field; whoever knows a mail
//! address learns nothing about it here.

use std::net::IpAddr;
use std::sync::Arc;

use serde::Serialize;
use url::{Url, form_urlencoded};
use warp::Filter as _;
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use warp::reply::Response;

use crate::entropy::{self, SharedEntropy};
use crate::http::{self, Asker, Csrf, CsrfRefusal, FIELD, Request, Routes, Visitor, cookie, network};
use crate::text::{TextError, write_money};

use super::super::ShopError;
use super::super::storefront::{Form, ShopPage, ShopPages, ShopVisit};
use super::buyer::{Buyer, Rules, read_vat_id};
use super::cart::Cart;
use super::countries::CountryLists;
use super::desk::{Desk, DeskError, Outcome, Sender};
use super::gate::{Gate, HONEYPOT, PROOF};
use super::offer::Offer;
use super::refusal::Refusal;
use super::ticket::{Ticket, TicketError, Tickets};

/// The browser's mark; its name lets it through the companion's gateway.
const SECURE_COOKIE: &str = "__Host-pm_checkout";
const PLAIN_COOKIE: &str = "pm_checkout";
/// The form's ticket.
const TICKET: &str = "ticket";
const SCRIPT: &str = include_str!("../../../templates/shop/checkout.js");

/// The checkout's page.
#[derive(Debug, Clone)]
pub struct CheckoutPage {
    /// The frame around it.
    pub pages: ShopPages,
    /// Makes orders.
    pub desk: Desk,
    /// Keeps machines out.
    pub gate: Gate,
    /// Signs forms.
    pub tickets: Tickets,
    /// Guards forms.
    pub csrf: Arc<Csrf>,
    /// Names the countries.
    pub countries: CountryLists,
    /// Randomness for marks.
    pub entropy: SharedEntropy,
    /// The CRM's address.
    pub base_url: Url,
    /// Whether this is a demonstration, where nobody orders.
    pub read_only: bool,
    /// Called when an order was placed: its mails may leave.
    pub placed: Placed,
}

/// What is called when an order was placed.
#[derive(Clone)]
pub struct Placed(pub Arc<dyn Fn() + Send + Sync>);

impl std::fmt::Debug for Placed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Placed")
    }
}

/// A request to the checkout, and who sends it.
struct Call<'a> {
    request: &'a Request<Vec<u8>>,
    visit: ShopVisit,
    asker: Asker,
    network: IpAddr,
    cart: Cart,
    form: Form,
    /// The ticket that was sent, if it is ours.
    ticket: Option<Ticket>,
}

#[derive(Serialize)]
struct Hidden<'a> {
    name: &'a str,
    value: &'a str,
}

impl CheckoutPage {
    /// The page as a route; everything else falls through it.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::path!("shop" / "checkout")
            .and(http::request())
            .then(move |request: Request| {
                let page = self.clone();
                async move {
                    match request.whole().await {
                        Ok(request) => page.answer(&request).await,
                        Err(error) => {
                            tracing::debug!(%error, "a form of the checkout was not read");
                            let mut response = Response::default();
                            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                            response
                        }
                    }
                }
            })
            .boxed()
    }

    /// Answers a request.
    pub async fn answer(&self, request: &Request<Vec<u8>>) -> Response {
        let (visit, asker) = match self.pages.known(request).await {
            Ok(known) => known,
            Err(answer) => return *answer,
        };
        let posted = request.method == Method::POST;
        let sent =
            if posted { &request.body } else { request.query.as_deref().unwrap_or_default().as_bytes() };
        let mut call = Call {
            request,
            network: network(asker.address),
            cart: Cart::of(form_urlencoded::parse(sent)),
            form: if posted { Form::of(sent) } else { Form::default() },
            ticket: None,
            visit,
            asker,
        };
        let answered = match request.method {
            Method::GET | Method::HEAD if call.cart.is_empty() => {
                return self.pages.notice(
                    &call.visit,
                    StatusCode::OK,
                    "checkout-nothing",
                    &["checkout-nothing-text"],
                );
            }
            Method::GET | Method::HEAD => {
                self.show(&mut call, StatusCode::OK).await.map(kept_for_the_back_button)
            }
            Method::POST => self.post(&mut call).await,
            _ => {
                let texts = ["shop-method-text"];
                let status = StatusCode::METHOD_NOT_ALLOWED;
                let mut response = self.pages.notice(&call.visit, status, "shop-method", &texts);
                response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
                return response;
            }
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, "the checkout cannot show its form");
            self.pages.unavailable(&call.visit)
        })
    }

    async fn post(&self, call: &mut Call<'_>) -> Result<Response, PageFault> {
        let now = self.desk.now();
        let written = call.form.get(TICKET).to_owned();
        let ticket = self.tickets.read(&written, now);
        call.ticket = ticket.clone().ok();
        if !self.gate.admits(call.network, now) {
            return self
                .back(call, StatusCode::TOO_MANY_REQUESTS, Refusal::new("order", "checkout-busy-network"))
                .await;
        }
        if let Err(refusal) = self.csrf.check(call.request, &call.asker) {
            return self.back(call, StatusCode::FORBIDDEN, Refusal::new("order", foreign(refusal))).await;
        }
        if self.read_only {
            return self.back(call, StatusCode::FORBIDDEN, Refusal::new("order", "checkout-demo")).await;
        }
        if let Some(ticket) = &call.ticket
            && let Some(order) = self.desk.order_of(&ticket.token).await?
        {
            return Ok(self.to_order(call, &order, true));
        }
        if call.form.get("step") == "quote" {
            let country = call.form.get("country").to_owned();
            if let Err(refusal) = read_vat_id(&call.form, &country) {
                self.refuse(call, &refusal)?;
            }
            return self.show(call, StatusCode::OK).await;
        }
        let ticket = match ticket {
            Ok(ticket) => ticket,
            Err(error) => {
                let phrase =
                    if error == TicketError::Expired { "checkout-expired" } else { "checkout-stale" };
                return self.back(call, StatusCode::FORBIDDEN, Refusal::new("order", phrase)).await;
            }
        };
        self.order(call, &ticket, &written).await
    }

    /// Makes an order of a form that came from our own page.
    async fn order(
        &self,
        call: &mut Call<'_>,
        ticket: &Ticket,
        written: &str,
    ) -> Result<Response, PageFault> {
        let view = self.desk.look(&call.cart, &call.form).await?;
        let schema = match self.desk.schema().await {
            Ok(schema) => schema,
            Err(error) => return self.failed(call, error).await,
        };
        let consent = self.desk.consent(&self.pages, &call.visit).await?;
        let rules =
            Rules { countries: &view.countries, wide_text: schema.wide_text, trial: view.quote.is_trial() };
        let buyer = Buyer::read(&call.form, rules, call.visit.language.as_str());
        let mut refusals = view.refusals.clone();
        let buyer = buyer.map_err(|wrong| refusals.extend(wrong)).ok();
        refusals.extend(consent.missing(&call.form));
        let (Some(buyer), true) = (buyer, refusals.is_empty() && !view.lines.is_empty()) else {
            for refusal in refusals {
                self.refuse(call, &refusal)?;
            }
            return self.show(call, StatusCode::UNPROCESSABLE_ENTITY).await;
        };
        // After the mistakes: who pressed too early learns what is missing, and has read it by the next time.
        if let Err(refusal) = self.gate.judge(&call.form, ticket, written, self.desk.now()) {
            return self.back(call, StatusCode::UNPROCESSABLE_ENTITY, refusal).await;
        }
        if view.quote.mark(&consent.versions()) != ticket.offer {
            let total = write_money(view.quote.total, &view.quote.currency, call.visit.language);
            let changed = Refusal::new("order", "checkout-changed").with("total", total);
            // Who sees something new agrees to it anew.
            call.form.values.retain(|name, _| name != "terms" && name != "waiver");
            return self.back(call, StatusCode::CONFLICT, changed).await;
        }
        if !self.gate.admits_mailbox(&buyer.customer.email) {
            let refusal = Refusal::new("email", "checkout-busy-mailbox");
            return self.back(call, StatusCode::TOO_MANY_REQUESTS, refusal).await;
        }
        let signed_in = match &call.asker.visitor {
            Visitor::Contact { contact, impersonated_by: None } => Some(contact.client),
            _ => None,
        };
        let reverse_charge =
            self.pages.texts.say(call.visit.language, "checkout-reverse-charge-note", &[])?;
        let sender = Sender { form: &ticket.token, signed_in, reverse_charge: &reverse_charge };
        match self.desk.place(&schema, &view, &buyer, &consent.agreed(), sender).await {
            Ok(Outcome::Placed(order)) => {
                (self.placed.0)();
                Ok(self.to_order(call, &order, false))
            }
            Ok(Outcome::Again(order)) => Ok(self.to_order(call, &order, true)),
            Err(DeskError::Shop(ShopError::Trial(refusal))) => {
                self.back(call, StatusCode::UNPROCESSABLE_ENTITY, Refusal::new("domain", refusal.phrase()))
                    .await
            }
            Err(error) => self.failed(call, error).await,
        }
    }

    /// Nobody's entries are at fault; the form comes back and may be sent again, without the danger of a second order.
    async fn failed(&self, call: &mut Call<'_>, error: DeskError) -> Result<Response, PageFault> {
        let phrase = match &error {
            DeskError::Busy => "checkout-locked",
            DeskError::Shop(ShopError::Numbering(_)) => "checkout-numbering",
            DeskError::Crm(_) => "checkout-closed",
            DeskError::Shop(_) | DeskError::Text(_) => "checkout-failed",
        };
        tracing::error!(%error, "a form of the checkout did not become an order");
        self.back(call, StatusCode::SERVICE_UNAVAILABLE, Refusal::new("order", phrase)).await
    }

    /// The form as it was filled, with a sentence.
    async fn back(
        &self,
        call: &mut Call<'_>,
        status: StatusCode,
        refusal: Refusal,
    ) -> Result<Response, PageFault> {
        self.refuse(call, &refusal)?;
        self.show(call, status).await
    }

    fn refuse(&self, call: &mut Call<'_>, refusal: &Refusal) -> Result<(), TextError> {
        let values: Vec<(&str, &str)> =
            refusal.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let say =
            |phrase: &str, values: &[(&str, &str)]| self.pages.texts.say(call.visit.language, phrase, values);
        let label = refusal.label().map(|label| say(label, &[])).transpose()?;
        let sentence = say(refusal.phrase, &values)?;
        call.form.refuse(refusal.field, label.unwrap_or_default(), sentence);
        Ok(())
    }

    /// The form with today's prices.
    async fn show(&self, call: &mut Call<'_>, status: StatusCode) -> Result<Response, PageFault> {
        let view = self.desk.look(&call.cart, &call.form).await?;
        for refusal in &view.refusals {
            self.refuse(call, refusal)?;
        }
        let language = call.visit.language;
        let consent = self.desk.consent(&self.pages, &call.visit).await?;
        call.form.values.entry("country".to_owned()).or_insert_with(|| view.country.clone());
        // A proof belongs to the ticket that it was worked for.
        call.form.values.remove(PROOF);
        let now = self.desk.now();
        let mark = self.mark(&call.request.headers);
        let browser = mark.clone().unwrap_or_else(|| entropy::hex::<16>(&*self.entropy));
        let token = self.tickets.token(&browser, &call.cart);
        // A form that comes back is the same form: whoever has read it once need not wait again.
        let earlier = call.ticket.as_ref().filter(|sent| sent.token == token);
        let ticket = Ticket {
            made_at: earlier.map_or(now, |sent| sent.made_at),
            token,
            offer: view.quote.mark(&consent.versions()),
            work: self.gate.work(call.network, now),
        };
        let token = self.csrf.token(call.request, &call.asker);
        let ticket = self.tickets.write(&ticket);
        let mut hidden = vec![
            Hidden { name: FIELD, value: &token.field },
            Hidden { name: TICKET, value: &ticket },
            Hidden { name: PROOF, value: "" },
        ];
        if let Some(field) = &call.asker.perfex_csrf {
            hidden.push(Hidden { name: &field.name, value: &field.value });
        }
        let texts = &self.pages.texts;
        let offer = Offer::of(&view, texts, language)?;
        if let Some(at) = offer.wrong_quantity() {
            call.form.point("quantity", at);
        }
        if offer.is_empty() {
            call.form.point("order", "package");
        }
        // Whoever hears a page hears its title first.
        let title = if call.form.is_right() { "checkout-title" } else { "checkout-title-mistakes" };
        let page = ShopPage::new("checkout.html", texts.say(language, title, &[])?);
        let mut page = offer.on(page).with("hidden", &hidden).with("honeypot", &HONEYPOT);
        let countries = self.countries.of(&view.countries, texts, language)?;
        page = page.with("consent", &consent).with("countries", &*countries);
        page.scripts = vec![SCRIPT];
        call.form.fill(&mut page.context);
        let mut response = self.pages.response(&call.visit, status, page, Some(&token));
        if mark.is_none() {
            self.set_mark(&mut response, &browser);
        }
        Ok(response)
    }

    /// Leads to the order's page. The browser gets a new mark: its next form is another order.
    fn to_order(&self, call: &Call<'_>, order: &str, again: bool) -> Response {
        let again = if again { "?again=1" } else { "" };
        tracing::debug!(again = !again.is_empty(), "a form leads to its order");
        let mut response = Response::default();
        *response.status_mut() = StatusCode::SEE_OTHER;
        let location = format!("{}shop/order/{order}{again}", self.pages.root());
        let headers = response.headers_mut();
        // A path and hexadecimal digits are always a header's value.
        if let Ok(location) = HeaderValue::try_from(location) {
            headers.insert(header::LOCATION, location);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
        if again.is_empty() || self.mark(&call.request.headers).is_some() {
            self.set_mark(&mut response, &entropy::hex::<16>(&*self.entropy));
        }
        response
    }

    /// The browser's mark.
    fn mark(&self, headers: &HeaderMap) -> Option<String> {
        let mark = cookie(headers, self.cookie_name())?;
        let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (mark.len() == 32 && mark.bytes().all(hex)).then(|| mark.to_owned())
    }

    fn set_mark(&self, response: &mut Response, mark: &str) {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let cookie = format!("{}={mark}; Path=/; HttpOnly; SameSite=Lax{secure}", self.cookie_name());
        if let Ok(cookie) = HeaderValue::try_from(cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    fn cookie_name(&self) -> &'static str {
        if self.is_secure() { SECURE_COOKIE } else { PLAIN_COOKIE }
    }

    fn is_secure(&self) -> bool {
        self.base_url.scheme() == "https"
    }
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
enum PageFault {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Text(#[from] TextError),
}

/// The phrase for a form that may not be ours.
fn foreign(refusal: CsrfRefusal) -> &'static str {
    match refusal {
        CsrfRefusal::Cookie => "checkout-no-cookie",
        CsrfRefusal::Origin => "checkout-other-site",
        CsrfRefusal::Method | CsrfRefusal::Exempt | CsrfRefusal::Field | CsrfRefusal::Token => {
            "checkout-stale"
        }
    }
}

/// The empty form may stay in this browser: whoever goes back after an order meets the very form that was sent, whose ticket
/// leads to that order, instead of a fresh one that makes another.
fn kept_for_the_back_button(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}
