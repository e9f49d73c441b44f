//! The running daemon as a license server, asked by the PHP that module authors get, and staff at the command line.

use std::path::Path;

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, free_port};

/// A module's PHP: asks the server about a key, and says what the module may do.
const MODULE: &str = r"
require $argv[1];
[, , $server, $key, $what, $keys, $state] = $argv;
$load = fn () => is_file($state) ? json_decode((string) file_get_contents($state), true) : null;
$save = fn (array $new) => file_put_contents($state, json_encode($new));
$license = new LicenseVerifier('backup-pro', 'https://www.customer.com/crm/', json_decode($keys, true)['keys'], $load, $save);
echo json_encode($what === 'status' ? $license->status() : $license->refresh($server, $key, true, $what));
";

/// A site that serves the license API, and its address.
fn server(database: &Database) -> (Site, String) {
    let mut site = Site::new(database);
    let port = free_port();
    site.set("http", "listen", format!("127.0.0.1:{port}"));
    site.set("http", "socket", site.path("http.sock").display().to_string());
    (site, format!("http://127.0.0.1:{port}"))
}

/// PHP as it is on most hosts.
const WITH_CURL: &[&str] = &[];
const WITHOUT_CURL: &[&str] = &["-d", "disable_functions=curl_exec"];

async fn php(server: &str, key: &str, what: &str, keys: &str, state: &Path) -> Value {
    php_with(WITH_CURL, server, key, what, keys, state).await
}

async fn php_with(options: &[&str], server: &str, key: &str, what: &str, keys: &str, state: &Path) -> Value {
    let verifier = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/php/LicenseVerifier.php");
    let output = tokio::process::Command::new("php")
        .args(options)
        .args(["-r", MODULE, "--", verifier, server, key, what, keys])
        .arg(state)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&said)
        .unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The published keys, fetched over the unix socket.
async fn published_keys(socket: &Path) -> String {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    let request = b"GET /api/keys.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_paid_license_is_activated_checked_moved_and_taken_away() {
    let database = Database::perfex_341().await;
    let (site, address) = server(&database);
    site.json(&["migrate"]).await;
    site.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
    let package =
        "package add --product backup-pro --sku b --kind paid --price 49.00 --currency EUR --term 12m";
    site.json(&package.split(' ').collect::<Vec<_>>()).await;
    let mut daemon = site.start_ready().await;
    let placed = site.try_place("b", "eva@buyer.example", 1).await.unwrap();
    crm::record_payment(&mut database.conn().await, placed.invoice(), "49.00".parse().unwrap()).await;
    let key = loop {
        let licenses = site.json(&["license", "list"]).await;
        if let Some(license) = licenses.as_array().unwrap().first() {
            break license["key"].as_str().unwrap().to_owned();
        }
    };
    let (keys, state) = (published_keys(&site.path("http.sock")).await, site.path("module.json"));
    let told = php(&address, &key, "activate", &keys, &state).await;
    assert_eq!((&told["valid"], &told["code"]), (&json!(true), &json!("active")), "{told}");
    assert_eq!(site.json(&["license", "list"]).await[0]["domain"], "customer.com");
    assert_eq!(php(&address, &key, "status", &keys, &state).await["valid"], true);

    site.json(&["license", "suspend", &key]).await;
    assert_eq!(php(&address, &key, "validate", &keys, &state).await["code"], "suspended");
    assert_eq!(php(&address, &key, "status", &keys, &state).await["valid"], false);
    site.json(&["license", "restore", &key]).await;
    site.json(&["license", "move", &key, "--release", "customer.com"]).await;
    assert_eq!(php(&address, &key, "validate", &keys, &state).await["code"], "released");
    assert_eq!(php(&address, &key, "activate", &keys, &state).await["valid"], true);

    daemon.terminate();
    assert!(daemon.ended(std::time::Duration::from_secs(20)).await.success());
    let silent = php(&address, &key, "validate", &keys, &state).await;
    assert_eq!(silent["valid"], true, "a server that does not answer takes nothing away: {silent}");
}

