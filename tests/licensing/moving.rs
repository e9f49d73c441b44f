//! A license moves when its holder says so in answer to a mail: once a link, never to two domains, never by looking.

use chrono::TimeDelta;
use futures_util::future::join_all;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::entropy::SeededEntropy;
use perfex_bridge::ids::LicenseId;
use perfex_bridge::licensing::authority::Mover;
use perfex_bridge::licensing::{self, Domain, LICENSE_TIMELINE, Purpose};
use serde_json::json;

use crate::support::api::LicenseServer;
use crate::support::crm;
use crate::support::english::in_english;
use crate::support::mariadb::Database;
use crate::support::shop::{Shop, eva};

/// A license that is bound to `old.com`, and its key.
async fn bound(server: &LicenseServer) -> String {
    let key = server.license("r").await;
    assert_eq!(server.ask("activate", &key, "old.com").await, "active");
    key
}

/// The path of the link in a new mail that asks for a move to `domain`.
async fn link(server: &LicenseServer, key: &str, domain: &str) -> String {
    let before = server.move_links().await.len();
    server.request_move(key, domain).await;
    let mut links = server.move_links().await;
    assert_eq!(links.len(), before + 1);
    links.pop().unwrap()
}

async fn story(server: &LicenseServer) -> Vec<String> {
    let mut session = server.shop.app.database.session().await.unwrap();
    let events = LICENSE_TIMELINE.read(&mut session, LicenseId(1)).await.unwrap();
    in_english(events)
}

#[tokio::test]
async fn the_holder_moves_a_license_whose_old_site_is_dead() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    assert_eq!(server.ask("activate", &key, "new.org").await, "wrong_domain");
    let path = link(&server, &key, "https://www.new.org/crm").await;
    let page = server.open(&path).await;
    assert_eq!(page.status, 200);
    let done = server.press(&path, &page).await;
    assert_eq!(done.status, 200);
    assert!(done.text.contains("Your license for Booking belongs to new.org now."), "{}", done.text);
    assert_eq!(server.ask("validate", &key, "new.org").await, "active");
    assert_eq!(server.ask("validate", &key, "old.com").await, "wrong_domain");
    assert_eq!(
        story(&server).await,
        [
            "issued: created for `test`, reference r",
            "activated: activated on old.com",
            "move_requested: from old.com to new.org: the holder gets a link by mail",
            "moved: from old.com to new.org by the mailed link",
        ]
    );
}

#[tokio::test]
async fn opening_a_link_changes_nothing_however_often_and_by_whatever_program() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    let path = link(&server, &key, "new.org").await;
    let before = story(&server).await;
    for method in ["GET", "HEAD", "GET"] {
        let answer = server.send(method, &path, &["User-Agent: scanner"], "").await;
        assert_eq!(answer.status, 200, "{method}");
    }
    assert_eq!(server.ask("validate", &key, "old.com").await, "active");
    assert_eq!(story(&server).await, before);
    let page = server.open(&path).await;
    assert_eq!(server.press(&path, &page).await.status, 200, "and it still works");
}

#[tokio::test]
async fn who_asks_learns_nothing_and_nobody_is_mailed_for_nothing() {
    let server = LicenseServer::start().await;
    let free = server.license("free").await;
    let taken = server.license("taken").await;
    assert_eq!(server.ask("activate", &taken, "old.com").await, "active");
    let unknown = server.authority.mint.strike("booking", &SeededEntropy::new(99)).to_string();
    for (key, domain) in [
        (free.as_str(), "new.org"),
        (taken.as_str(), "old.com"),
        (taken.as_str(), "www.old.com"),
        (unknown.as_str(), "new.org"),
        ("nonsense", "new.org"),
    ] {
        server.request_move(key, domain).await;
    }
    let other =
        json!({ "license_key": taken, "domain": "new.org", "product": "planner", "nonce": "nonce-123" });
    assert_eq!(server.post("/api/move", &other).await.status, 200);
    let mut session = server.shop.app.database.session().await.unwrap();
    licensing::suspend(&mut session, LicenseId(2), server.shop.now(), "test").await.unwrap();
    server.request_move(&taken, "new.org").await;
    licensing::restore(&mut session, LicenseId(2), server.shop.now(), "test").await.unwrap();
    server.shop.conn().await.query_drop("DELETE FROM `tblpm_license_holders`").await.unwrap();
    server.request_move(&taken, "new.org").await;
    assert_eq!(server.shop.messages().await.len(), 0);
}

