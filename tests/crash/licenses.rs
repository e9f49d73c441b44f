//! Killed while another machine makes the licenses: one key a unit on both sides, one mail an order.

use std::collections::BTreeSet;

use mysql_async::prelude::Queryable as _;

use super::oracle;
use crate::support::crm;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;
use crate::support::remote::remote_site;
use crate::support::rogue::Act;

/// What a worker that died held is due again when its lease ends.
const LEASES_END: &str =
    "UPDATE `tblbridge_outbox` SET `due_at` = UTC_TIMESTAMP(6) WHERE `state` = 'sending'";

#[tokio::test]
async fn a_daemon_killed_while_the_license_server_works_gets_the_same_keys_after_its_restart() {
    let database = Database::perfex_341().await;
    let (site, server, way) = remote_site(&database).await;
    let mut daemon = site.start_ready().await;
    let conn = &mut database.conn().await;
    for (round, act) in [Act::Hold, Act::LoseAnswer, Act::Silence].into_iter().enumerate() {
        let asked = way.asked().len();
        way.then([act]);
        let invoice = site.place(&format!("c{round}@buyer.example")).await.invoice();
        crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
        way.wait_for(asked + 1).await;
        daemon.kill();
        conn.query_drop(LEASES_END).await.unwrap();
        daemon = site.start();
        eventually("quiet", async || {
            oracle::minutes_pass(&database).await;
            oracle::quiet(&database).await
        })
        .await;
        assert!(way.asked().len() > asked + 1, "{:?}: it was asked again", way.asked());
    }
    let totals = oracle::check_tables(&database).await;
    assert_eq!((totals.orders, totals.paid, totals.licenses), (3, 3, 3));
    assert_eq!(site.mails().len(), 3);
    let hashes = "SELECT HEX(`key_hash`) FROM `tblpm_licenses`";
    let ours: BTreeSet<String> = conn.query(hashes).await.unwrap().into_iter().collect();
    let theirs: BTreeSet<String> =
        server.shop.conn().await.query(hashes).await.unwrap().into_iter().collect();
    assert_eq!((ours.len(), ours), (3, theirs));
}
