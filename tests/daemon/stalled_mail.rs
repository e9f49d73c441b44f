//! A mail server that says nothing delays mails, and nothing else.

use mysql_async::prelude::Queryable as _;

use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::Database;
use crate::support::smtp::{At, Smtp, Step};

/// The poll's interval (100 ms) and room for a busy machine, in microseconds.
const MARGIN: i64 = 3_000_000;

#[tokio::test]
async fn while_every_mail_stalls_a_payment_is_licensed_within_the_interval() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let mut site = Site::new(&database);
    site.mail_through(&smtp);
    site.set("outbox", "lease", "2m");
    site.set("mail", "connect_timeout", "20s");
    site.set("mail", "send_timeout", "20s");
    site.stock().await;
    let daemon = site.start_ready().await;
    // As many as may be on their way at once, and more.
    smtp.then([Step::Stall(At::Connect); 8]);
    let conn = &mut database.conn().await;
    for number in 0..5 {
        let invoice = site.place(&format!("c{number}@buyer.example")).await.invoice();
        crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
    }
    smtp.wait_for_connections(4, LIMIT).await;

    let last = site.place("last@buyer.example").await;
    let before: String = conn.query_first("SELECT UTC_TIMESTAMP(6)").await.unwrap().unwrap();
    crm::record_payment(conn, last.invoice(), "49.00".parse().unwrap()).await;
    let delay: i64 = eventually("license of the last order", async || {
        conn.exec_first(
            "SELECT TIMESTAMPDIFF(MICROSECOND, ?, l.`issued_at`) FROM `tblpm_licenses` l
               JOIN `tblpm_order_items` i ON i.`id` = l.`order_item_id` WHERE i.`order_id` = ?",
            (&before, last.order),
        )
        .await
        .unwrap()
    })
    .await;
    assert!((0..MARGIN).contains(&delay), "the license came {delay} microseconds after its payment");
    assert!(smtp.received().is_empty(), "the mail server did not stall");
    assert_eq!(daemon.ask("GET /livez").await.body, "ok");
}
