//! What the API answers to good and bad requests.

use serde_json::json;

use crate::support::api::LicenseServer;

#[tokio::test]
async fn an_unknown_key_gets_a_signed_answer_of_the_same_form() {
    let server = LicenseServer::start().await;
    let known = server.license("r").await;
    let question = |key: &str| json!({ "license_key": key, "domain": "a.com", "product": "booking", "nonce": "12345678" });
    let unknown = server.authority.mint.strike("booking", &perfex_bridge::entropy::SeededEntropy::new(99));
    let good = server.post("/api/validate.php", &question(&known)).await;
    for key in [unknown.to_string().as_str(), "nonsense", &"x".repeat(300)] {
        let answer = server.post("/api/validate.php", &question(key)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["code"], "unknown");
        let names = |body: &serde_json::Value| body.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&answer.body), names(&good.body));
        assert_eq!(server.verified(&answer.body).lic, None);
    }
}

#[tokio::test]
async fn several_keys_in_one_call_are_answered_in_their_order() {
    let server = LicenseServer::start().await;
    let (first, second) = (server.license("1").await, server.license("2").await);
    assert_eq!(server.ask("activate", &second, "b.com").await, "active");
    let question = |key: &str, domain: &str| json!({ "license_key": key, "domain": domain, "product": "booking", "nonce": "12345678" });
    let answer =
        server.post("/api/validate", &json!([question(&first, "a.com"), question(&second, "b.com")])).await;
    let codes: Vec<_> = answer.body.as_array().unwrap().iter().map(|answer| answer["code"].clone()).collect();
    assert_eq!(codes, ["released", "active"]);
    assert_eq!(server.post("/api/validate", &json!([])).await.status, 422);
    let many: Vec<_> = (0..21).map(|_| question(&first, "a.com")).collect();
    assert_eq!(server.post("/api/validate", &json!(many)).await.status, 422);
}

#[tokio::test]
async fn a_request_that_is_no_question_is_told_what_is_missing() {
    let server = LicenseServer::start().await;
    let good = json!({ "license_key": "k", "domain": "a.com", "product": "booking", "nonce": "12345678" });
    for (field, value, detail) in [
        ("license_key", "", "`license_key`: is missing"),
        ("domain", "", "`domain`: is missing"),
        ("domain", "a b", "`domain`: "),
        ("product", "", "`product`: is missing"),
        ("nonce", "short", "`nonce`: must be 8 to 64 letters"),
        ("nonce", "with spaces in it", "`nonce`: must be 8 to 64 letters"),
    ] {
        let mut body = good.clone();
        body[field] = value.into();
        let answer = server.post("/api/validate.php", &body).await;
        assert_eq!(answer.status, 422, "{field}={value}: {answer:?}");
        let said = answer.body["detail"].as_str().unwrap();
        assert!(said.starts_with(detail), "{said}");
    }
    let mut suffix = good.clone();
    suffix["domain"] = "co.uk".into();
    for action in ["activate", "move"] {
        let answer = server.post(&format!("/api/{action}"), &suffix).await;
        let said =
            "`domain`: this is a suffix under which many people have their domains, not a domain of your own";
        assert_eq!((answer.status, &answer.body["detail"]), (422, &json!(said)), "{action}");
    }
    let json = "Content-Type: application/json";
    assert_eq!(server.send("POST", "/api/validate.php", &[json], "{").await.status, 400);
    assert_eq!(server.send("POST", "/api/validate.php", &[json], "7").await.status, 422);
    assert_eq!(
        server.send("POST", "/api/validate.php", &["Content-Type: text/xml"], "<a/>").await.status,
        415
    );
    assert_eq!(server.send("POST", "/api/validate.php", &[json], &"x".repeat(70_000)).await.status, 413);
    for (method, path, allowed) in [
        ("GET", "/api/validate.php", "post"),
        ("POST", "/api/keys.json", "get"),
        ("DELETE", "/api/move/0123456789abcdef0123456789abcdef", "get, head, post"),
    ] {
        let answer = server.send(method, path, &[], "").await;
        assert_eq!(answer.status, 405, "{path}");
        let allow = answer.head.lines().find_map(|line| line.strip_prefix("allow: "));
        assert_eq!(allow, Some(allowed), "{path}");
    }
    assert_eq!(server.send("POST", "/api/nothing.php", &[json], "{}").await.status, 404);
}

#[tokio::test]
async fn a_network_and_a_key_that_ask_too_often_are_told_to_wait() {
    let server = LicenseServer::with(30, 5).await;
    let key = server.license("r").await;
    let question =
        json!({ "license_key": key, "domain": "a.com", "product": "booking", "nonce": "12345678" });
    let mut statuses = Vec::new();
    for _ in 0..35 {
        statuses.push(server.post("/api/validate.php", &question).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5, "the key's limit");
    let refused = server.post("/api/validate.php", &question).await;
    assert_eq!(refused.status, 429);
    assert!(refused.head.contains("retry-after: 60"));
    let elsewhere = ["X-Forwarded-For: 203.0.113.9", "Content-Type: application/json"];
    let other = question.to_string().replace(&key, "nonsense");
    let answer = server.send("POST", "/api/validate.php", &elsewhere, &other).await;
    assert_eq!(
        answer.status, 200,
        "another network, seen through a proxy on this machine, has a limit of its own"
    );
}

#[tokio::test]
async fn a_list_costs_a_network_as_much_as_its_questions() {
    let question =
        json!({ "license_key": "nonsense", "domain": "a.com", "product": "booking", "nonce": "12345678" });
    let list = |length: usize| json!(vec![question.clone(); length]);
    let server = LicenseServer::with(45, 1_000).await;
    for (length, status) in [(20, 200), (20, 200), (20, 429), (3, 200)] {
        assert_eq!(server.post("/api/validate", &list(length)).await.status, status, "{length} questions");
    }
    // A list that can never pass is told so, and not to wait.
    let narrow = LicenseServer::with(10, 1_000).await;
    let answer = narrow.post("/api/validate", &list(11)).await;
    let said = "this license server answers at most 10 questions at a time: send shorter lists";
    assert_eq!((answer.status, &answer.body["detail"]), (422, &json!(said)));
    assert_eq!(LicenseServer::with(10, 1_000).await.post("/api/validate", &list(10)).await.status, 200);
}

#[tokio::test]
async fn the_public_keys_are_published() {
    let server = LicenseServer::start().await;
    let answer = server.send("GET", "/api/keys.json", &[], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["keys"].as_array().unwrap().len(), 2, "the one that signs, and the next");
}
