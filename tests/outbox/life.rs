//! The life of a message, from the fact that it tells to the day it is forgotten.

use chrono::TimeDelta;
use perfex_bridge::outbox::{self, NewMessage, State};

use crate::support::post::Post;
use crate::support::shop::{Shop, eva};
use crate::support::smtp::{At, Step};

/// A message that tells of `fact`.
fn message(fact: &str) -> NewMessage {
    NewMessage {
        kind: "mail",
        dedupe_key: fact.into(),
        template: "license_issued",
        recipient: "eva@buyer.example".into(),
        recipient_name: "Eva".into(),
        language: "english".into(),
        message_id: format!("{fact}@crm.example"),
        payload: "none".into(),
    }
}

#[tokio::test]
async fn a_fact_is_told_once_and_the_first_telling_counts() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.session().await.unwrap();
    outbox::enqueue(&mut session, &message("fact-1"), shop.now()).await.unwrap();
    let mut again = message("fact-1");
    again.recipient = "mallory@other.example".into();
    outbox::enqueue(&mut session, &again, shop.now()).await.unwrap();
    outbox::enqueue(&mut session, &message("fact-2"), shop.now()).await.unwrap();
    let told: Vec<String> = shop.messages().await.into_iter().map(|one| one.recipient).collect();
    assert_eq!(told, ["eva@buyer.example", "eva@buyer.example"]);
}

#[tokio::test]
async fn a_message_whose_fact_is_rolled_back_is_never_told() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.begin().await.unwrap();
    outbox::enqueue(&mut session, &message("fact"), shop.now()).await.unwrap();
    drop(session);
    assert!(shop.messages().await.is_empty());
}

#[tokio::test]
async fn values_that_cannot_be_decrypted_and_kinds_that_nobody_carries_are_given_up_with_their_reason() {
    let post = Post::open().await;
    let mut session = post.shop.app.database.session().await.unwrap();
    let now = post.shop.now();
    outbox::enqueue(&mut session, &message("sealed-elsewhere"), now).await.unwrap();
    let pigeon = NewMessage { kind: "pigeon", ..message("pigeon") };
    outbox::enqueue(&mut session, &pigeon, now).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Dead); 2]);
    let reasons: Vec<String> =
        post.shop.messages().await.into_iter().map(|one| one.last_error.unwrap()).collect();
    assert_eq!(
        reasons,
        [
            "the values of this mail cannot be decrypted: was APP_ENC_KEY changed?",
            "this version delivers no messages of kind `pigeon`"
        ]
    );
}

#[tokio::test]
async fn pauses_grow_and_nothing_is_tried_before_its_time() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    for (attempt, pause) in [(1, 10), (2, 60), (3, 300)] {
        post.smtp.then([Step::Reply(At::Mail, 451)]);
        assert_eq!(post.drain().await, [Some(State::Retry)]);
        let waiting = post.message().await;
        let pause = TimeDelta::seconds(pause);
        assert_eq!((waiting.attempts, waiting.due_at), (attempt, Some(post.shop.now() + pause)));
        post.shop.pass(pause - TimeDelta::microseconds(1));
        assert_eq!(post.drain().await, []);
        post.shop.pass(TimeDelta::microseconds(1));
    }
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    assert_eq!(post.message().await.finished_at, Some(post.shop.now()));
}

#[tokio::test]
async fn a_line_that_breaks_after_the_final_dot_leaves_a_mail_that_is_repeated_once_under_its_identity() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::HangUp(At::Dot)]);
    assert_eq!(post.drain().await, [Some(State::Uncertain)]);
    post.shop.pass(TimeDelta::minutes(15) - TimeDelta::microseconds(1));
    assert_eq!(post.drain().await, []);
    post.shop.pass(TimeDelta::microseconds(1));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let mails = post.smtp.received();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].raw, mails[1].raw);
}

#[tokio::test]
async fn one_bad_address_does_not_hold_up_the_others() {
    let post = Post::open().await;
    for n in 0..10 {
        let mut wanted = eva("gift");
        wanted.email = format!("buyer{n}@buyer.example");
        post.shop.place(&wanted).await.unwrap();
    }
    post.smtp.then([Step::Reply(At::Rcpt, 550), Step::Reply(At::Mail, 451)]);
    let mut states = post.drain().await;
    states.sort_by_key(|state| state.map(|state| state.to_string()));
    let mut expected = vec![Some(State::Dead), Some(State::Retry)];
    expected.extend([Some(State::Sent); 8]);
    assert_eq!(states, expected);
    assert_eq!(post.smtp.received().len(), 8);
}

#[tokio::test]
async fn only_delivered_messages_are_forgotten_and_only_after_their_time() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Reply(At::Rcpt, 550)]);
    post.drain().await;
    post.shop.place(&eva("taste")).await.unwrap();
    post.drain().await;
    post.shop.place(&eva("gift")).await.unwrap();
    let mut session = post.shop.app.database.session().await.unwrap();
    assert_eq!(outbox::prune(&mut session, post.shop.now()).await.unwrap(), 0);
    post.shop.pass(TimeDelta::microseconds(1));
    assert_eq!(outbox::prune(&mut session, post.shop.now()).await.unwrap(), 1);
    let left: Vec<State> = post.shop.messages().await.into_iter().map(|one| one.state).collect();
    assert_eq!(left, [State::Dead, State::Ready]);
}