#[tokio::test]
async fn a_request_that_is_no_question_is_told_what_is_wrong() {
    let server = LicenseServer::start().await;
    let good = json!({ "license_key": "k", "domain": "a.com", "product": "booking", "nonce": "nonce-123" });
    for (field, value, detail) in [
        ("license_key", "", "`license_key`: is missing"),
        ("product", "", "`product`: is missing"),
        ("nonce", "", "`nonce`: is missing"),
        ("domain", "", "`domain`: is missing"),
        ("domain", "localhost", "`domain`: a development name such as localhost or shop.test"),
        ("domain", "203.0.113.9", "`domain`: an IP address cannot be the production domain"),
    ] {
        let mut body = good.clone();
        body[field] = value.into();
        let answer = server.post("/api/move.php", &body).await;
        assert_eq!(answer.status, 422, "{field}={value}: {answer:?}");
        let said = answer.body["detail"].as_str().unwrap();
        assert!(said.starts_with(detail), "{said}");
    }
    assert_eq!(server.post("/api/move", &json!([good, good])).await.status, 422);
    assert_eq!(server.send("GET", "/api/move", &[], "").await.status, 405);
}

#[tokio::test]
async fn three_mails_a_day_and_then_silence() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    for _ in 0..5 {
        server.request_move(&key, "new.org").await;
        server.shop.pass(TimeDelta::hours(1));
    }
    let links = server.move_links().await;
    assert_eq!(links.len(), 3);
    assert_eq!(server.open(&links[0]).await.status, 404, "a newer one has replaced it");
    assert_eq!(server.open(&links[2]).await.status, 200);
    server.shop.pass(TimeDelta::hours(19));
    link(&server, &key, "new.org").await;
}

#[tokio::test]
async fn sixty_four_requests_at_once_are_three_mails() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    join_all((0..64).map(|_| server.request_move(&key, "new.org"))).await;
    assert_eq!(server.move_links().await.len(), 3);
}

#[tokio::test]
async fn outdated_replaced_and_unknown_links_look_the_same() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    let used = link(&server, &key, "b.com").await;
    let page = server.open(&used).await;
    assert_eq!(server.press(&used, &page).await.status, 200);
    let outdated = link(&server, &key, "c.com").await;
    let outdated_page = server.open(&outdated).await;
    server.shop.pass(TimeDelta::hours(24));
    let without_date = |head: &str| -> Vec<String> {
        head.lines().filter(|line| !line.starts_with("date:")).map(str::to_owned).collect()
    };
    let unknown = server.open("/api/move/0123456789abcdef0123456789abcdef").await;
    assert_eq!(unknown.status, 404);
    for answer in [
        server.press(&used, &page).await,
        server.press(&outdated, &outdated_page).await,
        server.open(&used).await,
        server.open(&outdated).await,
        server.open("/api/move/").await,
        server.open("/api/move/nonsense").await,
        server.open(&outdated.to_uppercase().replace("/API/MOVE/", "/api/move/")).await,
    ] {
        assert_eq!(without_date(&answer.head), without_date(&unknown.head));
        assert_eq!(answer.text, unknown.text);
    }
    assert_eq!(server.ask("validate", &key, "b.com").await, "active");
}

#[tokio::test]
async fn a_used_link_says_that_the_license_was_moved_while_that_is_so_and_moves_it_no_more() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    let path = link(&server, &key, "new.org").await;
    let page = server.open(&path).await;
    let done = server.press(&path, &page).await;
    for again in [server.press(&path, &page).await, server.open(&path).await] {
        assert_eq!((again.status, &again.text), (200, &done.text));
    }
    // Wherever the license is afterwards: the link has been used.
    for domain in ["third.net", "old.com"] {
        let at = if domain == "third.net" { "new.org" } else { "third.net" };
        assert_eq!(server.ask("deactivate", &key, at).await, "released");
        assert_eq!(server.press(&path, &page).await.status, 404, "nobody has it");
        assert_eq!(server.ask("activate", &key, domain).await, "active");
        assert_eq!(server.press(&path, &page).await.status, 404, "{domain} has it");
        assert_eq!(server.open(&path).await.status, 404);
    }
    assert_eq!(server.ask("validate", &key, "old.com").await, "active");
    assert_eq!(story(&server).await.iter().filter(|line| line.starts_with("moved")).count(), 1);
}

