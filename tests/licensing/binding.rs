//! One key, one production domain and one staging name.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::LicenseId;
use perfex_bridge::licensing::{self, Filter, LICENSE_TIMELINE};
use serde_json::json;

use crate::support::api::LicenseServer;
use crate::support::english::in_english;

#[tokio::test]
async fn the_life_of_a_binding() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("validate", &key, "shop.example.com").await, "released");
    assert_eq!(server.ask("activate", &key, "https://WWW.Example.com/crm").await, "active");
    assert_eq!(server.ask("validate", &key, "example.com").await, "active");
    assert_eq!(server.ask("activate", &key, "example.com").await, "active", "again changes nothing");
    assert_eq!(server.ask("activate", &key, "other.org").await, "wrong_domain");
    assert_eq!(server.ask("validate", &key, "other.org").await, "wrong_domain");
    assert_eq!(server.ask("deactivate", &key, "example.com").await, "released");
    assert_eq!(server.ask("activate", &key, "other.org").await, "active");
    assert_eq!(server.ask("validate", &key, "example.com").await, "wrong_domain");
}

#[tokio::test]
async fn beside_the_production_domain_there_is_room_for_one_staging_name() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("activate", &key, "203.0.113.9").await, "active", "an address");
    assert_eq!(server.ask("activate", &key, "localhost").await, "limit", "its place is taken");
    assert_eq!(server.ask("validate", &key, "localhost").await, "limit");
    assert_eq!(server.ask("validate", &key, "example.com").await, "released", "there is a place for it");
    assert_eq!(server.ask("deactivate", &key, "203.0.113.9").await, "released");
    assert_eq!(server.ask("activate", &key, "localhost").await, "active", "a development name");
    assert_eq!(server.ask("activate", &key, "example.com").await, "active");
    assert_eq!(server.ask("activate", &key, "staging.example.com").await, "limit", "the place is taken");
    assert_eq!(server.ask("validate", &key, "staging.example.com").await, "limit");
    assert_eq!(server.ask("deactivate", &key, "localhost").await, "released");
    assert_eq!(server.ask("validate", &key, "staging.example.com").await, "released");
    assert_eq!(server.ask("activate", &key, "notexample.com").await, "wrong_domain", "no part of a label");
    assert_eq!(server.ask("activate", &key, "staging.example.com").await, "active");
    assert_eq!(server.ask("validate", &key, "example.com").await, "active");
}

/// How many of these domains the license works on.
async fn active(server: &LicenseServer, key: &str, domains: &[&str]) -> usize {
    let mut active = 0;
    for domain in domains {
        active += usize::from(server.ask("validate", key, domain).await == "active");
    }
    active
}

#[tokio::test]
async fn a_name_under_the_production_domain_works_no_longer_than_that_domain() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    for domain in ["a.com", "shop.a.com"] {
        assert_eq!(server.ask("activate", &key, domain).await, "active");
    }
    assert_eq!(server.ask("deactivate", &key, "a.com").await, "released");
    assert_eq!(server.ask("validate", &key, "shop.a.com").await, "released");
    assert_eq!(server.ask("activate", &key, "b.com").await, "active");
    for action in ["validate", "activate"] {
        assert_eq!(server.ask(action, &key, "shop.a.com").await, "wrong_domain");
    }
    let mut session = server.shop.app.database.session().await.unwrap();
    let story = LICENSE_TIMELINE.read(&mut session, LicenseId(1)).await.unwrap();
    let story = in_english(story);
    let told: Vec<&str> = story.iter().skip(1).map(|line| line.split_once(": ").unwrap().1).collect();
    assert_eq!(
        told,
        [
            "activated on a.com",
            "activated on shop.a.com",
            "released from a.com",
            "released from shop.a.com, which is under no production domain",
            "activated on b.com",
        ]
    );
}

#[tokio::test]
async fn a_name_that_comes_after_its_production_domain_has_gone_is_the_production_domain() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("activate", &key, "a.com").await, "active");
    assert_eq!(server.ask("deactivate", &key, "a.com").await, "released");
    assert_eq!(server.ask("activate", &key, "shop.a.com").await, "active");
    for domain in ["a.com", "b.com"] {
        assert_eq!(server.ask("activate", &key, domain).await, "wrong_domain");
    }
}

