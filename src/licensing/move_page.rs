//! The page behind the mailed link that moves a license.
//!
//! In: requests for `/api/move/{token}`. Out: small pages in the holder's language. Invariants:
//!
//! - GET and HEAD change nothing, whoever opens them;
//! - POST moves only with the field of our own form, and never on behalf of another site;
//! - links that were replaced, outdated or never there get one and the same answer, and so does a used one once the license
//!   has gone on; before, it shows what it has done, to whoever presses twice;
//! - a page loads nothing, is stored by nobody, framed by nobody, and tells no other site its address.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use url::Url;
use warp::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use warp::hyper::body::Bytes;
use warp::reply::Response;

use crate::db::DbError;
use crate::http::{Body, PageError, Request};
use crate::perfex::options::{LocalZone, Options};
use crate::text::{Language, Pages, TextError, write_moment};

use super::authority::{Authority, MoveLink, MoveToken, Offer};
use super::domain::for_people;

/// The page of one license server.
#[derive(Clone)]
pub struct MovePage {
    authority: Authority,
    pages: Pages,
    form_key: [u8; 32],
}

impl fmt::Debug for MovePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MovePage")
    }
}

/// What the CRM says about how to speak.
struct Manner {
    company: String,
    language: String,
    zone: LocalZone,
    dates: String,
}

/// A page before it is written: its phrases by name.
struct Notice {
    status: StatusCode,
    heading: &'static str,
    texts: &'static [&'static str],
}

const GONE: Notice = Notice {
    status: StatusCode::NOT_FOUND,
    heading: "page-gone",
    texts: &["page-gone-text", "page-gone-next"],
};
const MOVED: Notice =
    Notice { status: StatusCode::OK, heading: "page-moved", texts: &["page-moved-text", "page-moved-next"] };
const TOO_OFTEN: Notice = Notice {
    status: StatusCode::CONFLICT,
    heading: "page-staff",
    texts: &["page-staff-often", "page-staff-next"],
};
const IDLE: Notice = Notice {
    status: StatusCode::CONFLICT,
    heading: "page-staff",
    texts: &["page-staff-idle", "page-staff-next"],
};
const FORGED: Notice = Notice {
    status: StatusCode::FORBIDDEN,
    heading: "page-forged",
    texts: &["page-forged-text", "page-forged-next"],
};
const BUSY: Notice =
    Notice { status: StatusCode::TOO_MANY_REQUESTS, heading: "page-busy", texts: &["page-busy-text"] };
const UNAVAILABLE: Notice = Notice {
    status: StatusCode::SERVICE_UNAVAILABLE,
    heading: "page-unavailable",
    texts: &["page-unavailable-text"],
};

impl MovePage {
    /// The page over these.
    #[must_use]
    pub fn new(authority: Authority, pages: Pages) -> Self {
        let form_key = authority.cipher.derive("license move form");
        Self { authority, pages, form_key }
    }

    /// Answers a request for the link with this token, unless its visitor has asked too often.
    pub async fn answer(&self, request: Request, token: &str, too_often: bool) -> Response {
        let accepted = accepted(&request.headers);
        let page = if too_often {
            self.notice(&BUSY, accepted, "", &[])
        } else {
            let page = self.page(request, token, accepted).await;
            page.or_else(|error| match error {
                PageError::Text(error) => Err(error),
                error => {
                    tracing::warn!(%error, "the page that moves a license cannot do its work");
                    self.notice(&UNAVAILABLE, accepted, "", &[])
                }
            })
        };
        page.unwrap_or_else(|error| {
            tracing::error!(%error, "the page that moves a license cannot be written");
            let mut response = Response::new(Bytes::new().into());
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response
        })
    }

    async fn page(&self, request: Request, token: &str, accepted: Language) -> Result<Response, PageError> {
        let Request { method, headers, body, .. } = request;
        let manner = self.manner().await?;
        let gone = || Ok(self.notice(&GONE, accepted, &manner.company, &[])?);
        let Some(parsed) = MoveToken::parse(token) else { return gone() };
        let found = if method == Method::POST {
            if is_foreign(&headers, &self.authority.public_url) || !self.is_ours(token, body).await {
                return Ok(self.notice(&FORGED, accepted, &manner.company, &[])?);
            }
            self.authority.follow_move(&parsed).await?
        } else {
            self.authority.look_at_move(&parsed).await?
        };
        let Some((link, offer)) = found else { return gone() };
        let language = Language::for_folder(offer.language.as_deref().unwrap_or(&manner.language));
        let notice = match link {
            MoveLink::Open => return self.form(token, &offer, language, &manner),
            MoveLink::Moved => &MOVED,
            MoveLink::TooOften => &TOO_OFTEN,
            MoveLink::Idle => &IDLE,
        };
        let values = [("product", offer.product.as_str()), ("new_domain", &for_people(&offer.new_domain))];
        Ok(self.notice(notice, language, &manner.company, &values)?)
    }

