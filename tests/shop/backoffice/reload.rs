//! What staff save counts without anybody starting the daemon again.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::db::Prefix;
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::licensing::SavedServer;
use perfex_bridge::perfex::encryption::Cipher;
use secrecy::SecretString;

use crate::support::daemon::{ENCRYPTION_KEY, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

#[tokio::test]
async fn a_license_server_that_staff_have_saved_is_used_by_the_running_daemon_and_by_commands() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    site.json(&["product", "add", "--slug", "p", "--name", "P"]).await;
    site.json(&[
        "package",
        "add",
        "--product",
        "p",
        "--sku",
        "p-free",
        "--kind",
        "free",
        "--currency",
        "EUR",
    ])
    .await;
    let order = "order place --package p-free --email eva@buyer.example --firstname Eva --lastname M";
    let order: Vec<&str> = order.split(' ').collect();
    assert_eq!(site.json(&order).await["fulfilment"], "fulfilled");
    let mut daemon = site.start_ready().await;
    let pid = daemon.pid();
    let cipher = Cipher::new(&SecretString::from(ENCRYPTION_KEY));
    let crm = perfex_bridge::db::Database::new(
        &database.socket_url(),
        "tbl".parse::<Prefix>().unwrap(),
        1,
        std::time::Duration::from_secs(5),
    )
    .unwrap();
    let mut session = crm.session().await.unwrap();
    // Nobody answers there; what matters is that it is asked.
    let address = "http://127.0.0.1:9/".parse().unwrap();
    SavedServer::save(&mut session, &cipher, &SystemEntropy, &address, &SecretString::from("key"))
        .await
        .unwrap();
    assert_eq!(site.json(&order).await["fulfilment"], "open", "a command asks the new server");
    eventually("everything put together anew", async || {
        (daemon.log().matches("running version").count() == 2).then_some(())
    })
    .await;
    daemon.ready().await;
    assert_eq!(daemon.pid(), pid);
    eventually("the daemon asks the new server", async || {
        let outbox = site.json(&["outbox", "list"]).await;
        outbox.as_array().unwrap().iter().any(|row| row["attempts"].as_u64() > Some(0)).then_some(())
    })
    .await;
    // A key that nobody can read any more does not make this install the vendor.
    let spoil = "UPDATE `tbloptions` SET `value` = 'x' WHERE `name` = 'perfex_bridge_license_server_key'";
    database.conn().await.query_drop(spoil).await.unwrap();
    assert_eq!(site.json(&order).await["fulfilment"], "open");
    let said = site.run(&["license", "issue", "--product", "p", "--reason", "gift"]).await;
    assert!(said.code == 1 && said.err.contains("as after a change of APP_ENC_KEY"), "{said:?}");
    let checked = site.run(&["check", "--json"]).await.json();
    let line = checked.as_array().unwrap().iter().find(|line| line["check"] == "license server").unwrap();
    assert_eq!(line["status"], "fail", "{line}");
    assert!(line["detail"].as_str().unwrap().contains("cannot be asked"), "{line}");
    SavedServer::remove(&mut session).await.unwrap();
    assert_eq!(site.json(&order).await["fulfilment"], "fulfilled");
}
