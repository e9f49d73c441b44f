//! A database that is away: the daemon lives, says so, and goes on by itself.

use crate::support::crm;
use crate::support::daemon::{Daemon, Site};
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
