//! Two daemons at once on one database: the same result as with one.

use mysql_async::prelude::Queryable as _;

use super::oracle;
use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;
use crate::support::smtp::Smtp;

/// Orders that are paid in one moment.
const ORDERS: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_daemons_on_one_database_issue_and_mail_everything_once() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let mut site = Site::new(&database);
    site.mail_through(&smtp);
    // Nothing is taken over here, however busy the machine is.
    site.set("outbox", "lease", "2m");
    site.set("mail", "connect_timeout", "20s");
    site.set("mail", "send_timeout", "30s");
    site.stock().await;
    let twin = site.twin();
    let daemons = [site.start_ready().await, twin.start_ready().await];

    let mut invoices = Vec::new();
    for number in 0..ORDERS {
        invoices.push(site.place(&format!("c{number}@buyer.example")).await.invoice());
    }
    let conn = &mut database.conn().await;
    conn.query_drop("START TRANSACTION").await.unwrap();
    for invoice in invoices {
        crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
    }
    conn.query_drop("COMMIT").await.unwrap();

    eventually("quiet", async || oracle::quiet(&database).await).await;
    let totals = oracle::check_tables(&database).await;
    assert_eq!((totals.orders, totals.paid), (ORDERS, ORDERS));
    assert_eq!(oracle::check_mails(&database, &smtp, &[]).await, 0, "a mail was sent twice");
    // Each license was counted by the daemon that issued it, and by no other.
    let mut counted = 0.0;
    for daemon in &daemons {
        counted += daemon.metric("perfex_bridge_licenses_issued_total").await.unwrap();
    }
    assert!((counted - 12.0).abs() < 0.5, "{counted} licenses were counted");
}
