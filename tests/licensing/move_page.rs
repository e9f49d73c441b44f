//! The page behind the mailed link, as its reader and as a browser sees it.

use perfex_bridge::ids::LicenseId;
use perfex_bridge::licensing;
use serde_json::json;

use crate::support::api::{Answer, LicenseServer};
use crate::support::mariadb::Database;
use crate::support::shop::Shop;

/// A server whose holders read `language`, with a license on `old.com` and the path of a link to `new.org`.
async fn asked(language: &str) -> (LicenseServer, String, String) {
    let server = LicenseServer::start().await;
    let (key, path) = ask(&server, language).await;
    (server, key, path)
}

async fn ask(server: &LicenseServer, language: &str) -> (String, String) {
    let body = json!({ "api_key": server.api_key, "product": "booking", "email": "eva@buyer.example",
                       "name": "Eva Müller", "language": language, "reference": "r" });
    let key = server.post("/api/create", &body).await.body["license_key"].as_str().unwrap().to_owned();
    assert_eq!(server.ask("activate", &key, "old.com").await, "active");
    server.request_move(&key, "bücher.example.org").await;
    (key, server.move_links().await.remove(0))
}

/// What stands in a page below its style sheet, without the one value that differs each time.
fn shown(answer: &Answer) -> String {
    let (head, rest) = answer.text.split_once("<style>").unwrap();
    let rest = rest.split_once("</style>").unwrap().1;
    let rest = match rest.split_once("name=\"csrf\" value=\"") {
        Some((before, after)) => format!("{before}name=\"csrf\" value=\"...{}", &after[64..]),
        None => rest.to_owned(),
    };
    format!("{}\n{head}{rest}", answer.status)
}

/// Every page in a language, in the order in which a holder can meet them.
async fn every_page(language: &str, code: &str) -> String {
    let (server, key, path) = asked(language).await;
    let speaks = format!("Accept-Language: {code}");
    let form = ["Content-Type: application/x-www-form-urlencoded", &speaks];
    let open = server.send("GET", &path, &[&speaks], "").await;
    let forged = server.send("POST", &path, &form, "csrf=").await;
    let mut session = server.shop.app.database.session().await.unwrap();
    licensing::suspend(&mut session, LicenseId(1), server.shop.now(), "test").await.unwrap();
    let idle = server.press(&path, &open).await;
    licensing::restore(&mut session, LicenseId(1), server.shop.now(), "test").await.unwrap();
    let moved = server.press(&path, &open).await;
    let gone = server.send("GET", &format!("/api/move/{}", "0".repeat(32)), &[&speaks], "").await;
    for site in ["c.com", "d.com"] {
        assert_eq!(server.ask("deactivate", &key, "xn--bcher-kva.example.org").await, "released", "{site}");
        assert_eq!(server.ask("activate", &key, "xn--bcher-kva.example.org").await, "active");
    }
    server.request_move(&key, "e.com").await;
    let often = server.send("GET", &server.move_links().await[1], &[&speaks], "").await;
    [open, forged, idle, moved, gone, often].iter().map(shown).collect::<Vec<_>>().join("\n----\n")
}

#[tokio::test]
async fn every_page_in_english() {
    insta::assert_snapshot!(every_page("english", "en").await);
}

#[tokio::test]
async fn every_page_in_german() {
    insta::assert_snapshot!(every_page("german", "de-DE,de;q=0.9").await);
}

#[tokio::test]
async fn a_page_is_stored_and_framed_by_nobody_and_loads_nothing() {
    let (server, _, path) = asked("english").await;
    for answer in [server.open(&path).await, server.open("/api/move/nonsense").await] {
        for line in [
            "content-type: text/html; charset=utf-8",
            "cache-control: no-store",
            "referrer-policy: no-referrer",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
        ] {
            assert!(answer.head.lines().any(|found| found == line), "{line}: {}", answer.head);
        }
        let policy =
            answer.head.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(policy.ends_with("form-action 'self'; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
        assert!(!answer.text.contains("Eva") && !answer.text.contains("buyer.example"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_button_on_another_site_moves_nothing() {
    let (server, key, path) = asked("english").await;
    let page = server.open(&path).await;
    let proof = page.text.split_once("value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let (right, wrong) = (format!("csrf={proof}"), format!("csrf={}", "0".repeat(64)));
    for (headers, body) in [
        (&["Sec-Fetch-Site: same-origin"][..], ""),
        (&["Sec-Fetch-Site: same-origin"], "csrf="),
        (&["Sec-Fetch-Site: same-origin"], &wrong),
        (&["Sec-Fetch-Site: cross-site"], &right),
        (&["Origin: https://evil.example"], &right),
    ] {
        let answer = server.send("POST", &path, headers, body).await;
        assert_eq!(answer.status, 403, "{headers:?} {body}");
        assert_eq!(server.ask("validate", &key, "old.com").await, "active");
    }
    for origin in ["Origin: https://crm.example", "Origin: https://licenses.example"] {
        let page = server.open(&path).await;
        assert_eq!(page.status, 200, "nothing was used up");
        let foreign_link =
            server.send("POST", "/api/move/0123456789abcdef0123456789abcdef", &[origin], &right).await;
        assert_eq!(foreign_link.status, 403, "the field of one link is none for another");
    }
    assert_eq!(server.send("POST", &path, &["Origin: https://crm.example"], &right).await.status, 200);
}

#[tokio::test]
async fn other_methods_and_too_many_requests_are_refused() {
    let (server, _, path) = asked("english").await;
    for method in ["PUT", "DELETE", "PATCH"] {
        assert_eq!(server.send(method, &path, &[], "").await.status, 405, "{method}");
    }
    let shop = Shop::beside(Database::perfex_341().await).await;
    let narrow = LicenseServer::of(shop, 2, 10).await;
    let statuses = [narrow.open("/api/move/x").await, narrow.open("/api/move/x").await];
    assert!(statuses.iter().all(|answer| answer.status == 404));
    let refused = narrow.open("/api/move/x").await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("retry-after: 60") && refused.text.contains("Please wait a minute"));
}
