//! `POST /api/create.php`: one license a reference.

use serde_json::json;

use crate::support::api::LicenseServer;

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
        ("product", "", 422, "`product`: is missing"),
        ("email", "", 422, "`email`: is missing"),
        ("reference", "", 422, "`reference`: is missing"),
        ("term", "a while", 422, "`term`: `a while` is not a term"),
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
    perfex_bridge::licensing::authority::ApiKey::revoke(&mut session, "test", server.shop.now())
        .await
        .unwrap();
    let body =
        json!({ "api_key": server.api_key, "product": "booking", "email": "e@x.example", "reference": "r" });
    assert_eq!(server.post("/api/create.php", &body).await.status, 401);
}
