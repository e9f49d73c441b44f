//! The license API: `/api/create.php`, `activate.php`, `validate.php`, `deactivate.php`, `move.php`, each also without
//! `.php`, `/api/keys.json` and `/api/openapi.json`. What lies below `/api/move/` is a page for people.
//!
//! In: JSON or a form. Out: JSON; a well-formed question always gets 200 and a signed answer, also a no, in the same
//! form for unknown keys. Refusals are problem documents. Invariants: no personal data in any answer; a validation
//! waits for no write; every visitor and every key has a limit.

mod fields;
mod key_list;
mod limits;
mod problem;

use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;
use serde_json::json;
use warp::Filter as _;
use warp::http::{HeaderMap, Method, StatusCode};
use warp::reply::Response;

use crate::db::DbError;
use crate::http::{self, PublicPath, Request, Routes, network};
use crate::text::Pages;

use super::authority::{
    Action, ApiKey, Authority, CheckLog, CreateError, CreateLicense, MOVE_PATH, MOVE_VALID_FOR, Mover,
    Question, Verdict, signed,
};
use super::lease::Code;
use super::move_page::MovePage;
use super::{Domain, Holder, LicenseKey, Purpose, Ring, Term};
use key_list::KeyList;

pub use fields::{Asked, Fields};
pub use limits::Limits;
pub use problem::Problem;

/// What is served, beside nothing else below `/api/`.
pub const PATHS: [PublicPath; 8] = [
    PublicPath::Script("api/create"),
    PublicPath::Script("api/activate"),
    PublicPath::Script("api/validate"),
    PublicPath::Script("api/deactivate"),
    PublicPath::Script("api/move"),
    PublicPath::Token(MOVE_PATH),
    PublicPath::Page("api/keys.json"),
    PublicPath::Page("api/openapi.json"),
];

/// The document that describes all this, held against the real answers by `tests/licensing/openapi.rs`.
const OPENAPI: &str = include_str!("openapi.json");

/// The API's parts.
#[derive(Debug, Clone)]
pub struct Api {
    authority: Authority,
    ring: Arc<RwLock<Arc<Ring>>>,
    key_list: Arc<KeyList>,
    limits: Arc<Limits>,
    move_page: MovePage,
    log: Arc<CheckLog>,
}

/// An answer to a question.
#[derive(Debug, Serialize)]
struct Told {
    valid: bool,
    code: Code,
    lease: String,
}

/// What is served, beside the page behind a mailed link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    Keys,
    OpenApi,
    Create,
    Move,
    Ask(Action),
}

impl Page {
    fn at(path: &str) -> Option<Self> {
        Some(match path {
            "/api/keys.json" => Self::Keys,
            "/api/openapi.json" => Self::OpenApi,
            "/api/create" => Self::Create,
            "/api/move" => Self::Move,
            "/api/activate" => Self::Ask(Action::Activate),
            "/api/validate" => Self::Ask(Action::Validate),
            "/api/deactivate" => Self::Ask(Action::Deactivate),
            _ => return None,
        })
    }

    fn method(self) -> Method {
        match self {
            Self::Keys | Self::OpenApi => Method::GET,
            Self::Create | Self::Move | Self::Ask(_) => Method::POST,
        }
    }
}

impl Api {
    /// An API over these.
    #[must_use]
    pub fn new(
        authority: Authority,
        ring: Ring,
        limits: impl Into<Arc<Limits>>,
        pages: Pages,
        log: Arc<CheckLog>,
    ) -> Self {
        let move_page = MovePage::new(authority.clone(), pages);
        let (ring, limits) = (Arc::new(RwLock::new(Arc::new(ring))), limits.into());
        Self { authority, ring, key_list: Arc::default(), limits, move_page, log }
    }

    /// Signs with these keys from now on.
    pub fn set_ring(&self, ring: Ring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }

    /// Forgets visitors and keys that have not been seen for a while.
    pub fn forget_idle(&self) {
        self.limits.forget_idle();
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The API as routes; nothing falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        http::request()
            .then(move |request: Request| {
                let api = self.clone();
                async move { api.answer(request).await.unwrap_or_else(|problem| problem.response()) }
            })
            .boxed()
    }

