//! What no new row tells: edits, deletions, credits taken back, and time.

use chrono::TimeDelta;
use perfex_bridge::ids::{InvoiceId, OrderId};
use rust_decimal::Decimal;

use super::lookout::Lookout;
use crate::support::crm;
use crate::support::shop::{Shop, eva};

const PRICE: Decimal = Decimal::from_parts(49, 0, 0, false, 0);
const NONE: [i64; 0] = [];

async fn paid(shop: &Shop) -> (OrderId, InvoiceId) {
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(&mut shop.conn().await, invoice, PRICE).await;
    shop.settle(invoice).await;
    (order, invoice)
}

#[tokio::test]
async fn one_look_finds_a_payment_edited_or_deleted_and_an_invoice_edited_cancelled_or_deleted() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    assert_eq!(lookout.look().await, [invoice.0]);

    crm::edit_payment(conn, payment, Decimal::from(10)).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
    crm::edit_total(conn, invoice, Decimal::from(10)).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    crm::cancel_invoice(conn, invoice).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "cancelled reversed fulfilled, past_due, 1 mail");
    crm::uncancel_invoice(conn, invoice).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    crm::delete_payment(conn, payment).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
    crm::delete_invoice(conn, invoice).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "cancelled reversed fulfilled, past_due, 1 mail");
    assert_eq!(lookout.look().await, NONE);
}

#[tokio::test]
async fn a_payment_swapped_for_another_of_the_same_amount_changes_nothing_for_the_customer() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    lookout.look().await;
    crm::delete_payment(conn, payment).await;
    crm::record_payment(conn, invoice, PRICE).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(lookout.look().await, NONE);
}

#[tokio::test]
async fn an_applied_credit_is_found_by_a_look_and_a_removed_one_by_the_sweep() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let credit = crm::apply_credit(conn, invoice, PRICE).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");

    // By SQL alone, so that no status gives it away: only the sweep reads the credits of old orders.
    let mut session = shop.app.database.session().await.unwrap();
    session.run("DELETE FROM `{p}credits` WHERE `id` = ?", (credit,)).await.unwrap();
    assert_eq!(lookout.look().await, NONE);
    assert_eq!(lookout.sweep().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
    assert_eq!(lookout.sweep().await, NONE);
}

#[tokio::test]
async fn the_end_of_a_grace_is_found_without_any_change_in_the_crm() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    lookout.look().await;
    crm::delete_payment(conn, payment).await;
    lookout.look().await;
    shop.pass(TimeDelta::days(7) - TimeDelta::microseconds(1));
    assert_eq!(lookout.look().await, NONE);
    shop.pass(TimeDelta::microseconds(1));
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(shop.story(order).await, "placed reversed revoked, suspended, 1 mail");
    assert_eq!(lookout.look().await, NONE);
}

#[tokio::test]
async fn what_happened_while_no_daemon_ran_is_found_at_the_start() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (untouched, _) = paid(&shop).await;
    let (unpaid, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    let (reversed, taken_back) = paid(&shop).await;
    let mut session = shop.app.database.session().await.unwrap();
    session.run("DELETE FROM `{p}invoicepaymentrecords` WHERE `invoiceid` = ?", (taken_back,)).await.unwrap();
    let mut lookout = Lookout::posted(&shop.app).await;
    assert_eq!(shop.story(untouched).await, "placed full fulfilled, active, 3 mails");
    assert_eq!(shop.story(unpaid).await, "placed full fulfilled, active, 3 mails");
    assert_eq!(shop.story(reversed).await, "placed reversed fulfilled, past_due, 3 mails");
    assert_eq!(lookout.look().await, NONE);
}

#[tokio::test]
async fn the_walk_comes_round_to_every_order_and_begins_again() {
    let shop = Shop::open().await;
    let mut invoices = Vec::new();
    for n in 0..205 {
        let mut wanted = eva("pro");
        wanted.email = format!("buyer{n}@buyer.example");
        invoices.push(shop.place(&wanted).await.unwrap().invoice.unwrap());
    }
    let mut lookout = Lookout::posted(&shop.app).await;
    assert_eq!(lookout.look().await, NONE);
    let conn = &mut shop.conn().await;
    for (at, looks) in [(204, 3), (0, 3), (100, 3)] {
        crm::cancel_invoice(conn, invoices[at]).await;
        let mut found = Vec::new();
        for _ in 0..looks {
            found.extend(lookout.look().await);
        }
        assert_eq!(found, [invoices[at].0], "order {at}");
    }
}
