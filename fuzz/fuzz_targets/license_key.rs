//! License keys: no text crashes the parser, and what it reads it reads again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use perfex_bridge::licensing::LicenseKey;

fuzz_target!(|text: &str| {
    if let Ok(key) = LicenseKey::parse(text) {
        assert_eq!(LicenseKey::parse(&key.to_string()).as_ref(), Ok(&key));
        assert!(!format!("{key:?}").contains(&key.to_string()));
    }
});
