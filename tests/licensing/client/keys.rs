//! Signing keys: believed at the first contact, followed through rotations, and nobody else's afterwards.

use perfex_bridge::clock::Clock as _;
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::licensing::Ring;
use perfex_bridge::licensing::client::{Module, NewKeys, State, Which};

use super::Market;
use crate::support::install::Install;

impl Market {
    /// Rotates the vendor's signing keys, and starts its daemon anew.
    async fn rotate(&mut self) {
        let mut ring = Ring::load(&Ring::folder_in(&self.vendor.path("state"))).unwrap();
        ring.rotate(&SystemEntropy, self.truth.now()).unwrap();
        self.server.stop().await;
        self.server.start(&self.vendor).await;
    }
}

#[tokio::test]
async fn rotation_after_rotation_is_followed_without_a_hand() {
    let (mut market, app) = Market::activated().await;
    for _ in 0..3 {
        market.rotate().await;
        market.pass(chrono::TimeDelta::days(1));
        app.licenses.check(Which::Due).await.unwrap();
        let panel = app.licenses.panel(Module::Shop).await.unwrap();
        assert_eq!(panel.state, State::Valid, "{}", panel.reason);
    }
}

#[tokio::test]
async fn who_missed_two_rotations_is_told_and_may_trust_the_new_keys() {
    let (mut market, app) = Market::activated().await;
    market.rotate().await;
    market.pass(chrono::TimeDelta::seconds(1));
    market.rotate().await;
    market.pass(chrono::TimeDelta::days(1));
    app.licenses.check(Which::Due).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.state, State::Grace);
    assert!(
        panel.reason.starts_with(
            "the license server shows new keys, and none that this install knows vouches for them"
        ),
        "{}",
        panel.reason
    );
    app.licenses.activate(Module::Shop, &market.key, NewKeys::Refuse).await.unwrap_err();
    let panel = app.licenses.activate(Module::Shop, &market.key, NewKeys::Trust).await.unwrap();
    assert_eq!(panel.state, State::Valid);
}

#[tokio::test]
async fn another_license_server_at_the_same_address_talks_nobody_into_a_license() {
    let (mut market, app) = Market::activated().await;
    market.server.stop().await;
    // It has the whole program, and the key in its own database; it lacks the signing keys.
    let mut fake = Install::at("https://licenses.vendor.com/", "", &market.truth).await;
    fake.port = market.vendor.port;
    let mut running = fake.run().await;
    market.pass(chrono::TimeDelta::days(1));
    app.licenses.check(Which::Due).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.state, State::Grace, "a fake no takes nothing away either");
    assert!(panel.reason.contains("none that this install knows vouches for them"), "{}", panel.reason);
    market.pass(chrono::TimeDelta::days(7));
    app.licenses.check(Which::Due).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Locked);
    running.stop().await;
}
