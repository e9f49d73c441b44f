//! A key that fails comes back by itself and stands in nobody's way.

use std::sync::Arc;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::app::Settler;
use perfex_bridge::reconcile::{self, Key, Queue};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::support::crm;
use crate::support::eventually::LIMIT;
use crate::support::shop::Shop;

#[tokio::test]
async fn an_order_that_cannot_be_settled_delays_no_other_and_is_settled_when_it_is_mended() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (broken, first) = shop.invoiced("pro").await;
    let (sound, second) = shop.invoiced("pro").await;
    for invoice in [first, second] {
        crm::record_payment(conn, invoice, "49".parse().unwrap()).await;
    }
    // What no code of ours writes: the item cannot be read, so settling fails each time.
    let spoil = "UPDATE `tblpm_order_items` SET `kind` = ? WHERE `order_id` = ?";
    conn.exec_drop(spoil, ("bogus", broken)).await.unwrap();

    let queue = Arc::new(Queue::new());
    queue.push(Key::Invoice(first));
    queue.push(Key::Invoice(second));
    let ending = CancellationToken::new();
    let (told, mut reports) = mpsc::unbounded_channel();
    let worker = tokio::spawn({
        let (queue, ending) = (Arc::clone(&queue), ending.clone());
        let settler = Settler::new(
            shop.app.workshop.clone(),
            vec![Arc::clone(&shop.app.outbox)],
            shop.app.news.clone(),
            |_| {},
        );
        async move {
            let report = move |report: reconcile::Report| told.send(report.ok).unwrap();
            reconcile::run(&queue, &settler, &ending, || {}, report).await;
        }
    });
    assert_eq!((reports.recv().await, reports.recv().await), (Some(false), Some(true)));
    assert_eq!(shop.story(sound).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(shop.story(broken).await, "placed none open, no license, 1 mail");

    conn.exec_drop(spoil, ("paid", broken)).await.unwrap();
    let mended = async { while reports.recv().await != Some(true) {} };
    timeout(LIMIT, mended).await.expect("the failed key comes back");
    assert_eq!(shop.story(broken).await, "placed full fulfilled, active, 2 mails");
    ending.cancel();
    worker.await.unwrap();
    assert_eq!(queue.depth(), 0);
}
