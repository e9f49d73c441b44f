//! `check`, `grants` and `reconcile`.

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};

use super::contents::Contents;
use super::installing::migrations;
use super::orders::keys;
use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::mariadb::Database;
use crate::support::smtp::Smtp;

/// Every requirement, in the order in which it is told.
const CHECKS: [&str; 19] = [
    "database",
    "server",
    "perfex",
    "engine",
    "rights",
    "tables",
    "clock",
    "app-config",
    "sessions",
    "upgrade",
    "my_routes.php",
    "php",
    "time zone",
    "companion module",
    "visitors",
    "mail",
    "license server",
    "licenses",
    "schedule",
];

fn finding<'a>(findings: &'a Value, check: &str) -> &'a Value {
    findings.as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap()
}

#[tokio::test]
async fn check_without_a_database_names_that_once_and_sends_nobody_astray() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("database", "url", "mysql://root@localhost/perfex?socket=/nowhere/db.sock");
    let said = site.run(&["check", "--json"]).await;
    assert_eq!(said.code, 1, "{said:?}");
    let findings = said.json();
    let away = finding(&findings, "database");
    let reason = "no connection to the database: No such file or directory (os error 2)";
    assert_eq!((&away["status"], &away["detail"]), (&json!("fail"), &json!(reason)));
    assert_eq!(said.out.matches("no connection").count(), 1, "{said:?}");
    for check in ["sessions", "time zone", "mail", "licenses", "schedule"] {
        let found = finding(&findings, check);
        let unseen = json!({ "check": check, "status": "fail", "detail": "not checked: the database is needed for it",
            "mend": "see `database` above" });
        assert_eq!(found, &unseen);
    }
}

#[tokio::test]
async fn a_reader_who_has_seen_enough_is_no_failure() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    for command in [["product", "list"].as_slice(), &["package", "list", "--json"]] {
        let said = site.run_unread(command).await;
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{command:?}");
    }
}

#[tokio::test]
async fn check_tells_every_requirement_and_changes_nothing() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["install"]).await;
    let before = Contents::of(&database).await;
    let findings = site.json(&["check"]).await;
    let names: Vec<&str> =
        findings.as_array().unwrap().iter().map(|finding| finding["check"].as_str().unwrap()).collect();
    assert_eq!(names, CHECKS);
    for found in findings.as_array().unwrap() {
        assert_eq!(keys(found), ["check", "detail", "mend", "status"]);
        assert_ne!(found["status"], "fail", "{found}");
        assert_eq!(
            found["mend"].is_null(),
            found["status"] == "ok",
            "a mend for what is wrong only: {found}"
        );
    }
    assert_eq!(before.differences(&Contents::of(&database).await), [""; 0]);
    let said = site.run(&["check"]).await;
    assert_eq!(said.out.lines().count(), CHECKS.len() + 1, "{}", said.out);
}

#[tokio::test]
async fn tables_that_are_not_there_yet_are_a_warning() {
    let database = Database::perfex_341().await;
    let findings = Site::new(&database).json(&["check"]).await;
    assert_eq!(
        *finding(&findings, "tables"),
        json!({"check": "tables", "status": "warn", "detail": format!("missing: {}", migrations().join(", ")),
               "mend": "run `perfex-bridge install`"})
    );
}

#[tokio::test]
async fn a_requirement_that_is_not_met_fails_with_its_mend() {
    let database = Database::perfex_341().await;
    let (mut site, smtp) = (Site::new(&database), Smtp::start().await);
    site.json(&["install"]).await;
    site.mail_through(&smtp);
    site.set("mail", "password", "wrong");
    let mut conn = database.conn().await;
    conn.query_drop("ALTER TABLE `tblitemable` ENGINE=MyISAM").await.unwrap();
    crm::set_option(&mut conn, "default_timezone", "Mars/Olympus").await;
    let said = site.run(&["check", "--json"]).await;
    assert_eq!((said.code, said.err.as_str()), (1, ""), "the list says everything");
    let findings = said.json();
    for (check, detail) in
        [("engine", "tblitemable (MyISAM)"), ("time zone", "Mars/Olympus"), ("mail", "SMTP localhost")]
    {
        let found = finding(&findings, check);
        assert_eq!(found["status"], "fail", "{found}");
        assert!(found["detail"].as_str().unwrap().contains(detail), "{found}");
        assert!(!found["mend"].as_str().unwrap().is_empty(), "{found}");
    }
    assert_eq!(smtp.refused_logins(), 1);
}

