//! Install, migrate, uninstall: what is put in can be taken out again, to the byte.

use std::time::Duration;

use perfex_bridge::db;
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::licensing::SavedServer;
use perfex_bridge::perfex::encryption::Cipher;
use perfex_bridge::perfex::options::Options;
use perfex_bridge::shop::saved_rules;
use perfex_bridge::shop::storefront::SETTINGS;
use perfex_bridge::shop::trial::reminder_days;
use secrecy::SecretString;
use serde_json::json;

use super::contents::Contents;
use crate::support::daemon::{ENCRYPTION_KEY, Site};
use crate::support::mariadb::Database;
use crate::support::perfex::Version;

/// What `migrate` brings, in order.
pub fn migrations() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/migrations");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    files.iter().map(|file| file[5..].strip_suffix(".sql").unwrap().to_owned()).collect()
}

/// What is left out where the CRM's folder is not known.
const SKIPPED: &str = "the CRM has no pages of ours: its folder is not known; set perfex.root";

#[tokio::test]
async fn a_dry_run_tells_what_install_would_do_and_writes_nothing() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let before = Contents::of(&database).await;
    let told = site.json(&["install", "--dry-run"]).await;
    assert_eq!((&told["dry_run"], &told["migrations"]), (&json!(true), &json!(migrations())));
    assert_eq!(told["mail_templates"].as_array().unwrap().len(), 12);
    assert_eq!(told["licenses"], json!(["shop", "booking", "tracker"]));
    assert_eq!(told["gateway_secret"], true);
    assert_eq!(before.differences(&Contents::of(&database).await), [""; 0]);
    let said = site.run(&["install", "--dry-run"]).await;
    let tables = format!("would write tables: {}\n", migrations().join("\nwould write tables: "));
    assert!(said.out.starts_with(&format!("{tables}would write mail template: ")), "{said:?}");
    let end = format!("would issue a license for this install's own module: tracker\n{SKIPPED}\n");
    assert!(said.out.ends_with(&end), "{said:?}");
}

#[tokio::test]
async fn install_again_changes_nothing() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let first = site.json(&["install"]).await;
    assert_eq!(first["mail_templates"].as_array().unwrap().len(), 12);
    let before = Contents::of(&database).await;
    assert_eq!(
        site.json(&["install"]).await,
        json!({"dry_run": false, "migrations": [], "mail_templates": [], "licenses": [], "gateway_secret": false,
               "module": null, "routes": null, "live": null, "web_group": null, "skipped": [SKIPPED], "troubles": []})
    );
    assert_eq!(site.json(&["migrate"]).await, json!({"applied": []}));
    let said = site.run(&["install"]).await;
    assert_eq!((said.code, said.out), (0, format!("everything is in place\n{SKIPPED}\n")));
    assert_eq!(before.differences(&Contents::of(&database).await), [""; 0]);
}

#[tokio::test]
async fn migrate_makes_only_our_tables() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let before = Contents::of(&database).await;
    assert_eq!(site.json(&["migrate"]).await, json!({"applied": migrations()}));
    let new = before.differences(&Contents::of(&database).await);
    let mut ours = perfex_bridge::db::TABLES.map(|table| format!("tbl{table}"));
    ours.sort();
    assert_eq!(new, ours);
}

#[tokio::test]
async fn a_migration_that_was_cut_in_the_middle_is_finished() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    let whole = Contents::of(&database).await;
    // The index and the column were added, the table was not, and nothing was noted.
    let mut conn = database.conn().await;
    for statement in
        ["DROP TABLE `tblpm_license_checks`", "DELETE FROM `tblbridge_migrations` WHERE `version` IN (3, 6)"]
    {
        mysql_async::prelude::Queryable::query_drop(&mut conn, statement).await.unwrap();
    }
    assert_eq!(site.json(&["migrate"]).await, json!({"applied": ["license_checks"]}));
    let changed = whole.differences(&Contents::of(&database).await);
    assert!(changed.iter().all(|table| table == "tblbridge_migrations"), "{changed:?}");
}

#[tokio::test]
async fn uninstall_takes_the_mail_texts_out_and_leaves_orders_and_licenses() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["install"]).await;
    site.stock().await;
    site.place("eva@buyer.example").await;
    let done = site.json(&["uninstall"]).await;
    assert_eq!(
        done,
        json!({"mail_templates": 12, "module": null, "routes": null, "tables_dropped": false, "troubles": []})
    );
    assert_eq!(site.json(&["order", "list"]).await.as_array().unwrap().len(), 1);
    // And back in.
    assert_eq!(site.json(&["install"]).await["mail_templates"].as_array().unwrap().len(), 12);
}

/// Everything that staff can save about the shop.
async fn save_all_settings(database: &Database) {
    let crm =
        db::Database::new(&database.socket_url(), "tbl".parse().unwrap(), 1, Duration::from_secs(5)).unwrap();
    let mut session = crm.begin().await.unwrap();
    reminder_days::save(&mut session, &"3, 10".parse().unwrap()).await.unwrap();
    saved_rules::save_grace(&mut session, 30).await.unwrap();
    let (address, key) = ("https://licenses.example/".parse().unwrap(), SecretString::from("key"));
    let cipher = Cipher::new(&SecretString::from(ENCRYPTION_KEY));
    SavedServer::save(&mut session, &cipher, &SystemEntropy, &address, &key).await.unwrap();
    for name in SETTINGS {
        Options::put(&mut session, name, "x").await.unwrap();
    }
    session.commit().await.unwrap();
}

#[tokio::test]
async fn purge_leaves_the_crm_as_it_was_to_the_byte() {
    for version in [Version::V341, Version::V300] {
        let database = Database::perfex(version, "tbl").await;
        let site = Site::new(&database);
        let before = Contents::of(&database).await;
        site.json(&["install"]).await;
        site.stock().await;
        site.try_place("backup-pro-free", "", 1).await.unwrap_err();
        save_all_settings(&database).await;
        let done = site.json(&["uninstall", "--purge"]).await;
        let all = json!({"mail_templates": 12, "module": null, "routes": null, "tables_dropped": true, "troubles": []});
        assert_eq!(done, all, "{version:?}");
        assert_eq!(before.differences(&Contents::of(&database).await), [""; 0], "{version:?}");
        let said = site.run(&["order", "list"]).await;
        assert!(said.code == 1 && said.err.ends_with("run `perfex-bridge migrate` first"), "{said:?}");
        // Nothing to take out is no error.
        assert_eq!(site.json(&["uninstall", "--purge"]).await["mail_templates"], 0);
    }
}

#[tokio::test]
async fn a_database_without_a_crm_is_left_alone() {
    let database = Database::empty().await;
    let site = Site::new(&database);
    for command in [&["install"][..], &["install", "--dry-run"], &["migrate"]] {
        let said = site.run(command).await;
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.err.starts_with("perfex-bridge: no Perfex tables with the prefix `tbl`"), "{said:?}");
        assert_eq!(said.err.lines().count(), 1, "{said:?}");
    }
    let mut conn = database.conn().await;
    let tables: Vec<String> = mysql_async::prelude::Queryable::query(&mut conn, "SHOW TABLES").await.unwrap();
    assert!(tables.is_empty(), "{tables:?}");
}
