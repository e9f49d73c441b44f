//! Orders that nobody pays expire, and a payment opens them again.

use chrono::TimeDelta;
use perfex_bridge::schedule::Outcome;
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::shop::{Shop, eva};

async fn job(shop: &Shop) -> String {
    let run = shop.app.scheduler().run_now("orders").await.unwrap().unwrap();
    assert_eq!(run.outcome, Outcome::Ok, "{}", run.words);
    run.words
}

#[tokio::test]
async fn an_order_without_a_payment_expires_and_paying_later_still_brings_the_license() {
    let shop = Shop::open().await;
    let (order, invoice) = shop.invoiced("pro").await;
    shop.pass(TimeDelta::days(60));
    assert_eq!(job(&shop).await, "0 orders expired");
    shop.pass(TimeDelta::seconds(1));
    assert_eq!(job(&shop).await, "1 orders expired");
    assert_eq!(shop.story(order).await, "expired none open, no license, no mail");
    assert_eq!(job(&shop).await, "0 orders expired");
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "expired none open, no license, no mail");
    crm::record_payment(&mut shop.conn().await, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(shop.events(order).await, ["placed", "expired", "reopened", "charge", "fulfilled"]);
}

#[tokio::test]
async fn a_part_of_the_price_opens_an_expired_order_and_keeps_one_from_expiring() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (late, late_invoice) = shop.invoiced("pro").await;
    let (part, part_invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, part_invoice, Decimal::from(20)).await;
    shop.pass(TimeDelta::days(61));
    // The payment was never looked at: the job does it before it judges.
    assert_eq!(job(&shop).await, "1 orders expired");
    assert_eq!(shop.order(part).await.state.to_string(), "placed");
    assert_eq!(shop.order(late).await.state.to_string(), "expired");
    crm::record_payment(conn, late_invoice, Decimal::from(20)).await;
    shop.settle(late_invoice).await;
    assert_eq!(shop.story(late).await, "placed partial open, no license, no mail");
}

#[tokio::test]
async fn what_is_paid_free_or_cancelled_does_not_expire() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (paid, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    let gift = shop.place(&eva("gift")).await.unwrap().order;
    let (cancelled, invoice) = shop.invoiced("pro").await;
    crm::cancel_invoice(conn, invoice).await;
    shop.pass(TimeDelta::days(100));
    assert_eq!(job(&shop).await, "0 orders expired");
    for (order, state) in [(paid, "placed"), (gift, "placed"), (cancelled, "cancelled")] {
        assert_eq!(shop.order(order).await.state.to_string(), state);
    }
}
