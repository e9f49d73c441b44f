//! The moments that matter, one by one: something holds the program exactly there, then it dies.

use std::time::Duration;

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;

use super::oracle;
use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::{Database, Server};
use crate::support::smtp::{At, Smtp, Step};

/// Where a settlement is held, each with the lock that holds it.
const HELD_AT: [(&str, &str); 3] = [
    ("the license", "SELECT `id` FROM `tblpm_products` FOR UPDATE"),
    ("the mail", "SELECT `id` FROM `tblbridge_outbox` WHERE `dedupe_key` >= 'license' FOR UPDATE"),
    (
        "the ledger",
        "SELECT `row_id` FROM `tblbridge_seen` WHERE `kind` = 'payment' AND `row_id` >= 0 FOR UPDATE",
    ),
];

/// Who dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Daemon,
    Database,
}

fn price() -> rust_decimal::Decimal {
    "49.00".parse().unwrap()
}

/// A connection that holds a lock until it goes.
async fn holding(database: &Database, lock: &str) -> Conn {
    let mut conn = database.conn().await;
    conn.query_drop("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ").await.unwrap();
    conn.query_drop("START TRANSACTION").await.unwrap();
    conn.query_drop(lock).await.unwrap();
    conn
}

/// Waits until a transaction waits for a lock of somebody else, anywhere on this server: it must be the test's own.
///
/// Not by `innodb_trx`: whoever looks there more often than ten times a second sees the first picture for ever.
async fn somebody_waits(database: &Database) {
    let mut conn = database.conn().await;
    eventually("transaction that waits", async || {
        let waits: Option<(String, u64)> =
            conn.query_first("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'").await.unwrap();
        (waits?.1 > 0).then_some(())
    })
    .await;
}

async fn number(database: &Database, sql: &str) -> i64 {
    database.conn().await.query_first(sql).await.unwrap().unwrap()
}

/// State and attempts of the only message.
async fn message(database: &Database) -> Option<(String, u32)> {
    database.conn().await.query_first("SELECT `state`, `attempts` FROM `tblbridge_outbox`").await.unwrap()
}

async fn until_state(database: &Database, wanted: &str) {
    eventually(&format!("message that is {wanted}"), async || {
        message(database).await.filter(|(state, _)| state == wanted).map(drop)
    })
    .await;
}

async fn until_quiet(database: &Database) {
    eventually("quiet", async || {
        oracle::minutes_pass(database).await;
        oracle::quiet(database).await
    })
    .await;
}

/// A shop whose mails go to `smtp`, and short leases.
async fn shop(database: &Database, smtp: &Smtp) -> Site {
    let mut site = Site::new(database);
    site.mail_through(smtp);
    site.set("mail", "send_timeout", "1s");
    site.set("outbox", "lease", "2500ms");
    site.stock().await;
    site
}

async fn pay_a_new_order(site: &Site, database: &Database, email: &str) {
    let invoice = site.place(email).await.invoice();
    crm::record_payment(&mut database.conn().await, invoice, price()).await;
}

#[tokio::test]
async fn a_settlement_that_is_cut_off_anywhere_happens_wholly_afterwards() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let mut daemon = site.start_ready().await;
    let mut paid = 0;
    for (place, lock) in HELD_AT {
        for victim in [Victim::Daemon, Victim::Database] {
            let invoice = site.place(&format!("c{paid}@buyer.example")).await.invoice();
            let holder = holding(&database, lock).await;
            crm::record_payment(&mut database.conn().await, invoice, price()).await;
            somebody_waits(&database).await;
            let licenses = number(&database, "SELECT COUNT(*) FROM `tblpm_licenses`").await;
            assert_eq!(licenses, paid, "held at {place}, half of it is visible");
            if victim == Victim::Daemon {
                daemon.kill();
                drop(holder);
                daemon = site.start();
            } else {
                server.kill();
                drop(holder);
                server.start_again().await;
            }
            paid += 1;
            until_quiet(&database).await;
            let totals = oracle::check_tables(&database).await;
            assert_eq!(totals.licenses, paid, "{victim:?} killed at {place}: {totals:?}");
        }
    }
    oracle::check_files(&database, &site).await;
}

#[tokio::test]
async fn a_daemon_killed_between_the_license_and_its_mail_sends_the_mail_after_its_restart() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let site = shop(&database, &smtp).await;
    let mut daemon = site.start_ready().await;
    smtp.then([Step::Stall(At::Connect)]);
    pay_a_new_order(&site, &database, "eva@buyer.example").await;
    smtp.wait_for_script(LIMIT).await;
    assert_eq!(number(&database, "SELECT COUNT(*) FROM `tblpm_licenses`").await, 1);
    daemon.kill();
    assert_eq!(message(&database).await, Some(("ready".to_owned(), 1)));
    assert!(smtp.received().is_empty());

    let _daemon = site.start();
    until_quiet(&database).await;
    oracle::check_tables(&database).await;
    assert_eq!(oracle::check_mails(&database, &smtp, &[]).await, 0);
}

