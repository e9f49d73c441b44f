//! `POST /api/create.php`: one license a reference.

use perfex_bridge::licensing::authority::ApiKey;
use perfex_bridge::shop::{CatalogueState, Package, PackageChange, Product};
use serde_json::json;

use crate::support::api::LicenseServer;
use crate::support::mariadb::Database;
use crate::support::shop::Shop;

#[tokio::test]
async fn a_retry_with_the_same_reference_gets_the_same_key() {
    let server = LicenseServer::start().await;
    let body =
        json!({ "product": "booking", "email": "eva@buyer.example", "term": "12m", "reference": "order-7" });
    let bearer = format!("Authorization: Bearer {}", server.api_key);
    let headers = [bearer.as_str(), "Content-Type: application/json"];
    let first = server.send("POST", "/api/create.php", &headers, &body.to_string()).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.body["reference"], "order-7");
    assert_eq!(first.body["expires_at"], "2027-03-09T10:00:00Z");
    let again = server.send("POST", "/api/create", &headers, &body.to_string()).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let form = "product=booking&email=eva%40buyer.example&term=12m&reference=order-7";
    let key_line = format!("X-Api-Key: {}", server.api_key);
    let by_form = [key_line.as_str(), "Content-Type: application/x-www-form-urlencoded"];
    let again = server.send("POST", "/api/create.php", &by_form, form).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
}

#[tokio::test]
async fn the_word_bearer_is_read_in_any_case() {
    let server = LicenseServer::start().await;
    let body = json!({ "product": "booking", "email": "e@x.example", "reference": "r" }).to_string();
    for (scheme, status) in [("bearer", 201), ("BEARER", 200), ("Bearer", 200), ("Basic", 401)] {
        let header = format!("Authorization: {scheme} {}", server.api_key);
        let headers = [header.as_str(), "Content-Type: application/json"];
        assert_eq!(server.send("POST", "/api/create", &headers, &body).await.status, status, "{scheme}");
    }
}

#[tokio::test]
async fn the_idempotency_key_serves_as_a_reference() {
    let server = LicenseServer::start().await;
    let body = json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example" }).to_string();
    let headers = ["Idempotency-Key: abc", "Content-Type: application/json"];
    let first = server.send("POST", "/api/create.php", &headers, &body).await;
    let again = server.send("POST", "/api/create.php", &headers, &body).await;
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body["license_key"], again.body["license_key"]);
}

#[tokio::test]
async fn a_reference_for_something_else_is_a_conflict() {
    let server = LicenseServer::start().await;
    server.license("order-7").await;
    let other = json!({ "api_key": server.api_key, "product": "booking", "email": "max@buyer.example",
                        "reference": "order-7" });
    let answer = server.post("/api/create.php", &other).await;
    assert_eq!(answer.status, 409);
    assert_eq!(
        answer.body["detail"],
        "the reference `order-7` was used for a different request; use a new one"
    );
}

