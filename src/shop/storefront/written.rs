//! Pages that were written once and are answered many times, until something that they show changes.

use sha2::{Digest as _, Sha256};
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::hyper::body::Bytes;
use warp::reply::Response;

use crate::text::Language;

/// Which page it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// Its language.
    pub language: Language,
    /// Whether the address asks for that language: then the page names that address as its own.
    pub asked: bool,
    /// What it shows.
    pub subject: Subject,
}

/// What a page shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// A page of the list, from 1.
    List(usize),
    /// The product with this address.
    Product(String),
    /// The list of addresses for search engines.
    Sitemap,
}

/// Whether a browser says that it has the page with this tag.
pub(in crate::shop) fn has_already(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        // A web server that compresses makes the tag a weak one.
        .any(|known| known.trim().trim_start_matches("W/") == tag)
}

/// A page.
#[derive(Debug, Clone)]
pub(super) struct Written {
    body: Bytes,
    tag: HeaderValue,
    scripts: Vec<&'static str>,
}

impl Written {
    pub(super) fn new(text: String, scripts: Vec<&'static str>) -> Self {
        let digest = hex::encode(Sha256::digest(text.as_bytes()));
        let tag = format!("\"{}\"", digest.get(..32).unwrap_or_default());
        // Hexadecimal digits in quotes are always a header's value.
        let tag = HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""));
        Self { body: Bytes::from(text), tag, scripts }
    }

    /// The scripts that stand in it.
    pub(super) fn scripts(&self) -> &[&'static str] {
        &self.scripts
    }

    /// The page as an answer, or that the browser has it already. It is shown again only after asking here, and kept for
    /// nobody else: its language is this visitor's.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let mut response = if has_already(asked, &self.tag) {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            Response::new(self.body.clone().into())
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        response
    }
}
