//! The companion's own PHP against the daemon: over a socket, under real PHP.

use std::sync::Arc;

use perfex_bridge::http::gateway::{Claim, Secrets, sign};
use perfex_bridge::http::{self, Identity, Limits};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use warp::Filter as _;
use warp::reply::Response;

use super::house::House;
use crate::support::shop::ENCRYPTION_KEY;
use crate::support::{crm, php};

/// Loads the companion's file, and opens the option as CodeIgniter's library does.
const COMPANION: &str = r"
define('BASEPATH', '/');
require $argv[1];
function secrets(string $stored, string $key): string {
    [$mac, $body] = [substr($stored, 0, 128), substr($stored, 128)];
    $auth = hash_hkdf('sha512', $key, 64, 'authentication', '');
    hash_equals(hash_hmac('sha512', $body, $auth), $mac) or exit(1);
    $raw = base64_decode($body);
    $enc = substr(hash_hkdf('sha512', $key, 32, 'encryption', ''), 0, 16);
    return openssl_decrypt(substr($raw, 16), 'aes-128-cbc', $enc, OPENSSL_RAW_DATA, substr($raw, 0, 16));
}
$in = json_decode($argv[2], true);
";

/// Signs a request and sends it; prints the status and the body of the answer.
const SEND: &str = r#"
$secrets = secrets($in['stored'], $in['key']);
$header = perfex_bridge_identity($secrets, $in['method'], $in['target'], $in['body'], $in['who']);
if ($header === null) { echo json_encode([0, 'unsigned']); exit; }
$answer = file_get_contents($in['url'] . ($in['sent_target'] ?? $in['target']), false, stream_context_create(['http' => [
    'method' => $in['sent_method'] ?? $in['method'],
    'header' => ["Bridge-Identity: $header", 'Content-Type: text/plain', 'Connection: close'],
    'content' => $in['sent_body'] ?? $in['body'],
    'ignore_errors' => true,
    'timeout' => 10,
]]));
preg_match('/ (\d+)/', $http_response_header[0], $status);
echo json_encode([(int) $status[1], $answer]);
"#;

fn companion(code: &str, input: &Value) -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/templates/companion/identity.php");
    let said = php::run(&[], &format!("{COMPANION}{code}"), &[file, &input.to_string()]);
    serde_json::from_slice(&said).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&said)))
}

/// A page that says who asks, on a socket.
struct Served {
    url: String,
    task: JoinHandle<()>,
}

impl Served {
    async fn with(identity: Identity) -> Self {
        let identity = Arc::new(identity);
        let routes = http::request()
            .then(move |request: http::Request| {
                let identity = Arc::clone(&identity);
                async move {
                    let request = request.whole().await.unwrap();
                    let mut response = Response::new("".into());
                    *response.body_mut() = match identity.asker(&request).await {
                        Ok(asker) => format!("{} {}", asker.visitor, asker.address).into(),
                        Err(error) => {
                            *response.status_mut() = error.status();
                            error.to_string().into()
                        }
                    };
                    response
                }
            })
            .boxed();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            http::serve(listener, routes, Limits::default(), &CancellationToken::new(), || {}).await;
        });
        Self { url, task }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A request that PHP signs at the daemon's own time.
async fn question(
    house: &House,
    served: &Served,
    method: &str,
    target: &str,
    body: &str,
    who: Value,
) -> Value {
    let stored = crm::option(&mut house.shop.conn().await, "perfex_bridge_gateway_secret").await;
    let mut who = who;
    who["at"] = json!(house.shop.now().timestamp());
    json!({ "stored": stored, "key": ENCRYPTION_KEY, "url": served.url, "method": method, "target": target,
            "body": body, "who": who })
}