    async fn answer(&self, request: Request) -> Result<Response, Problem> {
        let path = request.path.strip_suffix(".php").unwrap_or(&request.path).to_owned();
        if let Some(token) = request.path.strip_prefix('/').and_then(|path| path.strip_prefix(MOVE_PATH)) {
            let token = token.to_owned();
            return self.show_move(request, &token).await;
        }
        let page =
            Page::at(&path).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "there is no such page"))?;
        if request.method != page.method() {
            return Err(Problem::method(page.method().as_str()));
        }
        self.limits.visitor(network(request.visitor))?;
        match page {
            Page::Keys => {
                let keys = self.key_list.write(self.ring(), self.authority.clock.now());
                Ok(problem::json_text(StatusCode::OK, keys))
            }
            Page::OpenApi => Ok(problem::json_text(StatusCode::OK, OPENAPI)),
            Page::Create => self.create(request).await,
            Page::Move => self.request_move(request).await,
            Page::Ask(action) => self.ask(request, action).await,
        }
    }

    async fn ask(&self, request: Request, action: Action) -> Result<Response, Problem> {
        let network = network(request.visitor);
        let (questions, list) = read(request).await?;
        let domain = match action {
            Action::Activate => Domain::of_site,
            Action::Validate | Action::Deactivate => Domain::of_bound_site,
        };
        self.limits.further_questions(network, questions.1.len())?;
        let asked: Vec<Asked> =
            questions.1.iter().map(|fields| Asked::of(fields, domain)).collect::<Result<_, _>>()?;
        for question in asked.iter().filter_map(|asked| asked.question.as_ref()) {
            self.limits.key(&question.key)?;
        }
        let verdicts = self.judge(&asked, action).await.map_err(|error| {
            tracing::warn!(%error, "the license API cannot reach its database");
            Problem::unavailable()
        })?;
        let now = self.authority.clock.now();
        for (verdict, asked) in verdicts.iter().zip(&asked) {
            self.log.note(action, verdict, &asked.domain, network, now);
        }
        let told = verdicts.iter().zip(&asked).map(|(verdict, asked)| self.signed(verdict, asked));
        let told = told.collect::<Result<Vec<_>, _>>()?;
        match told.as_slice() {
            [only] if !list => problem::json(StatusCode::OK, only),
            all => problem::json(StatusCode::OK, &all),
        }
    }

    /// A verdict for each question; what cannot be a key of anybody's is unknown.
    async fn judge(&self, asked: &[Asked], action: Action) -> Result<Vec<Verdict>, DbError> {
        let questions: Vec<&Question> = asked.iter().filter_map(|asked| asked.question.as_ref()).collect();
        let judged = self.authority.answer(action, &questions, Mover::Holder).await?;
        let mut judged = judged.into_iter();
        let verdict = |asked: &Asked| asked.question.as_ref().and_then(|_| judged.next());
        Ok(asked.iter().map(verdict).map(|verdict| verdict.unwrap_or_else(Verdict::unknown)).collect())
    }

    fn signed(&self, verdict: &Verdict, asked: &Asked) -> Result<Told, Problem> {
        let now = self.authority.clock.now();
        let signed = signed(verdict, &asked.product, &asked.domain, &asked.nonce, now, self.ring().current());
        let lease = signed.map_err(|error| {
            tracing::error!(%error, "a lease cannot be signed");
            Problem::unavailable()
        })?;
        Ok(Told { valid: verdict.code.allows(), code: verdict.code, lease })
    }

    /// Asks the holder by mail. Every answer is the same: who may know what became of it has the mail.
    async fn request_move(&self, request: Request) -> Result<Response, Problem> {
        let ((_, questions), _) = read(request).await?;
        let [fields] = questions.as_slice() else {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "ask for one move a call"));
        };
        let asked = Asked::of(fields, |text| Domain::parse(text, Purpose::Production))?;
        if let Some(question) = &asked.question {
            self.limits.key(&question.key)?;
            self.authority.request_move(question).await.map_err(|error| {
                tracing::warn!(%error, "the license API cannot reach its database");
                Problem::unavailable()
            })?;
        }
        let minutes = MOVE_VALID_FOR.num_minutes();
        problem::json(StatusCode::OK, &json!({ "requested": true, "valid_for_minutes": minutes }))
    }

    async fn show_move(&self, request: Request, token: &str) -> Result<Response, Problem> {
        if ![Method::GET, Method::HEAD, Method::POST].contains(&request.method) {
            return Err(Problem::method("GET, HEAD, POST"));
        }
        let too_often = self.limits.visitor(network(request.visitor)).is_err();
        Ok(self.move_page.answer(request, token, too_often).await)
    }

    async fn create(&self, request: Request) -> Result<Response, Problem> {
        let ((headers, questions), _) = read(request).await?;
        let [fields] = questions.as_slice() else {
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "create one license a call"));
        };
        let caller = self.caller(&headers, fields).await?;
        let wanted = wanted(&headers, fields)?;
        match self.authority.create(&caller, &wanted).await {
            Ok(created) => {
                let status = if created.repeated { StatusCode::OK } else { StatusCode::CREATED };
                problem::json(status, &created)
            }
            Err(CreateError::Licensing(error)) => {
                tracing::warn!(%error, "a license cannot be created");
                Err(Problem::unavailable())
            }
            Err(error) => {
                let status = match error {
                    CreateError::Conflict(_) => StatusCode::CONFLICT,
                    CreateError::OutOfScope(_) | CreateError::Demonstration => StatusCode::FORBIDDEN,
                    _ => StatusCode::UNPROCESSABLE_ENTITY,
                };
                Err(Problem::new(status, error.to_string()))
            }
        }
    }

    async fn caller(&self, headers: &HeaderMap, fields: &Fields) -> Result<ApiKey, Problem> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let scheme = text("authorization").and_then(|value| value.split_once(' '));
        let bearer = scheme.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, key)| key);
        let key = match bearer.or_else(|| text("x-api-key")) {
            Some(key) => Some(key.trim()),
            None => fields.optional("api_key")?,
        };
        let refused = || {
            Problem::new(
                StatusCode::UNAUTHORIZED,
                "send an API key of this license server in `Authorization: Bearer` or `X-Api-Key`",
            )
        };
        let key = key.ok_or_else(refused)?;
        let found = async {
            let mut session = self.authority.database.session().await?;
            ApiKey::authenticate(&mut session, key, self.authority.clock.now()).await
        };
        let found = found.await.map_err(|error| {
            tracing::warn!(%error, "the license API cannot reach its database");
            Problem::unavailable()
        })?;
        found.ok_or_else(refused)
    }
}

