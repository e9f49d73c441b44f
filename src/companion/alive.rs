//! `GET /bridge/alive?nonce=..`: proves to our own commands that requests to the CRM's address reach this daemon, and tells
//! by which way.
//!
//! In: 32 hexadecimal characters. Out: the nonce, the way, and what PHP says of itself, sealed under a key that only
//! somebody with the CRM's encryption key can draw. It tells a visitor nothing that other pages do not.

use std::sync::Arc;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;
use warp::Filter as _;
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::reply::Response;

use crate::db::text_enum;
use crate::entropy::{self, SharedEntropy};
use crate::http::{self, PublicPath, Request, Routes, gateway};
use crate::perfex::encryption::Cipher;

/// Where it is, below the CRM's address.
pub const PATH: &str = "bridge/alive";
/// The same for web server and CRM.
pub const PATHS: [PublicPath; 1] = [PublicPath::Page(PATH)];
/// The gateway's own address, which needs no route and which no web server sends straight to the daemon.
pub const THROUGH_PHP: &str = "perfex_bridge/public_gateway/forward";
/// The header with which the companion says where a fragment would be shown; a proxy removes it.
const LAYOUT: &str = "bridge-layout";

text_enum! {
    /// How a request reaches the daemon.
    Way {
        /// The web server sends it straight here.
        Proxy = "proxy",
        /// The CRM's PHP passes it on.
        Gateway = "gateway",
    }
}

/// The key of the answers.
#[derive(Debug, Clone)]
pub struct AliveKey(Arc<Cipher>);

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alive {
    sealed: String,
}

/// What is sealed in it.
#[derive(Serialize, Deserialize)]
struct Said {
    nonce: String,
    way: String,
    php: String,
}

impl AliveKey {
    /// A key drawn from that of the CRM's own encryption.
    #[must_use]
    pub fn of(cipher: &Cipher) -> Self {
        let drawn = SecretString::from(hex::encode(cipher.derive("alive answer")));
        Self(Arc::new(Cipher::new(&drawn)))
    }

    /// The answer to a nonce, which came by this way; `php` is what PHP says of itself. `iv` must be drawn anew each time.
    #[must_use]
    pub fn answer(&self, nonce: &str, way: Way, php: &str, iv: [u8; 16]) -> Alive {
        let said = Said { nonce: nonce.to_owned(), way: way.to_string(), php: php.to_owned() };
        // Three texts can always be written.
        let plain = serde_json::to_vec(&said).unwrap_or_default();
        Alive { sealed: self.0.encrypt(&plain, iv) }
    }

    /// What an answer says, when it is ours and to this nonce: the way, and PHP's word.
    #[must_use]
    pub fn open(&self, nonce: &str, answer: &Alive) -> Option<(Way, String)> {
        let said: Said = serde_json::from_slice(&self.0.decrypt(&answer.sealed).ok()?).ok()?;
        (said.nonce == nonce).then_some((said.way.parse().ok()?, said.php))
    }
}

/// The route; everything else falls through it.
#[must_use]
pub fn routes(key: AliveKey, entropy: SharedEntropy) -> Routes {
    warp::path!("bridge" / "alive")
        .or(warp::path!("perfex_bridge" / "public_gateway" / "forward"))
        .unify()
        .and(warp::get())
        .and(http::request())
        .map(move |request: Request| answer(&key, &entropy, request.query.as_deref(), &request.headers))
        .boxed()
}

fn answer(key: &AliveKey, entropy: &SharedEntropy, query: Option<&str>, headers: &HeaderMap) -> Response {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let nonce = pairs.find(|(name, _)| name == "nonce").map(|(_, value)| value.into_owned());
    let is_nonce = |text: &String| {
        text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut response = Response::default();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let Some(nonce) = nonce.filter(is_nonce) else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return response;
    };
    let (way, php) = if headers.contains_key(LAYOUT) {
        (Way::Gateway, gateway::php(headers).unwrap_or_default())
    } else {
        (Way::Proxy, "")
    };
    let said = key.answer(&nonce, way, php, entropy::bytes::<16>(&**entropy));
    if let Ok(text) = serde_json::to_string(&said) {
        *response.body_mut() = text.into();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
