//! What lies in the CRM's options: sealed, replaceable, and worth nothing elsewhere.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::licensing::client::{Module, NewKeys, State, Which};

use super::{Market, told};

#[tokio::test]
async fn a_cache_that_cannot_be_read_is_asked_for_again() {
    let (market, app) = Market::activated().await;
    let conn = &mut market.customer.crm.conn().await;
    for damage in ["", "x", "0123456789abcdef", "{\"modules\":1}"] {
        let change = "UPDATE `tbloptions` SET `value` = ? WHERE `name` = 'perfex_bridge_license_cache'";
        conn.exec_drop(change, (damage,)).await.unwrap();
        let panel = app.licenses.panel(Module::Shop).await.unwrap();
        assert_eq!(told(&panel), ("locked", "unchecked", "the license was not checked yet: check it now"));
        app.licenses.check(Which::Due).await.unwrap();
        assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid, "{damage:?}");
    }
    conn.query_drop("DELETE FROM `tbloptions` WHERE `name` = 'perfex_bridge_license_cache'").await.unwrap();
    app.licenses.check(Which::Due).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
    let rows =
        "SELECT COUNT(*) FROM `tbloptions` WHERE `name` LIKE 'perfex_bridge_license_%' AND `autoload` = 0";
    assert_eq!(conn.query_first::<u32, _>(rows).await.unwrap(), Some(2), "a key and the cache");
}

#[tokio::test]
async fn under_another_encryption_key_the_license_key_is_asked_for_and_nothing_crashes() {
    let (market, _) = Market::activated().await;
    let app = market.customer.app_with("ffffffffffffffffffffffffffffffff").await;
    let sentence = "the stored license key cannot be read (was APP_ENC_KEY changed?): enter the key again";
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(told(&panel), ("locked", "unreadable_key", sentence));
    assert_eq!(app.licenses.check(Which::All).await.unwrap(), []);
    let error = app.licenses.release(Module::Shop).await.unwrap_err().to_string();
    assert!(error.starts_with("the stored license key of shop cannot be read"), "{error}");
    let panel = app.licenses.activate(Module::Shop, &market.key, NewKeys::Refuse).await.unwrap();
    assert_eq!(panel.state, State::Valid);
}

#[tokio::test]
async fn neither_key_nor_lease_can_be_read_in_the_database() {
    let (market, _) = Market::activated().await;
    let conn = &mut market.customer.crm.conn().await;
    let values: Vec<String> = conn.query("SELECT `value` FROM `tbloptions`").await.unwrap();
    let random = market.key.split('-').next().unwrap();
    assert!(values.iter().all(|value| !value.contains(random) && !value.contains("buyer.com")));
}

#[tokio::test]
async fn a_database_copied_to_another_domain_is_told_so_at_once_and_the_original_goes_on() {
    let (mut market, _) = Market::activated().await;
    market.customer.moved_to("https://crm.copycat.com/");
    let copy = market.customer.app().await;
    let panel = copy.licenses.panel(Module::Shop).await.unwrap();
    let sentence = "the license belongs to buyer.com, and this CRM runs at crm.copycat.com: move the license here, or enter \
                    another key; on a copy for tests, activate the key as its staging name";
    assert_eq!(told(&panel), ("locked", "other_domain", sentence));
    copy.licenses.check(Which::All).await.unwrap();
    let panel = copy.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!((panel.state, panel.code), (State::Locked, "wrong_domain"));
    let refused = copy.licenses.activate(Module::Shop, &market.key, NewKeys::Refuse).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("the license is in use on another domain, and this CRM runs at crm.copycat.com")
    );

    market.customer.moved_to("https://www.buyer.com/crm/");
    let original = market.customer.app().await;
    original.licenses.check(Which::All).await.unwrap();
    assert_eq!(original.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
    market.customer.moved_to("http://localhost:8080/");
    let staging = market.customer.app().await;
    let panel = staging.licenses.activate(Module::Shop, &market.key, NewKeys::Refuse).await.unwrap();
    assert_eq!(panel.state, State::Valid, "a copy for tests has a place of its own");
}

#[tokio::test]
async fn an_address_that_is_no_domain_is_named() {
    let (mut market, _) = Market::activated().await;
    market.customer.moved_to("http://crm/");
    let app = market.customer.app().await;
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.code, "single_label");
    assert!(panel.reason.starts_with("the address of this CRM: a name without a dot"), "{}", panel.reason);
    assert_eq!(app.licenses.check(Which::All).await.unwrap(), []);
}

#[tokio::test]
async fn two_daemons_and_a_command_that_check_at_once_leave_a_valid_license() {
    let (market, first) = Market::activated().await;
    let second = market.customer.app().await;
    let third = market.customer.app().await;
    for _ in 0..8 {
        let checks = [&first, &second, &third].map(|app| app.licenses.check(Which::All));
        for done in futures_util::future::join_all(checks).await {
            assert!(done.unwrap().iter().all(|panel| panel.state == State::Valid));
        }
        market.pass(chrono::TimeDelta::seconds(1));
    }
    let conn = &mut market.customer.crm.conn().await;
    let rows = "SELECT COUNT(*) FROM `tbloptions` WHERE `name` LIKE 'perfex_bridge_license_%'";
    assert_eq!(conn.query_first::<u32, _>(rows).await.unwrap(), Some(2));
}
