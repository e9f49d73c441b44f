//! Leases: no text crashes the reader, none that was not signed is believed, and what was signed by a mad authority is
//! still only a lease or an error.

#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use ed25519_dalek::{Signer as _, SigningKey};
use libfuzzer_sys::fuzz_target;
use perfex_bridge::licensing::{Domain, Expectation, PublicKey, PublicKeys, lease};

fuzz_target!(|bytes: &[u8]| {
    let key = SigningKey::from_bytes(&[1; 32]);
    let keys =
        PublicKeys::new(vec![PublicKey::new(key.verifying_key(), DateTime::UNIX_EPOCH, None)]).unwrap();
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert!(lease::verify(text, &keys).is_err(), "believed without a signature");
    }
    let signature = key.sign(&[b"perfex-bridge lease v1\n", bytes].concat()).to_bytes();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(signature));
    if let Ok(lease) = lease::verify(&signed, &keys) {
        let domain = Domain::stored("crm.example.com").unwrap();
        for nonce in [None, Some(lease.nonce.as_str())] {
            let expected = Expectation {
                product: &lease.product,
                domain: &domain,
                nonce,
                last_seq: 0,
                now: DateTime::UNIX_EPOCH,
                high_water_mark: DateTime::UNIX_EPOCH,
            };
            if let Err(refusal) = lease.check(&expected) {
                assert!(!refusal.to_string().is_empty());
            }
        }
    }
});