#[tokio::test]
async fn a_development_name_stays_when_the_production_domain_goes() {
    let server = LicenseServer::start().await;
    for (reference, name) in [("1", "localhost"), ("2", "shop.test"), ("3", "203.0.113.9")] {
        let key = server.license(reference).await;
        for domain in ["a.com", name] {
            assert_eq!(server.ask("activate", &key, domain).await, "active");
        }
        assert_eq!(server.ask("deactivate", &key, "a.com").await, "released");
        assert_eq!(server.ask("validate", &key, name).await, "active");
    }
}

#[tokio::test]
async fn a_release_and_an_activation_at_once_leave_no_second_site() {
    let server = LicenseServer::start().await;
    for round in 0..24 {
        let key = server.license(&format!("r{round}")).await;
        assert_eq!(server.ask("activate", &key, "a.com").await, "active");
        tokio::join!(
            server.ask("activate", &key, "shop.a.com"),
            server.ask("deactivate", &key, "a.com"),
            server.ask("activate", &key, "b.com")
        );
        server.ask("activate", &key, "b.com").await;
        assert_eq!(active(&server, &key, &["a.com", "b.com", "shop.a.com"]).await, 1, "round {round}");
    }
}

#[tokio::test]
async fn a_name_that_became_a_public_suffix_is_still_checked_and_can_be_given_back() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("validate", &key, "github.io").await, "wrong_domain", "no place for a suffix");
    assert_eq!(server.ask("activate", &key, "example.com").await, "active");
    let becomes = "UPDATE `tblpm_license_bindings` SET `domain` = 'github.io'";
    server.shop.conn().await.query_drop(becomes).await.unwrap();
    assert_eq!(server.ask("validate", &key, "https://github.io/crm").await, "active");
    assert_eq!(server.ask("deactivate", &key, "github.io").await, "released");
    let question =
        json!({ "license_key": key, "domain": "github.io", "product": "booking", "nonce": "nonce-123" });
    assert_eq!(server.post("/api/activate", &question).await.status, 422, "and is not bound anew");
}

#[tokio::test]
async fn of_sixty_four_domains_at_once_one_gets_the_license() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    let domains: Vec<String> = (0..64).map(|n| format!("site{n}.com")).collect();
    let codes =
        futures_util::future::join_all(domains.iter().map(|domain| server.ask("activate", &key, domain)))
            .await;
    assert_eq!(codes.iter().filter(|code| *code == "active").count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| *code == "wrong_domain").count(), 63);
}

#[tokio::test]
async fn three_moves_in_thirty_days_and_then_staff_decide() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    for site in ["a.com", "b.com", "c.com"] {
        assert_eq!(server.ask("activate", &key, site).await, "active");
        assert_eq!(server.ask("deactivate", &key, site).await, "released");
    }
    assert_eq!(server.ask("activate", &key, "d.com").await, "active");
    assert_eq!(server.ask("deactivate", &key, "d.com").await, "moves");
    assert_eq!(server.ask("validate", &key, "d.com").await, "active", "it stays where it is");
    server.shop.pass(TimeDelta::days(31));
    assert_eq!(server.ask("deactivate", &key, "d.com").await, "released");
}

#[tokio::test]
async fn sixty_four_releases_at_once_are_one_move() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("activate", &key, "a.com").await, "active");
    futures_util::future::join_all((0..64).map(|_| server.ask("deactivate", &key, "a.com"))).await;
    for site in ["b.com", "c.com"] {
        assert_eq!(server.ask("activate", &key, site).await, "active");
        assert_eq!(server.ask("deactivate", &key, site).await, "released");
    }
    assert_eq!(server.ask("activate", &key, "d.com").await, "active");
    assert_eq!(server.ask("deactivate", &key, "d.com").await, "moves");
}

#[tokio::test]
async fn what_staff_do_to_a_license_is_what_its_site_is_told() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("activate", &key, "example.com").await, "active");
    let mut session = server.shop.app.database.session().await.unwrap();
    let now = server.shop.now();
    let listed =
        licensing::list(&mut session, &server.shop.app.cipher, Filter { order: None, limit: 1 }, now)
            .await
            .unwrap();
    assert_eq!(listed[0].domain.as_deref(), Some("example.com"));
    let id = listed[0].id;
    licensing::suspend(&mut session, id, now, "test").await.unwrap();
    assert_eq!(server.ask("validate", &key, "example.com").await, "suspended");
    assert_eq!(server.ask("activate", &key, "example.com").await, "suspended");
    licensing::restore(&mut session, id, now, "test").await.unwrap();
    assert_eq!(server.ask("validate", &key, "example.com").await, "active");
    licensing::revoke(&mut session, id, now, "test").await.unwrap();
    assert_eq!(server.ask("validate", &key, "example.com").await, "revoked");
}