#[tokio::test]
async fn sixty_four_presses_of_one_button_are_one_move() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    let path = link(&server, &key, "new.org").await;
    let page = server.open(&path).await;
    let answers = join_all((0..64).map(|_| server.press(&path, &page))).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!(count(200), 64, "each is told that it is done");
    assert!(answers.iter().all(|answer| answer.text == answers[0].text));
    let moves: Option<i64> =
        server.shop.conn().await.query_first("SELECT COUNT(*) FROM `tblpm_license_moves`").await.unwrap();
    assert_eq!(moves, Some(1));
    assert_eq!(story(&server).await.iter().filter(|line| line.starts_with("moved")).count(), 1);
    assert_eq!(server.ask("validate", &key, "new.org").await, "active");
}

#[tokio::test]
async fn a_link_a_release_and_activations_at_once_leave_one_production_domain() {
    let server = LicenseServer::start().await;
    for round in 0..8 {
        let key = server.license(&format!("r{round}")).await;
        assert_eq!(server.ask("activate", &key, "old.com").await, "active");
        let path = link(&server, &key, "new.org").await;
        let page = server.open(&path).await;
        let sites: Vec<String> = (0..8).map(|n| format!("site{n}.com")).collect();
        let activations = join_all(sites.iter().map(|site| server.ask("activate", &key, site)));
        let (pressed, _, activated) =
            tokio::join!(server.press(&path, &page), server.ask("deactivate", &key, "old.com"), activations);
        let won = activated.iter().filter(|code| *code == "active").count();
        let moved = usize::from(pressed.status == 200);
        assert!(won + moved <= 1, "two have been promised the license: {pressed:?} {activated:?}");
        let mut active = 0;
        for site in sites.iter().map(String::as_str).chain(["old.com", "new.org"]) {
            active += usize::from(server.ask("validate", &key, site).await == "active");
        }
        assert_eq!(active, won + moved);
    }
}

#[tokio::test]
async fn after_three_moves_in_thirty_days_staff_have_to_do_it() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    for site in ["b.com", "c.com", "d.com"] {
        let path = link(&server, &key, site).await;
        let page = server.open(&path).await;
        assert_eq!(server.press(&path, &page).await.status, 200, "{site}");
        server.shop.pass(TimeDelta::days(1));
    }
    let path = link(&server, &key, "e.com").await;
    let refused = server.open(&path).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("was moved three times within 30 days"), "{}", refused.text);
    assert_eq!(server.ask("deactivate", &key, "d.com").await, "moves", "the two ways are counted together");

    let domain = Domain::parse("d.com", Purpose::Production).unwrap();
    assert!(!server.authority.release(LicenseId(1), &domain, Mover::Holder).await.unwrap());
    assert!(server.authority.release(LicenseId(1), &domain, Mover::Staff).await.unwrap());
    let page = server.open(&path).await;
    assert_eq!(
        server.press(&path, &page).await.status,
        200,
        "staff have released it: the link takes the free place"
    );
    assert_eq!(server.ask("validate", &key, "e.com").await, "active");
}

#[tokio::test]
async fn a_page_that_was_opened_before_the_last_move_does_not_get_a_fourth() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    for site in ["b.com", "c.com"] {
        let path = link(&server, &key, site).await;
        let page = server.open(&path).await;
        assert_eq!(server.press(&path, &page).await.status, 200);
    }
    server.shop.pass(TimeDelta::days(1));
    let path = link(&server, &key, "d.com").await;
    let page = server.open(&path).await;
    assert_eq!(server.ask("deactivate", &key, "c.com").await, "released");
    assert_eq!(server.ask("activate", &key, "c.com").await, "active");
    assert_eq!(server.press(&path, &page).await.status, 409);
    assert_eq!(server.ask("validate", &key, "c.com").await, "active");
}

#[tokio::test]
async fn a_license_that_was_suspended_or_went_elsewhere_is_not_moved() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    let path = link(&server, &key, "new.org").await;
    let page = server.open(&path).await;
    let mut session = server.shop.app.database.session().await.unwrap();
    licensing::suspend(&mut session, LicenseId(1), server.shop.now(), "test").await.unwrap();
    assert_eq!(server.press(&path, &page).await.status, 409);
    licensing::restore(&mut session, LicenseId(1), server.shop.now(), "test").await.unwrap();
    assert_eq!(server.ask("deactivate", &key, "old.com").await, "released");
    assert_eq!(server.ask("activate", &key, "third.net").await, "active");
    assert_eq!(server.press(&path, &page).await.status, 404);
    assert_eq!(server.ask("validate", &key, "third.net").await, "active");
}