async fn asks(input: Value) -> (u64, String) {
    let answer = tokio::task::spawn_blocking(move || companion(SEND, &input)).await.unwrap();
    (answer[0].as_u64().unwrap(), answer[1].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_php_signs_the_daemon_believes() {
    let house = House::open().await;
    let served = Served::with(house.another_daemon()).await;
    let stranger = json!({ "address": "203.0.113.9" });
    // Ids come out of the session as texts.
    let eva = json!({ "address": "2001:db8::1", "contact": house.eva.to_string(), "client": house.client.to_string(),
                      "language": "german", "csrf": { "name": "csrf_token_name", "value": "é\"\u{1f600}" } });
    let contact = format!("contact {} of {} 2001:db8::1", house.eva, house.client);
    for (method, target, body, who, answer) in [
        ("GET", "/shop", "", stranger.clone(), "stranger 203.0.113.9"),
        ("GET", "/shop?", "", stranger.clone(), "stranger 203.0.113.9"),
        ("GET", "/shop/%C3%A4%2Fb?x=%20+&y[]=1", "", stranger, "stranger 203.0.113.9"),
        ("POST", "/clients/licenses?a=b", "x=1&y=\u{0}\n|ü", eva.clone(), &contact),
        ("PUT", "/clients/licenses", &"z".repeat(60_000), eva, &contact),
        ("GET", "/bridge/staff", "", json!({ "address": "::1", "staff": 1 }), "staff 1 ::1"),
    ] {
        let input = question(&house, &served, method, target, body, who).await;
        assert_eq!(asks(input).await, (200, answer.to_owned()), "{method} {target}");
    }
}

#[tokio::test]
async fn what_was_changed_on_the_way_is_refused() {
    let house = House::open().await;
    let served = Served::with(house.another_daemon()).await;
    let who = json!({ "address": "203.0.113.9", "staff": 1 });
    for (part, value) in [("sent_target", "/shop/x"), ("sent_method", "PUT"), ("sent_body", "a=c")] {
        let mut input = question(&house, &served, "POST", "/shop", "a=b", who.clone()).await;
        input[part] = json!(value);
        let (status, said) = asks(input).await;
        assert_eq!(
            (status, said.as_str()),
            (403, "the signature of Bridge-Identity does not fit this request"),
            "{part}"
        );
    }
    let mut input = question(&house, &served, "POST", "/shop", "a=b", who).await;
    input["who"]["nonce"] = json!("0123456789abcdef0123456789abcdef");
    assert_eq!(asks(input.clone()).await.0, 200);
    assert_eq!(asks(input).await, (403, "this Bridge-Identity was used before".to_owned()));
    assert_eq!(
        (house.counted("gateway_refusals", "signature"), house.counted("gateway_refusals", "replayed")),
        (3, 1)
    );
}

#[tokio::test]
async fn php_takes_over_a_new_secret_with_its_next_request() {
    let house = House::open().await;
    let served = Served::with(house.another_daemon()).await;
    let who = json!({ "address": "203.0.113.9" });
    let before = question(&house, &served, "GET", "/shop", "", who.clone()).await;
    assert_eq!(asks(before.clone()).await.0, 200);
    house.shop.pass(chrono::TimeDelta::seconds(1));
    let app = &house.shop.app;
    Secrets::rotate(&app.database, &app.cipher, &*app.entropy, house.shop.now()).await.unwrap();
    assert_eq!(asks(question(&house, &served, "GET", "/shop", "", who).await).await.0, 200);
    // A request that had read the old one just before.
    assert_eq!(asks(before).await.0, 200);
}

#[tokio::test]
async fn what_the_daemon_signs_php_signs_alike() {
    let house = House::open().await;
    let claim = Claim { contact: Some(house.eva), client: Some(house.client), ..house.claim() };
    let header = sign(&house.secret().await, &"POST".parse().unwrap(), "/shop?ü=1", "ü\n".as_bytes(), &claim);
    let stored = crm::option(&mut house.shop.conn().await, "perfex_bridge_gateway_secret").await;
    let code = r#"
        [$version, $payload, $signature] = explode('.', $in['header']);
        $secret = json_decode(secrets($in['stored'], $in['key']), true)['current'];
        $again = perfex_bridge_signature($secret, 'POST', '/shop?ü=1', "ü\n", $payload);
        echo json_encode([$version, hash_equals($again, $signature), json_decode(base64_decode(strtr($payload, '-_', '+/')), true)]);
    "#;
    let said = companion(code, &json!({ "header": header, "stored": stored, "key": ENCRYPTION_KEY }));
    assert_eq!(said, json!(["v1", true, serde_json::to_value(&claim).unwrap()]));
}

#[tokio::test]
async fn php_signs_nothing_without_a_secret() {
    let code = "echo json_encode(perfex_bridge_identity($in, 'GET', '/', '', ['address' => '::1']));";
    for secrets in ["", "null", "{}", "{\"current\":\"zz\"}", "{\"current\":[]}", "{\"current\":\"00\\n\"}"] {
        assert_eq!(companion(code, &json!(secrets)), Value::Null, "{secrets}");
    }
}
