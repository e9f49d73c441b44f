//! The header `Bridge-Identity`.

use chrono::TimeDelta;
use perfex_bridge::http::gateway::{Claim, Gateway, GatewayError, GatewayRefusal, PerfexCsrf, sign};
use perfex_bridge::http::{Refusal, Stranger, Visitor};
use perfex_bridge::ids::StaffId;

use super::house::{ADA, ADDRESS, House, SESSION, request};

#[tokio::test]
async fn php_says_who_is_signed_in() {
    let house = House::open().await;
    let csrf = PerfexCsrf { name: "csrf_token_name".into(), value: "c5f1".into() };
    let claim = Claim {
        contact: Some(house.eva),
        client: Some(house.client),
        language: Some("vietnamese".into()),
        address: "2001:db8::7".parse().unwrap(),
        csrf: Some(csrf.clone()),
        ..house.claim()
    };
    let asker = house.asker(&house.signed("POST", "/clients/licenses?page=2", "a=b", &claim).await).await;
    assert_eq!(asker.visitor.to_string(), format!("contact {} of {}", house.eva, house.client));
    assert_eq!((asker.language(), asker.address.to_string().as_str()), (Some("vietnamese"), "2001:db8::7"));
    assert_eq!(asker.perfex_csrf, Some(csrf));

    let claim = Claim { nonce: "0".repeat(32), staff: Some(ADA), ..claim };
    let asker = house.asker(&house.signed("GET", "/", "", &claim).await).await;
    assert!(matches!(asker.visitor, Visitor::Contact { impersonated_by: Some(ADA), .. }), "{asker:?}");

    let asker = house.asker(&house.signed("GET", "/shop", "", &house.claim()).await).await;
    assert_eq!(asker.visitor, Visitor::Stranger(Stranger::Nobody));
    assert_eq!((asker.language(), asker.address.to_string().as_str()), (None, ADDRESS));
}

#[tokio::test]
async fn staff_have_the_capabilities_of_their_rows_while_they_are_active() {
    let house = House::open().await;
    house
        .sql(
            "INSERT INTO `tblstaff` (`staffid`, `email`, `firstname`, `lastname`, `password`, `datecreated`, `admin`,
               `active`, `default_language`)
             VALUES (7, 'max@seller.example', 'Max', 'Muster', '', '2026-01-05 09:00:00', 0, 1, 'german')",
        )
        .await;
    house
        .sql(
            "INSERT INTO `tblstaff_permissions` (`staff_id`, `feature`, `capability`)
             VALUES (7, 'perfex_bridge', 'view'), (7, 'invoices', 'edit'), (1, 'perfex_bridge', 'edit')",
        )
        .await;
    let asks = async |id: i64| {
        let claim = Claim { staff: Some(StaffId(id)), ..house.claim() };
        house.asker(&house.signed("GET", "/bridge/staff", "", &claim).await).await.visitor
    };
    let Visitor::Staff(max) = asks(7).await else { panic!() };
    assert_eq!((max.id, max.admin, max.language.as_str()), (StaffId(7), false, "german"));
    assert!(max.may("perfex_bridge", "view") && max.may("invoices", "edit"));
    assert!(!max.may("perfex_bridge", "edit") && !max.may("invoices", "view"));
    let Visitor::Staff(ada) = asks(1).await else { panic!() };
    assert!(ada.admin && ada.may("anything", "delete") && ada.language == "english");

    house.sql("UPDATE `tblstaff` SET `active` = 0 WHERE `staffid` = 7").await;
    for id in [7, 99] {
        assert_eq!(asks(id).await, Visitor::Stranger(Stranger::Refused(Refusal::StaffInactive)));
    }
    assert_eq!(house.counted("visitor_refusals", "staff_inactive"), 2);
}

