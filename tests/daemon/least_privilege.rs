//! The rights that `grants` prints are enough for everything, and `check` notices each one that is missing.

use mysql_async::prelude::Queryable as _;
use serde_json::Value;

use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, Server};

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
    let url = database.socket_url().replace("root@", &format!("perfex_bridge:{PASSWORD}@"));
    (Site::at(&url), statements.into_iter().filter(|statement| statement.starts_with("GRANT")).collect())
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
    let (site, _) = granted(&database).await;
    site.stock().await;
    assert_eq!(failing(&site).await, (0, Vec::new()));

    let daemon = site.start_ready().await;
    let paid = site.place("eva@buyer.example").await;
    let credited = site.place("max@buyer.example").await;
    site.try_place("backup-pro-free", "eva@buyer.example", 2).await.unwrap();
    let conn = &mut database.conn().await;
    let payment = crm::record_payment(conn, paid.invoice(), "49.00".parse().unwrap()).await;
    crm::apply_credit(conn, credited.invoice(), "49.00".parse().unwrap()).await;
    eventually("three mails", async || (site.mails().len() == 3).then_some(())).await;
    let licenses = site.json(&["license", "list"]).await;
    assert_eq!(licenses.as_array().unwrap().len(), 4, "{licenses}");
    assert!(!daemon.log().contains("ERROR") && !daemon.log().contains("WARN"), "{}", daemon.log());
    drop(daemon);

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
        &["license", "renew", "5", "--term", "30d"],
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
