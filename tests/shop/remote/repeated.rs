//! Requests that are repeated, by crashes and by daemons side by side: never two keys.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::outbox::State;
use perfex_bridge::shop;

use crate::support::remote::RemoteShop;
use crate::support::rogue::Act;
use crate::support::shop::eva;

#[tokio::test]
async fn many_looks_and_two_daemons_get_one_key_for_each_unit_on_both_sides() {
    let remote = RemoteShop::open().await;
    let mut wanted = eva("pro");
    wanted.quantity = 5;
    let placed = remote.shop.place(&wanted).await.unwrap();
    let invoice = placed.invoice.unwrap();
    remote.pay(invoice).await;
    let other = remote.shop.second_daemon(&remote.config()).await;
    let looks = (0..64).map(|n| {
        let workshop = if n % 2 == 0 { &remote.shop.app.workshop } else { &other.workshop };
        shop::settle(workshop, invoice)
    });
    futures_util::future::try_join_all(looks).await.unwrap();
    assert_eq!(remote.requests().await.len(), 5);
    let (mine, theirs) =
        tokio::join!(remote.shop.app.license_requests.drain(), other.license_requests.drain());
    assert_eq!(mine.unwrap().len() + theirs.unwrap().len(), 5);
    assert_eq!(
        remote.story(placed.order).await,
        "placed over fulfilled, active active active active active, 1 mails"
    );
    let keys = remote.keys(placed.order).await;
    assert_eq!((keys.len(), &keys), (5, &remote.made().await));
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again_and_is_the_same_key() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 1).await;
    remote.way.then([Act::LoseAnswer, Act::LoseAnswer]);
    for _ in 0..2 {
        assert_eq!(remote.bring().await, [Some(State::Retry)]);
        remote.shop.pass(TimeDelta::minutes(1));
    }
    let made = remote.made().await;
    assert_eq!(made.len(), 1, "the server has made it");
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.keys(order).await, made);
    assert_eq!(remote.made().await, made);
    let asked = remote.way.asked();
    assert!(asked.iter().all(|one| *one == asked[0]), "{asked:?}");
}

#[tokio::test]
async fn a_daemon_that_dies_while_the_server_works_leaves_the_request_to_the_next_one() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 1).await;
    remote.way.then([Act::Hold]);
    let outbox = remote.shop.app.license_requests.clone();
    let worker = tokio::spawn(async move { outbox.drain().await });
    remote.way.wait_for(1).await;
    worker.abort();
    assert!(worker.await.unwrap_err().is_cancelled());
    assert_eq!(remote.requests().await[0].state, State::Sending);
    let other = remote.shop.second_daemon(&remote.config()).await;
    assert_eq!(other.license_requests.drain().await.unwrap(), [], "the lease still runs");
    remote.shop.pass(TimeDelta::minutes(2));
    assert_eq!(other.license_requests.drain().await.unwrap().len(), 1);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active, 1 mails");
    assert_eq!(remote.keys(order).await, remote.made().await);
}

#[tokio::test]
async fn a_daemon_that_dies_before_it_can_tick_the_request_off_asks_nobody_again() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 1).await;
    remote.bring().await;
    // As the row is when the license was committed and nothing after it.
    let crashed = "UPDATE `tblbridge_outbox` SET `state` = 'sending', `lease_token` = REPEAT('a', 32), \
                   `due_at` = ?, `finished_at` = NULL WHERE `kind` = 'license'";
    remote.shop.conn().await.exec_drop(crashed, (remote.shop.now().naive_utc(),)).await.unwrap();
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.way.asked().len(), 1);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active, 1 mails");
}

#[tokio::test]
async fn a_server_that_is_down_for_days_delays_the_license_and_nothing_is_lost_or_doubled() {
    let remote = RemoteShop::open().await;
    let (order, invoice) = remote.paid("pro", 1).await;
    remote.way.otherwise(Act::HangUp);
    let mut attempts = 0;
    for _ in 0..(3 * 24 * 4) {
        attempts += remote.bring().await.iter().filter(|state| **state == Some(State::Retry)).count();
        remote.shop.pass(TimeDelta::minutes(15));
    }
    assert!(attempts > 250, "{attempts}");
    let request = remote.requests().await.remove(0);
    assert_eq!(request.state, State::Retry);
    let reason = request.last_error.unwrap();
    assert!(reason.starts_with("the license server 127.0.0.1 cannot be reached ("), "{reason}");
    let told = remote.why(order).await.pop().unwrap();
    assert!(
        told.starts_with(&format!(
            "waiting: order {order}, unit 1 of 1: 127.0.0.1 was asked {attempts} times"
        )),
        "{told}"
    );

    remote.way.otherwise(Act::Pass);
    remote.shop.settle(invoice).await;
    remote.bring().await;
    assert_eq!(remote.story(order).await, "placed over fulfilled, active, 1 mails");
    assert_eq!(remote.keys(order).await, remote.made().await);
    assert_eq!(remote.made().await.len(), 1);
}
