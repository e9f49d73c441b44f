//! Only `perfex.root` is set: everything else comes from the CRM's own `app-config.php`.

use serde_json::Value;

use crate::support::crm;
use crate::support::daemon::{CrmFolder, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;
use crate::support::perfex::Version;

/// Whether `scripts/needs` did its work: the case below says nothing on a machine without PHP.
fn php_is_here() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join("php").exists())
}

/// A site beside `folder` on a machine that has no PHP.
fn without_php(folder: &CrmFolder) -> Site {
    let mut site = Site::beside(folder);
    site.env("PATH", "/nowhere");
    site
}

async fn sells(site: &Site, database: &Database) {
    site.stock().await;
    let _daemon = site.start_ready().await;
    let invoice = site.place("eva@buyer.example").await.invoice();
    crm::record_payment(&mut database.conn().await, invoice, "49.00".parse().unwrap()).await;
    eventually("mail", async || site.mails().pop()).await;
}

async fn finding(site: &Site, check: &str) -> Value {
    let findings = site.run(&["check", "--json"]).await.json();
    findings.as_array().unwrap().iter().find(|finding| finding["check"] == check).unwrap().clone()
}

#[tokio::test]
async fn the_folder_alone_is_enough_with_php() {
    assert!(php_is_here(), "no php in PATH: run scripts/needs");
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    let site = Site::beside(&folder);
    sells(&site, &database).await;
    let read = finding(&site, "app-config").await;
    assert_eq!((read["status"].as_str(), read["detail"].as_str()), (Some("ok"), Some("read through PHP")));
}

#[tokio::test]
async fn the_folder_alone_is_enough_without_php() {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    let site = without_php(&folder);
    sells(&site, &database).await;
    for check in ["app-config", "php"] {
        let found = finding(&site, check).await;
        assert_eq!(found["status"], "warn", "{found}");
    }
}

#[tokio::test]
async fn sessions_are_looked_for_where_the_folder_says() {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    let site = Site::beside(&folder);
    let found = finding(&site, "sessions").await;
    assert_eq!(
        (&found["status"], &found["detail"]),
        (&"ok".into(), &"can be read from `tblsessions`".into())
    );

    folder.change("SESS_SAVE_PATH", "ci_sessions");
    assert_eq!(finding(&site, "sessions").await["status"], "fail");
    let grants = site.run(&["grants"]).await.out;
    assert!(grants.contains(".`tblci_sessions` TO") && !grants.contains(".`tblsessions`"), "{grants}");

    folder.change("SESS_DRIVER", "files");
    let found = finding(&site, "sessions").await;
    assert_eq!(found["status"], "warn");
    assert!(found["detail"].as_str().unwrap().contains("the CRM keeps its sessions in `files`"), "{found}");
}

#[tokio::test]
async fn the_prefix_of_the_folder_is_followed() {
    let database = Database::perfex(Version::V341, "crm_").await;
    let folder = CrmFolder::new(&database);
    folder.define("define('APP_DB_PREFIX', 'crm_');");
    let site = without_php(&folder);
    site.stock().await;
    let _daemon = site.start_ready().await;
    assert_eq!(site.json(&["product", "list"]).await[0]["slug"], "backup-pro");
}

#[tokio::test]
async fn what_the_configuration_says_wins_over_the_folder() {
    let (right, wrong) = (Database::perfex_341().await, Database::empty().await);
    let folder = CrmFolder::new(&wrong);
    let mut site = without_php(&folder);
    site.set("database", "url", right.socket_url());
    site.json(&["install"]).await;
}

#[tokio::test]
async fn a_folder_without_a_configuration_is_told_in_a_sentence() {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    std::fs::remove_file(folder.path().join("application/config/app-config.php")).unwrap();
    let site = Site::beside(&folder);
    for command in [&["order", "list"][..], &["check"], &["run"]] {
        let said = site.run(command).await;
        assert_eq!(said.code, 2, "{command:?}: {said:?}");
        assert!(said.err.contains("app-config.php"), "{said:?}");
        assert_eq!(said.err.lines().count(), 1, "{said:?}");
    }
}

#[tokio::test]
async fn the_daemon_alone_changes_nothing_in_the_folder() {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    let before = std::fs::read(folder.my_routes()).unwrap();
    let site = without_php(&folder);
    let routes = finding(&site, "my_routes.php").await;
    assert_eq!(routes["status"], "ok", "{routes}");
    site.json(&["migrate"]).await;
    let _daemon = site.start_ready().await;
    assert_eq!(std::fs::read(folder.my_routes()).unwrap(), before);
    let config = folder.path().join("application/config");
    assert_eq!(std::fs::read_dir(config).unwrap().count(), 3);
}
