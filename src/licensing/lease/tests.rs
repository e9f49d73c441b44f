use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use super::super::public_keys::{PublicKey, PublicKeys};
use super::*;

pub(super) const CURRENT: u8 = 1;
pub(super) const RETIRED: u8 = 2;
/// In nobody's list.
pub(super) const STRANGER: u8 = 3;
pub(super) const DOMAIN: &str = "crm.example.com";
pub(super) const NONCE: &str = "8f14e45fceea167a5a36dedd4bea2543";
pub(super) const NOW: &str = "2027-05-01T12:00:00Z";

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn key(seed: u8) -> SigningKey {
    SigningKey::from_secret(&[seed; 32])
}

pub(super) fn keys() -> PublicKeys {
    let made = at("2027-01-01T00:00:00Z");
    PublicKeys::new(vec![
        PublicKey::new(key(CURRENT).public(), made, None),
        PublicKey::new(key(RETIRED).public(), made, Some(at("2027-05-10T00:00:00Z"))),
    ])
    .unwrap()
}

pub(super) fn answer() -> Answer {
    Answer {
        license: Some(LicenseId(17)),
        product: "booking".into(),
        entitlements: vec!["calendar".into()],
        domain: Domain::stored(DOMAIN).unwrap(),
        slot: Some(Purpose::Production),
        seq: 42,
        nonce: NONCE.into(),
        code: Code::Active,
        expires_at: Some(at("2028-01-01T00:00:00Z")),
    }
}

fn text() -> String {
    sign(&Lease::issue(answer(), at(NOW), &key(CURRENT)), &key(CURRENT)).unwrap()
}

#[test]
fn a_lease_comes_back_as_it_was_issued() {
    let lease = Lease::issue(answer(), at("2027-05-01T12:00:00.654321Z"), &key(CURRENT));
    assert_eq!(verify(&sign(&lease, &key(CURRENT)).unwrap(), &keys()), Ok(lease.clone()));
    assert_eq!(lease.exp, at("2027-05-09T12:00:00Z"));
    assert_eq!(lease.next_check, at("2027-05-02T12:00:00Z"));
    assert!(lease.valid);
}

#[test]
fn a_lease_has_the_fields_that_are_promised() {
    let text = text();
    let payload = URL_SAFE_NO_PAD.decode(text.split_once('.').unwrap().0).unwrap();
    let kid = key(CURRENT).kid();
    assert_eq!(
        String::from_utf8(payload).unwrap(),
        format!(
            "{{\"v\":1,\"kid\":\"{kid}\",\"lic\":17,\"product\":\"booking\",\"entitlements\":[\"calendar\"],\"domain\":\
             \"crm.example.com\",\"slot\":0,\"iat\":1809172800,\"nbf\":1809172800,\"exp\":1809864000,\"next_check\":\
             1809259200,\"seq\":42,\"nonce\":\"{NONCE}\",\"code\":\"active\",\"valid\":true,\"server_time\":1809172800,\
             \"expires_at\":1830297600}}"
        )
    );
}

#[test]
fn only_three_words_let_a_module_work() {
    let no = [Code::Expired, Code::Suspended, Code::Revoked, Code::WrongDomain, Code::WrongProduct];
    let no = no.into_iter().chain([Code::Released, Code::Unknown, Code::Limit, Code::Moves, Code::Other]);
    assert!([Code::Active, Code::Trial, Code::PastDue].into_iter().all(Code::allows));
    assert!(no.into_iter().all(|code| !code.allows()));
}

#[test]
fn an_answer_about_an_unknown_key_has_the_same_fields() {
    let unknown = Answer { license: None, slot: None, seq: 0, code: Code::Unknown, ..answer() };
    let lease = Lease::issue(unknown, at(NOW), &key(CURRENT));
    let lease = verify(&sign(&lease, &key(CURRENT)).unwrap(), &keys()).unwrap();
    assert_eq!((lease.valid, lease.lic, lease.slot), (false, None, None));
}

