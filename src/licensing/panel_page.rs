//! The license panel of each module, for staff in the CRM.
//!
//! In: a request through the companion's gateway below `/bridge/staff/licenses`. Out: a fragment in the staff member's
//! language; after a form that was taken, the way back to it. Invariants: what stands there comes from
//! [`Panel`] alone; every change is a line in the CRM's activity log with who did it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use tera::Context;
use url::form_urlencoded;
use warp::Filter as _;
use warp::http::{Method, StatusCode};
use warp::reply::Response;

use crate::clock::SharedClock;
use crate::db::{Database, DbError};
use crate::http::{self, FIELD, Fragment, PageError, Request, Routes, StaffDoor, StaffVisit, see_other};
use crate::perfex::activity;
use crate::perfex::options::{LocalZone, Options};
use crate::text::{Language, StaffTexts, write_moment};

use super::KeyError;
use super::client::{Client, ClientError, Module, NewKeys, Panel, State, Which};

/// Below which these pages lie.
pub const PATH: &str = "/bridge/staff/licenses";

/// The page.
#[derive(Debug, Clone)]
pub struct PanelPage {
    /// Checks licenses.
    pub licenses: Arc<Client>,
    /// The CRM's database.
    pub database: Database,
    /// The time.
    pub clock: SharedClock,
    /// Lets staff in.
    pub door: Arc<StaffDoor>,
    /// The words.
    pub texts: StaffTexts,
}

/// What a form wanted and did not get.
struct Refused {
    module: Module,
    entered: String,
    sentence: String,
}

#[derive(Serialize)]
struct Shown {
    module: &'static str,
    title: &'static str,
    state: &'static str,
    colour: &'static str,
    reason: String,
    trouble: Option<String>,
    error: Option<String>,
    entered: String,
    key: bool,
    facts: Vec<Fact>,
}

#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Hidden {
    name: String,
    value: String,
}

