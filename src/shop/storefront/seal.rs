//! The headers that every page of the shop has.

use url::Url;
use warp::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::text::source_of;

use super::look::Look;
use super::visit::ShopVisit;

/// Headers that are always the same.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Tokens of order pages stand in addresses.
    (header::REFERRER_POLICY, "same-origin"),
    (header::VARY, "Accept-Language, Cookie"),
];

/// A page's headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seal {
    policy: String,
    secure: bool,
}

impl Seal {
    /// For a page with this look and these scripts, of the shop at `base_url`.
    pub(super) fn of(look: &Look, scripts: &[&str], base_url: &Url) -> Self {
        let home = base_url.origin().ascii_serialization();
        // Without scripts nothing connects anyway; tools that look for robots.txt from within a page may.
        let mut policy = format!(
            "default-src 'none'; style-src {}; img-src 'self' data: {home}; connect-src 'self'; \
             form-action 'self' {home}; base-uri 'none'; frame-ancestors 'none'",
            look.style_source
        );
        if !scripts.is_empty() {
            let sources: Vec<String> = scripts.iter().map(|script| source_of(script)).collect();
            policy.push_str("; script-src ");
            policy.push_str(&sources.join(" "));
        }
        Self { policy, secure: base_url.scheme() == "https" }
    }

    /// Puts the headers on the answer to a visitor.
    pub(super) fn put(&self, headers: &mut HeaderMap, visit: &ShopVisit) {
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(visit.language.code()));
        // Base64, quotes and an origin are always a header's value.
        if let Ok(policy) = HeaderValue::try_from(self.policy.as_str()) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if let Some(cookie) = visit.cookie(self.secure) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}
