//! `GET /bridge/alive?nonce=..`: proves to our own commands that requests to the CRM's address reach this daemon, and tells
//! by which way.
//!
//! In: 32 hexadecimal characters. Out: the way, what PHP says about its cache of files, and an HMAC over both and the nonce
//! that only somebody with the CRM's encryption key can make. It tells a visitor nothing that other pages do not.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use url::form_urlencoded;
use warp::Filter as _;
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::reply::Response;

use crate::db::text_enum;
use crate::http::{self, PublicPath, Request, Routes};
use crate::perfex::encryption::Cipher;

/// Where it is, below the CRM's address.
pub const PATH: &str = "bridge/alive";
/// The same for web server and CRM.
pub const PATHS: [PublicPath; 1] = [PublicPath::Page(PATH)];
/// The header with which the companion says where a fragment would be shown; a proxy removes it.
const LAYOUT: &str = "bridge-layout";
/// The header in which it says `enable validate_timestamps revalidate_freq` of PHP's cache of files.
const OPCACHE: &str = "bridge-opcache";
/// The longest that is repeated of it.
const LONGEST: usize = 20;

text_enum! {
    /// How a request reaches the daemon.
    Way {
        /// The web server sends it straight here.
        Proxy = "proxy",
        /// The CRM's PHP passes it on.
        Gateway = "gateway",
    }
}

/// The key of the proofs.
#[derive(Clone)]
pub struct AliveKey([u8; 32]);

impl std::fmt::Debug for AliveKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AliveKey")
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alive {
    way: String,
    opcache: String,
    proof: String,
}

impl AliveKey {
    /// The key of the CRM's own encryption.
    #[must_use]
    pub fn of(cipher: &Cipher) -> Self {
        Self(cipher.derive("alive"))
    }

    fn mac(&self, nonce: &str, way: &str, opcache: &str) -> Hmac<Sha256> {
        let mut block = [0; 64];
        for (target, byte) in block.iter_mut().zip(self.0) {
            *target = byte;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(format!("{nonce}\n{way}\n{opcache}").as_bytes());
        mac
    }

    /// The answer to a nonce.
    #[must_use]
    pub fn answer(&self, nonce: &str, way: Way, opcache: &str) -> Alive {
        let proof = hex::encode(self.mac(nonce, way.as_str(), opcache).finalize().into_bytes());
        Alive { way: way.as_str().to_owned(), opcache: opcache.to_owned(), proof }
    }

    /// What an answer says, when it is ours and to this nonce.
    #[must_use]
    pub fn open(&self, nonce: &str, answer: &Alive) -> Option<(Way, String)> {
        let tag = hex::decode(&answer.proof).ok()?;
        self.mac(nonce, &answer.way, &answer.opcache).verify_slice(&tag).ok()?;
        Some((answer.way.parse().ok()?, answer.opcache.clone()))
    }
}

/// The route; everything else falls through it.
#[must_use]
pub fn routes(key: AliveKey) -> Routes {
    warp::path!("bridge" / "alive")
        .and(warp::get())
        .and(http::request())
        .map(move |request: Request| answer(&key, request.query.as_deref(), &request.headers))
        .boxed()
}

fn answer(key: &AliveKey, query: Option<&str>, headers: &HeaderMap) -> Response {
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
    let way = if headers.contains_key(LAYOUT) { Way::Gateway } else { Way::Proxy };
    let plain =
        |text: &&str| text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    let opcache = headers.get(OPCACHE).and_then(|value| value.to_str().ok()).filter(plain);
    let said = key.answer(&nonce, way, opcache.unwrap_or_default());
    if let Ok(text) = serde_json::to_string(&said) {
        *response.body_mut() = text.into();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
