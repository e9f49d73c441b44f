//! Our own check that a form comes from our own page, for every page that changes something.
//!
//! Perfex's own check ends where a request does not pass through PHP, and anyone can switch it off by putting `gateways/`
//! into the address; so it never counts here. A page puts [`Token::field`] into its form and sends [`Token::cookie`]
//! along; [`Csrf::check`] takes a request only when
//!
//! - it is not a `GET`, and `gateways/` is nowhere in its address;
//! - the browser says that it comes from this site (`Sec-Fetch-Site`, else `Origin`), or says nothing;
//! - field and cookie fit each other and the visitor: the field is an HMAC over the cookie's random value, over a salt of
//!   its own (so that no two pages hold the same bytes to be guessed through compression), and over who is signed in.
//!
//! Bound to the person, not to the session's id: Perfex changes that id every five minutes, which would break open forms,
//! and keeps it when somebody signs in, which is when a token must end.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use url::{Url, form_urlencoded};
use warp::http::{HeaderMap, HeaderValue, Method, header};

use super::cookies;
use super::identity::Asker;
use super::request::Request;
use crate::entropy::{self, SharedEntropy};
use crate::metrics::Metrics;
use crate::perfex::encryption::Cipher;

/// The name of the field in forms.
pub const FIELD: &str = "bridge_csrf";
/// The header for scripts, which send no form.
const HEADER: &str = "bridge-csrf";
/// Behind the cookie's random value; `__Host-` lets no other site of the same domain set it.
const SECURE_COOKIE: &str = "__Host-perfex_bridge_csrf";
const PLAIN_COOKIE: &str = "perfex_bridge_csrf";
/// More cookies of one name than a browser of good will sends.
const MOST_COOKIES: usize = 4;

/// Guards what changes something.
#[derive(Clone)]
pub struct Csrf {
    key: [u8; 32],
    origin: String,
    secure: bool,
    entropy: SharedEntropy,
    metrics: Metrics,
}

impl fmt::Debug for Csrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csrf").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// What a page with a form needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The value of the field [`FIELD`].
    pub field: String,
    /// The header `Set-Cookie`; `None` when the browser has a cookie already.
    pub cookie: Option<HeaderValue>,
}

/// Why a form is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CsrfRefusal {
    /// A link.
    #[error("this page changes something, so it takes only forms")]
    Method,
    /// An address for which the CRM switches its own check off.
    #[error("an address with `gateways/` in it is not taken")]
    Exempt,
    /// Another site.
    #[error("the form comes from another site; open the page here and send it again")]
    Origin,
    /// No cookie.
    #[error(
        "the browser sent no cookie; allow cookies for this site, open the page again and send it once more"
    )]
    Cookie,
    /// No field.
    #[error("the form is incomplete; open the page again and send it once more")]
    Field,
    /// They do not fit: an old form, or somebody has signed in or out since.
    #[error("the form is out of date, as after signing in or out; open the page again and send it once more")]
    Token,
}

impl CsrfRefusal {
    /// The word for it in the metrics.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Exempt => "exempt",
            Self::Origin => "origin",
            Self::Cookie => "cookie",
            Self::Field => "field",
            Self::Token => "token",
        }
    }
}

impl Csrf {
    /// A guard for the site at `base_url`.
    #[must_use]
    pub fn new(cipher: &Cipher, base_url: &Url, entropy: SharedEntropy, metrics: Metrics) -> Self {
        Self {
            key: cipher.derive("csrf token"),
            origin: base_url.origin().ascii_serialization(),
            secure: base_url.scheme() == "https",
            entropy,
            metrics,
        }
    }

    /// What a page with a form needs for this visitor.
    #[must_use]
    pub fn token<B>(&self, request: &Request<B>, asker: &Asker) -> Token {
        let salt = entropy::hex::<8>(&*self.entropy);
        if let Some(nonce) = self.nonces(&request.headers).next() {
            return Token { field: self.field(nonce, &salt, asker), cookie: None };
        }
        let nonce = entropy::hex::<16>(&*self.entropy);
        let rest = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{}={nonce}; Path=/; HttpOnly; SameSite=Lax{rest}", self.cookie_name());
        Token { field: self.field(&nonce, &salt, asker), cookie: HeaderValue::try_from(cookie).ok() }
    }

    /// Takes a request that changes something, or says why not.
    pub fn check(&self, request: &Request<Vec<u8>>, asker: &Asker) -> Result<(), CsrfRefusal> {
        let checked = self.judge(request, asker);
        if let Err(refusal) = checked {
            self.metrics.csrf_refused(refusal.reason());
        }
        checked
    }

    fn judge(&self, request: &Request<Vec<u8>>, asker: &Asker) -> Result<(), CsrfRefusal> {
        if [Method::GET, Method::HEAD, Method::OPTIONS, Method::TRACE].contains(&request.method) {
            return Err(CsrfRefusal::Method);
        }
        if request.target().to_ascii_lowercase().contains("gateways/") {
            return Err(CsrfRefusal::Exempt);
        }
        if !self.is_own(&request.headers) {
            return Err(CsrfRefusal::Origin);
        }
        let mut nonces = self.nonces(&request.headers).peekable();
        if nonces.peek().is_none() {
            return Err(CsrfRefusal::Cookie);
        }
        let field = sent(request).ok_or(CsrfRefusal::Field)?;
        if nonces.any(|nonce| self.fits(nonce, &field, asker)) { Ok(()) } else { Err(CsrfRefusal::Token) }
    }

    /// Whether the browser says that the request comes from this site; programs and old browsers say nothing.
    fn is_own(&self, headers: &HeaderMap) -> bool {
        match (headers.get("sec-fetch-site"), headers.get(header::ORIGIN)) {
            // The browser itself has compared the addresses, under whatever name the site was opened.
            (Some(site), _) => site == "same-origin" || site == "none",
            (None, Some(origin)) => origin == self.origin.as_str(),
            (None, None) => true,
        }
    }

    fn cookie_name(&self) -> &'static str {
        if self.secure { SECURE_COOKIE } else { PLAIN_COOKIE }
    }

    fn nonces<'a>(&self, headers: &'a HeaderMap) -> impl Iterator<Item = &'a str> + use<'a> {
        let digits = |value: &&str| {
            value.len() == 32 && value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        cookies::all(headers, self.cookie_name()).filter(digits).take(MOST_COOKIES)
    }

    fn field(&self, nonce: &str, salt: &str, asker: &Asker) -> String {
        let tag = self.mac(nonce, salt, asker).finalize().into_bytes();
        format!("{salt}{}", hex::encode(tag))
    }

    fn fits(&self, nonce: &str, field: &str, asker: &Asker) -> bool {
        let Some((salt, digits)) = field.split_at_checked(16) else { return false };
        let mut tag = [0; 32];
        hex::decode_to_slice(digits, &mut tag).is_ok()
            && self.mac(nonce, salt, asker).verify_slice(&tag).is_ok()
    }

    fn mac(&self, nonce: &str, salt: &str, asker: &Asker) -> Hmac<Sha256> {
        let mut block = [0; 64];
        for (target, byte) in block.iter_mut().zip(self.key) {
            *target = byte;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(format!("{nonce}\n{salt}\n{}", asker.visitor).as_bytes());
        mac
    }
}

/// The field of the form, or the header of a script.
fn sent(request: &Request<Vec<u8>>) -> Option<String> {
    if let Some(value) = request.headers.get(HEADER) {
        return value.to_str().ok().map(str::to_owned);
    }
    form_urlencoded::parse(&request.body).find(|(name, _)| name == FIELD).map(|(_, value)| value.into_owned())
}
