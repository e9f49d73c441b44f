//! `/clients/licenses`: a customer's licenses in the client portal.
//!
//! In: a request through the portal's gateway, of a contact who may see invoices. Out: a fragment for the portal's theme in
//! the contact's language; after a form that was taken, the way back to it. Invariants: only licenses of the contact's own
//! client are shown or released; a release is the authority's own and counts among the license's moves; who released is a
//! line in the CRM's activity log.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tera::Context;
use url::{Url, form_urlencoded};
use warp::Filter as _;
use warp::http::{Method, StatusCode};
use warp::reply::Response;

use crate::clock::SharedClock;
use crate::db::{Database, DbError};
use crate::http::{
    self, Fragment, PageError, PortalDoor, PortalVisit, PublicPath, Request, Routes, see_other,
};
use crate::ids::{InvoiceId, LicenseId};
use crate::licensing::authority::{Authority, MOST_MOVES, Mover};
use crate::licensing::{Domain, OwnedLicense, Standing};
use crate::perfex::activity;
use crate::perfex::formats::Formats;
use crate::perfex::invoice_number::InvoiceName;
use crate::perfex::portal_contact::Permission;
use crate::text::{Language, PortalTexts};

use super::{Charge, Fulfilment, Order, OrderState};

/// Below which the page lies.
const PATH: &str = "/clients/licenses";
/// What the CRM's addresses are asked for.
pub const PATHS: [PublicPath; 1] = [PublicPath::Portal("clients/licenses")];
/// Licenses on one page.
const ON_PAGE: u32 = 25;
/// The last page that is looked for.
const LAST_PAGE: u32 = 10_000;
/// How many of the newest orders are looked through for those that wait for their payment.
const ORDERS: u32 = 20;

/// The page.
#[derive(Debug, Clone)]
pub struct PortalPage {
    /// The database.
    pub database: Database,
    /// The time.
    pub clock: SharedClock,
    /// Releases licenses.
    pub authority: Authority,
    /// Lets contacts in.
    pub door: Arc<PortalDoor>,
    /// The words.
    pub texts: PortalTexts,
    /// The CRM's address, with a slash at its end.
    pub base_url: Url,
}

/// What a form wanted and did not get.
struct Refused {
    license: LicenseId,
    phrase: &'static str,
}

#[derive(Serialize)]
struct Shown {
    id: LicenseId,
    key: Option<String>,
    product: String,
    package: String,
    right: &'static str,
    colour: &'static str,
    domain: Option<String>,
    /// As it is stored, for the form.
    bound: Option<String>,
    staging: Option<String>,
    issued: String,
    valid_until: Option<String>,
    last_check: Option<String>,
    received: bool,
    moves_left: u64,
    invoice: Option<Link>,
    error: Option<String>,
}

#[derive(Serialize, Clone)]
struct Link {
    name: String,
    url: String,
}

