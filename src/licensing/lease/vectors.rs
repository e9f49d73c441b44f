//! `tests/vectors/leases.json`: leases, good and bad, that every verifier must judge alike.
//!
//! Made from fixed keys, so the file is the same each time. After a deliberate change of the format:
//! `UPDATE_VECTORS=1 cargo test --lib leases_that_other_languages`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::tests::{CURRENT, DOMAIN, NONCE, NOW, RETIRED, STRANGER, answer, at, key, keys};
use super::*;

struct Case {
    name: &'static str,
    lease: String,
    product: &'static str,
    domain: &'static str,
    nonce: Option<&'static str>,
    last_seq: u64,
    now: &'static str,
    mark: &'static str,
    want: &'static str,
}

/// A case in which everything is as it should be.
fn good(name: &'static str, lease: String) -> Case {
    Case {
        name,
        lease,
        product: "booking",
        domain: DOMAIN,
        nonce: Some(NONCE),
        last_seq: 41,
        now: NOW,
        mark: NOW,
        want: "ok",
    }
}

fn bad(want: &'static str, name: &'static str, lease: String) -> Case {
    Case { want, ..good(name, lease) }
}

fn issued(change: impl FnOnce(&mut Lease)) -> String {
    let mut lease = Lease::issue(answer(), at(NOW), &key(CURRENT));
    change(&mut lease);
    sign(&lease, &key(CURRENT)).unwrap()
}

/// Signs any payload, right or wrong, behind any line.
fn signed_raw(context: &str, payload: &str, seed: u8) -> String {
    let signature = key(seed).sign(format!("{context}{payload}").as_bytes());
    format!("{}.{}", URL_SAFE_NO_PAD.encode(payload), URL_SAFE_NO_PAD.encode(signature))
}

fn cases() -> Vec<Case> {
    const CONTEXT: &str = "perfex-bridge lease v1\n";
    let text = issued(|_| {});
    let (head, signature) = text.split_once('.').unwrap();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap();
    let raw = |from: &str, to: &str| signed_raw(CONTEXT, &payload.replace(from, to), CURRENT);
    let unsigned =
        |from: &str, to: &str| format!("{}.{signature}", URL_SAFE_NO_PAD.encode(payload.replace(from, to)));
    let mut flipped_signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped_signature[40] ^= 1;
    let standard = STANDARD.encode(URL_SAFE_NO_PAD.decode(signature).unwrap());
    let retired = |life: TimeDelta| {
        let mut lease = Lease::issue(answer(), at(NOW), &key(RETIRED));
        lease.exp = lease.iat + life;
        sign(&lease, &key(RETIRED)).unwrap()
    };
    let stored = |name, lease| Case { nonce: None, last_seq: 42, ..good(name, lease) };
    vec![
        good("just arrived", text.clone()),
        good("a trial", issued(|lease| lease.code = Code::Trial)),
        good(
            "a no is as authentic as a yes",
            issued(|lease| (lease.code, lease.valid) = (Code::Revoked, false)),
        ),
        good("a word from a newer authority", raw("\"active\"", "\"paused\"")),
        good("a field from a newer authority", raw("{\"v\":1,", "{\"v\":1,\"mood\":[{}],")),
        good("five minutes ahead", issued(|lease| lease.iat = at("2027-05-01T12:05:00Z"))),
        Case { mark: "2031-01-01T00:00:00Z", ..good("our clock had been ahead", text.clone()) },
        Case { last_seq: 1_924_992_000_000, ..good("the server's clock had been ahead", text.clone()) },
        stored("in use", text.clone()),
        Case { now: "2027-05-09T11:59:59Z", ..stored("in use in its last second", text.clone()) },
        Case { now: "2027-04-30T13:00:00Z", ..stored("in use with the clock 23 hours behind", text.clone()) },
        stored("signed by a key that just retired", retired(LIFE)),
        // Not a lease of this authority.
        bad("shape", "nothing", String::new()),
        bad("shape", "the payload alone", head.to_owned()),
        bad("shape", "three parts", format!("{text}.{signature}")),
        bad("shape", "padded", format!("{text}==")),
        bad("shape", "a line break behind it", format!("{text}\n")),
        bad("shape", "a blank in front", format!(" {text}")),
        bad("shape", "the other base64 alphabet", format!("{head}.{}", standard.trim_end_matches('='))),
        bad("shape", "bits behind the end of the signature", {
            let mut longer = text.clone();
            let last = longer.pop().unwrap();
            longer.push(if last == 'B' { 'C' } else { 'B' });
            longer
        }),
        bad("shape", "a web page", "<html><body>502 Bad Gateway</body></html>".to_owned()),
        bad("payload", "an empty payload", format!(".{signature}")),
        bad("payload", "no JSON", signed_raw(CONTEXT, "active", CURRENT)),
        bad("payload", "no object", signed_raw(CONTEXT, "[1]", CURRENT)),
        bad("payload", "without a key's name", raw("\"kid\"", "\"kit\"")),
        bad("payload", "without an end", raw("\"exp\"", "\"end\"")),
        bad("payload", "its end in words", raw("\"exp\":1809", "\"exp\":\"never\",\"x\":1809")),
        bad("payload", "valid in words", raw("\"valid\":true", "\"valid\":\"true\"")),
        bad(
            "too_long",
            "longer than any lease",
            raw("[\"calendar\"]", &format!("[\"{}\"]", "x".repeat(9000))),
        ),
        bad("version", "a newer format", raw("{\"v\":1,", "{\"v\":2,")),
        bad("unknown_key", "signed by a fake server", {
            sign(&Lease::issue(answer(), at(NOW), &key(STRANGER)), &key(STRANGER)).unwrap()
        }),
        bad("signature", "signed by a fake server under our key's name", {
            signed_raw(CONTEXT, &payload, STRANGER)
        }),
        bad("signature", "another domain written into it", unsigned(DOMAIN, "evil.example.org")),
        bad("signature", "a later end written into it", unsigned("\"exp\":1809", "\"exp\":1909")),
        bad("signature", "a no made into a yes", {
            let no = issued(|lease| lease.valid = false);
            let (_, signature_of_no) = no.split_once('.').unwrap();
            format!("{head}.{signature_of_no}")
        }),
        bad("signature", "a bit of the signature flipped", {
            format!("{head}.{}", URL_SAFE_NO_PAD.encode(&flipped_signature))
        }),
        bad(
            "signature",
            "half a signature",
            format!("{head}.{}", URL_SAFE_NO_PAD.encode(&flipped_signature[..32])),
        ),
        bad("signature", "no signature", format!("{head}.")),
        bad("signature", "signed without the line in front", signed_raw("", &payload, CURRENT)),
        bad("signature", "signed as something else", {
            signed_raw("perfex-bridge update v1\n", &payload, CURRENT)
        }),
        bad("outlives_key", "a retired key that signs for years", retired(TimeDelta::days(3650))),
        // Authentic, and not for us or not now.
        Case { product: "shop", ..bad("other_product", "for another product", text.clone()) },
        Case { domain: "other.example.com", ..bad("other_domain", "for another domain", text.clone()) },
        Case { domain: "x.crm.example.com", ..bad("other_domain", "for the domain above", text.clone()) },
        Case { domain: "example.com", ..bad("other_domain", "for a domain below", text.clone()) },
        Case {
            domain: "crm.example.com.evil.org",
            ..bad("other_domain", "for a domain that begins like ours", text.clone())
        },
        Case {
            nonce: Some("00112233445566778899aabbccddeeff"),
            ..bad("other_nonce", "the answer to another question", text.clone())
        },
        Case { last_seq: 43, ..bad("replayed", "older than one that was seen", text.clone()) },
        bad(
            "from_future",
            "more than five minutes ahead",
            issued(|lease| lease.iat = at("2027-05-01T12:05:01Z")),
        ),
        bad("from_future", "counts later", issued(|lease| lease.nbf = at("2027-05-02T12:00:00Z"))),
        Case {
            now: "2027-05-09T12:00:00Z",
            mark: NOW,
            ..bad("clock_ahead", "arrived after its end", text.clone())
        },
        Case { now: "2027-05-09T12:00:00Z", want: "expired", ..stored("in use after its end", text.clone()) },
        Case {
            now: "2027-05-09T11:00:00Z",
            mark: "2027-05-09T12:00:00Z",
            want: "expired",
            ..stored("in use with the clock set back to before its end", text.clone())
        },
        Case {
            now: "2027-05-02T12:00:00Z",
            mark: "2027-05-20T12:00:00Z",
            want: "clock_set_back",
            ..stored("in use with the clock set back by days", text.clone())
        },
        Case {
            now: "2027-04-30T11:59:59Z",
            mark: "2027-01-01T00:00:00Z",
            want: "clock_set_back",
            ..stored("in use a day before it was written", text)
        },
    ]
}

