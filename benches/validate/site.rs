//! A customer's site: its license key, its domain, its address.

use perfex_bridge::entropy::SeededEntropy;
use perfex_bridge::licensing::{KeyMint, LicenseKey};

/// The product that all of them bought.
pub const PRODUCT: &str = "bench";

/// Who asks.
pub struct Site {
    pub number: u64,
    pub key: String,
}

/// The key of license `number`.
pub fn key(mint: &KeyMint, number: u64) -> LicenseKey {
    mint.strike(PRODUCT, &SeededEntropy::new(number))
}

/// The domain of license `number`.
pub fn domain(number: u64) -> String {
    format!("crm.customer{number}.com")
}

/// The sites of the first licenses.
pub fn all(mint: &KeyMint, licenses: u64) -> Vec<Site> {
    (0..licenses).map(|number| Site { number, key: key(mint, number).to_string() }).collect()
}

impl Site {
    /// The request of a validation; the visitor's address is what a proxy on this machine would add.
    pub fn request(&self, nonce: u64, into: &mut Vec<u8>) {
        let body = format!(
            "{{\"license_key\":\"{}\",\"domain\":\"{}\",\"product\":\"{PRODUCT}\",\"nonce\":\"{nonce:016x}\"}}",
            self.key,
            domain(self.number)
        );
        let [.., b, c, d] = self.number.to_be_bytes();
        into.clear();
        into.extend_from_slice(
            format!(
                "POST /api/validate.php HTTP/1.1\r\nHost: licenses.example\r\nX-Forwarded-For: 100.{b}.{c}.{d}\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
            .as_bytes(),
        );
    }
}