#[tokio::test]
async fn a_mistyped_key_or_a_release_too_many_takes_nothing_from_the_license_that_works() {
    let database = Database::perfex_341().await;
    let (site, address) = server(&database);
    site.json(&["migrate"]).await;
    site.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
    let license = site.json(&["license", "issue", "--product", "backup-pro"]).await;
    let key = license["key"].as_str().unwrap();
    let _daemon = site.start_ready().await;
    let (keys, state) = (published_keys(&site.path("http.sock")).await, site.path("module.json"));
    let turns = [
        (WITH_CURL, "released", "none"),
        (WITHOUT_CURL, "released", "none"),
        (WITH_CURL, "released", "none"),
        (WITHOUT_CURL, "moves", "active"),
    ];
    for (options, answer, after) in turns {
        let does = async |key, what| php_with(options, &address, key, what, &keys, &state).await;
        assert_eq!(does(key, "activate").await["valid"], true);
        let mistyped = does("AAAA-BBBB-CCCC-DDDD", "activate").await;
        assert_eq!((&mistyped["valid"], &mistyped["code"]), (&json!(false), &json!("unknown")), "{mistyped}");
        assert_eq!(does(key, "status").await["valid"], true);
        let released = does(key, "deactivate").await;
        assert_eq!((&released["valid"], &released["code"]), (&json!(false), &json!(answer)), "{released}");
        assert_eq!(does(key, "status").await["code"], after);
    }
    let empty = php(&address, "", "activate", &keys, &state).await;
    assert_eq!(empty["message"], "The license server says: `license_key`: is missing.");
    assert_eq!(php(&address, key, "status", &keys, &state).await["valid"], true);
}

#[tokio::test]
async fn a_socket_that_a_killed_daemon_left_behind_is_taken_over_and_a_live_one_is_not() {
    let database = Database::perfex_341().await;
    let (site, _) = server(&database);
    let mut daemon = site.start_ready().await;
    daemon.kill();
    let daemon = site.start_ready().await;
    published_keys(&site.path("http.sock")).await;
    let mut twin = site.twin();
    twin.set("http", "socket", site.path("http.sock").display().to_string());
    let mut second = twin.start();
    assert_eq!(second.ended(std::time::Duration::from_secs(20)).await.code(), Some(1));
    assert!(second.log().contains("http.sock: address in use"), "{}", second.log());
    drop(daemon);
}

#[tokio::test]
async fn api_keys_are_shown_once_listed_and_revoked() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    let added = site.json(&["license", "apikey", "add", "market"]).await;
    assert_eq!(added["name"], "market");
    let key = added["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("pmk_") && key.len() == 44);
    let again = site.run(&["license", "apikey", "add", "market"]).await;
    assert_eq!(
        (again.code, again.err.trim()),
        (2, "perfex-bridge: there is an API key `market` already; a revoked name is not given again")
    );
    let listed = site.json(&["license", "apikey", "list"]).await;
    assert_eq!(listed[0]["name"], "market");
    assert!(!listed.to_string().contains(&key));
    let stored: Vec<Vec<u8>> =
        database.conn().await.query("SELECT `key_hash` FROM `tblpm_api_keys`").await.unwrap();
    assert_ne!(stored[0], key.as_bytes());
    let rotated = site.json(&["license", "apikey", "rotate", "market"]).await;
    let next = rotated["key"].as_str().unwrap();
    assert!(rotated["name"] == "market" && next.starts_with("pmk_") && next.len() == 44 && next != key);
    assert_eq!(site.json(&["license", "apikey", "list"]).await, listed, "one row, and no key in it");
    site.json(&["license", "apikey", "revoke", "market"]).await;
    let late = site.run(&["license", "apikey", "rotate", "market"]).await;
    assert_eq!(
        (late.code, late.err.as_str()),
        (2, "perfex-bridge: there is no API key `market` that works; `license apikey list` shows them")
    );
    let gone = site.run(&["license", "apikey", "revoke", "market"]).await;
    assert_eq!(gone.code, 2);
    let bad = site.run(&["license", "apikey", "add", "a b"]).await;
    assert_eq!(bad.code, 2);

    site.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
    let add = async |name, product| site.run(&["license", "apikey", "add", name, "--product", product]).await;
    assert_eq!(
        add("partner", "nothing").await.err,
        "perfex-bridge: there is no product `nothing`; `product list` shows them"
    );
    assert_eq!(add("partner", "backup-pro").await.code, 0);
    let listed = site.json(&["license", "apikey", "list"]).await;
    let products: Vec<&Value> = listed.as_array().unwrap().iter().map(|key| &key["products"]).collect();
    assert_eq!(products, [&json!([]), &json!(["backup-pro"])]);
}

