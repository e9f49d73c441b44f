//! Forms: taken from our own pages, from nowhere else.

use std::sync::Arc;

use perfex_bridge::http::{Asker, Csrf, FIELD, Request};
use url::form_urlencoded::byte_serialize;
use warp::http::HeaderValue;

use super::house::{ADA, House, SESSION, request, with_session};

/// An open page with a form: what the browser keeps and what stands in the field.
struct Form {
    cookie: String,
    field: String,
}

impl House {
    /// Opens a page.
    fn form(&self, asker: &Asker) -> Form {
        let token = self.csrf.token(&request("GET", "/shop", &[], ""), asker);
        let cookie = token.cookie.unwrap().to_str().unwrap().split(';').next().unwrap().to_owned();
        Form { cookie, field: token.field }
    }

    async fn stranger(&self) -> Asker {
        self.asker(&request("GET", "/shop", &[], "")).await
    }

    /// What becomes of a form: `ok`, or the reason, which must have been counted.
    fn sends(&self, form: &Request<Vec<u8>>, asker: &Asker) -> &'static str {
        match self.csrf.check(form, asker) {
            Ok(()) => "ok",
            Err(refusal) => {
                assert!(self.counted("csrf_refusals", refusal.reason()) > 0, "{refusal} was not counted");
                refusal.reason()
            }
        }
    }
}

impl Form {
    fn sent(&self) -> Request<Vec<u8>> {
        let body =
            format!("quantity=1&{FIELD}={}", byte_serialize(self.field.as_bytes()).collect::<String>());
        request("POST", "/shop/checkout", &[("cookie", &self.cookie)], &body)
    }

    fn with(&self, header: &'static str, value: &str) -> Request<Vec<u8>> {
        let mut form = self.sent();
        form.headers.append(header, value.parse().unwrap());
        form
    }
}

#[tokio::test]
async fn a_form_of_our_own_page_is_taken_as_often_as_it_is_sent() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let form = house.form(&asker);
    assert_eq!((house.sends(&form.sent(), &asker), house.sends(&form.sent(), &asker)), ("ok", "ok"));
    // The next page keeps the cookie, and shows other bytes for it.
    let next = house.csrf.token(&with_cookie(&form.cookie), &asker);
    assert!(next.cookie.is_none() && next.field != form.field);
    let next = Form { field: next.field, cookie: form.cookie.clone() };
    assert_eq!((house.sends(&next.sent(), &asker), house.sends(&form.sent(), &asker)), ("ok", "ok"));
    // A script sends JSON and a header.
    let script =
        request("DELETE", "/bridge/staff/x", &[("cookie", &form.cookie), ("bridge-csrf", &form.field)], "{}");
    assert_eq!(house.sends(&script, &asker), "ok");
}

fn with_cookie(cookie: &str) -> Request<Vec<u8>> {
    request("GET", "/shop", &[("cookie", cookie)], "")
}

#[tokio::test]
async fn the_cookie_is_bound_to_this_host_where_there_is_https() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let cookie = |csrf: &Csrf| -> HeaderValue { csrf.token(&with_cookie(""), &asker).cookie.unwrap() };
    let text = cookie(&house.csrf);
    let text = text.to_str().unwrap();
    let (value, rest) = text.split_once(';').unwrap();
    assert!(value.starts_with("__Host-perfex_bridge_csrf=") && value.len() == 26 + 32, "{text}");
    assert_eq!(rest, " Path=/; HttpOnly; SameSite=Lax; Secure");
    let app = &house.shop.app;
    let url = "http://crm.example:8080/sub/".parse().unwrap();
    let plain = Csrf::new(&app.cipher, &url, Arc::clone(&app.entropy), house.metrics.clone());
    let text = cookie(&plain);
    let text = text.to_str().unwrap();
    assert!(
        text.starts_with("perfex_bridge_csrf=") && text.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{text}"
    );
}

#[tokio::test]
async fn a_link_changes_nothing() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let form = house.form(&asker);
    for method in ["GET", "HEAD", "OPTIONS", "TRACE"] {
        let mut link = form.sent();
        link.method = method.parse().unwrap();
        assert_eq!(house.sends(&link, &asker), "method", "{method}");
    }
}

#[tokio::test]
async fn an_address_that_switches_perfexs_own_check_off_is_refused() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let form = house.form(&asker);
    for target in ["/shop/checkout?x=gateways/", "/gateways/shop", "/shop?Gateways/x", "/shop/xgateways/"] {
        let mut sent = form.sent();
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        (sent.path, sent.query) = (path.to_owned(), query.map(str::to_owned));
        assert_eq!(house.sends(&sent, &asker), "exempt", "{target}");
    }
}

