//! New rows are found whatever the order in which they are settled.

use std::sync::Arc;
use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::clock::{Clock as _, SystemClock};
use perfex_bridge::db::{self, Prefix};
use perfex_bridge::perfex::changes::{self, Cursor, Source};
use perfex_bridge::reconcile::Queue;
use perfex_bridge::shop::Orders;
use perfex_bridge::watch::Poll;

use crate::support::mariadb::Database;

async fn bridge(database: &Database) -> db::Database {
    let bridge =
        db::Database::new(&database.socket_url(), Prefix::default(), 2, Duration::from_secs(10)).unwrap();
    db::migrate(&bridge, SystemClock.now()).await.unwrap();
    bridge
}

/// Payments of as many invoices, in one commit; returns the newest id.
async fn pay(database: &Database, count: i64) -> i64 {
    let mut conn = database.conn().await;
    let rows: Vec<String> = (1..=count).map(|invoice| format!("({invoice}, 49, CURDATE(), NOW())")).collect();
    let sql =
        "INSERT INTO `tblinvoicepaymentrecords` (`invoiceid`, `amount`, `date`, `daterecorded`) VALUES ";
    conn.query_drop(format!("{sql}{}", rows.join(", "))).await.unwrap();
    conn.query_first("SELECT MAX(`id`) FROM `tblinvoicepaymentrecords`").await.unwrap().unwrap()
}

#[tokio::test]
async fn one_look_finds_all_of_many_payments_also_when_the_newest_is_settled_first() {
    let database = Database::perfex_341().await;
    let bridge = bridge(&database).await;
    let queue = Arc::new(Queue::new());
    let orders = Arc::new(Orders::new(bridge.clone()));
    let mut poll = Poll::new(bridge.clone(), Arc::new(SystemClock), orders, Arc::clone(&queue));
    poll.anchor().await.unwrap();

    let newest = pay(&database, 1_700).await;
    let mut session = bridge.session().await.unwrap();
    changes::mark(&mut session, Source::Payments, [newest]).await.unwrap();
    drop(session);

    assert_eq!(poll.look().await.unwrap(), 1_699);
    assert_eq!(queue.depth(), 1_699);
    bridge.close().await.unwrap();
}

#[tokio::test]
async fn a_look_without_room_goes_on_where_it_ended() {
    let database = Database::perfex_341().await;
    let bridge = bridge(&database).await;
    let mut session = bridge.session().await.unwrap();
    let mut cursor = Cursor::new(Source::Payments);
    cursor.anchor(&mut session).await.unwrap();
    let newest = pay(&database, 1_700).await;

    let mut found = Vec::new();
    assert_eq!(cursor.unseen(&mut session, 0).await.unwrap(), []);
    for expected in [1_000, 699] {
        let some = cursor.unseen(&mut session, 1_000).await.unwrap();
        assert_eq!(some.len(), expected);
        found.extend(some.into_iter().map(|invoice| invoice.0));
        changes::mark(&mut session, Source::Payments, [newest]).await.unwrap();
    }
    assert_eq!(found, (1..=1_699).collect::<Vec<i64>>());
    // Complete: from now on only the window is looked at, and what is settled in it is left out.
    assert_eq!(cursor.unseen(&mut session, 1_000).await.unwrap().len(), 499);
    drop(session);
    bridge.close().await.unwrap();
}
