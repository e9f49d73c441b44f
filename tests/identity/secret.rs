//! The secret that the CRM's companion and the daemon share.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::gateway::{Secrets, sign};
use perfex_bridge::perfex::encryption::Cipher;
use secrecy::SecretString;

use super::house::{House, request};
use crate::support::crm;

const OPTION: &str = "perfex_bridge_gateway_secret";

impl House {
    async fn rotate(&self) {
        let app = &self.shop.app;
        Secrets::rotate(&app.database, &app.cipher, &*app.entropy, self.shop.now()).await.unwrap();
    }
}

#[tokio::test]
async fn a_new_secret_counts_at_once_and_the_old_one_for_five_minutes() {
    let house = House::open().await;
    let old = house.secret().await;
    let by_old = async || {
        let header = sign(&old, &"GET".parse().unwrap(), "/shop", b"", &house.claim());
        house.answer(&request("GET", "/shop", &[("bridge-identity", &header)], "")).await
    };
    let by_new = async || house.answer(&house.signed("GET", "/shop", "", &house.claim()).await).await;
    assert_eq!(by_old().await, "stranger");
    house.shop.pass(TimeDelta::seconds(1));
    house.rotate().await;
    assert_ne!(house.secret().await, old);
    assert_eq!((by_new().await.as_str(), by_old().await.as_str()), ("stranger", "stranger"));
    house.shop.pass(TimeDelta::seconds(299));
    assert_eq!((by_new().await.as_str(), by_old().await.as_str()), ("stranger", "stranger"));
    house.shop.pass(TimeDelta::seconds(1));
    assert_eq!((by_new().await.as_str(), by_old().await.as_str()), ("stranger", "signature"));
}

#[tokio::test]
async fn an_old_secret_ends_in_time_although_nobody_used_the_new_one() {
    let house = House::open().await;
    let old = house.secret().await;
    let header = async || sign(&old, &"GET".parse().unwrap(), "/shop", b"", &house.claim());
    let asked = async |header: String| request("GET", "/shop", &[("bridge-identity", &header)], "");
    assert_eq!(house.answer(&asked(header().await).await).await, "stranger");
    house.rotate().await;
    house.shop.pass(TimeDelta::seconds(301));
    assert_eq!(house.answer(&asked(header().await).await).await, "signature");
}

#[tokio::test]
async fn two_changes_in_a_row_end_the_oldest_secret_at_once() {
    let house = House::open().await;
    let oldest = house.secret().await;
    house.rotate().await;
    house.rotate().await;
    let header = sign(&oldest, &"GET".parse().unwrap(), "/shop", b"", &house.claim());
    assert_eq!(
        house.answer(&request("GET", "/shop", &[("bridge-identity", &header)], "")).await,
        "signature"
    );
}

#[tokio::test]
async fn however_many_make_it_there_is_one_secret() {
    let house = House::open().await;
    house.sql(&format!("DELETE FROM `tbloptions` WHERE `name` = '{OPTION}'")).await;
    let app = &house.shop.app;
    let making = (0..8).map(|_| Secrets::ensure(&app.database, &app.cipher, &*app.entropy));
    let made = futures_util::future::join_all(making).await;
    assert_eq!(made.into_iter().filter(|made| *made.as_ref().unwrap()).count(), 1);
    let rows: Vec<(String, bool)> = house
        .shop
        .conn()
        .await
        .query(format!("SELECT `value`, `autoload` FROM `tbloptions` WHERE `name` = '{OPTION}'"))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].1 && !rows[0].0.contains("current"), "{rows:?}");
    futures_util::future::join_all((0..8).map(|_| house.rotate())).await;
    let after: Vec<String> = house
        .shop
        .conn()
        .await
        .query(format!("SELECT `value` FROM `tbloptions` WHERE `name` = '{OPTION}'"))
        .await
        .unwrap();
    assert_eq!(after.len(), 1);
}

#[tokio::test]
async fn without_a_secret_nobody_gets_through_and_install_makes_one() {
    let house = House::open().await;
    let asked = house.signed("GET", "/shop", "", &house.claim()).await;
    let conn = &mut house.shop.conn().await;
    let stored = crm::option(conn, OPTION).await;
    for spoilt in ["", "nonsense", &stored.replace('a', "b")] {
        crm::set_option(conn, OPTION, spoilt).await;
        assert_eq!(house.answer(&asked).await, "no_secret", "{spoilt}");
        house.shop.pass(TimeDelta::seconds(1));
    }
    let app = &house.shop.app;
    let other = Cipher::new(&SecretString::from("f123456789abcdef0123456789abcdef"));
    crm::set_option(conn, OPTION, &stored).await;
    let mut session = app.database.session().await.unwrap();
    assert!(Secrets::read(&mut session, &other).await.unwrap().is_none());
    drop(session);
    // Under a new APP_ENC_KEY the old one is of no use to anybody.
    assert!(Secrets::ensure(&app.database, &other, &*app.entropy).await.unwrap());
    assert_ne!(crm::option(conn, OPTION).await, stored);
    assert!(!Secrets::ensure(&app.database, &other, &*app.entropy).await.unwrap());
}
