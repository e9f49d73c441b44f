//! Servers that answer as no license server should: the order waits, the reason is told, nothing is lost.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::entropy::SeededEntropy;
use perfex_bridge::outbox::{self, State};
use serde_json::json;

use crate::support::remote::RemoteShop;
use crate::support::rogue::Act;

/// What each answer is told as.
async fn told(act: Act) -> String {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 1).await;
    remote.way.then([act]);
    assert_eq!(remote.bring().await, [Some(State::Retry)]);
    assert_eq!(remote.story(order).await, "placed over open, no license, 0 mails");
    let reason = remote.requests().await.remove(0).last_error.unwrap();
    assert!(!reason.contains(&remote.server.api_key), "{reason}");

    remote.shop.pass(TimeDelta::seconds(10));
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active, 1 mails");
    assert_eq!(remote.keys(order).await, remote.made().await);
    assert!(remote.way.pages().iter().all(|page| page == "/api/create.php"), "{:?}", remote.way.pages());
    reason
}

#[tokio::test]
async fn refusals_that_somebody_will_mend_are_repeated() {
    for (status, body, words) in [
        (500, json!({}), "answered 500: Internal Server Error"),
        (503, json!({"detail": "back at noon\r\n"}), "answered 503: back at noon"),
        (401, json!({"detail": "send an API key"}), "answered 401: send an API key"),
        (403, json!(null), "answered 403: Forbidden"),
        (429, json!(["x"]), "answered 429: Too Many Requests"),
    ] {
        let told = Box::pin(told(Act::Status(status, body))).await;
        assert_eq!(told, format!("the license server 127.0.0.1 {words}"));
    }
}

#[tokio::test]
async fn answers_that_are_no_answer_are_repeated() {
    let garbage = "instead of JSON: is licensing.server right?";
    for (act, words) in [
        (Act::Text("<html>Welcome"), format!("answered with another document {garbage}")),
        (Act::Flood, format!("answered with far too much {garbage}")),
        (
            Act::Redirect,
            "answered 302: it sends requests elsewhere, which is not followed: is licensing.server right?"
                .to_owned(),
        ),
        (Act::Text("{}"), "answered without `license_key`: is licensing.server a license server?".to_owned()),
        (
            Act::Text("{\"license_key\": \"x\", \"expires_at\": null, \"reference\": \"other\"}"),
            "answered to another request: its `reference` is not the one that was sent".to_owned(),
        ),
    ] {
        assert_eq!(Box::pin(told(act)).await, format!("the license server 127.0.0.1 {words}"));
    }
}

#[tokio::test]
async fn keys_that_are_none_or_of_another_product_are_repeated() {
    let mint = RemoteShop::open().await.shop.app.workshop.mint.clone();
    let other = mint.strike("backup", &SeededEntropy::new(1)).to_string();
    let mistyped = mint.strike("booking", &SeededEntropy::new(1)).to_string().replace('a', "b");
    for (key, words) in [
        ("abc".to_owned(), "answered with a key that is none: a license key looks like"),
        (mistyped, "answered with a key that is none: the license key has a typing error"),
        (other, "answered with a key of another product: does the product have the same slug there?"),
    ] {
        let told = Box::pin(told(Act::Key(key.clone()))).await;
        assert!(told.starts_with(&format!("the license server 127.0.0.1 {words}")), "{told}");
        assert!(!told.contains(&key));
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up_for_now() {
    let told = Box::pin(told(Act::Silence)).await;
    assert_eq!(
        told,
        "the license server 127.0.0.1 cannot be reached (no answer in time): allow outgoing HTTPS to it"
    );
}

#[tokio::test]
async fn a_server_that_repeats_the_api_key_does_not_bring_it_into_the_outbox() {
    let remote = RemoteShop::open().await;
    remote.paid("pro", 1).await;
    let echo = format!("`{}` may not do this", remote.server.api_key);
    remote.way.then([Act::Status(403, json!({"detail": echo}))]);
    remote.bring().await;
    let reason = remote.requests().await.remove(0).last_error.unwrap();
    assert_eq!(reason, "the license server 127.0.0.1 answered 403: `***` may not do this");
}

#[tokio::test]
async fn one_key_for_two_units_is_refused_and_the_second_waits_for_its_own() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 2).await;
    let mint = &remote.shop.app.workshop.mint;
    let key = mint.strike("booking", &SeededEntropy::new(5)).to_string();
    remote.way.otherwise(Act::Key(key.clone()));
    let mut left = remote.bring().await;
    left.sort_by_key(|state| state.map(|state| state.to_string()));
    assert_eq!(left, [Some(State::Retry), Some(State::Sent)]);
    assert_eq!(remote.keys(order).await, [key]);
    assert_eq!(remote.story(order).await, "placed over open, active, 0 mails");
    let waits = remote.requests().await.into_iter().find(|request| request.state == State::Retry).unwrap();
    let license = remote.shop.licenses(order).await[0].id;
    assert_eq!(
        waits.last_error.unwrap(),
        format!(
            "the license server 127.0.0.1 answered with a key that license {license} has already: each unit needs its own"
        )
    );
    remote.way.otherwise(Act::Pass);
    remote.shop.pass(TimeDelta::seconds(10));
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 1 mails");
}

#[tokio::test]
async fn refusals_of_what_was_asked_for_end_the_request_and_staff_may_ask_again() {
    for (status, words) in
        [(422, "term: unheard of"), (409, "the reference was used for a different request")]
    {
        let remote = RemoteShop::open().await;
        let (order, _) = remote.paid("pro", 1).await;
        remote.way.then([Act::Status(status, json!({"detail": words}))]);
        assert_eq!(remote.bring().await, [Some(State::Dead)]);
        remote.shop.pass(TimeDelta::days(1));
        assert_eq!(remote.bring().await, []);
        let request = remote.requests().await.remove(0);
        let told = remote.why(order).await.pop().unwrap();
        assert!(told.contains(&format!("refused: order {order}, unit 1 of 1: the license server")), "{told}");
        assert!(told.contains(&format!("answered {status}: {words}; mend")), "{told}");
        let mut session = remote.shop.app.database.session().await.unwrap();
        outbox::retry(&mut session, request.id, None, remote.shop.now()).await.unwrap();
        assert_eq!(remote.bring().await, [Some(State::Sent)]);
        assert_eq!(remote.story(order).await, "placed over fulfilled, active, 1 mails");
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_decrypted_says_so_and_asks_nobody() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 1).await;
    let spoil = "UPDATE `tblbridge_outbox` SET `payload` = 'none' WHERE `kind` = 'license'";
    remote.shop.conn().await.query_drop(spoil).await.unwrap();
    assert_eq!(remote.bring().await, [Some(State::Dead)]);
    let told = remote.why(order).await.pop().unwrap();
    assert!(told.contains("this request cannot be decrypted: was APP_ENC_KEY changed?"), "{told}");
    assert!(remote.way.asked().is_empty());
}
