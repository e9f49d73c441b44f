//! The secret that the CRM's companion module and the daemon share.

use serde_json::json;

use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::mariadb::Database;

const OPTION: &str = "perfex_bridge_gateway_secret";

#[tokio::test]
async fn install_makes_a_secret_rotate_replaces_it_and_uninstall_removes_it() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let conn = &mut database.conn().await;
    let dry = site.run(&["install", "--dry-run"]).await;
    assert!(dry.out.contains("would write a secret for the gateway between CRM and daemon\n"), "{dry:?}");
    assert_eq!(crm::option(conn, OPTION).await, "");
    assert_eq!(site.json(&["install"]).await["gateway_secret"], true);
    let first = crm::option(conn, OPTION).await;
    assert!(first.len() > 128, "{first}");
    assert_eq!(site.json(&["install"]).await["gateway_secret"], false);
    assert_eq!(crm::option(conn, OPTION).await, first);

    let said = site.run(&["companion", "rotate-secret"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("the gateway has a new secret; an old one counts until 2"), "{said:?}");
    let second = crm::option(conn, OPTION).await;
    assert_ne!(second, first);
    let told = site.json(&["companion", "rotate-secret"]).await;
    assert!(told["old_counts_until"].is_string() && told.as_object().unwrap().len() == 1, "{told}");
    assert_ne!(crm::option(conn, OPTION).await, second);

    assert_eq!(
        site.json(&["uninstall"]).await,
        json!({"mail_templates": 12, "module": null, "routes": null, "tables_dropped": false, "troubles": []})
    );
    assert_eq!(crm::option(conn, OPTION).await, "");
}

#[tokio::test]
async fn without_our_tables_the_mend_is_named() {
    let database = Database::perfex_341().await;
    let said = Site::new(&database).run(&["companion", "rotate-secret"]).await;
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(said.err.ends_with("run `perfex-bridge migrate` first"), "{said:?}");
    assert_eq!(crm::option(&mut database.conn().await, OPTION).await, "");
}