#[tokio::test]
async fn the_gateways_word_about_a_contact_is_checked_against_the_row() {
    let house = House::open().await;
    house.sql("UPDATE `tblcontacts` SET `active` = 0").await;
    let claim = Claim { contact: Some(house.eva), client: Some(house.client), ..house.claim() };
    let asker = house.asker(&house.signed("GET", "/shop", "", &claim).await).await;
    assert!(matches!(asker.visitor, Visitor::Stranger(Stranger::Refused(Refusal::Contact(_)))), "{asker:?}");
    assert_eq!(house.counted("visitor_refusals", "contact_inactive"), 1);
}

#[tokio::test]
async fn a_signature_fits_only_its_own_request() {
    let house = House::open().await;
    let header = sign(&house.secret().await, &"POST".parse().unwrap(), "/shop?x=1", b"a=b", &house.claim());
    let name = "bridge-identity";
    for (method, target, body) in [
        ("PUT", "/shop?x=1", "a=b"),
        ("POST", "/shop", "a=b"),
        ("POST", "/shop?x=2", "a=b"),
        ("POST", "/Shop?x=1", "a=b"),
        ("POST", "/shop/?x=1", "a=b"),
        ("POST", "/shop?x=1", "a=c"),
        ("POST", "/shop?x=1", ""),
    ] {
        let wrong = request(method, target, &[(name, &header)], body);
        assert_eq!(house.answer(&wrong).await, "signature", "{method} {target} {body}");
    }
    // What was tried in vain has not used it up.
    assert_eq!(house.answer(&request("POST", "/shop?x=1", &[(name, &header)], "a=b")).await, "stranger");
}

