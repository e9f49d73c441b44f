//! Sessions: no bytes crash the reader, and nothing that stands behind a contact's own keys under other names makes it
//! anybody else.

#![no_main]

use libfuzzer_sys::fuzz_target;
use perfex_bridge::perfex::php_value::PhpValue;
use perfex_bridge::perfex::session::{Login, Values};

const CONTACT: &[u8] = b"client_user_id|s:2:\"12\";contact_user_id|s:2:\"34\";client_logged_in|b:1;";

fuzz_target!(|bytes: &[u8]| {
    if let Err(unreadable) = Login::of(bytes) {
        assert!(!unreadable.to_string().is_empty());
    }
    if let Ok((_, rest)) = PhpValue::parse_first(bytes) {
        assert_eq!(PhpValue::split_first(bytes).expect("can be read, so it can be stepped over").1, rest);
    }
    let names: Option<Vec<_>> = Values::of(bytes).map(|value| value.ok().map(|(name, _)| name)).collect();
    let ours = |name: &&[u8]| name.ends_with(b"_logged_in") || name.ends_with(b"_id") || name.ends_with(b"_client");
    if names.is_some_and(|names| !names.iter().any(ours)) {
        let login = Login::of(&[CONTACT, bytes].concat()).expect("each part is readable");
        assert!(matches!(login, Login::Contact(found) if found.contact.0 == 34 && found.client.0 == 12));
    }
});