impl PanelPage {
    /// The page as routes; everything else falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::path!("bridge" / "staff" / "licenses" / ..)
            .and(http::request())
            .then(move |request: Request| {
                let page = self.clone();
                async move {
                    match request.whole().await {
                        Ok(request) => page.answer(request).await,
                        Err(error) => {
                            tracing::debug!(%error, "a form for staff was not read");
                            let mut response = Response::default();
                            *response.status_mut() = StatusCode::BAD_REQUEST;
                            response
                        }
                    }
                }
            })
            .boxed()
    }

    /// Answers a request at [`PATH`] or below.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response {
        let visit = match self.door.admit(&request).await {
            Ok(visit) => visit,
            Err(refused) => return *refused,
        };
        let answered = match (&request.method, request.path.strip_prefix(PATH)) {
            (&Method::GET | &Method::HEAD, Some("" | "/")) => {
                self.page(&visit, said(request.query.as_deref()), None).await
            }
            (&Method::POST, Some(action)) => self.act(&visit, action, &request.body).await,
            _ => Ok(self.failed(&visit, StatusCode::NOT_FOUND, "staff-unknown")),
        };
        answered.unwrap_or_else(|error| {
            tracing::warn!(%error, "the license panels cannot be shown");
            self.failed(&visit, StatusCode::SERVICE_UNAVAILABLE, "staff-busy")
        })
    }

    async fn act(&self, visit: &StaffVisit, action: &str, body: &[u8]) -> Result<Response, PageError> {
        let field = |wanted: &str| {
            let found = form_urlencoded::parse(body).find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        let Ok(module) = field("module").parse::<Module>() else {
            return Ok(self.failed(visit, StatusCode::UNPROCESSABLE_ENTITY, "staff-stale"));
        };
        let entered = field("license_key");
        let (done, what, back) = match action {
            "/activate" => (
                self.licenses.activate(module, &entered, NewKeys::Refuse).await.map(drop),
                "activated",
                "../licenses?said=activated",
            ),
            "/check" => (
                self.licenses.check(Which::One(module)).await.map(drop).map_err(ClientError::from),
                "checked",
                "../licenses?said=checked",
            ),
            "/release" => (self.licenses.release(module).await, "released", "../licenses?said=released"),
            _ => return Ok(self.failed(visit, StatusCode::NOT_FOUND, "staff-unknown")),
        };
        match done {
            Ok(()) => {
                self.note(visit, module, what).await?;
                Ok(see_other(back))
            }
            Err(ClientError::Database(error)) => Err(error.into()),
            Err(error) => {
                let sentence = self.sentence(visit.language, &error);
                let refused = Refused { module, entered, sentence };
                self.page(visit, None, Some(refused)).await
            }
        }
    }

    /// A line under Utilities > Activity Log.
    async fn note(&self, visit: &StaffVisit, module: Module, what: &str) -> Result<(), DbError> {
        let mut session = self.database.session().await?;
        let options = Options::read(&mut session, &[LocalZone::OPTION]).await?;
        let at = LocalZone::of(&options).wall_clock(self.clock.now());
        let line =
            format!("License of {} {what} in perfex-bridge [Staff ID: {}]", module.title(), visit.member.id);
        activity::general(&mut session, &line, at).await
    }

    async fn page(
        &self,
        visit: &StaffVisit,
        said: Option<&'static str>,
        refused: Option<Refused>,
    ) -> Result<Response, PageError> {
        let panels = self.licenses.panels().await?;
        let mut session = self.database.session().await?;
        let options = Options::read(&mut session, &["dateformat", LocalZone::OPTION]).await?;
        drop(session);
        let moment = |at: DateTime<Utc>| {
            let zone = options.get(LocalZone::OPTION);
            let zone = if zone.is_empty() { "UTC" } else { zone };
            write_moment(LocalZone::of(&options).wall_clock(at), zone, options.get("dateformat"))
        };
        let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let mut shown: Vec<Shown> =
            panels.iter().map(|panel| self.shown(visit.language, panel, &moment)).collect();
        if let Some(Refused { module, entered, sentence }) = refused
            && let Some(panel) = shown.iter_mut().find(|panel| panel.module == module.name())
        {
            (panel.error, panel.entered) = (Some(sentence), entered);
        }
        let mut context = Context::new();
        context.insert("panels", &shown);
        context.insert("said", &said.map(|phrase| self.texts.say(visit.language, phrase)));
        context.insert("may_edit", &visit.may_edit);
        context.insert("hidden", &hidden(visit));
        let html = self.texts.page(visit.language, "licenses.html", &context)?;
        let title = self.texts.say(visit.language, "staff-licenses");
        Ok(Fragment { title, html }.response(status, Some(&visit.token)))
    }

    fn shown(&self, language: Language, panel: &Panel, moment: &impl Fn(DateTime<Utc>) -> String) -> Shown {
        let domain = panel.domain.as_ref().map(|domain| domain.as_str().to_owned());
        let fact = |name, value: Option<String>| value.map(|value| Fact { name, value });
        let facts = [
            fact("domain", domain.clone()),
            fact("valid-until", panel.valid_until.map(moment)),
            fact("last-check", panel.last_check.map(moment)),
            fact("next-check", panel.next_check.filter(|_| panel.key.is_some()).map(moment)),
            fact("grace-ends", panel.grace_ends.map(moment)),
        ];
        let name = format!("license-reason-{}", panel.code);
        let values = [("domain", domain.as_deref().unwrap_or_default())];
        let spoken = self.texts.say_with(language, &name, &values);
        Shown {
            module: panel.module.name(),
            title: panel.module.title(),
            state: panel.state.as_str(),
            colour: match panel.state {
                State::Valid => "success",
                State::Grace => "warning",
                State::Missing | State::Locked => "danger",
            },
            // Rare ones, such as a damaged answer, are told in the words of the command line.
            reason: spoken.unwrap_or_else(|| panel.reason.clone()),
            trouble: panel.trouble.clone(),
            error: None,
            entered: String::new(),
            key: panel.key.is_some(),
            facts: facts.into_iter().flatten().collect(),
        }
    }

    /// Why a form was refused, in the staff member's language where we have the words.
    fn sentence(&self, language: Language, error: &ClientError) -> String {
        let code = match error {
            ClientError::Key(KeyError::Shape) => "key_shape",
            ClientError::Key(KeyError::Typo) => "key_typo",
            ClientError::No { code, .. } => code,
            ClientError::Missing(_) => "missing",
            ClientError::Unreadable(_) => "unreadable_key",
            _ => return error.to_string(),
        };
        let spoken = self.texts.say_with(language, &format!("license-reason-{code}"), &[]);
        spoken.unwrap_or_else(|| error.to_string())
    }

    fn failed(&self, visit: &StaffVisit, status: StatusCode, phrase: &str) -> Response {
        let html = self.texts.notice(visit.language, phrase);
        Fragment { title: self.texts.say(visit.language, "staff-refused"), html }.response(status, None)
    }
}

/// What the query says was done, as a phrase; nothing that it could make up.
fn said(query: Option<&str>) -> Option<&'static str> {
    match query? {
        "said=activated" => Some("staff-said-activated"),
        "said=checked" => Some("staff-said-checked"),
        "said=released" => Some("staff-said-released"),
        _ => None,
    }
}

/// What every form carries: our token, and the CRM's.
fn hidden(visit: &StaffVisit) -> Vec<Hidden> {
    let own = Hidden { name: FIELD.to_owned(), value: visit.token.field.clone() };
    let crm =
        visit.perfex_csrf.iter().map(|csrf| Hidden { name: csrf.name.clone(), value: csrf.value.clone() });
    std::iter::once(own).chain(crm).collect()
}
