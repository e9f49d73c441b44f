//! Perfex in the middle of an upgrade: the daemon waits, says so, and has missed nothing.

use mysql_async::prelude::Queryable as _;

use crate::support::crm;
use crate::support::daemon::{CrmFolder, Placed, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

async fn until_licensed(site: &Site, placed: Placed) {
    let order = placed.order.to_string();
    eventually("license", async || {
        let list = site.json(&["license", "list", "--order", &order]).await;
        (list.as_array().unwrap().len() == 1).then_some(())
    })
    .await;
}

async fn sql(database: &Database, statement: &str) {
    database.conn().await.query_drop(statement).await.unwrap();
}

async fn pay(database: &Database, placed: Placed) {
    crm::record_payment(&mut database.conn().await, placed.invoice(), "49.00".parse().unwrap()).await;
}

#[tokio::test]
async fn a_column_that_is_missing_at_the_start_is_named_and_waited_for() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let placed = site.place("eva@buyer.example").await;
    sql(&database, "ALTER TABLE `tblcontacts` CHANGE `email_verified_at` `x` datetime DEFAULT NULL").await;
    let mut daemon = site.start();
    let reason = daemon.waiting_for(&["tblcontacts.email_verified_at"]).await;
    assert_eq!(
        reason,
        "`tblcontacts.email_verified_at` is missing in the CRM's database: a Perfex upgrade is under way or was cut \
         off; finish it in the CRM, the bridge waits until then"
    );
    pay(&database, placed).await;
    assert_eq!(site.json(&["license", "list"]).await.as_array().unwrap().len(), 0);
    sql(&database, "ALTER TABLE `tblcontacts` CHANGE `x` `email_verified_at` datetime DEFAULT NULL").await;
    daemon.ready().await;
    until_licensed(&site, placed).await;
}

#[tokio::test]
async fn a_table_that_goes_while_it_runs_is_named_and_its_payments_are_found_afterwards() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let placed = site.place("eva@buyer.example").await;
    let mut daemon = site.start_ready().await;
    sql(&database, "RENAME TABLE `tblinvoicepaymentrecords` TO `upgrading`").await;
    daemon.waiting_for(&["`tblinvoicepaymentrecords` is missing", "upgrade"]).await;
    // Written into the table while nobody else can see it.
    let payment = format!(
        "INSERT INTO `upgrading` (`invoiceid`, `amount`, `paymentmode`, `paymentmethod`, `date`, `daterecorded`, `note`,
         `transactionid`) VALUES ({}, 49, '1', '', '2026-01-05', '2026-01-05 09:00:00', '', '')",
        placed.invoice()
    );
    sql(&database, &payment).await;
    sql(&database, "RENAME TABLE `upgrading` TO `tblinvoicepaymentrecords`").await;
    daemon.ready().await;
    until_licensed(&site, placed).await;
}

#[tokio::test]
async fn code_that_is_newer_than_its_database_is_waited_for() {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    let site = Site::beside(&folder);
    site.stock().await;
    let placed = site.place("eva@buyer.example").await;
    folder.code_version(342);
    let mut daemon = site.start();
    let reason = daemon.waiting_for(&["upgrade"]).await;
    assert_eq!(
        reason,
        "a Perfex upgrade is under way: its code expects database version 342, the database is at 341; finish it in \
         the CRM's admin area, the bridge waits until then"
    );
    pay(&database, placed).await;
    let checked = site.run(&["check", "--json"]).await;
    assert_eq!(checked.code, 1, "{checked:?}");
    sql(&database, "UPDATE `tblmigrations` SET `version` = 342").await;
    daemon.ready().await;
    until_licensed(&site, placed).await;
}

#[tokio::test]
async fn code_that_becomes_newer_while_it_runs_is_noticed_and_no_order_is_placed_meanwhile() {
    let database = Database::perfex_341().await;
    let folder = CrmFolder::new(&database);
    let site = Site::beside(&folder);
    site.stock().await;
    let placed = site.place("eva@buyer.example").await;
    let mut daemon = site.start_ready().await;
    folder.code_version(342);
    daemon.waiting_for(&["expects database version 342"]).await;
    pay(&database, placed).await;
    let refused = site.try_place("backup-pro-1y", "max@buyer.example", 1).await.unwrap_err();
    assert!(refused.code == 1 && refused.err.contains("a Perfex upgrade is under way"), "{refused:?}");
    sql(&database, "UPDATE `tblmigrations` SET `version` = 342").await;
    daemon.ready().await;
    until_licensed(&site, placed).await;
    assert_eq!(site.json(&["order", "list"]).await.as_array().unwrap().len(), 1);
}
