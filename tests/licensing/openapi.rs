//! The `OpenAPI` document is held against the real answers: each status, content type and body must be one that it
//! promises, and each that it promises must be seen.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::support::api::{Answer, LicenseServer};

const JSON: &str = "Content-Type: application/json";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

/// The document, and what was seen of it.
struct Promise {
    document: Value,
    seen: BTreeSet<(String, u16)>,
}

impl Promise {
    async fn of(server: &LicenseServer) -> Self {
        let answer = server.send("GET", "/api/openapi.json", &[], "").await;
        assert_eq!(answer.status, 200);
        let mut promise = Self { document: answer.body.clone(), seen: BTreeSet::new() };
        promise.holds("GET", "/api/openapi.json", &answer);
        promise
    }

    /// Whether `value` is what the schema at `pointer` says.
    fn fits(&self, pointer: &str, value: &Value) {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.enable_format_assertions();
        compiler.add_resource("mem:///openapi.json", self.document.clone()).unwrap();
        let schema = compiler.compile(&format!("mem:///openapi.json#{pointer}"), &mut schemas).unwrap();
        if let Err(error) = schemas.validate(value, schema) {
            panic!("{pointer}: {error:#}\n{value:#}");
        }
    }

    /// Follows `$ref`s until something else is there.
    fn followed(&self, pointer: String) -> String {
        match self.document.pointer(&pointer).unwrap_or_else(|| panic!("no {pointer}")).get("$ref") {
            Some(target) => self.followed(target.as_str().unwrap().trim_start_matches('#').to_owned()),
            None => pointer,
        }
    }

    /// Whether the answer is one of those that are promised; remembers it.
    fn holds(&mut self, method: &str, path: &str, answer: &Answer) {
        let path = path.trim_end_matches(".php");
        let operation = format!("/paths/{}/{}", path.replace('/', "~1"), method.to_lowercase());
        let response = self.followed(format!("{operation}/responses/{}", answer.status));
        let kind = answer.head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap();
        let schema = format!("{response}/content/{}/schema", kind.replace('/', "~1"));
        self.fits(&schema, &answer.body);
        if answer.status == 429 {
            assert!(answer.head.contains("retry-after: "), "{answer:?}");
        }
        self.seen.insert((path.to_owned(), answer.status));
    }

    /// Sends a request, and holds the answer against the document; a body that is accepted must be one that it describes.
    async fn ask(&mut self, server: &LicenseServer, path: &str, body: &Value) -> Answer {
        let answer = server.post(path, body).await;
        self.holds("POST", path, &answer);
        if answer.status < 300 {
            let operation =
                format!("/paths/{}/post/requestBody", path.trim_end_matches(".php").replace('/', "~1"));
            let content = format!("{}/content/application~1json/schema", self.followed(operation));
            self.fits(&content, body);
        }
        answer
    }

    fn promised(&self) -> BTreeSet<(String, u16)> {
        let paths = self.document["paths"].as_object().unwrap();
        let operations = paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().values().map(move |operation| (path, operation))
        });
        let statuses = |(path, operation): (&String, &Value)| {
            let statuses: Vec<String> = operation["responses"].as_object().unwrap().keys().cloned().collect();
            statuses.into_iter().map(|status| (path.clone(), status.parse().unwrap())).collect::<Vec<_>>()
        };
        operations.flat_map(statuses).collect()
    }
}

