//! A site whose predecessor is gone, from the module's PHP to the mail and the link in it, with the running daemon.

use std::path::Path;

use mail_parser::MessageParser;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, free_port};

/// A module's PHP on the site with this address; `move` asks the server to move the license there.
const MODULE: &str = r"
require $argv[1];
[, , $server, $key, $what, $keys, $site, $state] = $argv;
$load = fn () => is_file($state) ? json_decode((string) file_get_contents($state), true) : null;
$save = fn (array $new) => file_put_contents($state, json_encode($new));
$license = new LicenseVerifier('backup-pro', $site, json_decode($keys, true)['keys'], $load, $save);
try {
    echo json_encode($what === 'move' ? $license->requestMove($server, $key) : $license->refresh($server, $key, true, $what));
} catch (LicenseRefused $refused) {
    echo json_encode($refused->getMessage());
}
";

/// One customer's site.
struct Module<'a> {
    server: &'a str,
    key: &'a str,
    keys: &'a str,
    site: &'a str,
    state: &'a Path,
}

impl Module<'_> {
    async fn does(&self, what: &str) -> Value {
        let verifier = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/php/LicenseVerifier.php");
        let output = tokio::process::Command::new("php")
            .args(["-r", MODULE, "--", verifier, self.server, self.key, what, self.keys, self.site])
            .arg(self.state)
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        serde_json::from_str(&said)
            .unwrap_or_else(|_| panic!("{said}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The answer's body, once its status is `200`.
async fn web(address: &str, request: &str, body: &str) -> String {
    let mut stream = eventually("listener", async || TcpStream::connect(address).await.ok()).await;
    let text = format!(
        "{request} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
    body.to_owned()
}

#[tokio::test]
async fn a_module_on_a_new_site_gets_the_license_of_a_dead_one() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    let address = format!("127.0.0.1:{}", free_port());
    let server = format!("http://{address}");
    site.set("http", "listen", address.clone());
    site.set("http", "socket", "");
    site.set("licensing", "public_url", server.clone());
    site.json(&["install"]).await;
    site.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
    let issue = "license issue --product backup-pro --email eva@buyer.example --name Eva --language german";
    let license = site.json(&issue.split(' ').collect::<Vec<_>>()).await;
    let key = license["key"].as_str().unwrap();
    let _daemon = site.start_ready().await;
    let keys = web(&address, "GET /api/keys.json", "").await;
    let module = |site, state| Module { server: &server, key, keys: &keys, site, state };
    let (old_state, new_state) = (site.path("old.json"), site.path("new.json"));
    let old = module("https://www.old-customer.com/crm/", &old_state);
    let new = module("https://crm.new-customer.com/", &new_state);
    assert_eq!(old.does("activate").await["valid"], true);
    let refused = new.does("activate").await;
    assert_eq!((&refused["valid"], &refused["code"]), (&json!(false), &json!("wrong_domain")));
    assert_eq!(new.does("move").await, json!(1440));

    let mail = eventually("mail with the link", async || site.mails().pop()).await;
    let mail = MessageParser::default().parse(&std::fs::read(mail).unwrap()).unwrap().into_owned();
    assert_eq!(mail.subject(), Some("Lizenz für Backup Pro auf crm.new-customer.com umziehen?"));
    let text = mail.body_text(0).unwrap();
    let link = text.split_whitespace().find(|word| word.contains("/api/move/")).unwrap();
    let path = link.strip_prefix(&server).unwrap().to_owned();
    let page = web(&address, &format!("GET {path}"), "").await;
    assert_eq!(old.does("validate").await["valid"], true, "nothing has changed yet");
    let proof = page.split_once("name=\"csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let done = web(&address, &format!("POST {path}"), &format!("csrf={proof}")).await;
    assert!(done.contains("Die Lizenz ist umgezogen"), "{done}");

    assert_eq!(new.does("validate").await["valid"], true);
    assert_eq!(old.does("validate").await["code"], "wrong_domain");
    assert_eq!(site.json(&["license", "show", key]).await["domain"], "crm.new-customer.com");
    let at_home = module("http://localhost/crm/", &new_state).does("move").await;
    assert!(at_home.as_str().unwrap().starts_with("The license server says: `domain`: a development name"));
}
