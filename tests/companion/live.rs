//! Whether visitors reach us: asked through the CRM's address, and routes that break the CRM are taken back.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use perfex_bridge::companion::alive::{AliveKey, Way};
use perfex_bridge::companion::live::{Live, Opcache, Php, Prober, Reply, SETTLED, Transport};
use perfex_bridge::companion::routes::{Keeper, Looked, Routes};
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::perfex::encryption::Cipher;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::house::House;
use super::tree::Tree;
use crate::support::daemon::ENCRYPTION_KEY;
use crate::support::eventually::eventually;
use crate::support::mariadb::free_port;

/// Answers in this order, and remembers what was asked.
struct Script {
    way: Way,
    answers: Mutex<Vec<Result<u16, &'static str>>>,
    asked: Mutex<Vec<Url>>,
    key: AliveKey,
}

impl Script {
    fn of(answers: &[Result<u16, &'static str>]) -> Self {
        let answers = answers.iter().rev().copied().collect();
        Self { way: Way::Gateway, answers: Mutex::new(answers), asked: Mutex::default(), key: key() }
    }
}

impl Transport for Script {
    fn get(&self, url: Url) -> BoxFuture<'_, Result<Reply, String>> {
        let next = self.answers.lock().unwrap().pop().expect("asked once more than expected");
        let nonce = url.query().unwrap().trim_start_matches("nonce=").to_owned();
        let way = if url.path().ends_with("/bridge/alive") { self.way } else { Way::Gateway };
        let php = if way == Way::Gateway { "8.2.29 1 0 2" } else { "" };
        self.asked.lock().unwrap().push(url);
        let answer = next.map_err(str::to_owned).map(|status| {
            let said = self.key.answer(&nonce, way, php, [7; 16]);
            let body = if status == 200 { serde_json::to_vec(&said).unwrap() } else { Vec::new() };
            Reply { status, body }
        });
        Box::pin(async move { answer })
    }
}

fn key() -> AliveKey {
    AliveKey::of(&Cipher::new(&SecretString::from(ENCRYPTION_KEY)))
}

fn base() -> Url {
    "https://crm.example/perfex/".parse().unwrap()
}

