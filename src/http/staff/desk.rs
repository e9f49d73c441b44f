//! Finds the page that a staff member asks for, and gives it everything that it needs.

use std::fmt;
use std::sync::Arc;

use warp::Filter as _;
use warp::http::{HeaderValue, Method, StatusCode, header};
use warp::hyper::body::Bytes;
use warp::reply::Response;

use super::PATH;
use super::door::{Admitted, StaffDoor};
use super::form::Form;
use super::page::{StaffAnswer, StaffPage};
use super::visit::StaffVisit;
use crate::clock::SharedClock;
use crate::db::{Database, DbError, retry};
use crate::http::Routes;
use crate::http::fragment::{Fragment, see_other};
use crate::http::gateway;
use crate::http::page_error::PageError;
use crate::http::query::Query;
use crate::http::request::{LARGEST_OF_STAFF, Request, request};
use crate::perfex::formats::Formats;
use crate::text::{Language, StaffTexts};

/// All pages for staff.
#[derive(Clone)]
pub struct StaffDesk {
    database: Database,
    clock: SharedClock,
    door: Arc<StaffDoor>,
    texts: StaffTexts,
    pages: Vec<Arc<dyn StaffPage>>,
}

impl fmt::Debug for StaffDesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StaffDesk").field("door", &self.door).finish_non_exhaustive()
    }
}

impl StaffDesk {
    /// A desk without pages.
    #[must_use]
    pub fn new(database: Database, clock: SharedClock, door: Arc<StaffDoor>, texts: StaffTexts) -> Self {
        Self { database, clock, door, texts, pages: Vec::new() }
    }

    /// With one page more.
    #[must_use]
    pub fn with(mut self, page: impl StaffPage) -> Self {
        self.pages.push(Arc::new(page));
        self
    }

    /// The pages as routes; everything else falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        let desk = Arc::new(self);
        warp::path!("bridge" / "staff" / ..)
            .and(request())
            .then(move |request: Request| {
                let desk = Arc::clone(&desk);
                async move {
                    match request.up_to(LARGEST_OF_STAFF).await {
                        Ok(request) => desk.answer(request).await,
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

    /// Answers a request below [`PATH`].
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response {
        let path = request.path.strip_prefix(PATH).unwrap_or_default().trim_matches('/');
        let Some((page, below)) = self.find(path) else {
            let language = self.door.language(&request).await;
            return self.failed(language, StatusCode::NOT_FOUND, "staff-nowhere");
        };
        let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
        let admitted = match self.door.admit(&request, page.feature(), page.needs(&parts)).await {
            Ok(admitted) => admitted,
            Err(refused) => return *refused,
        };
        let (language, token) = (admitted.language, admitted.token.clone());
        if ![Method::GET, Method::HEAD, Method::POST].contains(&request.method) {
            return self.failed(language, StatusCode::METHOD_NOT_ALLOWED, "staff-nowhere");
        }
        // A form that met another one on its way wrote nothing: it is read and answered anew.
        let answered = retry(async || {
            page.answer(self.visit(&request, path, below, page, admitted.clone()).await?).await
        });
        match answered.await {
            Ok(StaffAnswer::Page { title, html, refused }) => {
                let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
                Fragment { title, html }.response(status, Some(&token))
            }
            Ok(StaffAnswer::Done(to)) => see_other(&to),
            Ok(StaffAnswer::File { name, media, bytes }) => file(&name, media, bytes),
            Ok(StaffAnswer::Unknown) => self.failed(language, StatusCode::NOT_FOUND, "staff-nowhere"),
            Ok(StaffAnswer::Stale) => self.failed(language, StatusCode::UNPROCESSABLE_ENTITY, "staff-stale"),
            Err(error) => self.broken(language, page.at(), &error),
        }
    }

    fn find<'p>(&self, path: &'p str) -> Option<(&dyn StaffPage, &'p str)> {
        let below = |page: &dyn StaffPage| {
            path.strip_prefix(page.at()).filter(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let matching = self.pages.iter().filter_map(|page| Some((&**page, below(&**page)?)));
        matching.max_by_key(|(page, _)| page.at().len())
    }

    async fn visit(
        &self,
        request: &Request<Vec<u8>>,
        path: &str,
        below: &str,
        page: &dyn StaffPage,
        admitted: Admitted,
    ) -> Result<StaffVisit, DbError> {
        let mut session = self.database.session().await?;
        let formats = Formats::read(&mut session).await?;
        let Admitted { member, language, token, perfex_csrf, read_only } = admitted;
        Ok(StaffVisit {
            member,
            language,
            now: self.clock.now(),
            formats,
            query: Query::read(request.query.as_deref()),
            form: Form::read(&request.body),
            php: gateway::php(&request.headers).and_then(|said| said.split(' ').next()).map(str::to_owned),
            method: request.method.clone(),
            below: below.to_owned(),
            depth: path.split('/').count(),
            feature: page.feature(),
            read_only,
            token,
            perfex_csrf,
            texts: self.texts.clone(),
        })
    }

    fn broken(&self, language: Language, page: &str, error: &PageError) -> Response {
        tracing::warn!(%error, page, "a page for staff cannot be shown");
        self.failed(language, StatusCode::SERVICE_UNAVAILABLE, "staff-busy")
    }

    fn failed(&self, language: Language, status: StatusCode, phrase: &str) -> Response {
        let html = self.texts.notice(language, phrase, &[]);
        Fragment { title: self.texts.say(language, "staff-refused"), html }.response(status, None)
    }
}

/// A file that a browser keeps instead of showing it.
fn file(name: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    let safe: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    let mut response = Response::new(Bytes::from(bytes).into());
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{safe}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
