use proptest::prelude::*;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vectors {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    input: String,
    purpose: String,
    domain: Option<String>,
    error: Option<String>,
    development: Option<bool>,
}

#[test]
fn every_shared_vector_comes_out_as_written() {
    let vectors: Vectors = serde_json::from_str(include_str!("../../../tests/vectors/domains.json")).unwrap();
    assert!(vectors.cases.len() >= 60);
    let mut wrong = Vec::new();
    for case in vectors.cases {
        let purpose = match case.purpose.as_str() {
            "production" => Purpose::Production,
            "staging" => Purpose::Staging,
            other => panic!("unknown purpose {other}"),
        };
        let found = Domain::parse(&case.input, purpose);
        let got = (
            found.as_ref().ok().map(|domain| domain.as_str().to_owned()),
            found.as_ref().err().map(|error| error.code().to_owned()),
        );
        let development = found.ok().map(|domain| domain.is_development());
        if got != (case.domain, case.error) || (case.development.is_some() && case.development != development)
        {
            wrong.push((case.input, case.purpose, got, development));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_somebody_registered_is_found_under_any_suffix() {
    let registrable = |text| Domain::parse(text, Purpose::Staging).unwrap().registrable().map(str::to_owned);
    assert_eq!(registrable("a.b.example.co.uk").as_deref(), Some("example.co.uk"));
    assert_eq!(registrable("shop.someone.github.io").as_deref(), Some("someone.github.io"));
    assert_eq!(registrable("127.0.0.1"), None);
    assert_eq!(registrable("localhost"), None);
}

#[test]
fn a_stored_domain_is_taken_only_in_its_normal_spelling() {
    assert_eq!(Domain::stored("example.com").unwrap().as_str(), "example.com");
    // What was bound before the list grew is still readable.
    assert_eq!(Domain::stored("github.io").unwrap().as_str(), "github.io");
    for odd in ["Example.com", "example.com.", "bücher.de", "::1", "127.0.0.1."] {
        assert_eq!(Domain::stored(odd), Err(DomainError::NotNormal), "{odd}");
    }
    assert!(serde_json::from_str::<Domain>("\"EXAMPLE.com\"").is_err());
}

fn any_purpose() -> impl Strategy<Value = Purpose> {
    prop_oneof![Just(Purpose::Production), Just(Purpose::Staging)]
}

/// Texts that get past the first checks often: pieces of addresses in any order.
fn address_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("www."),
        Just("example"),
        Just("."),
        Just("com"),
        Just("co.uk"),
        Just("github.io"),
        Just("ck"),
        Just("://"),
        Just("http"),
        Just("@"),
        Just(":"),
        Just("80"),
        Just("["),
        Just("]"),
        Just("::1"),
        Just("127.0.0.1"),
        Just("xn--"),
        Just("bcher-kva"),
        Just("ü"),
        Just("。"),
        Just("-"),
        Just("_"),
        Just("localhost"),
        Just("test"),
        Just("/"),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text: String, purpose in any_purpose()) {
        let _result = Domain::parse(&text, purpose);
        let _stored = Domain::stored(&text);
    }

    #[test]
    fn a_domain_read_again_is_the_same_domain(
        text in prop_oneof![address_like(), "(www\\.){0,3}[a-zA-Zäß0-9_.-]{1,12}\\.(com|co\\.uk|test|de)\\.?"],
        purpose in any_purpose(),
    ) {
        if let Ok(domain) = Domain::parse(&text, purpose) {
            prop_assert_eq!(Domain::parse(domain.as_str(), purpose), Ok(domain.clone()));
            prop_assert_eq!(Domain::stored(domain.as_str()), Ok(domain.clone()));
            prop_assert!(domain.as_str().len() <= 253);
            prop_assert!(domain.as_str().is_ascii());
            if purpose == Purpose::Production {
                prop_assert!(domain.registrable().is_some());
                prop_assert!(!domain.is_development());
                prop_assert_eq!(Domain::parse(domain.as_str(), Purpose::Staging), Ok(domain));
            }
        }
    }

    #[test]
    fn scheme_port_path_and_case_do_not_count(
        name in "[a-z][a-z0-9]{0,10}\\.(com|de|co\\.uk)",
        port in 0_u16..=65_535,
        path in "[a-zA-Z0-9/@:.?#-]{0,20}",
    ) {
        let url = format!("HTTPS://me:secret@WWW.{}.:{port}/{path}", name.to_uppercase());
        let domain = Domain::parse(&name, Purpose::Production);
        // Some of the short names are suffixes themselves: us.com, whose www. then stays.
        prop_assume!(domain.is_ok());
        prop_assert_eq!(Domain::parse(&url, Purpose::Production), domain);
    }
}

#[test]
fn people_read_a_domain_in_its_own_letters_and_in_those_that_count() {
    for (text, read) in [
        ("https://www.Bücher.de/crm", "bücher.de (xn--bcher-kva.de)"),
        ("shop.example.com", "shop.example.com"),
        ("_old.example.com", "_old.example.com"),
    ] {
        assert_eq!(for_people(Domain::parse(text, Purpose::Production).unwrap().as_str()), read);
    }
    // A Cyrillic letter that looks like a Latin one.
    assert_eq!(for_people("xn--pple-43d.com"), "аpple.com (xn--pple-43d.com)");
}
