//! Who may write what became of a message: only the one who still holds it.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::outbox::{self, Round, State};

use crate::support::post::{Post, SOON};
use crate::support::shop::eva;
use crate::support::smtp::{At, Step};

#[tokio::test]
async fn a_message_that_staff_send_again_while_it_is_prepared_leaves_once_and_with_the_new_address() {
    let post = Post::waiting("2s").await;
    post.shop.place(&eva("gift")).await.unwrap();
    let second = post.shop.second_daemon(&post.config()).await;
    post.smtp.then([Step::Stall(At::Rcpt)]);
    let first = tokio::spawn({
        let outbox = post.shop.app.outbox.clone();
        async move { outbox.drain().await.unwrap() }
    });
    post.smtp.wait_for_script(SOON).await;
    // The first worker hangs before the point of no return; staff do not want to wait.
    let id = post.message().await.id;
    let mut session = post.shop.app.database.session().await.unwrap();
    outbox::retry(&mut session, id, Some("eva@new.example"), post.shop.now()).await.unwrap();
    assert_eq!(second.outbox.drain().await.unwrap(), [Round { state: Some(State::Sent) }]);
    // Its own time is up later: what it writes then no longer counts.
    assert_eq!(first.await.unwrap(), [Round { state: None }]);
    let mails = post.smtp.received();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["eva@new.example"]);
    assert_eq!(post.message().await.state, State::Sent);
}

#[tokio::test]
async fn a_message_dropped_while_it_is_prepared_does_not_leave() {
    let post = Post::waiting("2s").await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Stall(At::Rcpt)]);
    let worker = tokio::spawn({
        let outbox = post.shop.app.outbox.clone();
        async move { outbox.drain().await.unwrap() }
    });
    post.smtp.wait_for_script(SOON).await;
    let mut session = post.shop.app.database.session().await.unwrap();
    outbox::drop_message(&mut session, post.message().await.id, post.shop.now()).await.unwrap();
    assert_eq!(worker.await.unwrap(), [Round { state: None }]);
    let message = post.message().await;
    assert_eq!((message.state, message.due_at), (State::Dead, None));
    assert_eq!(message.last_error.as_deref(), Some("dropped by staff"));
    assert_eq!(post.smtp.received(), []);
}

#[tokio::test]
async fn a_message_on_its_way_can_neither_be_repeated_nor_dropped() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    post.smtp.then([Step::Stall(At::Dot)]);
    let worker = tokio::spawn({
        let outbox = post.shop.app.outbox.clone();
        async move { outbox.drain().await.unwrap() }
    });
    post.smtp.wait_for(1, SOON).await;
    let id = post.message().await.id;
    let mut session = post.shop.app.database.session().await.unwrap();
    let now = post.shop.now();
    let repeated = outbox::retry(&mut session, id, None, now).await.unwrap_err();
    assert_eq!(repeated.to_string(), format!("message {id} is sending: it cannot be sent again now"));
    let dropped = outbox::drop_message(&mut session, id, now).await.unwrap_err();
    assert_eq!(dropped.to_string(), format!("message {id} is sending: it cannot be dropped"));
    assert_eq!(worker.await.unwrap(), [Round { state: Some(State::Uncertain) }]);
}

#[tokio::test]
async fn a_message_that_kills_its_worker_each_time_reaches_its_limit() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    for attempt in 1..=4 {
        post.smtp.then([Step::Stall(At::Mail)]);
        let outbox = post.shop.app.outbox.clone();
        let worker = tokio::spawn(async move { outbox.drain().await });
        post.smtp.wait_for_script(SOON).await;
        worker.abort();
        assert!(worker.await.unwrap_err().is_cancelled());
        assert_eq!(post.message().await.attempts, attempt);
        assert_eq!(post.drain().await, [], "the lease still runs");
        post.shop.pass(TimeDelta::hours(1));
    }
    assert_eq!(post.drain().await, [Some(State::Dead)]);
    assert_eq!(
        post.message().await.last_error.as_deref(),
        Some("given up after 4 attempts: the daemon stopped at each attempt")
    );
    assert_eq!(post.smtp.received(), []);
}

/// The first row that is about to leave loses against another transaction. A lock of the connection remembers that it did:
/// no rollback gives that back.
const CLASH: &str = "CREATE TRIGGER `clash` BEFORE UPDATE ON `tblbridge_outbox` FOR EACH ROW
     IF NEW.`state` = 'sending' AND IS_FREE_LOCK(CONCAT(DATABASE(), '-clash'))
        AND GET_LOCK(CONCAT(DATABASE(), '-clash'), 0) THEN
       SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found';
     END IF";

#[tokio::test]
async fn a_message_that_loses_against_another_workers_claim_does_not_wait_until_its_lease_ends() {
    let post = Post::open().await;
    post.shop.place(&eva("gift")).await.unwrap();
    let mut conn = post.shop.conn().await;
    conn.query_drop(CLASH).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let clashed: Option<bool> =
        conn.query_first("SELECT NOT IS_FREE_LOCK(CONCAT(DATABASE(), '-clash'))").await.unwrap();
    assert_eq!(clashed, Some(true));
    assert_eq!(post.smtp.received().len(), 1);
}