#[tokio::test]
async fn another_sites_form_is_refused_although_it_has_everything() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let form = house.form(&asker);
    for (header, value, answer) in [
        ("sec-fetch-site", "same-origin", "ok"),
        ("sec-fetch-site", "none", "ok"),
        ("sec-fetch-site", "same-site", "origin"),
        ("sec-fetch-site", "cross-site", "origin"),
        ("sec-fetch-site", "nonsense", "origin"),
        ("origin", "https://crm.example", "ok"),
        ("origin", "https://crm.example.evil.example", "origin"),
        ("origin", "http://crm.example", "origin"),
        ("origin", "https://crm.example:8443", "origin"),
        ("origin", "null", "origin"),
    ] {
        assert_eq!(house.sends(&form.with(header, value), &asker), answer, "{header}: {value}");
    }
    // The site under a second name: the browser has compared.
    let mut second = form.with("origin", "https://www.crm.example");
    assert_eq!(house.sends(&second, &asker), "origin");
    second.headers.append("sec-fetch-site", HeaderValue::from_static("same-origin"));
    assert_eq!(house.sends(&second, &asker), "ok");
}

#[tokio::test]
async fn half_a_token_and_a_made_up_one_are_refused() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let (form, other) = (house.form(&asker), house.form(&asker));
    let without = |name: &str| {
        let mut sent = form.sent();
        if name == "cookie" {
            sent.headers.remove("cookie");
        } else {
            sent.body = b"quantity=1".to_vec();
        }
        sent
    };
    assert_eq!(house.sends(&without("cookie"), &asker), "cookie");
    assert_eq!(house.sends(&without("field"), &asker), "field");
    let broken = Form { cookie: "__Host-perfex_bridge_csrf=short".into(), field: form.field.clone() };
    assert_eq!(house.sends(&broken.sent(), &asker), "cookie");
    // The plain cookie, which another site of the domain could have set, does not serve where there is https.
    let tossed = Form { cookie: form.cookie.replace("__Host-", ""), field: form.field.clone() };
    assert_eq!(house.sends(&tossed.sent(), &asker), "cookie");
    for field in [
        other.field.clone(),
        String::new(),
        "ü".repeat(40),
        form.field[..79].to_owned(),
        format!("{}0", form.field),
        form.field.replace(&form.field[..1], if form.field.starts_with('0') { "1" } else { "0" }),
        form.cookie.split_once('=').unwrap().1.to_owned(),
    ] {
        let wrong = Form { cookie: form.cookie.clone(), field };
        assert_eq!(house.sends(&wrong.sent(), &asker), "token", "{}", wrong.field);
    }
    // A cookie that somebody planted beside does not lock the visitor out.
    let two = Form { cookie: format!("{}; {}", other.cookie, form.cookie), field: form.field.clone() };
    assert_eq!(house.sends(&two.sent(), &asker), "ok");
}

#[tokio::test]
async fn a_token_is_one_persons_and_outlives_a_new_session_id() {
    let house = House::open().await;
    let stranger = house.stranger().await;
    house.eva_signs_in().await;
    let eva = house.asker(&with_session()).await;
    let mut claim = house.claim();
    claim.staff = Some(ADA);
    let ada = house.asker(&house.signed("GET", "/", "", &claim).await).await;
    let mut claim = house.claim();
    (claim.contact, claim.client, claim.staff) = (Some(house.eva), Some(house.client), Some(ADA));
    let disguised = house.asker(&house.signed("GET", "/", "", &claim).await).await;
    let all = [&stranger, &eva, &ada, &disguised];
    for (mine, opened) in all.iter().enumerate() {
        let form = house.form(opened);
        for (theirs, sender) in all.iter().enumerate() {
            let answer = if mine == theirs { "ok" } else { "token" };
            assert_eq!(house.sends(&form.sent(), sender), answer, "{} by {}", opened.visitor, sender.visitor);
        }
    }
    // PHP gives the session a new id, and the open form is still good.
    let form = house.form(&eva);
    let id = "f".repeat(32);
    house.sql(&format!("UPDATE `tblsessions` SET `id` = '{id}' WHERE `id` = '{SESSION}'")).await;
    let later = house.asker(&request("GET", "/", &[("cookie", &format!("sp_session={id}"))], "")).await;
    assert_eq!(house.sends(&form.sent(), &later), "ok");
}

#[tokio::test]
async fn every_daemon_beside_one_crm_takes_the_same_forms() {
    let house = House::open().await;
    let asker = house.stranger().await;
    let form = house.form(&asker);
    let app = house.shop.second_daemon("").await;
    let second = app.csrf(&house.metrics);
    assert!(second.check(&form.sent(), &asker).is_ok());
}