    fn form(
        &self,
        token: &str,
        offer: &Offer,
        language: Language,
        manner: &Manner,
    ) -> Result<Response, PageError> {
        let Manner { zone, dates, company, .. } = manner;
        let until = write_moment(zone.wall_clock(offer.until), &zone.abbreviation(offer.until), dates);
        let values = [
            ("product", offer.product.as_str()),
            ("old_domain", &for_people(&offer.old_domain)),
            ("new_domain", &for_people(&offer.new_domain)),
            ("until", until.as_str()),
            ("csrf", &self.proof(token)),
        ];
        let page = self.pages.page("move.html", language, company, &values)?;
        Ok(self.sealed(StatusCode::OK, page))
    }

    fn notice(
        &self,
        notice: &Notice,
        language: Language,
        company: &str,
        values: &[(&str, &str)],
    ) -> Result<Response, TextError> {
        let page = self.pages.notice(language, company, notice.heading, notice.texts, values)?;
        Ok(self.sealed(notice.status, page))
    }

    /// With the headers that every page has.
    fn sealed(&self, status: StatusCode, page: String) -> Response {
        let mut response = Response::new(Bytes::from(page).into());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        for (name, value) in SEAL {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let policy = format!(
            "default-src 'none'; style-src {}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            self.pages.style_source()
        );
        // Base64 and quotes are always a header's value.
        if let Ok(policy) = HeaderValue::try_from(policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }

    async fn manner(&self) -> Result<Manner, DbError> {
        let mut session = self.authority.database.session().await?;
        let names = ["companyname", "active_language", "dateformat", LocalZone::OPTION];
        let options = Options::read(&mut session, &names).await?;
        Ok(Manner {
            company: options.get("companyname").to_owned(),
            language: options.get("active_language").to_owned(),
            zone: LocalZone::of(&options),
            dates: options.get("dateformat").to_owned(),
        })
    }

    /// Whether a body comes from the form that this link's page has.
    async fn is_ours(&self, token: &str, body: Body) -> bool {
        let Ok(body) = body.read().await else { return false };
        let sent = url::form_urlencoded::parse(&body).find(|(name, _)| name == "csrf");
        sent.is_some_and(|(_, sent)| self.proof(token).as_bytes().ct_eq(sent.as_bytes()).into())
    }

    /// What only this server can know about a link.
    fn proof(&self, token: &str) -> String {
        // HMAC takes keys of any length; the error branch cannot be reached with 32 bytes.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.form_key) else { return String::new() };
        mac.update(token.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }
}

/// Headers of every page.
const SEAL: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
];

fn accepted(headers: &HeaderMap) -> Language {
    Language::accepted(text(headers, "accept-language"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether the browser says that another site sent this.
///
/// `Sec-Fetch-Site` counts where there is one. Without it, `Origin` must be ours or the name that was called; `null` says
/// nothing, because our own pages, which name no referrer, send it too.
fn is_foreign(headers: &HeaderMap, public_url: &Url) -> bool {
    if let Some(site) = text(headers, "sec-fetch-site") {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = text(headers, "origin").filter(|origin| *origin != "null") else { return false };
    let called = text(headers, "host").unwrap_or_default();
    let is_called = origin.split_once("://").is_some_and(|(_, host)| host.eq_ignore_ascii_case(called));
    !is_called && origin != public_url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_site_sends_is_told_by_the_browser() {
        let public_url = Url::parse("https://licenses.example.com/").unwrap();
        for (headers, foreign) in [
            (&[][..], false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://licenses.example.com")], true),
            (&[("sec-fetch-site", "same-site")], true),
            (&[("origin", "null")], false),
            (&[("origin", "https://licenses.example.com"), ("host", "127.0.0.1:8787")], false),
            (&[("origin", "http://127.0.0.1:8787"), ("host", "127.0.0.1:8787")], false),
            (&[("origin", "https://evil.example"), ("host", "licenses.example.com")], true),
            (&[("origin", "https://licenses.example.com.evil.example"), ("host", "x")], true),
            (&[("origin", "nonsense")], true),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_foreign(&map, &public_url), foreign, "{headers:?}");
        }
    }
}
