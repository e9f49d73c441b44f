//! The command line, and the daemon that checks in the background.

use perfex_bridge::clock::{Clock as _, SystemClock};
use perfex_bridge::licensing::client::Module;
use serde_json::json;

use super::Market;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

#[tokio::test]
async fn an_install_that_is_its_own_vendor_licenses_its_modules_visibly() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("perfex", "base_url", "https://www.market.com/crm/");
    let done = site.json(&["install"]).await;
    assert_eq!((&done["licenses"], &done["troubles"]), (&json!(["shop", "booking", "tracker"]), &json!([])));
    let licenses = site.json(&["license", "list"]).await;
    let seen: Vec<_> = licenses
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["product"].clone(), one["domain"].clone()))
        .collect();
    let slugs = ["client_activity_tracker", "client_booking_service", "pm_shop"];
    assert_eq!(seen, slugs.map(|slug| (json!(slug), json!("market.com"))));
    let status = site.json(&["license", "status"]).await;
    assert!(status.as_array().unwrap().iter().all(|panel| panel["state"] == "valid"), "{status}");
    assert_eq!(site.json(&["install"]).await["licenses"], json!([]));

    // A license like any other: revoked, it locks at the next check.
    site.json(&["license", "revoke", status[0]["key"].as_str().unwrap()]).await;
    let checked = site.json(&["license", "check-now", "shop"]).await;
    assert_eq!((&checked[0]["state"], &checked[0]["code"]), (&json!("locked"), &json!("revoked")));
    let again = site.json(&["install"]).await;
    assert_eq!(again["licenses"], json!([]));
    let trouble =
        "no license for shop: the license was revoked by the vendor and will not come back: ask your vendor";
    assert_eq!(again["troubles"], json!([trouble]));
}

#[tokio::test]
async fn the_daemon_checks_what_is_due_when_it_starts() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("perfex", "base_url", "https://market.com/");
    site.json(&["install"]).await;
    let sql = "UPDATE `tbloptions` SET `value` = '' WHERE `name` = 'perfex_bridge_license_cache'";
    mysql_async::prelude::Queryable::query_drop(&mut database.conn().await, sql).await.unwrap();
    let _daemon = site.start_ready().await;
    eventually("check by the daemon", async || {
        let status = site.json(&["license", "status"]).await;
        status.as_array().unwrap().iter().all(|panel| panel["state"] == "valid").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_key_is_activated_shown_checked_and_released_by_command() {
    let market = Market::open().await;
    let mut site = Site::new(&market.customer.crm);
    site.set("perfex", "base_url", "https://buyer.com/");
    site.set("licensing", "server", market.vendor.url());
    site.set("licensing", "api_key", "pmk_none");
    // The vendor's clock is a test's; the command's is the machine's.
    market.truth.advance(SystemClock.now() - market.truth.now());
    let done = site.json(&["install"]).await;
    assert_eq!((&done["licenses"], &done["troubles"]), (&json!([]), &json!([])));
    let said = site.run(&["license", "status"]).await;
    assert!(said.out.contains("no license yet: enter the key that you got for PM Shop"), "{said:?}");

    let refused = [
        (
            "pm_shop",
            "1234",
            2,
            "a license key looks like a1b2c3d4e5f6...-xxxx-xxxx-xxxxxxxxxxxxxxxx: 32, 4, 4 and 16",
        ),
        (
            "booking",
            &market.key,
            1,
            "the key is for another product than \"client_booking_service\": enter the key that",
        ),
    ];
    for (module, key, code, words) in refused {
        let said = site.run(&["license", "activate", module, key]).await;
        assert!(said.code == code && said.err.contains(words), "{said:?}");
    }
    let said = site.run(&["license", "activate", "garden", &market.key]).await;
    assert!(said.code == 2 && said.err.contains("shop, booking and tracker are the modules"), "{said:?}");
    let said = site.run(&["license", "check-now", "tracker"]).await;
    let missing =
        "perfex-bridge: there is no license key for tracker here: `license activate tracker KEY` enters one";
    assert_eq!((said.code, said.err.as_str()), (2, missing));

    let said = site.run(&["license", "activate", "shop", &market.key]).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "PM Shop on buyer.com: the license is valid, without end\n"),
        "{said:?}"
    );
    let checked = site.json(&["license", "check-now"]).await;
    assert_eq!(checked.as_array().unwrap().len(), 1);
    assert_eq!(checked[0]["state"], "valid");
    let said = site.run(&["license", "release", "shop"]).await;
    let released = "the license of PM Shop is released and can be activated elsewhere\n";
    assert_eq!((said.code, said.out.as_str()), (0, released), "{said:?}");
    assert_eq!(site.json(&["license", "status"]).await[0]["state"], "missing");
    let again = site.run(&["license", "release", "shop"]).await;
    assert_eq!(again.code, 2, "{again:?}");
}

#[tokio::test]
async fn a_release_that_the_server_did_not_hear_changes_nothing() {
    let (mut market, app) = Market::activated().await;
    market.server.stop().await;
    let error = app.licenses.release(Module::Shop).await.unwrap_err();
    assert!(error.to_string().contains("cannot be reached (Connection refused"), "{error}");
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.key.as_deref(), Some(market.key.as_str()));
}

#[tokio::test]
async fn a_move_is_asked_for_with_the_key_that_was_refused_or_with_the_one_that_is_here() {
    let (mut market, _) = Market::activated().await;
    market.customer.moved_to("https://new.buyer.org/");
    let moved = market.customer.app().await;
    moved.licenses.request_move(Module::Shop, Some(&market.key)).await.unwrap();
    moved.licenses.request_move(Module::Shop, None).await.unwrap();
    let error = moved.licenses.request_move(Module::Tracker, None).await.unwrap_err();
    assert!(error.to_string().starts_with("there is no license key for tracker here"), "{error}");
    let error = moved.licenses.request_move(Module::Shop, Some("1234")).await.unwrap_err();
    assert!(error.to_string().starts_with("a license key looks like"), "{error}");
    market.server.stop().await;
    let error = moved.licenses.request_move(Module::Shop, None).await.unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}
