//! A license server that accepts and never answers delays its own licenses, and nothing else.

use mysql_async::prelude::Queryable as _;

use crate::support::crm;
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::Database;
use crate::support::remote::remote_site;
use crate::support::rogue::Act;

/// How long a silent server holds a request: everything here must happen before.
const HELD: &str = "SELECT COUNT(*) FROM `tblbridge_outbox` WHERE `kind` = 'license' AND `state` = 'sending' AND `attempts` = 1";

#[tokio::test]
async fn while_the_license_server_is_silent_mails_settlements_and_commands_go_on_and_the_daemon_stops_in_time()
 {
    let database = Database::perfex_341().await;
    let (site, _server, way) = remote_site(&database).await;
    let mut daemon = site.start_ready().await;
    let conn = &mut database.conn().await;
    site.try_place("backup-pro-free", "first@buyer.example", 1).await.unwrap();
    eventually("first mail", async || (site.mails().len() == 1).then_some(())).await;
    let asked = way.asked().len();

    way.otherwise(Act::Silence);
    for number in 0..5 {
        site.try_place("backup-pro-free", &format!("c{number}@buyer.example"), 1).await.unwrap();
    }
    way.wait_for(asked + 2).await;
    // A mail that staff send again, a payment, and every command.
    let mail = site.json(&["outbox", "list", "--state", "sent"]).await;
    let mail =
        mail.as_array().unwrap().iter().find(|message| message["kind"] == "mail").unwrap()["id"].to_string();
    site.json(&["outbox", "retry", &mail, "--to", "again@buyer.example"]).await;
    eventually("mail that was sent again", async || {
        (site.json(&["outbox", "show", &mail]).await["state"] == "sent").then_some(())
    })
    .await;
    let last = site.place("last@buyer.example").await;
    crm::record_payment(conn, last.invoice(), "49.00".parse().unwrap()).await;
    let order = last.order.to_string();
    eventually("request of the last order", async || {
        let shown = site.json(&["order", "show", &order]).await;
        (shown["charge"] == "full" && shown["requests"][0]["state"] == "ready").then_some(())
    })
    .await;
    assert_eq!(daemon.ask("GET /livez").await.body, "ok");
    daemon.terminate();
    assert!(daemon.ended(LIMIT).await.success());
    let log = daemon.log();
    assert!(!log.contains("missed its deadline"), "{log}");
    let held: Option<i64> = conn.query_first(HELD).await.unwrap();
    assert_eq!(held, Some(2), "all this happened while the server was silent");
    assert_eq!(way.asked().len(), asked + 2, "two at a time");
}
