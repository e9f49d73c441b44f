//! Who gets into pages for staff: a staff member whom the gateway names, with the capability that the page needs.
//!
//! In: a whole request. Out: a [`StaffVisit`], or the page that says why not. Invariants: looking needs the capability
//! `view`, changing needs `edit` and a form of ours; nobody is staff by a cookie alone; in a demonstration nobody changes
//! anything.

use std::sync::Arc;

use warp::http::{Method, StatusCode};
use warp::reply::Response;

use super::csrf::{Csrf, Token};
use super::fragment::Fragment;
use super::gateway::PerfexCsrf;
use super::identity::Identity;
use super::request::Request;
use super::visitor::Visitor;
use crate::perfex::staff_member::StaffMember;
use crate::text::{Language, StaffTexts};

/// What staff need the capabilities of, in the CRM's permissions.
const FEATURE: &str = "perfex_bridge";

/// Lets staff in.
#[derive(Debug)]
pub struct StaffDoor {
    identity: Arc<Identity>,
    csrf: Arc<Csrf>,
    texts: StaffTexts,
    read_only: bool,
}

/// A staff member at a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffVisit {
    /// Who.
    pub member: StaffMember,
    /// Our language for them.
    pub language: Language,
    /// Whether they may change something here.
    pub may_edit: bool,
    /// What the page's forms carry.
    pub token: Token,
    /// What they carry for the CRM's own check.
    pub perfex_csrf: Option<PerfexCsrf>,
}

impl StaffDoor {
    /// A door that knows people by `identity`; with `read_only`, nobody may change anything.
    #[must_use]
    pub fn new(identity: Arc<Identity>, csrf: Arc<Csrf>, texts: StaffTexts, read_only: bool) -> Self {
        Self { identity, csrf, texts, read_only }
    }

    /// The staff member who asks, or the answer to somebody who does not get in.
    pub async fn admit(&self, request: &Request<Vec<u8>>) -> Result<StaffVisit, Box<Response>> {
        let asker = match self.identity.asker(request).await {
            Ok(asker) => asker,
            Err(error) => {
                return Err(Box::new(self.refused(error.status(), Language::English, "staff-unknown")));
            }
        };
        let Visitor::Staff(member) = asker.visitor.clone() else {
            return Err(Box::new(self.refused(StatusCode::FORBIDDEN, Language::English, "staff-unknown")));
        };
        let language = Language::for_folder(&member.language);
        let reads = request.method == Method::GET || request.method == Method::HEAD;
        let may_edit = !self.read_only && member.may(FEATURE, "edit");
        if !(if reads { member.may(FEATURE, "view") } else { may_edit }) {
            return Err(Box::new(self.refused(StatusCode::FORBIDDEN, language, "staff-forbidden")));
        }
        if !reads && self.csrf.check(request, &asker).is_err() {
            return Err(Box::new(self.refused(StatusCode::FORBIDDEN, language, "staff-stale")));
        }
        let token = self.csrf.token(request, &asker);
        Ok(StaffVisit { member, language, may_edit, token, perfex_csrf: asker.perfex_csrf })
    }

    fn refused(&self, status: StatusCode, language: Language, phrase: &str) -> Response {
        let html = self.texts.notice(language, phrase);
        let title = self.texts.say(language, "staff-refused");
        Fragment { title, html }.response(status, None)
    }
}
