//! The frame of every public page of the shop: who looks at it, in which language, and what stands around it.
//!
//! In: a request, then a [`ShopPage`]. Out: a whole document. The catalogue, the checkout and the order page are all made
//! with [`ShopPages::visit`] (or [`ShopPages::known`], where it matters who asks) and [`ShopPages::response`].
//! Invariants: no value becomes markup; nothing is loaded from another site; a page can be shown while the database is away.

use std::sync::Arc;

use serde::Serialize;
use url::Url;
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::hyper::body::Bytes;
use warp::reply::Response;

use crate::db::Database;
use crate::http::{Asker, Identity, Request, Token, cookie, gateway};
use crate::text::{Language, ShopTexts, TextError};

use super::link::ShownLink;
use super::look::Look;
use super::page::ShopPage;
use super::seal::Seal;
use super::showcase::{Showcase, Snapshot};
use super::visit::{LANGUAGE_COOKIE, LANGUAGE_PARAMETER, ShopVisit, read_query};
use super::written::Written;

/// What all pages of the shop share.
#[derive(Debug, Clone)]
pub struct ShopPages {
    /// The words.
    pub texts: ShopTexts,
    /// What the shop shows.
    pub showcase: Arc<Showcase>,
    identity: Arc<Identity>,
    base_url: Url,
    read_only: bool,
    bare: Arc<Snapshot>,
}

/// The same page in another language.
#[derive(Serialize)]
struct Alternate {
    code: &'static str,
    name: &'static str,
    address: String,
}

/// What stands around the page.
#[derive(Serialize)]
struct Around<'a> {
    company: &'a str,
    name: String,
    logo: Option<&'a str>,
    favicon: Option<&'a str>,
    header_links: Vec<ShownLink>,
    footer_links: Vec<ShownLink>,
    style: &'a str,
    read_only: bool,
}

impl ShopPages {
    /// Pages of the shop at `base_url`; with `read_only`, every page says that nothing can be ordered.
    pub fn new(
        database: Database,
        identity: Arc<Identity>,
        base_url: Url,
        read_only: bool,
    ) -> Result<Self, TextError> {
        let showcase = Arc::new(Showcase::new(database, base_url.path().to_owned()));
        let bare = Arc::new(Snapshot::bare());
        Ok(Self { texts: ShopTexts::load()?, showcase, identity, base_url, read_only, bare })
    }

    /// The visitor of a page that anybody sees alike: who asks is found out only where the language depends on it.
    pub async fn visit(&self, request: &Request<Vec<u8>>) -> ShopVisit {
        let (mut visit, decided) = self.arrive(request).await;
        if !decided
            && (request.headers.contains_key(header::COOKIE) || request.headers.contains_key(gateway::HEADER))
        {
            // Whoever cannot be told gets the page all the same, in the browser's language.
            match self.identity.asker(request).await {
                Ok(asker) => visit.meet(asker),
                Err(error) => tracing::debug!(%error, "a visitor of the shop is not known"),
            }
        }
        visit
    }

    /// The visitor of a page with forms, and who it is; else the answer to give.
    pub async fn known(&self, request: &Request<Vec<u8>>) -> Result<(ShopVisit, Asker), Box<Response>> {
        let (mut visit, decided) = self.arrive(request).await;
        match self.identity.asker(request).await {
            Ok(asker) if decided => visit.asker = Some(asker.clone()),
            Ok(asker) => visit.meet(asker),
            Err(error) => {
                tracing::debug!(%error, "a visitor of the shop is not known");
                return Err(Box::new(self.notice(&visit, error.status(), "shop-busy", &["shop-busy-text"])));
            }
        }
        let Some(asker) = visit.asker.clone() else {
            return Err(Box::new(self.unavailable(&visit)));
        };
        Ok((visit, asker))
    }

