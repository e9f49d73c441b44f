//! Domains: no text crashes the parser, and its answer is its own normal spelling.

#![no_main]

use libfuzzer_sys::fuzz_target;
use perfex_bridge::licensing::{Domain, Purpose};

fuzz_target!(|text: &str| {
    for purpose in [Purpose::Production, Purpose::Staging] {
        if let Ok(domain) = Domain::parse(text, purpose) {
            assert_eq!(Domain::parse(domain.as_str(), purpose), Ok(domain.clone()));
            assert_eq!(Domain::stored(domain.as_str()), Ok(domain));
        }
    }
});
