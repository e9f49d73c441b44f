//! SIGTERM: in order, and in time.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::crm;
use crate::support::daemon::{Daemon, Site};
use crate::support::eventually::LIMIT;
use crate::support::mariadb::Database;
use crate::support::smtp::{At, Smtp, Step};

/// What an operator was promised.
const IN_TIME: Duration = Duration::from_secs(20);

/// A daemon in the middle of a mail whose final dot is never answered.
async fn handing_over(database: &Database, smtp: &Smtp) -> (Site, Daemon) {
    let mut site = Site::new(database);
    site.mail_through(smtp);
    site.set("outbox", "lease", "2m");
    site.set("mail", "send_timeout", "60s");
    site.stock().await;
    let daemon = site.start_ready().await;
    smtp.then([Step::Stall(At::Dot)]);
    let invoice = site.place("eva@buyer.example").await.invoice();
    crm::record_payment(&mut database.conn().await, invoice, "49.00".parse().unwrap()).await;
    smtp.wait_for(1, LIMIT).await;
    (site, daemon)
}

#[tokio::test]
async fn an_idle_daemon_stops_without_delay_and_says_so() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let mut daemon = site.start_ready().await;
    daemon.terminate();
    let status = daemon.ended(Duration::from_secs(5)).await;
    assert_eq!(status.code(), Some(0), "{}", daemon.log());
    assert!(daemon.log().contains("stopping"), "{}", daemon.log());
}

#[tokio::test]
async fn neither_a_silent_mail_server_nor_an_open_connection_holds_the_daemon() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let (site, mut daemon) = handing_over(&database, &smtp).await;
    let mut visitor = TcpStream::connect(("127.0.0.1", site.management())).await.unwrap();
    visitor.write_all(b"GET /metrics HTTP/1.1\r\nHost: half a requ").await.unwrap();

    daemon.terminate();
    let status = daemon.ended(IN_TIME).await;
    assert_eq!(status.code(), Some(0), "{}", daemon.log());
    // What was cut off is written down as such, for the next start.
    let list = site.json(&["outbox", "list"]).await;
    assert_eq!(list[0]["state"], "sending", "{list}");
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let (_site, mut daemon) = handing_over(&database, &smtp).await;
    daemon.terminate();
    daemon.waiting_for(&["stopping"]).await;
    daemon.terminate();
    let status = daemon.ended(Duration::from_secs(4)).await;
    assert_eq!(status.code(), Some(0), "{}", daemon.log());
}

#[tokio::test]
async fn a_daemon_that_waits_for_its_database_stops_as_well() {
    let site = Site::at("mysql://root@127.0.0.1:1/perfex");
    let mut daemon = site.start();
    daemon.waiting_for(&["database"]).await;
    daemon.terminate();
    let status = daemon.ended(IN_TIME).await;
    assert_eq!(status.code(), Some(0), "{}", daemon.log());
}
