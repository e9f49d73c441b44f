//! Buying from a trial keeps the key.

use chrono::TimeDelta;
use perfex_bridge::ids::OrderId;
use perfex_bridge::licensing::{self, License};
use perfex_bridge::schedule::Outcome;
use perfex_bridge::shop::{PlaceOrder, Settled};
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::shop::{Shop, eva};

/// Eva tries the product; returns the trial's order and license.
async fn tried(shop: &Shop) -> (OrderId, License) {
    let order = shop.place(&eva("taste")).await.unwrap().order;
    let license = shop.licenses(order).await.remove(0);
    (order, license)
}

/// Somebody orders and pays.
async fn bought(shop: &Shop, wanted: &PlaceOrder, price: i64) -> OrderId {
    let placed = shop.place(wanted).await.unwrap();
    crm::record_payment(&mut shop.conn().await, placed.invoice.unwrap(), Decimal::from(price)).await;
    assert!(matches!(shop.settle(placed.invoice.unwrap()).await, Settled::Changed { .. }));
    placed.order
}

async fn templates(shop: &Shop) -> Vec<String> {
    shop.messages().await.into_iter().map(|mail| mail.template).collect()
}

#[tokio::test]
async fn a_trial_that_is_bought_keeps_its_key_and_loses_no_day() {
    let shop = Shop::open().await;
    let (tried, trial) = tried(&shop).await;
    shop.pass(TimeDelta::days(10));
    let order = bought(&shop, &eva("pro"), 49).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 2 mails");
    let license = shop.licenses(order).await.remove(0);
    assert_eq!((license.id, license.key().unwrap()), (trial.id, trial.key().unwrap()));
    // Twelve months from the end of the trial, 8 April.
    assert_eq!(license.expires_at, Some("2027-04-08T10:00:00Z".parse().unwrap()));
    assert!(shop.licenses(tried).await.is_empty());
    assert_eq!(shop.events(tried).await, ["placed", "fulfilled", "bought"]);
    assert_eq!(templates(&shop).await, ["trial_started", "trial_bought"]);
    let run = shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!((run.outcome, run.words.as_str()), (Outcome::Ok, "0 running trials, 0 reminded of, 0 ended"));
    shop.pass(TimeDelta::days(30));
    assert_eq!(shop.licenses(order).await[0].right.to_string(), "active");
    shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!(templates(&shop).await.len(), 2, "no mail about a trial that was bought");
}

#[tokio::test]
async fn a_trial_that_has_ended_is_bought_from_the_day_of_the_payment() {
    let shop = Shop::open().await;
    let (_, trial) = tried(&shop).await;
    shop.pass(TimeDelta::days(60));
    shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    let order = bought(&shop, &eva("pro"), 49).await;
    let license = shop.licenses(order).await.remove(0);
    assert_eq!(license.key().unwrap(), trial.key().unwrap());
    assert_eq!(license.expires_at, Some("2027-05-08T10:00:00Z".parse().unwrap()));
    assert_eq!(license.right.to_string(), "active");
}

#[tokio::test]
async fn the_first_unit_keeps_the_key_and_the_others_get_new_ones() {
    let shop = Shop::open().await;
    let (_, trial) = tried(&shop).await;
    let mut wanted = eva("pro");
    wanted.quantity = 3;
    let order = bought(&shop, &wanted, 147).await;
    let keys: Vec<String> =
        shop.licenses(order).await.iter().map(|license| license.key().unwrap().to_owned()).collect();
    assert_eq!(keys.len(), 3);
    assert_eq!(keys.iter().filter(|key| *key == trial.key().unwrap()).count(), 1);
    assert_eq!(templates(&shop).await, ["trial_started", "license_issued"]);
    let mail = shop.messages().await.pop().unwrap();
    let payload = perfex_bridge::mail::Payload::open(&mail.payload, &shop.app.cipher).unwrap();
    let told: Vec<&str> = payload.0["license_key"].split("\n\n").collect();
    assert_eq!((told.len(), told[0]), (3, trial.key().unwrap()));
    assert!(keys.iter().all(|key| told.contains(&key.as_str())));
}

#[tokio::test]
async fn a_trial_is_bought_once() {
    let shop = Shop::open().await;
    let (_, trial) = tried(&shop).await;
    let conn = &mut shop.conn().await;
    let (one, two) = (shop.place(&eva("pro")).await.unwrap(), shop.place(&eva("pro")).await.unwrap());
    for placed in [&one, &two] {
        crm::record_payment(conn, placed.invoice.unwrap(), Decimal::from(49)).await;
    }
    let other = shop.second_daemon("").await;
    let looks = [(&one, &shop.app), (&two, &other), (&one, &other), (&two, &shop.app)]
        .map(|(placed, app)| perfex_bridge::shop::settle(&app.workshop, placed.invoice.unwrap()));
    futures_util::future::try_join_all(looks).await.unwrap();
    let mut keys = Vec::new();
    for placed in [&one, &two] {
        assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active, 3 mails");
        keys.push(shop.licenses(placed.order).await[0].key().unwrap().to_owned());
    }
    assert_ne!(keys[0], keys[1]);
    assert!(keys.contains(&trial.key().unwrap().to_owned()));
}

#[tokio::test]
async fn a_colleague_of_the_same_customer_buys_the_trial_and_a_stranger_does_not() {
    let shop = Shop::open().await;
    let (_, trial) = tried(&shop).await;
    let stranger = PlaceOrder { email: "other@person.example".into(), ..eva("pro") };
    let order = bought(&shop, &stranger, 49).await;
    assert_ne!(shop.licenses(order).await[0].key().unwrap(), trial.key().unwrap());
    let conn = &mut shop.conn().await;
    let client = shop.order(OrderId(1)).await.client;
    crm::add_contact(conn, client, "Max", "Müller", "max@buyer.example").await;
    let colleague = PlaceOrder { email: "max@buyer.example".into(), ..eva("pro") };
    let order = bought(&shop, &colleague, 49).await;
    assert_eq!(shop.licenses(order).await[0].key().unwrap(), trial.key().unwrap());
}

#[tokio::test]
async fn a_trial_that_was_taken_away_brings_a_new_key() {
    let shop = Shop::open().await;
    let (tried, trial) = tried(&shop).await;
    let mut session = shop.app.database.session().await.unwrap();
    licensing::revoke(&mut session, trial.id, shop.now(), "key published").await.unwrap();
    let order = bought(&shop, &eva("pro"), 49).await;
    assert_ne!(shop.licenses(order).await[0].key().unwrap(), trial.key().unwrap());
    assert_eq!(shop.licenses(tried).await[0].right.to_string(), "revoked");
    assert_eq!(templates(&shop).await, ["trial_started", "license_issued"]);
}

#[tokio::test]
async fn a_payment_that_is_taken_back_does_not_bring_the_trial_back() {
    let shop = Shop::open().await;
    let (_, trial) = tried(&shop).await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let payment = crm::record_payment(conn, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 2 mails");
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed revoked, suspended, 2 mails");
    crm::record_payment(conn, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 2 mails");
    assert_eq!(shop.licenses(order).await[0].key().unwrap(), trial.key().unwrap());
}