#[tokio::test]
async fn every_promise_of_the_document_is_seen_and_nothing_else_is() {
    let server = LicenseServer::start().await;
    let mut promise = Promise::of(&server).await;
    let keys = server.send("GET", "/api/keys.json", &[], "").await;
    promise.holds("GET", "/api/keys.json", &keys);

    let wanted = json!({ "api_key": server.api_key, "product": "booking", "package": "pro", "email": "eva@buyer.example",
                         "name": "Eva", "language": "german", "reference": "1" });
    let created = promise.ask(&server, "/api/create.php", &wanted).await;
    assert_eq!(created.status, 201);
    assert_eq!(promise.ask(&server, "/api/create", &wanted).await.status, 200);
    let changed = |field: &str, value: Value| {
        let mut body = wanted.clone();
        body[field] = value;
        body
    };
    assert_eq!(promise.ask(&server, "/api/create", &changed("api_key", json!("pmk_no"))).await.status, 401);
    assert_eq!(promise.ask(&server, "/api/create", &changed("term", json!("1y"))).await.status, 409);
    let narrow = server.api_key_for("other").await;
    assert_eq!(promise.ask(&server, "/api/create", &changed("api_key", json!(narrow))).await.status, 403);
    assert_eq!(promise.ask(&server, "/api/create", &changed("email", json!("nobody"))).await.status, 422);

    let key = created.body["license_key"].clone();
    let question = json!({ "license_key": key, "domain": "https://buyer.com/", "product": "booking", "nonce": "12345678" });
    for action in ["validate", "activate", "validate", "deactivate"] {
        let path = format!("/api/{action}");
        let answer = promise.ask(&server, &path, &question).await;
        assert_eq!(answer.status, 200);
        let lease = answer.body["lease"].as_str().unwrap().split('.').next().unwrap().to_owned();
        let lease: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(lease).unwrap()).unwrap();
        promise.fits("/components/schemas/Lease", &lease);
        let list = promise.ask(&server, &path, &json!([question, question])).await;
        assert_eq!(list.status, 200);
        let form =
            format!("license_key={}&domain=buyer.com&product=booking&nonce=12345678", key.as_str().unwrap());
        let answer = server.send("POST", &path, &[FORM], &form).await;
        promise.holds("POST", &path, &answer);
        assert_eq!(answer.status, 200);
    }
    let moved = promise.ask(&server, "/api/move", &question).await;
    assert_eq!(moved.status, 200);

    for action in ["create", "activate", "validate", "deactivate", "move"] {
        let path = format!("/api/{action}");
        for (headers, body, status) in [
            (JSON, "{".to_owned(), 400),
            (JSON, "{}".to_owned(), 422),
            ("Content-Type: text/xml", String::new(), 415),
            (JSON, "x".repeat(1 << 20), 413),
        ] {
            let answer = server.send("POST", &path, &[headers], &body).await;
            // Who creates is asked for a key first.
            let status = if action == "create" && status == 422 { 401 } else { status };
            assert_eq!(answer.status, status, "{path}");
            promise.holds("POST", &path, &answer);
        }
    }

    let busy = LicenseServer::with(1, 1).await;
    for (path, _) in promise.promised() {
        let method =
            promise.document["paths"][&path].as_object().unwrap().keys().next().unwrap().to_uppercase();
        busy.send(&method, &path, &[], "").await;
        let answer = busy.send(&method, &path, &[], "").await;
        assert_eq!(answer.status, 429, "{path}");
        promise.holds(&method, &path, &answer);
    }
    server.shop.app.database.clone().close().await.unwrap();
    for action in ["create", "activate", "validate", "deactivate", "move"] {
        let path = format!("/api/{action}");
        let body = if action == "create" { &wanted } else { &question };
        assert_eq!(promise.ask(&server, &path, body).await.status, 503, "{path}");
    }
    // A body that comes too slowly needs more patience than a test has; its refusal is made where 413 is.
    let unseen: BTreeSet<_> =
        promise.promised().difference(&promise.seen).filter(|(_, status)| *status != 408).cloned().collect();
    assert!(unseen.is_empty(), "promised and never seen: {unseen:?}");
}

#[tokio::test]
async fn no_secret_is_asked_for_in_an_address() {
    let server = LicenseServer::start().await;
    let document = server.send("GET", "/api/openapi.json", &[], "").await.body;
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert!(schemes.len() >= 2 && schemes.values().all(|scheme| scheme["in"] != "query"), "{schemes:?}");
    for requirement in document["paths"]["/api/create"]["post"]["security"].as_array().unwrap() {
        assert!(requirement.as_object().unwrap().keys().all(|name| schemes.contains_key(name)));
    }
    let said =
        document["components"]["schemas"]["NewLicense"]["properties"]["api_key"]["description"].as_str();
    assert!(said.is_some_and(|said| said.contains("never in the address")), "{said:?}");
}

#[tokio::test]
async fn the_served_document_is_the_one_in_the_repository() {
    let server = LicenseServer::start().await;
    let answer = server.send("GET", "/api/openapi.json", &[], "").await;
    let written = include_str!("../../src/licensing/api/openapi.json");
    assert_eq!(answer.body, serde_json::from_str::<Value>(written).unwrap());
    assert_eq!(answer.body["openapi"], "3.1.0");
}