#[tokio::test]
async fn a_staging_name_may_become_the_production_domain_and_leaves_its_place_free() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    assert_eq!(server.ask("activate", &key, "next.old.com").await, "active");
    let path = link(&server, &key, "next.old.com").await;
    let page = server.open(&path).await;
    assert_eq!(server.press(&path, &page).await.status, 200);
    assert_eq!(server.ask("validate", &key, "next.old.com").await, "active");
    assert_eq!(server.ask("validate", &key, "old.com").await, "wrong_domain");
    assert_eq!(server.ask("activate", &key, "localhost").await, "active", "the staging place is free");
}

#[tokio::test]
async fn a_staging_name_that_is_not_under_the_new_domain_does_not_come_along() {
    let server = LicenseServer::start().await;
    for (old, staging, new, left) in [
        ("old.com", "shop.old.com", "new.org", "wrong_domain"),
        ("old.com", "localhost", "new.org", "active"),
        ("shop.old.com", "test.shop.old.com", "old.com", "active"),
    ] {
        let key = server.license(&format!("{staging} to {new}")).await;
        for domain in [old, staging] {
            assert_eq!(server.ask("activate", &key, domain).await, "active");
        }
        let path = link(&server, &key, new).await;
        let page = server.open(&path).await;
        assert_eq!(server.press(&path, &page).await.status, 200);
        assert_eq!(server.ask("validate", &key, new).await, "active");
        assert_eq!(server.ask("validate", &key, staging).await, left, "{staging}");
    }
    assert_eq!(
        story(&server).await.pop().unwrap(),
        "released: released from shop.old.com, which is not under new.org"
    );
}

#[tokio::test]
async fn the_mail_about_an_ordered_license_goes_to_the_contact_of_its_order() {
    let shop = Shop::beside(Database::perfex_341().await).await;
    let mut order = eva("pro");
    order.language = Some("german".into());
    let placed = shop.place(&order).await.unwrap();
    crm::record_payment(&mut shop.conn().await, placed.invoice.unwrap(), "49".parse().unwrap()).await;
    shop.settle(placed.invoice.unwrap()).await;
    let key = shop.licenses(placed.order).await[0].key.clone().unwrap();
    let server = LicenseServer::of(shop, 1_000, 1_000).await;
    assert_eq!(server.ask("activate", &key, "old.com").await, "active");
    let path = link(&server, &key, "new.org").await;
    let mail = server.shop.messages().await.pop().unwrap();
    assert_eq!(
        (mail.recipient.as_str(), mail.recipient_name.as_str(), mail.language.as_str()),
        ("eva@buyer.example", "Eva Müller", "german")
    );
    assert!(server.open(&path).await.text.contains("<html lang=\"de\">"), "whatever the browser prefers");
}

#[tokio::test]
async fn of_a_link_the_database_keeps_nothing_that_opens_it() {
    let server = LicenseServer::start().await;
    let key = bound(&server).await;
    let path = link(&server, &key, "new.org").await;
    let token = path.rsplit('/').next().unwrap();
    let mut conn = server.shop.conn().await;
    let hash: Option<Vec<u8>> =
        conn.query_first("SELECT `token_hash` FROM `tblpm_license_move_requests`").await.unwrap();
    assert_ne!(hash.unwrap(), hex::decode(token).unwrap());
    let payloads: Vec<String> =
        conn.query("SELECT CONCAT_WS(' ', `payload`, `dedupe_key`) FROM `tblbridge_outbox`").await.unwrap();
    assert!(!payloads.iter().any(|payload| payload.contains(token)), "{payloads:?}");
}

#[tokio::test]
async fn a_demonstration_mails_nobody() {
    let shop = Shop::with(Database::perfex_341().await, "tbl", "[demo]\nread_only = true\n").await;
    shop.stock().await;
    let placed = shop.place(&eva("gift")).await.unwrap();
    let key = shop.licenses(placed.order).await[0].key.clone().unwrap();
    let server = LicenseServer::of(shop, 1_000, 1_000).await;
    assert_eq!(server.ask("activate", &key, "old.com").await, "active");
    server.request_move(&key, "new.org").await;
    assert_eq!(server.move_links().await.len(), 0);
}
