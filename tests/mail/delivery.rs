//! What a mail server may do, and what becomes of the message.

use chrono::TimeDelta;
use perfex_bridge::outbox::State;

use crate::support::crm;
use crate::support::post::{Post, SOON};
use crate::support::shop::eva;
use crate::support::smtp::{At, Step, USER};

/// Message-ID header of a received mail.
fn message_id(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap().to_owned()
}

#[tokio::test]
async fn a_license_mail_arrives_over_starttls_with_the_crms_own_settings() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let received = post.smtp.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].encrypted);
    assert_eq!(received[0].user.as_deref(), Some(USER));
    assert_eq!(received[0].from, "crm@seller.example");
    assert_eq!(received[0].to, ["eva@buyer.example"]);
    let message = post.message().await;
    assert_eq!(message_id(&received[0].raw), format!("<{}>", message.message_id));
    assert_eq!((message.state, message.attempts, message.due_at), (State::Sent, 1, None));
}

#[tokio::test]
async fn a_busy_server_is_asked_again_later_with_the_same_identity() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Reply(At::Rcpt, 451), Step::Reply(At::Dot, 452)]);
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    assert!(post.message().await.last_error.unwrap().contains("451"));
    assert_eq!(post.drain().await, [], "not before the pause");
    post.shop.pass(TimeDelta::seconds(10));
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    post.shop.pass(TimeDelta::minutes(1));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let received = post.smtp.received();
    assert_eq!(received.len(), 1);
    assert_eq!(message_id(&received[0].raw), format!("<{}>", post.message().await.message_id));
}

#[tokio::test]
async fn a_server_that_stays_busy_ends_in_dead_after_the_configured_attempts() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Reply(At::Mail, 421); 4]);
    let mut states = Vec::new();
    for _ in 0..6 {
        states.extend(post.drain().await);
        post.shop.pass(TimeDelta::hours(6));
    }
    assert_eq!(states, [State::Retry, State::Retry, State::Retry, State::Dead].map(Some));
    assert!(post.message().await.last_error.unwrap().starts_with("given up after 4 attempts: "));
}

#[tokio::test]
async fn a_refused_recipient_leaves_a_dead_mail_with_the_servers_words_and_a_license() {
    for at in [At::Rcpt, At::Dot] {
        let post = Post::open().await;
        let placed = post.shop.place(&eva("gift")).await.unwrap();
        post.smtp.then([Step::Reply(at, 550)]);
        assert_eq!(post.drain().await, [Some(State::Dead)], "{at:?}");
        let message = post.message().await;
        assert!(message.last_error.unwrap().contains("550"));
        assert_eq!(message.due_at, None);
        assert_eq!(post.shop.licenses(placed.order).await.len(), 1);
        assert_eq!(post.smtp.received(), []);
    }
}

#[tokio::test]
async fn silence_after_the_final_dot_is_tried_once_more_after_the_pause_with_the_same_identity() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Stall(At::Dot)]);
    assert_eq!(post.drain().await, [Some(State::Uncertain)]);
    post.shop.pass(TimeDelta::minutes(14));
    assert_eq!(post.drain().await, [], "too early");
    post.shop.pass(TimeDelta::minutes(1));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let received = post.smtp.received();
    assert_eq!(received.len(), 2, "the server had taken the first one too");
    assert_eq!(message_id(&received[0].raw), message_id(&received[1].raw));
    assert_eq!(received[0].raw, received[1].raw, "a copy is a copy to the byte");
}

#[tokio::test]
async fn a_second_silence_is_left_to_people() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::HangUp(At::Dot), Step::HangUp(At::Text)]);
    assert_eq!(post.drain().await, [Some(State::Uncertain)]);
    post.shop.pass(TimeDelta::minutes(15));
    assert_eq!(post.drain().await, [Some(State::Dead)]);
    assert!(post.message().await.last_error.unwrap().starts_with("perhaps delivered, twice: "));
}

#[tokio::test]
async fn a_line_that_breaks_before_the_content_is_simply_tried_again() {
    for step in [Step::HangUp(At::Connect), Step::HangUp(At::Mail), Step::HangUp(At::Data)] {
        let post = Post::open().await;
        post.shop.place(&eva("gift")).await.unwrap();
        post.smtp.then([step]);
        assert_eq!(post.drain().await, [Some(State::Retry)], "{step:?}");
        post.shop.pass(TimeDelta::seconds(10));
        assert_eq!(post.drain().await, [Some(State::Sent)], "{step:?}");
        assert_eq!(post.smtp.received().len(), 1);
    }
}

