//! One key, one production domain and one staging name.

use chrono::TimeDelta;
use perfex_bridge::licensing::{self, Filter};

use crate::support::api::LicenseServer;

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
    assert_eq!(server.ask("activate", &key, "localhost").await, "wrong_domain", "its place is taken");
    assert_eq!(server.ask("deactivate", &key, "203.0.113.9").await, "released");
    assert_eq!(server.ask("activate", &key, "localhost").await, "active", "a development name");
    assert_eq!(server.ask("activate", &key, "example.com").await, "active");
    assert_eq!(
        server.ask("activate", &key, "staging.example.com").await,
        "wrong_domain",
        "the place is taken"
    );
    assert_eq!(server.ask("deactivate", &key, "localhost").await, "released");
    assert_eq!(server.ask("activate", &key, "notexample.com").await, "wrong_domain", "no part of a label");
    assert_eq!(server.ask("activate", &key, "staging.example.com").await, "active");
    assert_eq!(server.ask("validate", &key, "example.com").await, "active");
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