#[tokio::test]
async fn sixty_four_requests_with_one_reference_make_one_license() {
    let server = LicenseServer::start().await;
    let body =
        json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example", "reference": "r" });
    let answers =
        futures_util::future::join_all((0..64).map(|_| server.post("/api/create.php", &body))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let repeated = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!((created, repeated), (1, 63));
    let first = &answers[0].body["license_key"];
    assert!(answers.iter().all(|answer| &answer.body["license_key"] == first));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_is_created() {
    let server = LicenseServer::start().await;
    let good =
        json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example", "reference": "r" });
    for (field, value, status, detail) in [
        ("api_key", "pmk_wrong", 401, "send an API key of this license server"),
        ("api_key", "", 401, "send an API key of this license server"),
        ("product", "nothing", 422, "there is no product `nothing`"),
        ("product", "größe", 422, "there is no product `größe`"),
        ("product", "", 422, "`product`: is missing"),
        ("email", "", 422, "`email`: is missing"),
        ("reference", "", 422, "`reference`: is missing"),
        ("term", "a while", 422, "`term`: `a while` is not a term"),
        ("email", "eva@", 422, "`email`: this is not a mail address of at most 100 characters"),
        ("name", &"x".repeat(192), 422, "`name`: this is longer than the 191 characters that can be kept"),
        ("language", "de-AT", 422, "`language`: this is not a language of the CRM"),
        ("package", "größe", 422, "there is no package `größe`"),
    ] {
        let mut body = good.clone();
        body[field] = value.into();
        let answer = server.post("/api/create.php", &body).await;
        assert_eq!(answer.status, status, "{field}: {answer:?}");
        assert!(answer.head.contains("application/problem+json"));
        let said = answer.body["detail"].as_str().unwrap();
        assert!(said.starts_with(detail), "{field}: {said}");
        assert!(!answer.body.to_string().contains("e@x.example"));
    }
    let mut session = server.shop.app.database.session().await.unwrap();
    let filter = perfex_bridge::licensing::Filter { order: None, limit: 10 };
    let licenses =
        perfex_bridge::licensing::list(&mut session, &server.shop.app.cipher, filter, server.shop.now())
            .await;
    assert!(licenses.unwrap().is_empty());
}

#[tokio::test]
async fn a_revoked_api_key_creates_nothing() {
    let server = LicenseServer::start().await;
    let mut session = server.shop.app.database.session().await.unwrap();
    ApiKey::revoke(&mut session, "test", server.shop.now()).await.unwrap();
    let body =
        json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example", "reference": "r" });
    assert_eq!(server.post("/api/create.php", &body).await.status, 401);
}

#[tokio::test]
async fn a_reference_keeps_its_license_when_the_api_key_is_exchanged() {
    let server = LicenseServer::start().await;
    let now = server.shop.now();
    let ask = async |key: &str, reference: &str| {
        let body =
            json!({ "api_key": key, "product": "booking", "email": "e@x.example", "reference": reference });
        server.post("/api/create.php", &body).await
    };
    let mut session = server.shop.app.database.begin().await.unwrap();
    let booking = Product::named(&mut session, "booking").await.unwrap().id;
    let old = ApiKey::add(&mut session, "shop-2", &[booking], &*server.shop.app.entropy, now).await.unwrap();
    session.commit().await.unwrap();
    let first = ask(&old, "unit-1").await;
    assert_eq!(first.status, 201);

    let mut session = server.shop.app.database.session().await.unwrap();
    let new = ApiKey::rotate(&mut session, "shop-2", &*server.shop.app.entropy).await.unwrap();
    assert_eq!(ask(&old, "unit-1").await.status, 401, "the old one is refused at once");
    let again = ask(&new, "unit-1").await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(ask(&new, "unit-2").await.status, 201);
    let listed = ApiKey::list(&mut session).await.unwrap();
    let shop = listed.iter().find(|key| key.name == "shop-2").unwrap();
    assert_eq!(shop.products, ["booking"], "what it may create stays");
}

#[tokio::test]
async fn a_package_says_how_long_the_license_lasts_and_whether_it_is_a_trial() {
    let server = LicenseServer::start().await;
    let create = async |reference: &str, more: serde_json::Value| {
        let mut body = json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example" });
        body["reference"] = reference.into();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.post("/api/create", &body).await
    };
    for (reference, more, expires_at, right) in [
        ("paid", json!({ "package": "pro" }), json!("2027-03-09T10:00:00Z"), "active"),
        ("free", json!({ "package": "gift" }), json!(null), "active"),
        ("trial", json!({ "package": "taste" }), json!("2026-04-08T10:00:00Z"), "trial"),
        ("short", json!({ "package": "taste", "term": "7d" }), json!("2026-03-16T10:00:00Z"), "trial"),
    ] {
        let answer = create(reference, more).await;
        assert_eq!((answer.status, &answer.body["expires_at"]), (201, &expires_at), "{reference}");
        let key = answer.body["license_key"].as_str().unwrap().to_owned();
        assert_eq!(server.ask("activate", &key, "example.com").await, right, "{reference}");
    }
    let other = create("paid", json!({ "package": "gift" })).await;
    assert_eq!(other.status, 409, "another package under the same reference");
    assert_eq!(create("paid", json!({ "package": "pro", "name": "Eva" })).await.status, 409, "another name");
    let same = create("paid", json!({ "package": "pro" })).await;
    assert_eq!((same.status, &same.body["expires_at"]), (200, &json!("2027-03-09T10:00:00Z")));
}

#[tokio::test]
async fn a_package_that_is_retired_or_of_another_product_is_refused() {
    let server = LicenseServer::start().await;
    let mut session = server.shop.app.database.session().await.unwrap();
    Product::add(&mut session, "planner", "Planner", server.shop.now()).await.unwrap();
    let retired = PackageChange { state: Some(CatalogueState::Retired), ..PackageChange::default() };
    Package::change(&mut session, "taste", &retired).await.unwrap();
    for (product, package, detail) in [
        ("planner", "pro", "the package `pro` does not belong to the product `planner`"),
        ("booking", "taste", "the package `taste` is no longer for sale"),
    ] {
        let body = json!({ "api_key": server.api_key, "product": product, "package": package,
                           "email": "e@x.example", "reference": "r" });
        let answer = server.post("/api/create", &body).await;
        assert_eq!((answer.status, &answer.body["detail"]), (422, &json!(detail)));
    }
}

#[tokio::test]
async fn a_key_for_one_product_creates_no_license_for_another_and_is_not_told_which_there_are() {
    let server = LicenseServer::start().await;
    let now = server.shop.now();
    let mut session = server.shop.app.database.begin().await.unwrap();
    let booking = Product::named(&mut session, "booking").await.unwrap().id;
    Product::add(&mut session, "planner", "Planner", now).await.unwrap();
    let key = ApiKey::add(&mut session, "partner", &[booking], &*server.shop.app.entropy, now).await.unwrap();
    session.commit().await.unwrap();
    for (product, status) in [("booking", 201), ("planner", 403), ("nothing", 403)] {
        let body =
            json!({ "api_key": key, "product": product, "email": "e@x.example", "reference": product });
        let answer = server.post("/api/create", &body).await;
        assert_eq!(answer.status, status, "{product}: {answer:?}");
        if status == 403 {
            assert!(answer.head.contains("application/problem+json"));
            assert_eq!(answer.body["detail"], "this API key creates licenses for booking only");
        }
    }
}

#[tokio::test]
async fn a_demonstration_creates_nothing() {
    let shop = Shop::with(Database::perfex_341().await, "tbl", "[demo]\nread_only = true\n").await;
    shop.stock().await;
    let server = LicenseServer::of(shop, 1_000, 1_000).await;
    let body =
        json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example", "reference": "r" });
    let answer = server.post("/api/create", &body).await;
    assert_eq!(
        (answer.status, &answer.body["detail"]),
        (403, &json!("this license server is a demonstration: it creates no licenses"))
    );
}