#[tokio::test]
async fn a_wrong_password_waits_for_staff_to_mend_it_and_is_never_repeated_in_the_reason() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.set_password("not-the-password").await;
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    let reason = post.message().await.last_error.unwrap();
    assert!(reason.contains("535") && !reason.contains("not-the-password"), "{reason}");
    post.set_password(crate::support::smtp::PASSWORD).await;
    post.shop.pass(TimeDelta::seconds(10));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
}

#[tokio::test]
async fn a_password_from_another_installation_is_said_so() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.set("smtp_password", &"0".repeat(200)).await;
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    let reason = post.message().await.last_error.unwrap();
    assert!(reason.contains("cannot be decrypted") && reason.contains("APP_ENC_KEY"), "{reason}");
}

#[tokio::test]
async fn a_stalled_server_does_not_delay_a_settlement() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    let (order, invoice) = post.shop.invoiced("pro").await;
    post.smtp.then([Step::Stall(At::Dot)]);
    let outbox = std::sync::Arc::clone(&post.shop.app.outbox);
    let delivering = tokio::spawn(async move { outbox.drain().await.unwrap() });
    post.smtp.wait_for(1, SOON).await;
    let mut conn = post.shop.conn().await;
    crm::record_payment(&mut conn, invoice, "49.00".parse().unwrap()).await;
    post.shop.settle(invoice).await;
    assert!(!delivering.is_finished(), "the delivery is still stalled while the license exists");
    assert_eq!(post.shop.licenses(order).await.len(), 1);
    // Sent after the settlement by the same round, or by the next.
    delivering.await.unwrap();
    post.drain().await;
    assert_eq!(post.smtp.received().len(), 2);
}

#[tokio::test]
async fn two_daemons_deliver_each_message_once() {
    let post = Post::open().await;
    for number in 0..20 {
        let mut order = eva("gift");
        order.email = format!("buyer{number}@buyer.example");
        post.shop.place(&order).await.unwrap();
    }
    let second = post.shop.second_daemon(&format!("[mail]\nca_file = \"{}\"\n", post.ca().display())).await;
    let (mine, theirs) = tokio::join!(post.shop.app.outbox.drain(), second.outbox.drain());
    assert_eq!(mine.unwrap().len() + theirs.unwrap().len(), 20);
    let mut identities: Vec<String> = post.smtp.received().iter().map(|mail| message_id(&mail.raw)).collect();
    identities.sort();
    identities.dedup();
    assert_eq!((post.smtp.received().len(), identities.len()), (20, 20));
}

#[tokio::test]
async fn a_worker_that_dies_before_the_point_of_no_return_costs_only_its_lease() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Stall(At::Mail)]);
    let outbox = std::sync::Arc::clone(&post.shop.app.outbox);
    let worker = tokio::spawn(async move { outbox.drain().await });
    post.smtp.wait_for_script(SOON).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    assert_eq!(post.message().await.state, State::Ready);
    assert_eq!(post.drain().await, [], "the lease still runs");
    post.shop.pass(TimeDelta::minutes(2));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    assert_eq!(post.smtp.received().len(), 1);
}

#[tokio::test]
async fn a_worker_that_dies_at_the_point_of_no_return_leaves_an_uncertain_mail() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Stall(At::Dot)]);
    let outbox = std::sync::Arc::clone(&post.shop.app.outbox);
    let worker = tokio::spawn(async move { outbox.drain().await });
    post.smtp.wait_for(1, SOON).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    assert_eq!(post.message().await.state, State::Sending);
    post.shop.pass(TimeDelta::minutes(2));
    assert_eq!(post.drain().await, [Some(State::Uncertain)]);
    post.shop.pass(TimeDelta::minutes(15));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
}

#[tokio::test]
async fn a_corrected_address_is_used_when_staff_send_again() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Reply(At::Rcpt, 550)]);
    assert_eq!(post.drain().await, [Some(State::Dead)]);
    let mut session = post.shop.app.database.session().await.unwrap();
    let id = post.message().await.id;
    perfex_bridge::outbox::retry(&mut session, id, Some("eva@new.example"), post.shop.now()).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    assert_eq!(post.smtp.received()[0].to, ["eva@new.example"]);
}
