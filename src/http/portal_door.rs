//! Who gets into pages of the client portal: a contact whom the gateway names, with the permission that the page needs.
//!
//! In: a whole request. Out: a [`PortalVisit`], or the page that says why not. Invariants:
//!
//! - only through the gateway: the portal's theme is PHP's, and only its form field lets a form back through PHP. A web
//!   server that sends such an address straight here is told so in the page;
//! - changing something needs a form of ours, and nobody changes anything in a demonstration;
//! - a staff member who looks at the portal as the contact sees and does what the contact does.

use std::sync::Arc;

use warp::http::{Method, StatusCode};
use warp::reply::Response;

use super::csrf::{Csrf, Token};
use super::fragment::Fragment;
use super::gateway::PerfexCsrf;
use super::identity::{Asker, Identity};
use super::request::Request;
use super::visitor::{Stranger, Visitor};
use crate::ids::StaffId;
use crate::perfex::portal_contact::{Permission, PortalContact};
use crate::text::{Language, PortalTexts};

/// Lets contacts in.
#[derive(Debug)]
pub struct PortalDoor {
    identity: Arc<Identity>,
    csrf: Arc<Csrf>,
    texts: PortalTexts,
    read_only: bool,
}

/// A contact at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalVisit {
    /// Who, of which client, with which permissions.
    pub contact: PortalContact,
    /// The staff member who looks at the portal as this contact.
    pub impersonated_by: Option<StaffId>,
    /// Our language for them.
    pub language: Language,
    /// Whether something may be changed here; not in a demonstration.
    pub may_edit: bool,
    /// What the page's forms carry.
    pub token: Token,
    /// What they carry for the CRM's own check.
    pub perfex_csrf: PerfexCsrf,
}

impl PortalVisit {
    /// The hidden fields of every form of the page: ours, and the CRM's.
    #[must_use]
    pub fn hidden(&self) -> [(&str, &str); 2] {
        [(super::FIELD, &self.token.field), (&self.perfex_csrf.name, &self.perfex_csrf.value)]
    }
}

impl PortalDoor {
    /// A door that knows people by `identity`; with `read_only`, nobody may change anything.
    #[must_use]
    pub fn new(identity: Arc<Identity>, csrf: Arc<Csrf>, texts: PortalTexts, read_only: bool) -> Self {
        Self { identity, csrf, texts, read_only }
    }

    /// The contact who asks, with the permission `needs`, if any; or the answer to somebody who does not get in.
    pub async fn admit(
        &self,
        request: &Request<Vec<u8>>,
        needs: Option<Permission>,
    ) -> Result<PortalVisit, Box<Response>> {
        let asker = match self.identity.asker(request).await {
            Ok(asker) => asker,
            Err(error) => {
                let language = Language::accepted(accepted(request));
                let phrase = match error.status() {
                    StatusCode::SERVICE_UNAVAILABLE => "portal-busy",
                    _ => "portal-astray",
                };
                return Err(Box::new(self.refused(error.status(), language, phrase)));
            }
        };
        let language =
            asker.language().map_or_else(|| Language::accepted(accepted(request)), Language::for_folder);
        let refused = |status, phrase| Err(Box::new(self.refused(status, language, phrase)));
        let Some(perfex_csrf) = asker.perfex_csrf.clone() else {
            return refused(StatusCode::MISDIRECTED_REQUEST, "portal-astray");
        };
        let (contact, impersonated_by) = match known(&asker) {
            Ok(known) => known,
            Err(phrase) => return refused(StatusCode::FORBIDDEN, phrase),
        };
        if let Some(missing) = needs.filter(|needs| !contact.permissions.has(*needs)) {
            return refused(StatusCode::FORBIDDEN, &format!("portal-forbidden-{}", missing.word()));
        }
        let reads = request.method == Method::GET || request.method == Method::HEAD;
        if !reads && self.read_only {
            return refused(StatusCode::FORBIDDEN, "portal-demo");
        }
        if !reads && self.csrf.check(request, &asker).is_err() {
            return refused(StatusCode::FORBIDDEN, "portal-stale");
        }
        let token = self.csrf.token(request, &asker);
        let may_edit = !self.read_only;
        Ok(PortalVisit { contact, impersonated_by, language, may_edit, token, perfex_csrf })
    }

    /// A page with one sentence, the phrase `phrase`, in the portal's theme.
    #[must_use]
    pub fn refused(&self, status: StatusCode, language: Language, phrase: &str) -> Response {
        let html = self.texts.notice(language, phrase);
        Fragment { title: self.texts.say(language, "portal-refused"), html }.response(status, None)
    }
}

/// The contact, or the phrase that says why there is none.
fn known(asker: &Asker) -> Result<(PortalContact, Option<StaffId>), &'static str> {
    match &asker.visitor {
        Visitor::Contact { contact, impersonated_by } => Ok((contact.clone(), *impersonated_by)),
        Visitor::Stranger(Stranger::Refused(_)) => Err("portal-inactive"),
        Visitor::Stranger(_) | Visitor::Staff(_) => Err("portal-unknown"),
    }
}

fn accepted(request: &Request<Vec<u8>>) -> Option<&str> {
    request.headers.get("accept-language").and_then(|value| value.to_str().ok())
}