#[tokio::test]
async fn a_signature_counts_once_within_its_time() {
    let house = House::open().await;
    let right = house.signed("POST", "/shop", "a=b", &house.claim()).await;
    assert_eq!(house.answer(&right).await, "stranger");
    for _ in 0..3 {
        assert_eq!(house.answer(&right).await, "replayed");
        house.shop.pass(TimeDelta::seconds(20));
    }
    assert_eq!(house.answer(&right).await, "replayed");
    house.shop.pass(TimeDelta::seconds(1));
    assert_eq!(house.answer(&right).await, "stale");

    // One from a clock that is ahead counts once as well, up to its very end.
    let claim = Claim { at: house.shop.now().timestamp() + 60, ..house.claim() };
    let ahead = house.signed("POST", "/shop", "a=b", &claim).await;
    assert_eq!(house.answer(&ahead).await, "stranger");
    house.shop.pass(TimeDelta::seconds(120));
    assert_eq!(house.answer(&ahead).await, "replayed");
    house.shop.pass(TimeDelta::seconds(1));
    assert_eq!(house.answer(&ahead).await, "stale");
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart_and_no_more() {
    let house = House::open().await;
    house.shop.pass(TimeDelta::hours(1));
    for (skew, answer) in [
        (-60, "stranger"),
        (-61, "stale"),
        (60, "stranger"),
        (61, "early"),
        (i64::MIN / 2, "stale"),
        (i64::MAX, "early"),
    ] {
        let claim = Claim { at: house.shop.now().timestamp().saturating_add(skew), ..house.claim() };
        let asked = house.signed("GET", "/shop", "", &claim).await;
        assert_eq!(house.answer(&asked).await, answer, "{skew}");
    }
}

#[tokio::test]
async fn what_was_signed_before_a_restart_may_look_but_change_nothing() {
    let mut house = House::open().await;
    let claim = Claim { at: house.shop.now().timestamp() - 1, ..house.claim() };
    let post = house.signed("POST", "/shop", "a=b", &claim).await;
    assert_eq!(house.answer(&post).await, "before_start");
    let get = house.signed("GET", "/shop", "", &claim).await;
    assert_eq!(house.answer(&get).await, "stranger");

    let post = house.signed("POST", "/shop", "a=b", &house.claim()).await;
    assert_eq!(house.answer(&post).await, "stranger");
    house.shop.pass(TimeDelta::seconds(5));
    house.identity = house.another_daemon();
    assert_eq!(house.answer(&post).await, "before_start");
}

#[tokio::test]
async fn only_one_header_from_this_machine_is_heard() {
    let house = House::open().await;
    let mut asked = house.signed("GET", "/shop", "", &house.claim()).await;
    asked.local = false;
    assert_eq!(house.answer(&asked).await, "not_local");
    asked.local = true;
    assert_eq!(house.answer(&asked).await, "stranger");

    let mut twice = house.signed("GET", "/shop", "", &house.claim()).await;
    let again = twice.headers["bridge-identity"].clone();
    twice.headers.append("bridge-identity", again);
    assert_eq!(house.answer(&twice).await, "several");
}

#[tokio::test]
async fn a_header_that_is_cut_off_or_of_another_form_is_refused() {
    let house = House::open().await;
    let whole = house.signed("GET", "/shop", "", &house.claim()).await.headers["bridge-identity"].clone();
    let whole = whole.to_str().unwrap();
    let answer =
        async |header: &str| house.answer(&request("GET", "/shop", &[("bridge-identity", header)], "")).await;
    for length in [0, 1, 2, 3, 40, whole.len() - 65, whole.len() - 64, whole.len() - 1] {
        assert_eq!(answer(&whole[..length]).await, "malformed", "{length}");
    }
    for wrong in
        ["x", "v1..", "v1.e30.00", &format!("{whole}0"), &format!("{whole}, {whole}"), &"v1.".repeat(2_000)]
    {
        assert_eq!(answer(wrong).await, "malformed", "{wrong}");
    }
    assert_eq!(answer(&whole.replacen("v1", "v2", 1)).await, "version");
    let claim = Claim { nonce: "not hexadecimal".into(), ..house.claim() };
    assert_eq!(house.answer(&house.signed("GET", "/shop", "", &claim).await).await, "malformed");
    assert_eq!(answer(whole).await, "stranger");
}

#[tokio::test]
async fn a_refused_header_is_not_made_good_by_a_cookie() {
    let house = House::open().await;
    house.eva_signs_in().await;
    let cookie = format!("sp_session={SESSION}");
    let forged = request("GET", "/shop", &[("bridge-identity", "v1.e30.00"), ("cookie", &cookie)], "");
    assert_eq!(house.answer(&forged).await, "malformed");
    let error = house.identity.asker(&forged).await.unwrap_err();
    assert_eq!(error.status().as_u16(), 403);
    // And the cookie of a request through the gateway is PHP's affair.
    let mut asked = house.signed("GET", "/shop", "", &house.claim()).await;
    asked.headers.insert("cookie", cookie.parse().unwrap());
    assert_eq!(house.answer(&asked).await, "stranger");
}

#[tokio::test]
async fn a_full_memory_refuses_rather_than_forgets() {
    let house = House::open().await;
    let app = &house.shop.app;
    let gateway = Gateway::remembering(
        app.database.clone(),
        std::sync::Arc::clone(&app.cipher),
        std::sync::Arc::clone(&app.clock),
        house.metrics.clone(),
        2,
    );
    for expected in [true, true, false] {
        let asked = house.signed("GET", "/shop", "", &house.claim()).await;
        match gateway.claim(&asked).await {
            Ok(Some(_)) => assert!(expected),
            Err(GatewayError::Refused(GatewayRefusal::Full)) => assert!(!expected),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(house.counted("gateway_refusals", "full"), 1);
    house.shop.pass(TimeDelta::seconds(121));
    let asked = house.signed("GET", "/shop", "", &house.claim()).await;
    assert!(gateway.claim(&asked).await.unwrap().is_some());
}

#[tokio::test]
async fn two_requests_at_once_with_one_signature_are_one_visit() {
    let house = House::open().await;
    let asked = house.signed("POST", "/shop", "a=b", &house.claim()).await;
    let all = futures_util::future::join_all((0..16).map(|_| house.identity.asker(&asked))).await;
    assert_eq!(all.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(house.counted("gateway_refusals", "replayed"), 15);
}
