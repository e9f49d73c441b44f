//! A trial from another machine's license server that is bought.

use perfex_bridge::licensing;
use perfex_bridge::outbox::State;
use perfex_bridge::shop::PlaceOrder;

use crate::support::remote::RemoteShop;
use crate::support::shop::eva;

/// The templates of all mails, oldest first.
async fn mails(remote: &RemoteShop) -> Vec<String> {
    let all = remote.shop.messages().await.into_iter();
    all.filter(|message| message.kind == "mail").map(|message| message.template).collect()
}

#[tokio::test]
async fn a_trial_that_is_bought_keeps_its_key_on_both_machines() {
    let remote = RemoteShop::open().await;
    let tried = remote.shop.place(&eva("taste")).await.unwrap().order;
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    let trial = remote.keys(tried).await;
    assert_eq!(remote.story(tried).await, "placed full fulfilled, trial, 1 mails");

    let (order, _) = remote.paid("pro", 2).await;
    assert_eq!(remote.bring().await, [Some(State::Sent); 2]);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 2 mails");
    let keys = remote.keys(order).await;
    assert!(keys.contains(&trial[0]), "{keys:?}");
    assert_eq!(remote.made().await, keys, "two licenses there, one of them was the trial");
    assert!(remote.shop.licenses(tried).await.is_empty());
    let ends: Vec<_> = remote.shop.licenses(order).await.iter().map(|license| license.expires_at).collect();
    // Twelve months from the end of the trial, and from today.
    assert_eq!(
        ends,
        [Some("2027-04-08T10:00:00Z".parse().unwrap()), Some("2027-03-09T10:00:00Z".parse().unwrap())]
    );
}

#[tokio::test]
async fn one_license_from_a_trial_is_told_as_such() {
    let remote = RemoteShop::open().await;
    remote.shop.place(&eva("taste")).await.unwrap();
    remote.bring().await;
    remote.paid("pro", 1).await;
    remote.bring().await;
    assert_eq!(mails(&remote).await, ["trial_started", "trial_bought"]);
}

#[tokio::test]
async fn a_trial_that_the_server_has_taken_away_brings_a_new_key_and_no_more_reminders() {
    let remote = RemoteShop::open().await;
    let tried = remote.shop.place(&eva("taste")).await.unwrap().order;
    remote.bring().await;
    let trial = remote.keys(tried).await;
    let there = &remote.server.shop;
    let mut session = there.app.database.session().await.unwrap();
    let key = licensing::LicenseKey::parse(&trial[0]).unwrap();
    let id = licensing::holder_of_key(&mut session, &key).await.unwrap().unwrap();
    licensing::revoke(&mut session, id, there.now(), "published").await.unwrap();

    let (order, _) = remote.paid("pro", 1).await;
    remote.bring().await;
    assert_ne!(remote.keys(order).await, trial);
    assert_eq!(mails(&remote).await, ["trial_started", "license_issued"]);
    let run = remote.shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!(run.words, "0 running trials, 0 reminded of, 0 ended");
}

#[tokio::test]
async fn reminders_come_from_the_shop_and_not_from_the_license_server() {
    let remote = RemoteShop::open().await;
    let wanted = PlaceOrder { email: "eva@buyer.example".into(), ..eva("taste") };
    remote.shop.place(&wanted).await.unwrap();
    remote.bring().await;
    remote.shop.pass(chrono::TimeDelta::days(7));
    let there = remote.server.shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!(there.words, "0 running trials, 0 reminded of, 0 ended");
    let here = remote.shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!(here.words, "1 running trials, 1 reminded of, 0 ended");
}