#[test]
fn every_refusal_is_a_sentence_that_says_what_to_do() {
    let lease = verify(&text(), &keys()).unwrap();
    let domain = Domain::stored("copy.example.org").unwrap();
    let expected = Expectation {
        product: "booking",
        domain: &domain,
        nonce: None,
        last_seq: 0,
        now: at(NOW),
        high_water_mark: at(NOW),
    };
    assert_eq!(
        lease.check(&expected).unwrap_err().to_string(),
        "the license belongs to crm.example.com, and this CRM runs at copy.example.org: move the license here, or enter \
         another key; on a copy for tests, activate the key as its staging name"
    );
    let own = Domain::stored(DOMAIN).unwrap();
    let late = Expectation { domain: &own, now: at("2027-06-01T00:00:00Z"), ..expected };
    assert_eq!(
        lease.check(&late).unwrap_err().to_string(),
        "the license could not be confirmed since 2027-05-01 12:00 UTC, and the days of grace are over: check that this \
         server reaches the license server, then check the license again"
    );
    let back = Expectation { domain: &own, high_water_mark: at("2027-06-01T00:00:00Z"), ..expected };
    assert_eq!(
        lease.check(&back).unwrap_err().to_string(),
        "this server's clock shows 2027-05-01 12:00 UTC but has been at 2027-06-01 00:00 UTC before: set this server's \
         clock, then check the license again"
    );
}

#[test]
fn more_entitlements_than_a_lease_can_carry_are_not_signed() {
    let much = Answer { entitlements: vec!["x".repeat(9000)], ..answer() };
    let lease = Lease::issue(much, at(NOW), &key(CURRENT));
    assert_eq!(sign(&lease, &key(CURRENT)), Err(LeaseError::TooLong));
}

#[test]
fn the_php_verifier_judges_every_shared_vector_alike() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/php/test.php");
    let ran = std::process::Command::new("php").arg(root).output();
    let Ok(ran) = ran else {
        println!("skipped: there is no php in PATH (Debian: php-cli)");
        return;
    };
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn no_single_changed_character_is_believed() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n";
    let text = text();
    for at in 0..text.len() {
        // One replacement a place, a different one each time; the property below draws all others.
        let mut changed = text.clone().into_bytes();
        let place = ALPHABET.iter().position(|byte| *byte == changed[at]).unwrap();
        changed[at] = ALPHABET[(place + 1 + at % (ALPHABET.len() - 1)) % ALPHABET.len()];
        let changed = String::from_utf8(changed).unwrap();
        assert!(changed != text && verify(&changed, &keys()).is_err(), "{at}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text: String, bytes: Vec<u8>) {
        prop_assert!(verify(&text, &keys()).is_err());
        let payload = URL_SAFE_NO_PAD.encode(&bytes);
        let twice = format!("{payload}.{payload}");
        prop_assert!(verify(&twice, &keys()).is_err());
    }

    #[test]
    fn a_changed_character_is_refused(at in 0_usize..600, to: char) {
        let mut changed: Vec<char> = text().chars().collect();
        prop_assume!(at < changed.len() && changed[at] != to);
        changed[at] = to;
        prop_assert!(verify(&changed.into_iter().collect::<String>(), &keys()).is_err());
    }

    #[test]
    fn signed_times_of_any_size_do_not_panic(iat: i64, exp: i64, now in -10_000_000_000_i64..10_000_000_000) {
        let payload = URL_SAFE_NO_PAD.decode(text().split_once('.').unwrap().0).unwrap();
        let payload = String::from_utf8(payload).unwrap();
        let payload = payload
            .replace("\"iat\":1809172800", &format!("\"iat\":{iat}"))
            .replace("\"exp\":1809864000", &format!("\"exp\":{exp}"));
        let signature = key(CURRENT).sign(format!("perfex-bridge lease v1\n{payload}").as_bytes());
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(signature));
        if let Ok(lease) = verify(&text, &keys()) {
            let domain = Domain::stored(DOMAIN).unwrap();
            let now = DateTime::from_timestamp_secs(now).unwrap();
            for nonce in [None, Some(NONCE)] {
                let said = lease.check(&Expectation {
                    product: "booking", domain: &domain, nonce, last_seq: 0, now, high_water_mark: now,
                });
                prop_assert!(said.is_err() || now < lease.exp);
                if let Err(refusal) = said {
                    prop_assert!(!refusal.to_string().is_empty());
                }
            }
        }
    }
}
