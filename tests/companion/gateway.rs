//! The public gateway: the daemon's answers pass through PHP unchanged, and nothing from outside passes that should not.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::house::House;
use crate::support::crm_web::staff;
use crate::support::daemon::{Answer, Site};
use crate::support::ear::Ear;
use crate::support::eventually::eventually;
use crate::support::impostor::said;

const JSON: &[&str] = &["Content-Type: application/json"];
const FORM: &[&str] = &["Content-Type: application/x-www-form-urlencoded"];

/// Header lines that belong to the connection or to the web server, and PHP's own cookies.
const OWN: [&str; 7] = [
    "host:",
    "date:",
    "connection:",
    "content-length:",
    "set-cookie: sp_session=",
    "set-cookie: csrf_cookie_name=",
    "server:",
];

/// The header lines that are the answer's.
fn told(answer: &Answer) -> Vec<&String> {
    let mut lines: Vec<&String> =
        answer.headers.iter().filter(|line| !OWN.iter().any(|own| line.starts_with(own))).collect();
    lines.sort();
    lines
}

/// The daemon's own answer.
async fn directly(site: &Site, request: &str, headers: &[&str], body: &str) -> Answer {
    let lines: Vec<&str> = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
    let text = format!(
        "{request} HTTP/1.1\r\nHost: crm.example\r\nConnection: close\r\n{}Content-Length: {}\r\n\r\n{body}",
        lines.concat(),
        body.len()
    );
    let mut stream = UnixStream::connect(site.path("http.sock")).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut whole = String::new();
    stream.read_to_string(&mut whole).await.unwrap();
    Answer::parse(&whole).unwrap()
}

