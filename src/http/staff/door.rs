//! Who gets into pages for staff: a staff member whom the gateway names, with the capability that the page needs.
//!
//! In: a whole request. Out: who asks, or the page that says why not. Invariants: looking needs the capability `view`,
//! changing needs the one that the page names and a form of ours; nobody is staff by a cookie alone; in a demonstration
//! nobody changes anything.

use std::sync::Arc;

use warp::http::{Method, StatusCode};
use warp::reply::Response;

use super::capability::{Capability, Feature};
use crate::http::csrf::{Csrf, Token};
use crate::http::fragment::Fragment;
use crate::http::gateway::PerfexCsrf;
use crate::http::identity::Identity;
use crate::http::request::Request;
use crate::http::visitor::Visitor;
use crate::perfex::staff_member::StaffMember;
use crate::text::{Language, StaffTexts};

/// Lets staff in.
#[derive(Debug)]
pub struct StaffDoor {
    identity: Arc<Identity>,
    csrf: Arc<Csrf>,
    texts: StaffTexts,
    read_only: bool,
}

/// Who was let in.
#[derive(Debug, Clone)]
pub(super) struct Admitted {
    pub member: StaffMember,
    pub language: Language,
    pub token: Token,
    pub perfex_csrf: Option<PerfexCsrf>,
    /// Whether nobody may change anything.
    pub read_only: bool,
}

impl StaffDoor {
    /// A door that knows people by `identity`; with `read_only`, nobody may change anything.
    #[must_use]
    pub fn new(identity: Arc<Identity>, csrf: Arc<Csrf>, texts: StaffTexts, read_only: bool) -> Self {
        Self { identity, csrf, texts, read_only }
    }

    /// The staff member who asks, with what `needed` is of `feature`; or the answer to somebody who does not get in.
    pub(super) async fn admit(
        &self,
        request: &Request<Vec<u8>>,
        feature: Feature,
        needed: Capability,
    ) -> Result<Admitted, Box<Response>> {
        let refused = |status, language, phrase, values: &[(&str, &str)]| {
            Box::new(self.refused(status, language, phrase, values))
        };
        let asker = self
            .identity
            .asker(request)
            .await
            .map_err(|error| refused(error.status(), Language::English, "staff-unknown", &[]))?;
        let Visitor::Staff(member) = asker.visitor.clone() else {
            return Err(refused(StatusCode::FORBIDDEN, Language::English, "staff-unknown", &[]));
        };
        let language = Language::for_folder(&member.language);
        let reads = request.method == Method::GET || request.method == Method::HEAD;
        let may = |capability: Capability| member.may(feature.name, capability.as_str());
        if !may(Capability::View) || (!reads && !may(needed)) {
            let lacking = if may(Capability::View) { needed } else { Capability::View };
            let capability = self.texts.say(language, &format!("staff-capability-{lacking}"));
            let values = [("capability", capability.as_str()), ("feature", feature.label)];
            return Err(refused(StatusCode::FORBIDDEN, language, "staff-forbidden", &values));
        }
        if !reads && self.read_only {
            return Err(refused(StatusCode::FORBIDDEN, language, "staff-read-only", &[]));
        }
        if !reads && self.csrf.check(request, &asker).is_err() {
            return Err(refused(StatusCode::FORBIDDEN, language, "staff-stale", &[]));
        }
        let token = self.csrf.token(request, &asker);
        Ok(Admitted { member, language, token, perfex_csrf: asker.perfex_csrf, read_only: self.read_only })
    }

    /// Our language for whoever asks; English for anybody who is not staff.
    pub(super) async fn language(&self, request: &Request<Vec<u8>>) -> Language {
        match self.identity.asker(request).await.map(|asker| asker.visitor) {
            Ok(Visitor::Staff(member)) => Language::for_folder(&member.language),
            _ => Language::English,
        }
    }

    fn refused(
        &self,
        status: StatusCode,
        language: Language,
        phrase: &str,
        values: &[(&str, &str)],
    ) -> Response {
        let html = self.texts.notice(language, phrase, values);
        let title = self.texts.say(language, "staff-refused");
        Fragment { title, html }.response(status, None)
    }
}