#[tokio::test]
async fn a_rotation_makes_the_next_key_sign() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let first = site.json(&["license", "keygen"]).await;
    let second = site.json(&["license", "keygen"]).await;
    let of = |keys: &Value, state: &str| {
        keys.as_array().unwrap().iter().find(|key| key["state"] == state).unwrap()["kid"].clone()
    };
    assert_eq!(of(&second, "current"), of(&first, "next"));
    assert_eq!(of(&second, "retired"), of(&first, "current"));
}

#[tokio::test]
async fn who_asked_is_written_down_at_the_latest_when_the_daemon_stops_and_staff_read_it() {
    let database = Database::perfex_341().await;
    let (mut site, _) = server(&database);
    site.set("licensing", "keep_checks", "30d");
    site.json(&["migrate"]).await;
    site.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
    let license = site.json(&["license", "issue", "--product", "backup-pro"]).await;
    let key = license["key"].as_str().unwrap();
    let mut conn = database.conn().await;
    let old = "INSERT INTO `tblpm_license_checks` VALUES ('2020-01-01', 1, 'validate', 'active', '192.0.2.0/24', 'a.com', 1, \
         '2020-01-01', '2020-01-01')";
    conn.query_drop(old).await.unwrap();

    let mut daemon = site.start_ready().await;
    let count = "SELECT COUNT(*) FROM `tblpm_license_checks`";
    eventually("pruned log", async || (conn.query_first(count).await.unwrap() == Some(0)).then_some(()))
        .await;
    for network in 1..=4 {
        assert_eq!(site.validate(&format!("203.0.{network}.9"), key, "a.com").await["code"], "released");
    }
    eventually("written log", async || (conn.query_first(count).await.unwrap() == Some(4)).then_some(()))
        .await;
    // Ten more, and no time to write them before the stop.
    for _ in 0..10 {
        site.validate("203.0.4.200", key, "a.com").await;
    }
    let asked = "perfex_bridge_license_questions_total{action=\"validate\",code=\"released\"}";
    assert_eq!(daemon.metric(asked).await, Some(14.0));
    daemon.terminate();
    assert!(daemon.ended(std::time::Duration::from_secs(20)).await.success());

    let told = site.json(&["license", "why", "1"]).await;
    let events: Vec<&str> =
        told.as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["issued", "checked", "checked", "checked", "checked", "networks"]);
    let details: Vec<&str> =
        told.as_array().unwrap().iter().map(|event| event["detail"].as_str().unwrap()).collect();
    assert_eq!(details[1], "validate on a.com from 203.0.1.0/24: released, once");
    assert!(
        details[4].starts_with("validate on a.com from 203.0.4.0/24: released, 11 times since "),
        "{told}"
    );
    let shared = "asked about from 4 networks within 24 hours: is it on more than one site?";
    assert_eq!(details[5], shared);
    let said = site.run(&["license", "why", "1"]).await.out;
    let lines: Vec<&str> = said.lines().map(str::trim).collect();
    assert!(lines[3].starts_with("LAST ASKED"), "{said}");
    assert!(lines[7].ends_with("203.0.4.0/24  released  11"), "{said}");
    assert_eq!(*lines.last().unwrap(), shared);
}