#[tokio::test]
async fn an_answer_through_the_crm_is_the_daemons_own() {
    let (house, _daemon) = House::open().await;
    for (request, headers, body, code) in [
        ("GET /api/keys.json", &[][..], "", 200),
        ("HEAD /api/keys.json", &[], "", 405),
        ("GET /api/validate", &[], "", 405),
        ("GET /api/validate.php?x=1", &[], "", 405),
        ("POST /api/validate.php", JSON, "{", 400),
        ("POST /api/validate.php", JSON, "{}", 422),
        ("POST /api/validate", FORM, "domain=x&product=%C3%A4", 422),
        ("POST /api/validate", &["Content-Type: text/plain"], "x", 415),
        ("PUT /api/validate", JSON, "{}", 405),
        ("GET /shop/nothing%20here", &[], "", 404),
    ] {
        // The list of keys is signed for its second: asked again when one has passed in between.
        let same = eventually("the same answer", async || {
            let through = house.crm.ask(request, headers, body).await;
            let own = directly(&house.site, request, headers, body).await;
            (through.body == own.body).then_some((through, own))
        });
        let (through, own) = same.await;
        assert_eq!(own.code, code, "{request} {own:?}");
        assert_eq!(through.code, own.code, "{request} {through:?}");
        assert_eq!(told(&through), told(&own), "{request}");
    }
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn a_license_is_checked_through_the_crm() {
    let (house, _daemon) = House::open().await;
    house.site.stock().await;
    let issue = ["license", "issue", "--product", "backup-pro", "--email", "eva@buyer.example"];
    let license = house.site.json(&issue).await;
    let (key, domain) = (&license["key"], "www.buyer.example");
    let question =
        json!({ "license_key": key, "domain": domain, "product": "backup-pro", "nonce": "12345678" });
    let body = question.to_string();
    let activated = house.crm.ask("POST /api/activate.php", JSON, &body).await;
    assert_eq!((activated.code, &activated.json()["valid"]), (200, &json!(true)), "{activated:?}");
    for path in ["/api/validate", "/api/validate.php"] {
        let mut told: [Value; 2] = [
            house.crm.ask(&format!("POST {path}"), JSON, &body).await.json(),
            directly(&house.site, &format!("POST {path}"), JSON, &body).await.json(),
        ];
        for answer in &mut told {
            // Signed for its second.
            let lease = answer.as_object_mut().unwrap().remove("lease").unwrap();
            assert_eq!(lease.as_str().unwrap().matches('.').count(), 1);
        }
        let yes = json!({ "valid": true, "code": "active" });
        assert_eq!(told, [yes.clone(), yes], "{path}");
    }
}

#[tokio::test]
async fn many_at_once_all_get_the_whole_answer() {
    let (house, _daemon) = House::open().await;
    let own = directly(&house.site, "GET /api/keys.json", &[], "").await.json();
    let asking = (0..64).map(|_| house.crm.get("/api/keys.json", &[]));
    for answer in futures_util::future::join_all(asking).await {
        assert_eq!((answer.code, &answer.json()["keys"]), (200, &own["keys"]));
    }
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn the_port_is_asked_where_nobody_listens_on_the_socket() {
    let ear = Ear::answering(&said("200 OK", "", "by the port")).await;
    let mut house = House::listening(&ear).await;
    let socket = house.site.path("gone.sock").display().to_string();
    house.site.set("http", "socket", socket);
    house.install().await;
    let answer = house.crm.get("/shop", &[]).await;
    assert_eq!((answer.code, answer.body.as_str()), (200, "by the port"));
}

#[tokio::test]
async fn what_a_visitor_claims_about_itself_stays_outside() {
    let ear = Ear::answering(&said("200 OK", "", "ok")).await;
    let house = House::listening(&ear).await;
    let forged = [
        "X-Forwarded-For: 203.0.113.66",
        "X-Forwarded-Proto: https",
        "X-Real-IP: 203.0.113.66",
        "Forwarded: for=203.0.113.66",
        "X-Sucuri-ClientIP: 203.0.113.66",
        "Bridge-Identity: v1.forged.forged",
        "Bridge-Layout: staff",
        "X-Forwarded-Host: evil.example",
        "Proxy-Authorization: Basic eDp5",
        "Cookie: sp_session=stolen; perfex_bridge_csrf=ours; autologin=secret; __Host-perfex_bridge_csrf=too; cat_consent=1; xcat_a=1",
        "Accept-Language: de",
        "Authorization: Bearer key",
        "User-Agent: a\tb",
        "X-Api-Key: a\u{1}b",
    ];
    house.crm.get("/shop/a%2Fb?x=%0d%0aEvil:1&y[]=%00", &forged).await;
    let heard = ear.only();
    let mut lines: Vec<&str> = heard.trim_end().split("\r\n").collect();
    assert_eq!(lines.remove(0), "GET /shop/a%2Fb?x=%0d%0aEvil:1&y[]=%00 HTTP/1.1");
    lines.sort_unstable();
    assert!(lines.remove(0).starts_with("Bridge-Identity: v1."), "the gateway's own");
    let php = lines.remove(1);
    assert!(php.starts_with("Bridge-Php: 8."), "what PHP says of itself: {php}");
    assert_eq!(
        lines,
        [
            "Bridge-Layout: public",
            "Cookie: perfex_bridge_csrf=ours; __Host-perfex_bridge_csrf=too; cat_consent=1",
            &format!("Host: {}", ear.address),
            "X-Forwarded-For: 127.0.0.1",
            "accept-language: de",
            "authorization: Bearer key",
            "user-agent: a\tb",
        ]
    );
}

#[tokio::test]
async fn our_cookies_are_added_to_those_of_the_crm_and_replace_none() {
    let cookies = "Set-Cookie: perfex_bridge_csrf=1; Path=/; HttpOnly\r\nSet-Cookie: cat_consent=2\r\n\
        Set-Cookie: sp_session=evil\r\nSet-Cookie: csrf_cookie_name=evil\r\n";
    let ear = Ear::answering(&said("200 OK", cookies, "ok")).await;
    let house = House::listening(&ear).await;
    let answer = house.crm.get("/shop", &[]).await;
    let names: Vec<&str> =
        answer.header("set-cookie").map(|cookie| cookie.split('=').next().unwrap()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    for name in ["sp_session", "csrf_cookie_name", "perfex_bridge_csrf", "cat_consent"] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    assert!(answer.headers.iter().all(|line| !line.contains("evil")), "{answer:?}");
}

#[tokio::test]
async fn what_others_may_keep_goes_out_without_the_visitors_cookies() {
    let headers = "Cache-Control: public, max-age=60\r\nETag: \"x\"\r\nContent-Type: text/javascript\r\n";
    let ear = Ear::answering(&said("200 OK", headers, "{elapsed_time}")).await;
    let house = House::listening(&ear).await;
    let answer = house.crm.get("/shop", &[]).await;
    assert_eq!(
        told(&answer),
        ["cache-control: public, max-age=60", "content-type: text/javascript", "etag: \"x\""]
    );
    assert_eq!((answer.header("set-cookie").count(), answer.body.as_str()), (0, "{elapsed_time}"));
}

#[tokio::test]
async fn every_kind_of_answer_passes_unchanged() {
    for (status, headers, body) in [
        ("204 No Content", "", ""),
        ("302 Found", "Location: https://elsewhere.example/x?y=z\r\n", ""),
        ("304 Not Modified", "ETag: \"x\"\r\n", ""),
        ("404 Not Found", "Content-Type: text/calendar\r\n", "no"),
        ("500 Internal Server Error", "Link: </a>\r\nLink: </b>\r\n", "\u{0}\u{1}\n"),
    ] {
        let ear = Ear::answering(&said(status, headers, body)).await;
        let house = House::listening(&ear).await;
        let answer = house.crm.get("/shop", &[]).await;
        assert_eq!(answer.code.to_string(), status[..3], "{answer:?}");
        assert_eq!(answer.body, body);
        for line in headers.lines() {
            assert!(answer.has(&line.to_lowercase()), "{line}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_too_large_or_of_no_use_to_the_daemon_never_gets_there() {
    let ear = Ear::answering(&said("200 OK", "", "taken")).await;
    let house = House::listening(&ear).await;
    let most = "x".repeat(65_536);
    let hook = |body: &str| {
        let (crm, body) = (&house.crm, body.to_owned());
        async move { crm.ask("POST /bridge/hooks/bank", &["Content-Type: text/plain"], &body).await }
    };
    assert_eq!(hook(&most).await.code, 200);
    assert!(ear.only().ends_with(&format!("\r\n\r\n{most}")));
    assert_eq!(hook(&format!("{most}x")).await.code, 413);
    // Staff write long texts: a product's three largest ones come as nine bytes a letter.
    let token = "ab".repeat(16);
    let cookie = format!("{}; csrf_cookie_name={token}", staff(&house.database, 1).await);
    let fields = format!("csrf_token_name={token}&description=");
    let most = format!("{fields}{}", "x".repeat(524_288 - fields.len()));
    let save = |body: String| {
        let (crm, cookie) = (&house.crm, cookie.clone());
        async move {
            let product = "POST /admin/perfex_bridge/staff_gateway/shop/products/backup-pro";
            crm.ask(product, &[&cookie, FORM[0]], &body).await
        }
    };
    assert_eq!(save(most.clone()).await.code, 200);
    assert!(ear.only().ends_with(&format!("\r\n\r\n{most}")));
    assert_eq!(save(format!("{most}x")).await.code, 413);
    let claimed =
        house.crm.ask("POST /bridge/hooks/bank", &["Content-Type: multipart/form-data; boundary=x"], "--x--");
    assert_eq!(claimed.await.code, 415);
    assert_eq!(house.crm.get(&format!("/shop?{}", "x".repeat(9_000)), &[]).await.code, 400);
    assert_eq!(house.crm.ask("PROPFIND /shop", &[], "").await.code, 405);
    assert_eq!(ear.heard(), [""; 0]);
    // An empty body has no type of curl's invention.
    house.crm.ask("POST /bridge/hooks/bank", &["Content-Length: 0"], "").await;
    assert!(!ear.only().to_lowercase().contains("content-type"));
}

#[tokio::test]
async fn no_address_leads_the_public_gateway_to_staff_pages() {
    let ear = Ear::answering(&said("200 OK", "", "secret")).await;
    let house = House::listening(&ear).await;
    for path in [
        "/bridge/staff",
        "//bridge/staff",
        "/shop/../bridge/staff",
        "/perfex_bridge/public_gateway/forward/bridge/staff",
        "/admin/perfex_bridge/public_gateway/forward",
        "/perfex_bridge/portal_gateway/forward",
    ] {
        house.crm.get(path, &[]).await;
        for heard in ear.heard() {
            assert!(!heard.starts_with("GET /bridge/"), "{path}: {heard}");
        }
    }
}

#[tokio::test]
async fn a_visitor_who_waits_for_the_daemon_holds_up_no_other_page_of_its_session() {
    let ear = Ear::answering(&[]).await;
    let house = House::listening(&ear).await;
    let cookie = crate::support::crm_web::contact(&house.database).await;
    let begun = std::time::Instant::now();
    let headers = [cookie.as_str()];
    let slow = house.crm.get("/shop", &headers);
    let other = async {
        eventually("a request that waits", async || (!ear.heard().is_empty()).then_some(())).await;
        (house.crm.get("/clients", &headers).await.code, begun.elapsed())
    };
    let (slow, (code, took)) = tokio::join!(slow, other);
    assert_eq!((slow.code, code), (503, 200));
    assert!(took < Duration::from_secs(4), "{took:?}");
}