    /// A visit in the best language that request and CRM tell; `true` when the visitor's own choice decided.
    async fn arrive(&self, request: &Request<Vec<u8>>) -> (ShopVisit, bool) {
        let snapshot = self.showcase.snapshot().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the shop cannot read its database");
            Arc::clone(&self.bare)
        });
        let (query, asked) = read_query(request.query.as_deref());
        let remembered = cookie(&request.headers, LANGUAGE_COOKIE).and_then(Language::of_code);
        let browser = request.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let chosen = asked.or(remembered);
        let language =
            chosen.or_else(|| Language::asked_for(browser)).unwrap_or_else(|| snapshot.look.language());
        let path = request.path.clone();
        (ShopVisit { language, asker: None, snapshot, path, query, asked, remembered }, chosen.is_some())
    }

    /// A page as an answer; `token` is that of its forms. It is stored by nobody.
    #[must_use]
    pub fn response(
        &self,
        visit: &ShopVisit,
        status: StatusCode,
        page: ShopPage,
        token: Option<&Token>,
    ) -> Response {
        let seal = Seal::of(&visit.snapshot.look, &page.scripts, &self.base_url);
        match self.document(visit, page) {
            Ok(html) => {
                let mut response = Response::new(Bytes::from(html).into());
                *response.status_mut() = status;
                let headers = response.headers_mut();
                seal.put(headers, visit);
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
                    headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
                }
                if let Some(cookie) = token.and_then(|token| token.cookie.clone()) {
                    headers.append(header::SET_COOKIE, cookie);
                }
                response
            }
            Err(error) => {
                tracing::error!(%error, "a page of the shop cannot be written");
                let mut response = Response::default();
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                response
            }
        }
    }

    /// A page with a heading and some paragraphs, each a phrase without variables.
    #[must_use]
    pub fn notice(&self, visit: &ShopVisit, status: StatusCode, heading: &str, texts: &[&str]) -> Response {
        let say = |name: &&str| self.texts.say(visit.language, name, &[]);
        let page = say(&heading).and_then(|title| {
            let texts = texts.iter().map(say).collect::<Result<Vec<_>, _>>()?;
            Ok(ShopPage::new("notice.html", title).with("texts", &texts))
        });
        let page = page.unwrap_or_else(|error| {
            tracing::error!(%error, "a notice of the shop has no words");
            ShopPage::new("notice.html", heading).with("texts", &Vec::<String>::new())
        });
        self.response(visit, status, page, None)
    }

    /// There is no such page.
    #[must_use]
    pub fn gone(&self, visit: &ShopVisit) -> Response {
        self.notice(visit, StatusCode::NOT_FOUND, "shop-gone", &["shop-gone-text"])
    }

    /// The database does not answer.
    #[must_use]
    pub fn unavailable(&self, visit: &ShopVisit) -> Response {
        self.notice(visit, StatusCode::SERVICE_UNAVAILABLE, "shop-busy", &["shop-busy-text"])
    }

    /// The CRM's path with a slash at its end: what addresses in pages begin with.
    #[must_use]
    pub fn root(&self) -> &str {
        self.base_url.path()
    }

    /// The seller's own address.
    #[must_use]
    pub fn home(&self) -> &Url {
        &self.base_url
    }

    /// The whole address of a path below the CRM's, without its first slash.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    /// An answer for a page that was written before.
    pub(super) fn written(&self, visit: &ShopVisit, written: &Written, asked: &HeaderMap) -> Response {
        let mut response = written.answer(asked);
        Seal::of(&visit.snapshot.look, written.scripts(), &self.base_url).put(response.headers_mut(), visit);
        response
    }

    /// The whole document.
    pub fn document(&self, visit: &ShopVisit, page: ShopPage) -> Result<String, TextError> {
        let ShopPage { template, title, description, mut context, listed, scripts, place } = page;
        let language = visit.language;
        let look = &visit.snapshot.look;
        context.insert("lang", language.code());
        context.insert("title", &title);
        context.insert("description", &description);
        context.insert("indexed", &listed.is_some());
        context.insert("root", self.root());
        context.insert("place", place);
        context.insert("scripts", &scripts);
        context.insert("languages", &alternates(|other| visit.query_in(other)));
        let mut canonical = None;
        if let Some(query) = listed {
            let plain = with_query(&self.address(visit.path.trim_matches('/')), &query);
            let in_language =
                |other: Language| with_query(&plain, &format!("{LANGUAGE_PARAMETER}={}", other.code()));
            canonical = Some(visit.asked.map_or_else(|| plain.clone(), in_language));
            let mut others = alternates(in_language);
            others.push(Alternate { code: "x-default", name: "", address: plain });
            context.insert("alternates", &others);
        }
        context.insert("canonical", &canonical);
        context.insert("frame", &self.around(look, language)?);
        self.texts.page(language, template, &context)
    }

    fn around<'a>(&self, look: &'a Look, language: Language) -> Result<Around<'a>, TextError> {
        let company = look.branding.company.as_str();
        let mut footer_links: Vec<ShownLink> =
            look.footer_links.iter().map(|link| link.shown(language)).collect();
        for text in &look.branding.legal {
            let address = format!("{}{}", self.root(), text.path());
            let named = self.texts.say(language, Look::legal_phrase(*text), &[])?;
            if footer_links.iter().all(|link| link.address != address) {
                footer_links.push(ShownLink { text: named, address });
            }
        }
        let name =
            if company.is_empty() { self.texts.say(language, "shop-name", &[])? } else { company.to_owned() };
        Ok(Around {
            company,
            name,
            logo: look.logo.as_deref(),
            favicon: look.favicon.as_deref(),
            header_links: look.header_links.iter().map(|link| link.shown(language)).collect(),
            footer_links,
            style: &look.style,
            read_only: self.read_only,
        })
    }
}

/// An address with one more part behind its question mark.
fn with_query(address: &str, part: &str) -> String {
    match (part, address.contains('?')) {
        ("", _) => address.to_owned(),
        (part, false) => format!("{address}?{part}"),
        (part, true) => format!("{address}&{part}"),
    }
}

fn alternates(address: impl Fn(Language) -> String) -> Vec<Alternate> {
    let languages = Language::ALL.iter().copied();
    languages
        .map(|other| Alternate { code: other.code(), name: other.own_name(), address: address(other) })
        .collect()
}
