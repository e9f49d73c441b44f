//! The form of `Bridge-Identity`, which `templates/companion/identity.php` writes:
//!
//! ```text
//! Bridge-Identity: v1.<payload>.<signature>
//!
//! payload    base64url without padding of a JSON object
//! signature  64 lower-case hexadecimal digits: HMAC-SHA256 under the 32 bytes of the secret, over these five lines,
//!            parted by line feeds and without one at the end:
//!              perfex-bridge gateway v1
//!              <method, in capitals>
//!              <path and query, byte for byte as they are requested>
//!              <SHA-256 of the body, 64 lower-case hexadecimal digits>
//!              <payload, as it stands in the header>
//! ```
//!
//! | field of the object | what |
//! |---|---|
//! | `at` | when it was signed, in Unix seconds |
//! | `nonce` | 32 hexadecimal digits, drawn anew for each request |
//! | `address` | the visitor's address |
//! | `language` | the language folder that the CRM shows to the visitor, or null |
//! | `contact`, `client` | the contact who is signed in and its customer, or null |
//! | `staff` | the staff member who is signed in; beside a contact: who looks at the portal as that contact; or null |
//! | `csrf` | `{"name": .., "value": ..}`: the CRM's own field for forms, or null |
//!
//! A field that is not known is no mistake, so that a newer companion can say more to an older daemon.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use warp::http::Method;

use super::super::request::Request;
use super::GatewayRefusal;
use super::secret::Secret;
use crate::ids::{ClientId, ContactId, StaffId};

/// The longest header that is read, in bytes.
pub const LONGEST: usize = 4096;

const VERSION: &str = "v1";
const CONTEXT: &str = "perfex-bridge gateway v1";

/// The CRM's own field against forged forms; forms that go through PHP carry it beside ours.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerfexCsrf {
    /// The name of the field.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl fmt::Debug for PerfexCsrf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerfexCsrf").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What the gateway says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// When, in Unix seconds.
    pub at: i64,
    /// What makes this header differ from all others.
    pub nonce: String,
    /// The visitor's address.
    pub address: IpAddr,
    /// The language folder that the CRM shows to the visitor.
    pub language: Option<String>,
    /// The contact who is signed in.
    pub contact: Option<ContactId>,
    /// The contact's customer.
    pub client: Option<ClientId>,
    /// The staff member who is signed in, or who looks at the portal as the contact.
    pub staff: Option<StaffId>,
    /// The CRM's own field for forms.
    pub csrf: Option<PerfexCsrf>,
}

impl Claim {
    /// The nonce in bytes.
    pub(super) fn nonce(&self) -> Result<[u8; 16], GatewayRefusal> {
        let mut nonce = [0; 16];
        hex::decode_to_slice(&self.nonce, &mut nonce).map_err(|_| GatewayRefusal::Malformed)?;
        Ok(nonce)
    }
}

/// A header in its parts; nothing in it is believed yet.
#[derive(Debug)]
pub struct Signed<'a> {
    payload: &'a str,
    signature: [u8; 32],
}

impl<'a> Signed<'a> {
    /// Takes a header apart.
    pub fn read(header: &'a [u8]) -> Result<Self, GatewayRefusal> {
        let malformed = GatewayRefusal::Malformed;
        let text = std::str::from_utf8(header).ok().filter(|text| text.len() <= LONGEST).ok_or(malformed)?;
        let (version, rest) = text.split_once('.').ok_or(malformed)?;
        if version != VERSION {
            let other = version.strip_prefix('v').is_some_and(|number| number.parse::<u16>().is_ok());
            return Err(if other { GatewayRefusal::Version } else { malformed });
        }
        let (payload, digits) = rest.split_once('.').ok_or(malformed)?;
        let mut signature = [0; 32];
        hex::decode_to_slice(digits, &mut signature).map_err(|_| malformed)?;
        Ok(Self { payload, signature })
    }

    /// Whether it was signed with `secret` for this request; compared in constant time.
    #[must_use]
    pub fn is_by(&self, secret: &Secret, request: &Request<Vec<u8>>) -> bool {
        let mac = mac(secret, &request.method, &request.target(), &request.body, self.payload);
        mac.verify_slice(&self.signature).is_ok()
    }

    /// What it says; only after [`Signed::is_by`].
    pub fn open(&self) -> Result<Claim, GatewayRefusal> {
        let json = URL_SAFE_NO_PAD.decode(self.payload).map_err(|_| GatewayRefusal::Malformed)?;
        serde_json::from_slice(&json).map_err(|_| GatewayRefusal::Malformed)
    }
}

/// The header's value for a request, as the companion makes it.
#[must_use]
pub fn sign(secret: &Secret, method: &Method, target: &str, body: &[u8], claim: &Claim) -> String {
    // Numbers, texts and addresses: nothing in it can fail to be written.
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claim).unwrap_or_default());
    let signature = mac(secret, method, target, body, &payload).finalize().into_bytes();
    format!("{VERSION}.{payload}.{}", hex::encode(signature))
}

fn mac(secret: &Secret, method: &Method, target: &str, body: &[u8], payload: &str) -> Hmac<Sha256> {
    let digest = hex::encode(Sha256::digest(body));
    let mut mac = Hmac::<Sha256>::new(&secret.block());
    mac.update([CONTEXT, method.as_str(), target, &digest, payload].join("\n").as_bytes());
    mac
}

#[cfg(test)]
mod tests;
