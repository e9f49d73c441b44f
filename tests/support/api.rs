//! The license API of a shop, served on a real socket, and a client that asks it.

use std::path::PathBuf;
use std::sync::Arc;

use perfex_bridge::clock::Clock as _;
use perfex_bridge::http::{self, Limits as Listening};
use perfex_bridge::licensing::api::{Api, Limits};
use perfex_bridge::licensing::authority::{ApiKey, Authority, CheckLog};
use perfex_bridge::licensing::{Lease, Ring, lease};
use perfex_bridge::mail::Payload;
use perfex_bridge::metrics::Metrics;
use perfex_bridge::shop::Product;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::mariadb::Database;
use super::shop::Shop;

/// A license server with a shop's products.
pub struct LicenseServer {
    pub shop: Shop,
    pub authority: Authority,
    /// Who asked; nothing is written by itself.
    pub log: Arc<CheckLog>,
    pub metrics: Metrics,
    /// An API key that may create licenses.
    pub api_key: String,
    address: std::net::SocketAddr,
    keys: PathBuf,
    task: JoinHandle<()>,
}

/// Status and body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Value,
    /// The body as it came, for pages.
    pub text: String,
}

impl LicenseServer {
    /// A server whose limits nobody reaches.
    pub async fn start() -> Self {
        Self::with(1_000_000, 1_000_000).await
    }

    /// A server with limits a minute per network and per key.
    pub async fn with(per_network: u32, per_key: u32) -> Self {
        Self::of(Shop::beside(Database::perfex_341().await).await, per_network, per_key).await
    }

    /// A server beside this CRM.
    pub async fn beside(crm: Database) -> Self {
        Self::of(Shop::beside(crm).await, 1_000_000, 1_000_000).await
    }

    /// A server of this shop, with limits a minute per network and per key.
    pub async fn of(shop: Shop, per_network: u32, per_key: u32) -> Self {
        let authority = shop.app.authority.clone();
        let keys = shop.folder.path().join("signing-keys");
        let ring = Ring::load_or_create(&keys, &*shop.app.entropy, shop.now()).unwrap();
        let mut session = shop.app.database.session().await.unwrap();
        let api_key = ApiKey::add(&mut session, "test", &[], &*shop.app.entropy, shop.now()).await.unwrap();
        let metrics = Metrics::new("test");
        let log = Arc::new(CheckLog::new(metrics.clone()));
        let limits = Limits::new(per_network, per_key);
        let api = Api::new(authority.clone(), ring, limits, shop.app.pages.clone(), Arc::clone(&log));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let never = CancellationToken::new();
            http::serve(listener, api.routes(), Listening::default(), &never, || {}).await;
        });
        Self { shop, authority, log, metrics, api_key, address, keys, task }
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.address
    }

    /// An API key for one product, which is added.
    pub async fn api_key_for(&self, product: &str) -> String {
        let mut session = self.shop.app.database.session().await.unwrap();
        let id = Product::add(&mut session, product, product, self.shop.now()).await.unwrap();
        ApiKey::add(&mut session, product, &[id], &*self.shop.app.entropy, self.shop.now()).await.unwrap()
    }

    /// Sends a request; `headers` are whole lines.
    pub async fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: licenses.example\r\nConnection: close\r\n");
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        request = format!("{request}Content-Length: {}\r\n\r\n{body}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let text = body.to_owned();
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        Answer { status, head: head.to_lowercase(), body, text }
    }

    /// Sends JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &["Content-Type: application/json"], &body.to_string()).await
    }

    /// Creates a license for `booking` and returns its key.
    pub async fn license(&self, reference: &str) -> String {
        let answer = self
            .post(
                "/api/create.php",
                &json!({ "api_key": self.api_key, "product": "booking", "email": "eva@buyer.example",
                         "reference": reference }),
            )
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body["license_key"].as_str().unwrap().to_owned()
    }

    /// Asks `activate`, `validate` or `deactivate` and returns the code, once the lease is verified and says the same.
    pub async fn ask(&self, action: &str, key: &str, domain: &str) -> String {
        let question =
            json!({ "license_key": key, "domain": domain, "product": "booking", "nonce": "nonce-123" });
        let answer = self.post(&format!("/api/{action}.php"), &question).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let lease = self.verified(&answer.body);
        assert_eq!(lease.nonce, "nonce-123");
        assert_eq!(json!(lease.valid), answer.body["valid"]);
        assert_eq!(json!(lease.code), answer.body["code"]);
        answer.body["code"].as_str().unwrap().to_owned()
    }

    /// Asks for a move to `domain`, which is answered the same whatever comes of it.
    pub async fn request_move(&self, key: &str, domain: &str) {
        let question =
            json!({ "license_key": key, "domain": domain, "product": "booking", "nonce": "nonce-123" });
        let answer = self.post("/api/move.php", &question).await;
        assert_eq!(
            (answer.status, &answer.body),
            (200, &json!({ "requested": true, "valid_for_minutes": 1440 }))
        );
    }

    /// The links of all mails so far that move a license, oldest first, as paths.
    pub async fn move_links(&self) -> Vec<String> {
        let messages = self.shop.messages().await;
        let moves = messages.iter().filter(|message| message.template == "license_move");
        moves
            .map(|message| {
                let values = Payload::open(&message.payload, &self.shop.app.cipher).unwrap().0;
                let link = values["move_link"].strip_prefix("https://crm.example").unwrap();
                link.to_owned()
            })
            .collect()
    }

    /// Opens a page as a browser does.
    pub async fn open(&self, path: &str) -> Answer {
        self.send("GET", path, &["Accept-Language: en"], "").await
    }

    /// Presses the button of a page.
    pub async fn press(&self, path: &str, page: &Answer) -> Answer {
        let proof = page.text.split_once("name=\"csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
        let headers = [
            "Content-Type: application/x-www-form-urlencoded",
            "Sec-Fetch-Site: same-origin",
            "Origin: null",
            "Accept-Language: en",
        ];
        self.send("POST", path, &headers, &format!("csrf={proof}")).await
    }

    /// The lease of an answer, verified with the published keys.
    pub fn verified(&self, body: &Value) -> Lease {
        let ring = Ring::load(&self.keys).unwrap();
        let now = self.shop.clock.now();
        lease::verify(body["lease"].as_str().unwrap(), &ring.public_keys(now)).unwrap()
    }
}

impl Drop for LicenseServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}
