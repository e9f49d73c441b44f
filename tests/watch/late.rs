//! Rows whose ids are older than their visibility.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::perfex::changes::{Cursor, Source};
use rust_decimal::Decimal;

use super::lookout::Lookout;
use crate::support::crm;
use crate::support::shop::Shop;

const PRICE: Decimal = Decimal::from_parts(49, 0, 0, false, 0);

#[tokio::test]
async fn a_payment_whose_transaction_commits_late_is_found_after_younger_ones_were_settled() {
    let shop = Shop::open().await;
    let (slow_order, slow) = shop.invoiced("pro").await;
    let (quick_order, quick) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let (a, b) = (&mut shop.conn().await, &mut shop.conn().await);
    // The anti-join alone, without the walk over the orders that would find it as well.
    let mut session = shop.app.database.session().await.unwrap();
    let mut cursor = Cursor::new(Source::Payments);
    cursor.anchor(&mut session).await.unwrap();

    a.query_drop("START TRANSACTION").await.unwrap();
    let late = crm::record_payment(a, slow, PRICE).await;
    let early = crm::record_payment(b, quick, PRICE).await;
    assert!(late < early);
    assert_eq!(cursor.unseen(&mut session, 100).await.unwrap(), [quick]);
    assert_eq!(lookout.look().await, [quick.0]);
    assert_eq!(shop.story(quick_order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(cursor.unseen(&mut session, 100).await.unwrap(), []);
    assert_eq!(lookout.look().await, Vec::<i64>::new());

    a.query_drop("COMMIT").await.unwrap();
    assert_eq!(cursor.unseen(&mut session, 100).await.unwrap(), [slow]);
    assert_eq!(lookout.look().await, [slow.0]);
    assert_eq!(shop.story(slow_order).await, "placed full fulfilled, active, 2 mails");
    assert_eq!(lookout.look().await, Vec::<i64>::new());
}

#[tokio::test]
async fn a_payment_that_is_rolled_back_never_was() {
    let shop = Shop::open().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let conn = &mut shop.conn().await;
    conn.query_drop("START TRANSACTION").await.unwrap();
    crm::record_payment(conn, invoice, PRICE).await;
    assert_eq!(lookout.look().await, Vec::<i64>::new());
    conn.query_drop("ROLLBACK").await.unwrap();
    assert_eq!(lookout.look().await, Vec::<i64>::new());
    assert_eq!(shop.story(order).await, "placed none open, no license, no mail");
}

#[tokio::test]
async fn a_look_between_any_two_statements_of_perfex_ends_right() {
    // Perfex uses no transaction: the payment row stands before the status is renewed.
    let shop = Shop::open().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let conn = &mut shop.conn().await;
    crm::insert_payment_only(conn, invoice, PRICE).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    crm::recompute(conn, invoice, false).await;
    assert_eq!(lookout.look().await, [invoice.0], "the status is part of what is compared");
    assert_eq!(lookout.look().await, Vec::<i64>::new());
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}
