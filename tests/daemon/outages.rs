//! A database that is away: the daemon lives, says so, and goes on by itself.

use mysql_async::prelude::Queryable as _;
use secrecy::SecretString;

use perfex_bridge::db;
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::licensing::SavedServer;
use perfex_bridge::perfex::encryption::Cipher;

use crate::support::crm;
use crate::support::daemon::{Daemon, ENCRYPTION_KEY, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, Server};

async fn pay(database: &Database, site: &Site) {
    let invoice = site.place("eva@buyer.example").await.invoice();
    crm::record_payment(&mut database.conn().await, invoice, "49.00".parse().unwrap()).await;
}

async fn until_licensed(site: &Site) {
    eventually("license", async || {
        let list = site.json(&["license", "list"]).await;
        (list.as_array().unwrap().len() == 1).then_some(())
    })
    .await;
}

async fn lives(daemon: &Daemon) {
    let answer = daemon.ask("GET /livez").await;
    assert_eq!(
        (answer.code, answer.body.as_str()),
        (200, "ok"),
        "a dead database is no reason for a restart"
    );
}

#[tokio::test]
async fn a_database_that_is_down_at_the_start_is_waited_for() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    pay(&database, &site).await;
    server.kill();
    let mut daemon = site.start();
    daemon.waiting_for(&["no connection to the database"]).await;
    lives(&daemon).await;
    assert_eq!(daemon.readiness().await["phase"], "waiting");
    server.start_again().await;
    daemon.ready().await;
    until_licensed(&site).await;
}

/// Staff have saved a license server; nobody answers there.
async fn save_license_server(database: &Database) {
    let limit = std::time::Duration::from_secs(5);
    let crm = db::Database::new(&database.url(), "tbl".parse().unwrap(), 1, limit).unwrap();
    let cipher = Cipher::new(&SecretString::from(ENCRYPTION_KEY));
    let (address, key) = ("http://127.0.0.1:9/".parse().unwrap(), SecretString::from("key"));
    let mut session = crm.session().await.unwrap();
    SavedServer::save(&mut session, &cipher, &SystemEntropy, &address, &key).await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_down_at_the_start_does_not_hide_the_license_server_that_staff_have_saved() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    save_license_server(&database).await;
    pay(&database, &site).await;
    server.kill();
    let mut daemon = site.start();
    daemon.waiting_for(&["no connection to the database"]).await;
    server.start_again().await;
    daemon.ready().await;
    eventually("question to the license server", async || {
        let outbox = site.json(&["outbox", "list"]).await;
        outbox.as_array().unwrap().iter().any(|row| row["attempts"].as_u64() > Some(0)).then_some(())
    })
    .await;
    // A key from here would be unknown to that server, for good.
    assert_eq!(site.json(&["license", "list"]).await.as_array().unwrap().len(), 0, "{}", daemon.log());
}

#[tokio::test]
async fn tables_that_are_dropped_under_a_daemon_stay_dropped_until_somebody_makes_them_again() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let mut daemon = site.start_ready().await;
    site.json(&["uninstall", "--purge"]).await;
    daemon.waiting_for(&["our tables are gone", "perfex-bridge migrate"]).await;
    let ours = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND (table_name LIKE 'tblpm%' OR table_name LIKE 'tblbridge%')";
    let left: Option<u32> = database.conn().await.query_first(ours).await.unwrap();
    assert_eq!(left, Some(0), "{}", daemon.log());
    site.json(&["migrate"]).await;
    daemon.ready().await;
}

#[tokio::test]
async fn a_database_that_goes_and_comes_back_is_noticed_both_times() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let mut daemon = site.start_ready().await;
    server.kill();
    daemon.waiting_for(&["database"]).await;
    lives(&daemon).await;
    assert_eq!(daemon.metric("perfex_bridge_scrape_success").await, Some(0.0));
    assert_eq!(daemon.metric("perfex_bridge_outbox_messages{state=\"ready\"}").await, None);
    server.start_again().await;
    daemon.ready().await;
    pay(&database, &site).await;
    until_licensed(&site).await;
    assert_eq!(daemon.metric("perfex_bridge_scrape_success").await, Some(1.0));
}

#[tokio::test]
async fn a_database_that_freezes_makes_the_daemon_unready_but_not_dead() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let mut site = Site::new(&database);
    site.stock().await;
    site.set("database", "timeout", "2s");
    let mut daemon = site.start_ready().await;
    server.freeze();
    daemon.waiting_for(&["did not answer within"]).await;
    lives(&daemon).await;
    server.thaw();
    site.set("database", "timeout", "10s");
    daemon.ready().await;
    pay(&database, &site).await;
    until_licensed(&site).await;
}