/// Headers and questions of a request, and whether they came as a list.
async fn read(request: Request) -> Result<((HeaderMap, Vec<Fields>), bool), Problem> {
    let Request { headers, body, .. } = request;
    let body = body.read().await.map_err(|error| {
        let status = match error {
            http::BodyError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            http::BodyError::TooSlow => StatusCode::REQUEST_TIMEOUT,
            http::BodyError::Broken => StatusCode::BAD_REQUEST,
        };
        Problem::new(status, error.to_string())
    })?;
    let (questions, list) = fields::read(&headers, &body)?;
    Ok(((headers, questions), list))
}

fn wanted(headers: &HeaderMap, fields: &Fields) -> Result<CreateLicense, Problem> {
    let header = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::trim);
    let reference = match (fields.optional("reference")?, header.filter(|value| !value.is_empty())) {
        (Some(reference), _) | (None, Some(reference)) => reference.to_owned(),
        (None, None) => {
            return Err(Problem::field("reference", "is missing; the header Idempotency-Key serves too"));
        }
    };
    let term = fields.optional("term")?.map(str::parse::<Term>).transpose();
    let holder =
        Holder::checked(fields.required("email")?, fields.optional("name")?, fields.optional("language")?);
    Ok(CreateLicense {
        product: fields.required("product")?.to_owned(),
        package: fields.optional("package")?.map(str::to_owned),
        term: term.map_err(|error| Problem::field("term", &error.to_string()))?,
        reference,
        trial: fields
            .optional("trial_key")?
            .map(LicenseKey::parse)
            .transpose()
            .map_err(|error| Problem::field("trial_key", &error.to_string()))?,
        holder: Some(holder.map_err(|error| Problem::field(error.field(), &error.to_string()))?),
    })
}
