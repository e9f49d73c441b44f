//! The CRM mails the invoice; what it cannot mail is taken out of its way.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::perfex::cron_runs::CronRuns;
use perfex_bridge::shop::checkout::look_after;

use super::till::Till;
use crate::support::{clash, crm};

/// A paid order whose mail waits.
async fn ordered(till: &Till) {
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    browser.send(&form).await.order();
    assert_eq!(till.count("scheduled_emails").await, 1);
}

async fn state(till: &Till) -> String {
    let mut conn = till.shop.conn().await;
    conn.query_first("SELECT `state` FROM `tblpm_invoice_mails`").await.unwrap().unwrap()
}

async fn look(till: &Till) -> u32 {
    look_after(&till.shop.app.database, &mut CronRuns::default(), till.shop.now()).await.unwrap()
}

#[tokio::test]
async fn a_mail_that_the_crm_has_taken_is_looked_at_no_more() {
    let till = Till::open().await;
    ordered(&till).await;
    assert_eq!((look(&till).await, state(&till).await), (0, "waiting".into()));
    till.shop.conn().await.query_drop("DELETE FROM `tblscheduled_emails`").await.unwrap();
    assert_eq!((look(&till).await, state(&till).await), (0, "taken".into()));
}

#[tokio::test]
async fn a_mail_whose_invoice_is_gone_or_cancelled_is_taken_back_and_no_other() {
    for statement in [
        "DELETE FROM `tblinvoices`",
        "UPDATE `tblinvoices` SET `status` = 5",
        "UPDATE `tblinvoices` SET `hash` = 'x'",
    ] {
        let till = Till::open().await;
        ordered(&till).await;
        let conn = &mut till.shop.conn().await;
        conn.query_drop(
            "INSERT INTO `tblscheduled_emails` (`rel_id`, `rel_type`, `scheduled_at`, `contacts`, `template`)
             VALUES (77, 'invoice', '2026-03-09 10:00:00', '1', 'invoice_send_to_customer')",
        )
        .await
        .unwrap();
        conn.query_drop(statement).await.unwrap();
        assert_eq!((look(&till).await, state(&till).await), (1, "withdrawn".into()), "{statement}");
        let left: Vec<i64> = conn.query("SELECT `rel_id` FROM `tblscheduled_emails`").await.unwrap();
        assert_eq!(left, [77], "what others wrote is theirs");
        assert_eq!(look(&till).await, 0);
    }
}

#[tokio::test]
async fn a_look_that_loses_against_another_transaction_looks_again_at_once() {
    let till = Till::open().await;
    ordered(&till).await;
    let conn = &mut till.shop.conn().await;
    conn.query_drop("DELETE FROM `tblinvoices`").await.unwrap();
    clash::once(conn, "BEFORE UPDATE", &["tblpm_invoice_mails"]).await;
    assert_eq!((look(&till).await, state(&till).await), (1, "withdrawn".into()));
    assert_eq!((clash::mended(conn).await, till.count("scheduled_emails").await), (1, 0));
}

#[tokio::test]
async fn a_mail_that_a_cron_run_left_is_taken_back_so_that_the_cron_goes_on() {
    let till = Till::open().await;
    ordered(&till).await;
    let conn = &mut till.shop.conn().await;
    // No cron run since: the mail waits, however long that is.
    crm::set_option(conn, "last_cron_run", &(till.shop.now().timestamp() - 60).to_string()).await;
    till.shop.pass(TimeDelta::days(2));
    assert_eq!((look(&till).await, state(&till).await), (0, "waiting".into()));
    crm::set_option(conn, "last_cron_run", &till.shop.now().timestamp().to_string()).await;
    till.shop.pass(TimeDelta::minutes(14));
    assert_eq!(look(&till).await, 0, "the run may still be at it");
    till.shop.pass(TimeDelta::minutes(2));
    assert_eq!((look(&till).await, state(&till).await), (1, "withdrawn".into()));
    assert_eq!(till.count("scheduled_emails").await, 0);
}

#[tokio::test]
async fn a_mail_that_run_after_run_leaves_is_taken_back_though_the_cron_is_busy() {
    let till = Till::open().await;
    ordered(&till).await;
    let conn = &mut till.shop.conn().await;
    let mut runs = CronRuns::default();
    let mut looked = Vec::new();
    for _ in 0..6 {
        till.shop.pass(TimeDelta::minutes(5));
        crm::set_option(conn, "last_cron_run", &till.shop.now().timestamp().to_string()).await;
        looked.push(look_after(&till.shop.app.database, &mut runs, till.shop.now()).await.unwrap());
    }
    assert_eq!(looked, [0, 0, 0, 0, 1, 0]);
    assert_eq!((till.count("scheduled_emails").await, state(&till).await), (0, "withdrawn".into()));
}
