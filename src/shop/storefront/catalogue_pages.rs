//! The pages that show what is for sale, and the answer to everything else below `/shop`.
//!
//! In: requests that no other page of the shop takes: these routes come last. Out: whole documents. Nothing is changed here.

use std::sync::Arc;

use warp::Filter as _;
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use warp::reply::Response;

use crate::http::{self, Request, Routes};
use crate::shop::CatalogueState;
use crate::text::{Language, TextError};

use super::listing::{Wanted, listing_page};
use super::page::ShopPage;
use super::pages::ShopPages;
use super::product_view::product_page;
use super::sitemap::sitemap;
use super::visit::ShopVisit;
use super::written::{Key, Subject, Written};

/// The pages.
#[derive(Debug, Clone)]
pub struct CataloguePages {
    /// The frame around them.
    pub pages: ShopPages,
}

impl CataloguePages {
    /// The pages as routes; everything outside `/shop` falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::path!("shop" / ..)
            .and(http::request())
            .then(move |request: Request| {
                let pages = self.clone();
                async move {
                    match request.whole().await {
                        Ok(request) => pages.answer(request).await,
                        Err(error) => {
                            tracing::debug!(%error, "a request to the shop was not read");
                            let mut response = Response::default();
                            *response.status_mut() = StatusCode::BAD_REQUEST;
                            response
                        }
                    }
                }
            })
            .boxed()
    }

    /// Answers a request at `/shop` or below.
    pub async fn answer(&self, request: Request<Vec<u8>>) -> Response {
        let visit = self.pages.visit(&request).await;
        if request.method != Method::GET && request.method != Method::HEAD {
            let texts = ["shop-method-text"];
            let mut response =
                self.pages.notice(&visit, StatusCode::METHOD_NOT_ALLOWED, "shop-method", &texts);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        if !visit.snapshot.is_known() {
            return self.pages.unavailable(&visit);
        }
        let path = visit.path.strip_prefix("/shop").unwrap_or_default().trim_matches('/').to_owned();
        let answered = match path.as_str() {
            "" => self.list(&visit, &request.headers),
            "sitemap.xml" => Ok(self.sitemap(&visit, &request.headers)),
            slug => self.product(&visit, slug, &request.headers),
        };
        answered.unwrap_or_else(|error| {
            tracing::error!(%error, "a page of the catalogue cannot be written");
            self.pages.unavailable(&visit)
        })
    }

    fn list(&self, visit: &ShopVisit, headers: &HeaderMap) -> Result<Response, TextError> {
        let wanted = Wanted::of(visit);
        if !wanted.is_plain() {
            let page = listing_page(&self.pages, visit, &wanted)?;
            return Ok(match page {
                Some(page) => self.pages.response(visit, StatusCode::OK, page, None),
                None => self.pages.gone(visit),
            });
        }
        self.kept(visit, headers, Subject::List(wanted.page), || listing_page(&self.pages, visit, &wanted))
    }

    fn product(&self, visit: &ShopVisit, slug: &str, headers: &HeaderMap) -> Result<Response, TextError> {
        let Some(listed) = visit.snapshot.shelf.find(slug) else { return Ok(self.pages.gone(visit)) };
        if listed.product.state == CatalogueState::Retired {
            let texts = ["shop-retired-text"];
            return Ok(self.pages.notice(visit, StatusCode::GONE, "shop-retired", &texts));
        }
        let subject = Subject::Product(slug.to_owned());
        self.kept(visit, headers, subject, || product_page(&self.pages, visit, listed).map(Some))
    }

    fn sitemap(&self, visit: &ShopVisit, headers: &HeaderMap) -> Response {
        let key = Key { language: Language::English, asked: false, subject: Subject::Sitemap };
        let written = visit.snapshot.written(&key).unwrap_or_else(|| {
            let xml = sitemap(&self.pages, &visit.snapshot);
            visit.snapshot.keep(key, Written::new(xml, Vec::new()))
        });
        let mut response = written.answer(headers);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }

    /// A page that looks the same to all who speak one language: written once for each state of the shop. Parts of the
    /// address that mean nothing here would stand in the page's links, so such a page is written for its visitor alone.
    fn kept(
        &self,
        visit: &ShopVisit,
        headers: &HeaderMap,
        subject: Subject,
        page: impl FnOnce() -> Result<Option<ShopPage>, TextError>,
    ) -> Result<Response, TextError> {
        let usual = match &subject {
            Subject::List(1) => visit.query.is_empty(),
            Subject::List(number) => {
                let known = ("page".to_owned(), number.to_string());
                visit.query.iter().eq(std::iter::once(&known))
            }
            _ => visit.query.is_empty(),
        };
        let key = Key { language: visit.language, asked: visit.asked.is_some(), subject };
        let kept = if usual { visit.snapshot.written(&key) } else { None };
        let written = if let Some(written) = kept {
            written
        } else {
            let Some(page) = page()? else { return Ok(self.pages.gone(visit)) };
            let scripts = page.scripts.clone();
            let written = Written::new(self.pages.document(visit, page)?, scripts);
            if usual { visit.snapshot.keep(key, written) } else { Arc::new(written) }
        };
        Ok(self.pages.written(visit, &written, headers))
    }
}