impl PortalPage {
    /// The page as routes; everything else falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::path!("clients" / "licenses" / ..)
            .and(http::request())
            .then(move |request: Request| {
                let page = self.clone();
                async move {
                    match request.whole().await {
                        Ok(request) => page.answer(request).await,
                        Err(error) => {
                            tracing::debug!(%error, "a form of the portal was not read");
                            let mut response = Response::default();
                            *response.status_mut() = StatusCode::BAD_REQUEST;
                            response
                        }
                    }
                }
            })
            .boxed()
    }

    /// Answers a request at [`PATHS`] or below.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response {
        let visit = match self.door.admit(&request, Some(Permission::Invoices)).await {
            Ok(visit) => visit,
            Err(refused) => return *refused,
        };
        let answered = match (&request.method, request.path.strip_prefix(PATH)) {
            (&Method::GET | &Method::HEAD, Some("" | "/")) => {
                self.page(&visit, request.query.as_deref().unwrap_or_default(), None).await
            }
            (&Method::POST, Some("/release")) => self.release(&visit, &request.body).await,
            _ => Ok(self.door.refused(StatusCode::NOT_FOUND, visit.language, "portal-no-page")),
        };
        answered.unwrap_or_else(|error| {
            tracing::warn!(%error, "a customer's licenses cannot be shown");
            self.door.refused(StatusCode::SERVICE_UNAVAILABLE, visit.language, "portal-busy")
        })
    }

    async fn release(&self, visit: &PortalVisit, body: &[u8]) -> Result<Response, PageError> {
        let field = |wanted: &str| {
            let found = form_urlencoded::parse(body).find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let stale = || self.door.refused(StatusCode::UNPROCESSABLE_ENTITY, visit.language, "portal-stale");
        let Ok(license) = field("license").parse::<LicenseId>() else { return Ok(stale()) };
        let now = self.clock.now();
        let mut session = self.database.session().await?;
        let client = visit.contact.client;
        let owned = OwnedLicense::find(&mut session, &self.authority.cipher, client, license, now).await?;
        drop(session);
        let Some(owned) = owned.filter(|owned| !owned.received) else { return Ok(stale()) };
        let refused = |phrase| Some(Refused { license, phrase });
        // A form that was left open says which domain it meant.
        let Some(domain) = owned.domain.filter(|bound| *bound == field("domain")) else {
            return self.page(visit, "", refused("portal-release-gone")).await;
        };
        let Ok(domain) = Domain::stored(&domain) else { return Ok(stale()) };
        if self.authority.release(license, &domain, Mover::Holder).await? {
            self.note(visit, license, now).await?;
            return Ok(see_other("../licenses?said=released"));
        }
        let phrase = if owned.moves_left == 0 { "portal-release-limit" } else { "portal-release-gone" };
        self.page(visit, "", refused(phrase)).await
    }

    /// A line under Utilities > Activity Log.
    async fn note(&self, visit: &PortalVisit, license: LicenseId, now: DateTime<Utc>) -> Result<(), DbError> {
        let mut session = self.database.session().await?;
        let formats = Formats::read(&mut session).await?;
        let who = match visit.impersonated_by {
            Some(staff) => format!("Contact ID: {}, by Staff ID: {staff}", visit.contact.contact),
            None => format!("Contact ID: {}", visit.contact.contact),
        };
        let line = format!("License {license} released from its domain in the portal [{who}]");
        activity::general(&mut session, &line, formats.zone().wall_clock(now)).await
    }

    async fn page(
        &self,
        visit: &PortalVisit,
        query: &str,
        refused: Option<Refused>,
    ) -> Result<Response, PageError> {
        let number = parameter(query, "page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let number: u32 = number.clamp(1, LAST_PAGE);
        let (client, now) = (visit.contact.client, self.clock.now());
        let mut session = self.database.session().await?;
        // One more than is shown says whether there is a next page.
        let range = ((number - 1) * ON_PAGE, ON_PAGE + 1);
        let cipher = &self.authority.cipher;
        let mut owned = OwnedLicense::of_client(&mut session, cipher, client, range, now).await?;
        let more = owned.len() > usize::try_from(ON_PAGE).unwrap_or(usize::MAX);
        owned.truncate(usize::try_from(ON_PAGE).unwrap_or(usize::MAX));
        let orders = Order::of_client(&mut session, client, ORDERS).await?;
        let waiting: Vec<&Order> = orders.iter().filter(|order| waits(order)).collect();
        let invoices: Vec<InvoiceId> = owned
            .iter()
            .filter_map(|license| license.invoice)
            .chain(waiting.iter().filter_map(|order| order.invoice))
            .collect();
        let formats = Formats::read(&mut session).await?;
        let names = InvoiceName::of_all(&mut session, &invoices).await?;
        drop(session);
        let links: BTreeMap<InvoiceId, Link> =
            names.into_iter().map(|(invoice, name)| (invoice, self.link(name))).collect();
        let link = |invoice: Option<InvoiceId>| invoice.and_then(|invoice| links.get(&invoice).cloned());
        let waiting: Vec<Link> = waiting.iter().filter_map(|order| link(order.invoice)).collect();
        let shown: Vec<Shown> = owned
            .into_iter()
            .map(|license| {
                let invoice = link(license.invoice);
                let error = refused.as_ref().filter(|refused| refused.license == license.id);
                let error = error.map(|refused| self.texts.say(visit.language, refused.phrase));
                shown(license, &formats, invoice, error)
            })
            .collect();
        let mut context = Context::new();
        context.insert("licenses", &shown);
        context.insert("waiting", &waiting);
        context.insert("page", &number);
        context.insert("more", &more);
        context.insert("may_edit", &visit.may_edit);
        context.insert("most_moves", &MOST_MOVES.to_string());
        context.insert("said", &(parameter(query, "said").as_deref() == Some("released")));
        context.insert("hidden", &visit.hidden());
        context.insert("shop", &format!("{}shop", self.base_url));
        // Whole addresses: the page may have been asked for with a slash at its end, or as the answer to a form.
        let here = format!("{}{}", self.base_url, PATH.trim_start_matches('/'));
        context.insert("release", &format!("{here}/release"));
        context.insert("here", &here);
        let html = self.texts.page(visit.language, "licenses.html", &context)?;
        let status = if refused.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
        let title = self.title(visit.language);
        Ok(Fragment { title, html }.response(status, Some(&visit.token)))
    }

    fn title(&self, language: Language) -> String {
        self.texts.say(language, "portal-licenses")
    }

    fn link(&self, invoice: InvoiceName) -> Link {
        Link { name: invoice.number, url: format!("{}{}", self.base_url, invoice.path) }
    }
}

/// Whether an order gets its licenses when its invoice is paid.
fn waits(order: &Order) -> bool {
    order.state != OrderState::Cancelled
        && order.fulfilment == Fulfilment::Open
        && matches!(order.charge, Charge::None | Charge::Partial)
}

fn shown(license: OwnedLicense, formats: &Formats, invoice: Option<Link>, error: Option<String>) -> Shown {
    Shown {
        id: license.id,
        domain: license.domain_for_people(),
        staging: license.staging_for_people(),
        bound: license.domain,
        key: license.key,
        product: license.product,
        package: license.package,
        right: license.right.as_str(),
        colour: colour(license.right),
        issued: formats.day(license.issued_at),
        valid_until: license.expires_at.map(|at| formats.day(at)),
        last_check: license.last_check.map(|at| formats.moment(at)),
        received: license.received,
        moves_left: license.moves_left,
        invoice,
        error,
    }
}

/// The CRM's colour of labels for a right.
pub(super) fn colour(right: Standing) -> &'static str {
    match right {
        Standing::Active => "success",
        Standing::Trial => "info",
        Standing::PastDue => "warning",
        Standing::Expired => "default",
        Standing::Suspended | Standing::Revoked => "danger",
    }
}

fn parameter(query: &str, wanted: &str) -> Option<String> {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.into_owned())
}