/// What the daemon's keeper did to a tree when these answers came, in words, and how long it waited.
async fn kept(
    keeper: &mut Keeper,
    answers: &[Result<u16, &'static str>],
) -> (Result<Option<Live>, String>, Vec<Duration>) {
    let (script, base) = (Script::of(answers), base());
    let prober = Prober::new(&base, key(), Arc::new(SystemEntropy), &script);
    let mut waited = Vec::new();
    let looked = keeper
        .look(async |routes: &Routes| prober.mend(routes, async |pause| waited.push(pause)).await)
        .await;
    assert!(script.answers.lock().unwrap().is_empty(), "not all was asked");
    let said = match looked {
        Looked::Quiet => Ok(None),
        Looked::Mended(proved) => Ok(Some(proved.live)),
        Looked::Failed(error) => Err(error.to_string()),
        Looked::GaveUp => Err("gave up".to_owned()),
    };
    (said, waited)
}

/// What `write` did to a tree when these answers came, and how long it waited.
async fn written(
    tree: &Tree,
    answers: &[Result<u16, &'static str>],
) -> (Result<Live, String>, Vec<Duration>) {
    written_by(tree, Script::of(answers)).await
}

async fn written_by(tree: &Tree, script: Script) -> (Result<Live, String>, Vec<Duration>) {
    let base = base();
    let prober = Prober::new(&base, key(), Arc::new(SystemEntropy), &script);
    let mut waited = Vec::new();
    let proved = prober.write(&tree.routes(), async |pause| waited.push(pause)).await;
    for url in script.asked.lock().unwrap().iter() {
        let path = url.as_str().strip_prefix("https://crm.example/perfex/").unwrap();
        let asked = path.split_once("?nonce=").unwrap().0;
        assert!(["bridge/alive", "perfex_bridge/public_gateway/forward"].contains(&asked), "{url}");
    }
    assert!(script.answers.lock().unwrap().is_empty(), "not all was asked");
    (proved.map(|proved| proved.live).map_err(|error| error.to_string()), waited)
}

const FILE: &[u8] = b"<?php\n$route['a'] = 'b/c';\n// end";

#[tokio::test]
async fn routes_count_only_when_the_crm_answers_long_enough_after_they_were_written() {
    let tree = Tree::with(FILE);
    let (live, waited) = written(&tree, &[Ok(404), Ok(200)]).await;
    let php = Php { version: Some("8.2.29".to_owned()), opcache: Opcache::Never };
    assert_eq!(live, Ok(Live::Answers { way: Way::Gateway, php }));
    assert!(waited == [SETTLED] && SETTLED >= Duration::from_secs(4), "{waited:?}");
    // Nothing is written again, so nothing has to settle.
    assert_eq!(written(&tree, &[Ok(503)]).await, (Ok(Live::Silent), vec![]));
}

#[tokio::test]
async fn where_the_web_server_sends_our_pages_past_php_it_is_php_that_proves_that_the_crm_works() {
    let tree = Tree::with(FILE);
    let proxied = |answers: &[Result<u16, &'static str>]| Script { way: Way::Proxy, ..Script::of(answers) };
    let (said, _) = written_by(&tree, proxied(&[Ok(200), Ok(200), Ok(200), Ok(500)])).await;
    assert!(said.unwrap_err().contains("answered with 500 afterwards"));
    assert_eq!(tree.bytes(), FILE);
    let (live, _) = written_by(&tree, proxied(&[Ok(200), Ok(404), Ok(200), Ok(200)])).await;
    let php = Php { version: Some("8.2.29".to_owned()), opcache: Opcache::Never };
    assert_eq!(live, Ok(Live::Answers { way: Way::Proxy, php }));
    // Nobody passes the question on where our module is missing.
    let (live, _) = written_by(&tree, proxied(&[Ok(200), Ok(404)])).await;
    assert_eq!(live, Ok(Live::Answers { way: Way::Proxy, php: Php::default() }));
}

#[tokio::test]
async fn on_a_500_the_old_file_goes_back_at_once_and_the_daemon_leaves_it_alone() {
    let tree = Tree::with(FILE);
    let (said, waited) = written(&tree, &[Ok(404), Ok(500)]).await;
    let said = said.unwrap_err();
    assert!(said.starts_with("https://crm.example/perfex/ answered with 500 afterwards, so "), "{said}");
    assert_eq!((tree.bytes().as_slice(), waited.len()), (FILE, 1));
    assert!(!tree.routes().is_kept().unwrap());
    // An older block of ours comes back as it was.
    tree.routes().write().await.unwrap();
    let older = String::from_utf8(tree.bytes()).unwrap().replace("api/create'", "api/create-old'");
    fs::write(tree.file(), &older).unwrap();
    assert!(written(&tree, &[Ok(200), Ok(500)]).await.0.is_err());
    assert_eq!(String::from_utf8(tree.bytes()).unwrap(), older);
}

#[tokio::test]
async fn a_crm_that_is_broken_anyway_gets_nothing_and_one_that_cannot_be_asked_is_not_waited_for() {
    let tree = Tree::with(FILE);
    let (said, waited) = written(&tree, &[Ok(500)]).await;
    assert!(said.unwrap_err().contains("answers with 500 already, so nothing was written"));
    assert_eq!((tree.bytes().as_slice(), waited.len()), (FILE, 0));
    let (live, waited) = written(&tree, &[Err("connection refused")]).await;
    assert_eq!((live, waited.len()), (Ok(Live::Unreachable("connection refused".into())), 0));
    assert!(tree.bytes().starts_with(FILE) && tree.bytes().len() > FILE.len());
}

#[tokio::test]
async fn what_the_daemon_writes_again_is_proved_as_well() {
    let tree = Tree::with(FILE);
    tree.routes().write().await.unwrap();
    let whole = tree.bytes();
    let mut keeper = Keeper::new(tree.routes());
    assert_eq!(kept(&mut keeper, &[]).await, (Ok(None), vec![]));
    // Another program took it out: written, and asked for long enough afterwards.
    fs::write(tree.file(), FILE).unwrap();
    let (live, waited) = kept(&mut keeper, &[Ok(404), Ok(200)]).await;
    assert!(matches!(live, Ok(Some(Live::Answers { .. }))), "{live:?}");
    assert_eq!((tree.bytes(), waited), (whole.clone(), vec![SETTLED]));
    // The CRM is broken anyway: not now, and again once it works.
    fs::write(tree.file(), FILE).unwrap();
    tree.clock.advance(TimeDelta::minutes(2));
    let (said, waited) = kept(&mut keeper, &[Ok(500)]).await;
    assert!(said.unwrap_err().contains("answers with 500 already, so nothing was written"));
    assert_eq!((tree.bytes().as_slice(), waited.len()), (FILE, 0));
    tree.clock.advance(TimeDelta::minutes(2));
    assert!(kept(&mut keeper, &[Ok(404), Ok(503)]).await.0.unwrap().is_some());
    assert_eq!(tree.bytes(), whole);
    // It breaks with our block: the file goes back, and is left alone until a person writes it again.
    fs::write(tree.file(), FILE).unwrap();
    tree.clock.advance(TimeDelta::minutes(2));
    let (said, _) = kept(&mut keeper, &[Ok(404), Ok(500)]).await;
    assert!(said.unwrap_err().contains("answered with 500 afterwards"));
    assert_eq!(tree.bytes(), FILE);
    tree.clock.advance(TimeDelta::minutes(2));
    assert_eq!(kept(&mut keeper, &[]).await, (Ok(None), vec![]));
    tree.routes().write().await.unwrap();
    fs::write(tree.file(), FILE).unwrap();
    assert!(kept(&mut keeper, &[Ok(404), Ok(200)]).await.0.unwrap().is_some());
}

#[tokio::test]
async fn nobody_else_can_answer_for_the_daemon() {
    let other = AliveKey::of(&Cipher::new(&SecretString::from("f".repeat(32))));
    let script = Script { key: other, ..Script::of(&[Ok(200), Ok(302)]) };
    let base = base();
    let prober = Prober::new(&base, key(), Arc::new(SystemEntropy), &script);
    assert_eq!(prober.ask().await, Live::Strange(200));
    assert_eq!(prober.ask().await, Live::Strange(302));
    let old = key().answer("aa", Way::Proxy, "8.2.29", [7; 16]);
    assert!(!serde_json::to_string(&old).unwrap().contains("8.2"), "what PHP says is for us alone");
    assert!(key().open("aa", &old).is_some() && key().open("ab", &old).is_none());
}

/// What `check` says about visitors.
async fn visitors(house: &House) -> (String, String) {
    let findings: Value = house.site.run(&["check", "--json"]).await.json();
    let lines = findings.as_array().unwrap();
    let found = lines.iter().find(|line| line["check"] == "visitors").unwrap();
    (found["status"].as_str().unwrap().to_owned(), found["detail"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn check_and_install_tell_by_which_way_visitors_reach_the_daemon() {
    let mut house = House::with_workers(4).await;
    let address = format!("{}/", house.crm.url());
    house.site.set("perfex", "base_url", address.as_str());
    assert_eq!(visitors(&house).await.0, "warn");
    assert!(visitors(&house).await.1.contains("is not known there"));
    let daemon = house.site.start_ready().await;
    let told = house.site.json(&["install"]).await;
    assert_eq!((&told["live"], &told["routes"]), (&"gateway".into(), &"written".into()), "{told}");
    let (status, detail) = visitors(&house).await;
    assert_eq!(status, "ok", "{detail}");
    assert!(detail.contains("passes our pages on (gateway, PHP 8."), "{detail}");
    drop(daemon);
    let (status, detail) = visitors(&house).await;
    assert!(status == "warn" && detail.contains("does not answer"), "{detail}");
    // A web server that sends them straight to the daemon.
    let address = format!("127.0.0.1:{}", free_port());
    house.site.set("http", "listen", address.as_str());
    house.site.set("perfex", "base_url", format!("http://{address}/"));
    let _daemon = house.site.start_ready().await;
    let (status, detail) = visitors(&house).await;
    assert!(status == "ok" && detail.contains("(proxy mode)"), "{detail}");
}

#[tokio::test]
async fn behind_nginx_in_proxy_mode_the_crms_php_is_named_as_well_and_a_broken_crm_is_noticed() {
    let mut house = House::under_nginx(2).await;
    house.site.set("perfex", "base_url", format!("{}/", house.crm.url()));
    let _daemon = house.site.start_ready().await;
    house.site.json(&["install"]).await;
    let snippet = house.site.run(&["proxy", "nginx"]).await.out;
    house.crm.proxy(&snippet, "/api/keys.json").await;
    let (status, detail) = visitors(&house).await;
    assert!(status == "ok" && detail.contains("(proxy mode); its own pages run under PHP 8."), "{detail}");
    let told = house.crm.get(&format!("/bridge/alive?nonce={}", "0".repeat(32)), &[]).await;
    assert!(told.code == 200 && told.body.starts_with("{\"sealed\":"), "{told:?}");
    set_trap(&house);
    let (status, detail) = visitors(&house).await;
    assert!(status == "fail" && detail.ends_with("answers with 500"), "{detail}");
}

/// Another program's check of `my_routes.php`, which ends every page once we are in it.
fn set_trap(house: &House) {
    let index = house.crm.folder.path().join("index.php");
    let text = fs::read_to_string(&index).unwrap();
    let trap = "<?php if (is_file(__DIR__ . '/application/config/my_routes.php') && str_contains(file_get_contents(__DIR__ . \
                '/application/config/my_routes.php'), 'BEGIN perfex-bridge')) { http_response_code(500); exit; } ?>";
    fs::write(&index, format!("{trap}{text}")).unwrap();
}

#[tokio::test]
async fn a_crm_that_breaks_with_what_the_daemon_writes_again_gets_its_file_back() {
    let mut house = House::with_workers(4).await;
    house.site.set("perfex", "base_url", format!("{}/", house.crm.url()));
    house.site.json(&["install"]).await;
    let daemon = house.site.start_ready().await;
    let file = house.crm.folder.my_routes();
    let whole = fs::read(&file).unwrap();
    let theirs = "<?php\n$route['a'] = 'b/c';\n";
    fs::write(&file, theirs).unwrap();
    eventually("our routes", async || (fs::read(&file).unwrap() != theirs.as_bytes()).then_some(())).await;
    let proved = "they are written again";
    eventually("proof", async || daemon.log().contains(proved).then_some(())).await;
    assert!(daemon.log().contains("passes our pages on (gateway"), "{}", daemon.log());
    assert!(fs::read(&file).unwrap() != whole, "what the other program wrote is still there");
    drop(daemon);
    let daemon = house.site.start_ready().await;
    set_trap(&house);
    fs::write(&file, theirs).unwrap();
    let told = "the CRM breaks with them; they stay out until `perfex-bridge routes write`";
    eventually("word of it", async || daemon.log().contains(told).then_some(())).await;
    assert_eq!(fs::read_to_string(&file).unwrap(), theirs);
    assert_eq!(house.crm.get("/clients", &[]).await.code, 200);
    assert_eq!(house.site.json(&["routes", "show"]).await["kept"], false);
}

#[tokio::test]
async fn a_crm_that_breaks_with_our_routes_gets_its_file_back() {
    let mut house = House::with_workers(4).await;
    house.site.set("perfex", "base_url", format!("{}/", house.crm.url()));
    let before = fs::read(house.crm.folder.my_routes()).ok();
    set_trap(&house);
    let said = house.site.json(&["install"]).await;
    assert_eq!(said["routes"], "failed", "{said}");
    assert!(said["troubles"].to_string().contains("answered with 500 afterwards"), "{said}");
    assert_eq!(fs::read(house.crm.folder.my_routes()).ok(), before);
}
