//! Servers that lie, babble or fall silent: nothing is gained by a lie, and nothing is lost by any of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use perfex_bridge::clock::Clock as _;
use perfex_bridge::entropy::SeededEntropy;
use perfex_bridge::licensing::client::{Module, State, Which};
use perfex_bridge::licensing::{Domain, Lease, Ring, SigningKey, lease};
use serde_json::{Value, json};

use super::{Market, asks};
use crate::support::impostor::{Impostor, said};

/// What the last attempt ended with, after a check at a server that says `lie` to the customer of `market`.
async fn after(
    market: &mut Market,
    lie: impl Fn(&str, &str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> String {
    let vendor = market.vendor.url();
    let impostor = Impostor::saying(lie).await;
    market.customer.licensing(&asks(&impostor.url));
    let app = market.customer.app().await;
    app.licenses.check(Which::All).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    market.customer.licensing(&asks(&vendor));
    assert_eq!(panel.state, State::Grace, "nothing is lost: {}", panel.reason);
    panel.reason
}

#[tokio::test]
async fn whatever_a_server_does_instead_of_answering_is_told_in_a_sentence() {
    let (mut market, _) = Market::activated().await;
    let page =
        |_: &str, _: &str| Some(said("200 OK", "Content-Type: text/html\r\n", "<html>It works!</html>"));
    let flood = |_: &str, _: &str| Some(said("200 OK", "", &"x".repeat(20 << 20)));
    let elsewhere = |_: &str, _: &str| Some(said("302 Found", "Location: http://127.0.0.1:1/\r\n", "moved"));
    let refusal = r#"{"status":429,"detail":"too many requests; wait\u0007 and ask less often"}"#;
    let mut told = vec![
        after(&mut market, |_, _| Some(said("500 Oops", "", "<h1>Oops</h1>"))).await,
        after(&mut market, page).await,
        after(&mut market, flood).await,
        after(&mut market, elsewhere).await,
        after(&mut market, |_, _| Some(said("429 Slow", "", refusal))).await,
        after(&mut market, |_, _| Some(said("200 OK", "", "{}"))).await,
        after(&mut market, |_, _| Some(said("200 OK", "", "[]"))).await,
        after(&mut market, |_, _| Some(said("200 OK", "", r#"[{"lease":7}]"#))).await,
        after(&mut market, |_, _| Some(b"no HTTP at all".to_vec())).await,
        after(&mut market, |_, _| Some(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec())).await,
    ];
    for sentence in &mut told {
        let (cut, _) = sentence.split_once(" (everything works until").unwrap();
        *sentence = cut.to_owned();
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[tokio::test]
async fn a_server_that_falls_silent_delays_no_page() {
    let (mut market, _) = Market::activated().await;
    let silent = Impostor::saying(|_, _| None).await;
    market.customer.licensing(&asks(&silent.url).replace("5s", "2s"));
    let app = Arc::new(market.customer.app().await);
    let checking = tokio::spawn({
        let app = Arc::clone(&app);
        async move { app.licenses.check(Which::All).await.map(drop) }
    });
    crate::support::eventually::eventually("question", async || (silent.asked() > 0).then_some(())).await;
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
    }
    assert!(
        !checking.is_finished() || begun.elapsed() > Duration::from_secs(1),
        "the server was still silent"
    );
    checking.await.unwrap().unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert!(panel.reason.contains("cannot be reached (no answer in time)"), "{}", panel.reason);
}

/// A change of what the license server would say.
type Twist = Box<dyn Fn(&mut Lease) + Send + Sync>;

#[tokio::test]
async fn a_lease_that_is_not_for_this_question_install_or_time_changes_nothing() {
    let (mut market, _) = Market::activated().await;
    let ring = Arc::new(Ring::load(&Ring::folder_in(&market.vendor.path("state"))).unwrap());
    let now = market.truth.now();
    let keys = format!("{{\"vouched\":\"{}\"}}", ring.vouched(now));
    let stranger = SigningKey::draw(&SeededEntropy::new(5));
    let mut told = Vec::new();
    let twists: [(&str, Twist); 7] = [
        ("other product", Box::new(|lease| lease.product = "client_booking_service".into())),
        ("other domain", Box::new(|lease| lease.domain = Domain::stored("evil.com").unwrap())),
        (
            "an old answer to another question",
            Box::new(|lease| lease.nonce = "00000000000000000000000000000000".into()),
        ),
        ("older number", Box::new(|lease| lease.seq = 1)),
        ("from the future", Box::new(|lease| lease.iat += TimeDelta::hours(2))),
        ("wrong kid", Box::new(|_| {})),
        ("bad signature", Box::new(|_| {})),
    ];
    for (name, twist) in twists {
        let (ring, keys, stranger) = (Arc::clone(&ring), keys.clone(), stranger.clone());
        let sentence = after(&mut market, move |path, body| {
            if path.ends_with("keys.json") {
                return Some(said("200 OK", "", &keys));
            }
            let asked: Value = serde_json::from_str(body).unwrap();
            let asked = &asked[0];
            let mut lease: Lease = answer(asked, now, ring.current());
            twist(&mut lease);
            let key = if name == "wrong kid" { &stranger } else { ring.current() };
            let mut text = lease::sign(&lease, key).unwrap();
            if name == "bad signature" {
                text.replace_range(0..4, "eyJ7");
                let (_, signature) = text.split_once('.').unwrap();
                let honest = lease::sign(&Lease { valid: false, ..lease }, key).unwrap();
                text = format!("{}.{signature}", honest.split_once('.').unwrap().0);
            }
            Some(said("200 OK", "", &json!([{ "lease": text }]).to_string()))
        })
        .await;
        let (cut, _) = sentence.split_once(" (everything works until").unwrap();
        told.push(format!("{name}: {cut}"));
    }
    let keys_of_stranger = format!("signed with key {}", stranger.kid());
    insta::assert_snapshot!(told.join("\n").replace(&keys_of_stranger, "signed with key KID"));
}

/// What an honest server would say: yes.
fn answer(asked: &Value, now: chrono::DateTime<chrono::Utc>, key: &SigningKey) -> Lease {
    let answer = perfex_bridge::licensing::Answer {
        license: None,
        product: asked["product"].as_str().unwrap().to_owned(),
        entitlements: Vec::new(),
        domain: Domain::stored(asked["domain"].as_str().unwrap()).unwrap(),
        slot: None,
        seq: u64::try_from(now.timestamp_millis()).unwrap() + 1,
        nonce: asked["nonce"].as_str().unwrap().to_owned(),
        code: perfex_bridge::licensing::Code::Active,
        expires_at: None,
    };
    Lease::issue(answer, now, key)
}