fn document() -> String {
    let lines = |lines: Vec<Value>| lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(",\n  ");
    let written = cases().into_iter().map(|case| {
        json!({
            "name": case.name,
            "want": case.want,
            "expect": {
                "product": case.product,
                "domain": case.domain,
                "nonce": case.nonce,
                "last_seq": case.last_seq,
                "now": at(case.now).timestamp(),
                "high_water_mark": at(case.mark).timestamp(),
            },
            "lease": case.lease,
        })
    });
    let keys = keys().all().iter().map(|key| json!(key)).collect();
    format!(
        "{{\n\"about\": \"Leases and what a verifier says to each: `ok`, or the code of the refusal.\",\n\"keys\": [\n  \
         {}\n],\n\"cases\": [\n  {}\n]\n}}\n",
        lines(keys),
        lines(written.collect()),
    )
}

#[test]
fn leases_that_other_languages_are_tested_with_are_the_ones_made_here() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/leases.json");
    let made = document();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    // As documents: the order of names depends on what else is in the build.
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(parsed(&kept) == parsed(&made), "leases.json is out of date: UPDATE_VECTORS=1");
}

#[test]
fn every_shared_lease_is_judged_as_written() {
    let wrong: Vec<_> = cases()
        .into_iter()
        .filter_map(|case| {
            let domain = Domain::stored(case.domain).unwrap();
            let expected = Expectation {
                product: case.product,
                domain: &domain,
                nonce: case.nonce,
                last_seq: case.last_seq,
                now: at(case.now),
                high_water_mark: at(case.mark),
            };
            let said = match verify(&case.lease, &keys()) {
                Ok(lease) => lease.check(&expected).map_err(|refusal| refusal.code()),
                Err(error) => Err(error.code()),
            };
            let said = said.err().unwrap_or("ok");
            (said != case.want).then_some((case.name, case.want, said))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(cases().iter().filter(|case| case.want != "ok").count() >= 12);
}