#[tokio::test]
async fn a_daemon_killed_while_it_hands_a_mail_over_repeats_it_once_under_the_same_identity() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let site = shop(&database, &smtp).await;
    let mut daemon = site.start_ready().await;
    smtp.then([Step::Stall(At::Dot)]);
    pay_a_new_order(&site, &database, "eva@buyer.example").await;
    smtp.wait_for(1, LIMIT).await;
    daemon.kill();
    assert_eq!(message(&database).await, Some(("sending".to_owned(), 1)));

    let _daemon = site.start();
    until_state(&database, "uncertain").await;
    assert_eq!(smtp.received().len(), 1, "a mail that perhaps arrived was repeated at once");
    until_quiet(&database).await;
    oracle::check_tables(&database).await;
    assert_eq!(oracle::check_mails(&database, &smtp, &[]).await, 1);
}

#[tokio::test]
async fn a_database_killed_before_the_result_is_written_leads_to_one_repetition() {
    let (server, smtp) = (Server::own().await, Smtp::start().await);
    let database = server.perfex_341().await;
    let site = shop(&database, &smtp).await;
    let daemon = site.start_ready().await;
    smtp.then([Step::Stall(At::Dot)]);
    pay_a_new_order(&site, &database, "eva@buyer.example").await;
    smtp.wait_for(1, LIMIT).await;
    server.kill();
    eventually("delivery that was cut short", async || daemon.log().contains("cut short").then_some(()))
        .await;
    server.start_again().await;
    assert_eq!(message(&database).await.map(|(state, _)| state), Some("sending".to_owned()));
    until_quiet(&database).await;
    oracle::check_tables(&database).await;
    assert_eq!(oracle::check_mails(&database, &smtp, &[]).await, 1);
}

#[tokio::test]
async fn an_order_that_is_killed_in_the_middle_leaves_nothing_in_the_crm() {
    let server = Server::own().await;
    let database = server.perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let counter = "SELECT `value` FROM `tbloptions` WHERE `name` = 'next_invoice_number' FOR UPDATE";
    let holder = holding(&database, counter).await;
    tokio::select! {
        // The command dies with this future.
        placed = site.place("eva@buyer.example") => panic!("nothing held it: {placed:?}"),
        () = somebody_waits(&database) => {}
    }
    drop(holder);
    // Also the server needs a moment to notice.
    let placed = site.place("eva@buyer.example").await;
    assert!(placed.invoice.is_some());
    assert_eq!(oracle::check_tables(&database).await.orders, 1);
    let people = "SELECT COUNT(*) FROM `tblclients`";
    assert_eq!(number(&database, people).await, 1);
}

#[tokio::test]
async fn a_daemon_killed_in_the_middle_of_its_first_migration_finishes_it_afterwards() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let ours = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()
                 AND (table_name LIKE 'tblpm%' OR table_name LIKE 'tblbridge%')";
    for tables in [1, 4, 7] {
        let mut daemon = site.start();
        eventually("table of ours", async || (number(&database, ours).await >= tables).then_some(())).await;
        daemon.kill();
    }
    let mut daemon = site.start();
    daemon.ready().await;
    site.stock().await;
    pay_a_new_order(&site, &database, "eva@buyer.example").await;
    until_quiet(&database).await;
    assert_eq!(oracle::check_tables(&database).await.licenses, 1);
    daemon.terminate();
    assert!(daemon.ended(Duration::from_secs(20)).await.success());
}

#[tokio::test]
async fn a_mail_that_is_cut_off_twice_waits_for_staff_instead_of_becoming_a_flood() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let site = shop(&database, &smtp).await;
    let _daemon = site.start_ready().await;
    smtp.then([Step::HangUp(At::Text), Step::HangUp(At::Text)]);
    pay_a_new_order(&site, &database, "eva@buyer.example").await;
    until_state(&database, "dead").await;
    assert!(smtp.received().is_empty());
    let told = &site.json(&["outbox", "list", "--state", "dead"]).await[0];
    assert!(told["last_error"].as_str().unwrap().starts_with("perhaps delivered, twice: "), "{told}");
    assert_eq!(site.json(&["license", "list"]).await[0]["right"], "active");
    site.json(&["outbox", "retry", "1"]).await;
    until_quiet(&database).await;
    oracle::check_tables(&database).await;
    assert_eq!(oracle::check_mails(&database, &smtp, &[]).await, 0);
}
