//! What silence takes away, and when; and what only a signed no takes at once.

use chrono::TimeDelta;
use perfex_bridge::clock::Clock as _;
use perfex_bridge::licensing::client::{Area, Module, NewKeys, State, Which};
use perfex_bridge::licensing::{LicenseKey, Name, find, restore, suspend};

use super::{Market, asks, sold, told};
use crate::support::impostor::{Impostor, said};

#[tokio::test]
async fn a_key_is_entered_and_its_panel_says_what_counts() {
    let market = Market::open().await;
    let app = market.customer.app().await;
    let before = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(
        told(&before),
        ("missing", "missing", "no license yet: enter the key that you got for PM Shop")
    );
    assert!(!before.allows(Area::Staff) && before.allows(Area::Settings) && before.allows(Area::Public));
    let panel = app.licenses.activate(Module::Shop, &market.key, NewKeys::Refuse).await.unwrap();
    let mut shown = serde_json::to_value(&panel).unwrap();
    assert_eq!(shown["key"], market.key);
    shown["key"] = "...".into();
    let next = shown["next_check"].take();
    assert!(("2026-03-10T08:00:00Z"..="2026-03-10T10:00:00Z").contains(&next.as_str().unwrap()), "{next}");
    insta::assert_snapshot!(serde_json::to_string_pretty(&shown).unwrap());
    assert!(panel.allows(Area::Staff));
}

#[tokio::test]
async fn seven_days_of_silence_change_nothing_and_then_staff_are_locked_out_until_the_server_is_back() {
    let (mut market, app) = Market::activated().await;
    market.server.stop().await;
    market.pass(TimeDelta::days(6));
    app.licenses.check(Which::Due).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.state, State::Grace);
    assert!(panel.allows(Area::Staff));
    assert_eq!(
        panel.reason,
        "the license server 127.0.0.1 cannot be reached (Connection refused (os error 111)): allow outgoing HTTPS to it \
         (everything works until 2026-03-17 10:00 UTC)"
    );
    market.pass(TimeDelta::days(2));
    app.licenses.check(Which::Due).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!((panel.state, panel.code), (State::Locked, "unconfirmed"));
    assert!(!panel.allows(Area::Staff) && panel.allows(Area::Settings) && panel.allows(Area::Public));
    assert!(panel.reason.starts_with("the license could not be confirmed since 2026-03-09 10:00 UTC"));

    market.server.start(&market.vendor).await;
    app.licenses.check(Which::One(Module::Shop)).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
}

#[tokio::test]
async fn failures_are_remembered_and_the_server_is_asked_less_and_less_often() {
    let (mut market, _) = Market::activated().await;
    let broken = Impostor::saying(|_, _| Some(said("500 Oops", "", "<h1>Oops</h1>"))).await;
    market.customer.licensing(&asks(&broken.url));
    let app = market.customer.app().await;
    market.pass(TimeDelta::days(1));
    // A look a minute, as the daemon looks, for a day.
    for _ in 0..24 * 60 {
        app.licenses.check(Which::Due).await.unwrap();
        market.pass(TimeDelta::minutes(1));
    }
    assert!((6..=9).contains(&broken.asked()), "{} questions", broken.asked());
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.state, State::Grace);
    assert!(panel.reason.contains("answered 500: Internal Server Error"), "{}", panel.reason);
}

#[tokio::test]
async fn only_a_signed_no_ends_it_early_and_a_signed_yes_brings_it_back() {
    let (market, app) = Market::activated().await;
    let vendor = market.vendor.app().await;
    let key = Name::Key(Box::new(LicenseKey::parse(&market.key).unwrap()));
    let mut session = vendor.database.session().await.unwrap();
    let now = market.clock.now();
    let id = find(&mut session, &vendor.cipher, &key, now).await.unwrap().unwrap().id;
    suspend(&mut session, id, now, "not paid").await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid, "not asked yet");
    app.licenses.check(Which::All).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    let sentence = "the license is suspended: pay what is open, or ask your vendor";
    assert_eq!(told(&panel), ("locked", "suspended", sentence));
    assert_eq!(panel.grace_ends, None);
    restore(&mut session, id, now, "paid").await.unwrap();
    // By itself, within the hour.
    market.pass(TimeDelta::hours(1));
    app.licenses.check(Which::Due).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
}

#[tokio::test]
async fn all_modules_are_asked_about_in_one_call() {
    let (mut market, app) = Market::activated().await;
    for module in [Module::Booking, Module::Tracker] {
        let key = sold(&market.vendor, module).await;
        app.licenses.activate(module, &key, NewKeys::Refuse).await.unwrap();
    }
    let silent = Impostor::saying(|_, _| Some(said("503 Later", "", ""))).await;
    market.customer.licensing(&asks(&silent.url));
    let app = market.customer.app().await;
    app.licenses.check(Which::All).await.unwrap();
    assert_eq!(silent.asked(), 1);
    let panels = app.licenses.panels().await.unwrap();
    assert!(panels.iter().all(|panel| panel.state == State::Grace), "{panels:?}");
}