#[tokio::test]
async fn a_package_whose_tax_is_gone_in_the_crm_is_a_warning() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let mut conn = database.conn().await;
    let gone =
        "UPDATE `tblpm_packages` SET `tax_name` = 'VAT', `tax_rate` = 16 WHERE `sku` = 'backup-pro-free'";
    conn.query_drop(gone).await.unwrap();
    let findings = site.json(&["check"]).await;
    let found = finding(&findings, "taxes");
    assert_eq!(found["status"], "warn");
    assert_eq!(
        found["detail"],
        "the CRM does not have the tax of these packages any more: backup-pro-free (VAT|16.00)"
    );
}

#[tokio::test]
async fn check_goes_as_far_as_a_mail_can_go_without_sending_one() {
    let database = Database::perfex_341().await;
    let (mut site, smtp) = (Site::new(&database), Smtp::start().await);
    site.json(&["install"]).await;
    site.mail_through(&smtp);
    let findings = site.json(&["check"]).await;
    assert_eq!(finding(&findings, "mail")["status"], "ok");
    assert!(smtp.received().is_empty());
}

#[tokio::test]
async fn check_without_a_database_says_so_and_goes_on() {
    let site = Site::at("mysql://root@127.0.0.1:1/perfex");
    let said = site.run(&["check", "--json"]).await;
    assert_eq!(said.code, 1, "{said:?}");
    let findings = said.json();
    let found = finding(&findings, "database");
    assert_eq!(found["status"], "fail");
    assert!(found["mend"].as_str().unwrap().starts_with("start the database server"), "{found}");
    let vendor = finding(&findings, "license server");
    let detail =
        "the license server cannot be asked: the database did not say yet which one staff have saved";
    assert_eq!((&vendor["status"], &vendor["detail"]), (&"fail".into(), &detail.into()));
}

#[tokio::test]
async fn grants_are_statements_for_this_database_and_this_prefix() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let said = site.run(&["grants", "--user", "'shop'@'10.0.0.%'"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let grants: Vec<&str> = said.out.lines().filter(|line| line.starts_with("GRANT ")).collect();
    assert!(grants.len() > 20, "{said:?}");
    for grant in grants {
        let right = format!(" ON `{}`.`tbl", database.name());
        assert!(grant.contains(&right) && grant.ends_with(" TO 'shop'@'10.0.0.%';"), "{grant}");
        assert!(!grant.contains("ALL") && !grant.contains('*'), "{grant}");
    }
}

#[tokio::test]
async fn reconcile_settles_one_invoice_or_all_without_a_daemon() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let conn = &mut database.conn().await;
    let mut invoices = Vec::new();
    for number in 0..3 {
        let invoice = site.place(&format!("c{number}@buyer.example")).await.invoice();
        crm::record_payment(conn, invoice, "49".parse().unwrap()).await;
        invoices.push(invoice.to_string());
    }
    let one = site.json(&["reconcile", "--invoice", &invoices[1]]).await;
    assert_eq!(one, json!({"looked_at": 1, "changed": 1, "licenses_issued": 1, "failed": []}));
    let all = site.json(&["reconcile"]).await;
    assert_eq!(all, json!({"looked_at": 3, "changed": 2, "licenses_issued": 2, "failed": []}));
    let said = site.run(&["reconcile"]).await;
    assert_eq!(said.out, "3 orders compared, 0 changed, 0 licenses issued, 0 failed\n");
}
