//! The rights that `grants` prints are enough for everything, and `check` notices each one that is missing.

use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::audit::{self, Deed};
use perfex_bridge::clock::{Clock as _, SystemClock};
use perfex_bridge::db;
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::ids::StaffId;
use perfex_bridge::licensing::SavedServer;
use perfex_bridge::perfex::activity;
use perfex_bridge::perfex::encryption::Cipher;
use perfex_bridge::perfex::options::Options;
use perfex_bridge::shop::storefront::SETTINGS;
use perfex_bridge::shop::trial::reminder_days;
use perfex_bridge::shop::{Wording, WordingKind, saved_rules};
use perfex_bridge::text::Language;
use secrecy::SecretString;
use serde_json::Value;

use crate::shop::checkout::passage::{Live, pass};
use crate::support::crm;
use crate::support::daemon::{ENCRYPTION_KEY, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, Server, free_port};

const USER: &str = "'perfex_bridge'@'localhost'";
const PASSWORD: &str = "Pa55-of-the-bridge";

/// Rights to define tables, not to use them.
const DEFINING: [&str; 5] = ["CREATE", "DROP", "ALTER", "INDEX", "REFERENCES"];

/// Gives the rights, as an administrator does, and returns the site that has only those, with the statements.
async fn granted(database: &Database) -> (Site, Vec<String>) {
    let said = Site::new(database).run(&["grants"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let lines: Vec<&str> = said.out.lines().filter(|line| !line.starts_with("--")).collect();
    let text = lines.join("\n").replace("choose-a-password", PASSWORD);
    let statements: Vec<String> =
        text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let conn = &mut database.conn().await;
    for statement in &statements {
        conn.query_drop(statement).await.unwrap_or_else(|error| panic!("{error}: {statement}"));
    }
    (
        Site::at(&url(database)),
        statements.into_iter().filter(|statement| statement.starts_with("GRANT")).collect(),
    )
}

/// Where the user with these rights alone finds the database.
fn url(database: &Database) -> String {
    database.socket_url().replace("root@", &format!("perfex_bridge:{PASSWORD}@"))
}

/// What the pages of settings write: rules, texts, the license server, and who of the staff did it.
async fn save_settings(database: &Database) {
    let crm = db::Database::new(&url(database), "tbl".parse().unwrap(), 1, Duration::from_secs(5)).unwrap();
    let (now, cipher) = (SystemClock.now(), Cipher::new(&SecretString::from(ENCRYPTION_KEY)));
    let mut session = crm.begin().await.unwrap();
    saved_rules::lock(&mut session).await.unwrap();
    reminder_days::save(&mut session, &"7".parse().unwrap()).await.unwrap();
    saved_rules::save_grace(&mut session, 30).await.unwrap();
    for name in SETTINGS {
        Options::put(&mut session, name, "").await.unwrap();
    }
    Wording::write(&mut session, WordingKind::Terms, Language::German, "Neu", now).await.unwrap();
    let (address, key) = ("https://licenses.example/".parse().unwrap(), SecretString::from("key"));
    SavedServer::save(&mut session, &cipher, &SystemEntropy, &address, &key).await.unwrap();
    SavedServer::remove(&mut session).await.unwrap();
    let deed = Deed::new("settings", "rules", "changed").changed("grace", Some(7), Some(30));
    audit::record(&mut session, (StaffId(1), "Ada Admin"), now, &deed).await.unwrap();
    activity::by(&mut session, "Ada Admin", "settings changed", now.naive_utc()).await.unwrap();
    session.commit().await.unwrap();
}

/// The exit code of `check` and everything that fails.
async fn failing(site: &Site) -> (i32, Vec<Value>) {
    let said = site.run(&["check", "--json"]).await;
    let findings = said.json();
    let failing = findings.as_array().unwrap().iter().filter(|finding| finding["status"] == "fail");
    (said.code, failing.cloned().collect())
}

#[tokio::test]
async fn the_printed_rights_are_enough_for_everything() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let (mut site, _) = granted(&database).await;
    let (port, home) = (free_port(), "https://crm.example/");
    site.set("http", "listen", format!("127.0.0.1:{port}"));
    site.set("perfex", "base_url", home);
    site.stock().await;
    assert_eq!(failing(&site).await, (0, Vec::new()));

    let daemon = site.start_ready().await;
    // Ordered, paid and shown on the web.
    pass(&database, port, home, Live::Stream).await;
    let paid = site.place("eva@buyer.example").await;
    let credited = site.place("max@buyer.example").await;
    site.try_place("backup-pro-free", "eva@buyer.example", 2).await.unwrap();
    let conn = &mut database.conn().await;
    let payment = crm::record_payment(conn, paid.invoice(), "49.00".parse().unwrap()).await;
    crm::apply_credit(conn, credited.invoice(), "49.00".parse().unwrap()).await;
    eventually("four mails", async || (site.mails().len() == 4).then_some(())).await;
    let licenses = site.json(&["license", "list"]).await;
    assert_eq!(licenses.as_array().unwrap().len(), 5, "{licenses}");
    assert!(!daemon.log().contains("ERROR") && !daemon.log().contains("WARN"), "{}", daemon.log());
    drop(daemon);

    save_settings(&database).await;
    let trial = "package add --product backup-pro --sku backup-pro-trial --kind trial --currency EUR";
    site.json(&trial.split(' ').collect::<Vec<_>>()).await;
    site.try_place("backup-pro-trial", "lea@buyer.example", 1).await.unwrap();
    conn.query_drop("UPDATE `tblpm_licenses` SET `issued_at` = `issued_at` - INTERVAL 7 DAY").await.unwrap();
    let run = site.json(&["schedule", "run", "trials"]).await.to_string();
    assert!(run.contains("1 running trials, 1 reminded of"), "{run}");
    let run = site.json(&["schedule", "run", "orders"]).await.to_string();
    assert!(run.contains("0 orders expired"), "{run}");
    crm::delete_payment(conn, payment).await;
    for arguments in [
        &["reconcile"][..],
        &["product", "change", "backup-pro", "--name", "Backup"],
        &["package", "change", "backup-pro-1y", "--price", "50"],
        &["package", "retire", "backup-pro-1y"],
        &["product", "retire", "backup-pro"],
        &["order", "why", "1"],
        &["order", "show", "1"],
        &["license", "issue", "--product", "backup-pro", "--term", "30d", "--email", "eva@buyer.example"],
        &["license", "renew", "7", "--term", "30d"],
        &["license", "suspend", "1"],
        &["license", "restore", "1"],
        &["license", "revoke", "1"],
        &["license", "why", "1"],
        &["outbox", "retry", "1"],
        &["outbox", "show", "1"],
        &["companion", "rotate-secret"],
        &["migrate"],
        &["install"],
        &["uninstall"],
        &["uninstall", "--purge"],
    ] {
        site.json(arguments).await;
    }
}

#[tokio::test]
async fn each_right_that_is_missing_is_noticed_by_check() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let (site, grants) = granted(&database).await;
    site.stock().await;
    let mut unnoticed = Vec::new();
    let conn = &mut database.conn().await;
    for grant in grants {
        let (what, rest) = grant.strip_prefix("GRANT ").unwrap().split_once(" ON ").unwrap();
        let (table, _) = rest.split_once(" TO ").unwrap();
        // What only migrations need cannot be tried without doing it.
        for right in what.split(", ").filter(|right| !DEFINING.contains(right)) {
            conn.query_drop(format!("REVOKE {right} ON {table} FROM {USER}")).await.unwrap();
            let (code, found) = failing(&site).await;
            conn.query_drop(&grant).await.unwrap();
            let named = found.iter().find(|finding| {
                ["rights", "perfex", "tables", "sessions"].contains(&finding["check"].as_str().unwrap())
            });
            if code != 1 || named.is_none() {
                unnoticed.push(format!("{right} on {table}: {found:?}"));
            }
        }
    }
    assert!(unnoticed.is_empty(), "{} unnoticed:\n{}", unnoticed.len(), unnoticed.join("\n"));
}
