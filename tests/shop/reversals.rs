//! Payments that are taken back act on the units that they concern, and on nothing else.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{InvoiceId, OrderId};
use perfex_bridge::mail::Payload;
use perfex_bridge::outbox::Message;
use perfex_bridge::perfex::invoice::Depth;
use perfex_bridge::shop::{Orders, Settled};
use perfex_bridge::watch::Watched as _;
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::mariadb::Database;
use crate::support::shop::{Shop, eva};

const PRICE: Decimal = Decimal::from_parts(4_900, 0, 0, false, 2);

/// Eva has ordered and paid three licenses of one package, 147.00 in all.
async fn three(shop: &Shop) -> (OrderId, InvoiceId) {
    let mut wanted = eva("pro");
    wanted.quantity = 3;
    let placed = shop.place(&wanted).await.unwrap();
    let invoice = placed.invoice.unwrap();
    crm::record_payment(&mut shop.conn().await, invoice, Decimal::from(147)).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active active active, 1 mail");
    (placed.order, invoice)
}

/// Eva has ordered and paid one `Booking - Pro` for 49.00 and one `Booking - Extra` for 100.00.
async fn two_items(shop: &Shop) -> (OrderId, InvoiceId) {
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    conn.exec_drop(
        "INSERT INTO `tblpm_order_items` (`order_id`, `package_id`, `product_id`, `kind`, `description`, `quantity`, `unit_price`)
         SELECT ?, `id`, `product_id`, 'paid', 'Booking - Extra', 1, 100 FROM `tblpm_packages` WHERE `sku` = 'taxed'",
        (order,),
    )
    .await
    .unwrap();
    crm::edit_total(conn, invoice, Decimal::from(149)).await;
    crm::record_payment(conn, invoice, Decimal::from(149)).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active active, 2 mails");
    (order, invoice)
}

/// The bell's texts, each with whom it rings for.
async fn bells(shop: &Shop) -> Vec<(i64, String, String)> {
    let conn = &mut shop.conn().await;
    let sql = "SELECT `touserid`, `description`, `link` FROM `tblnotifications` ORDER BY `id`";
    conn.query(sql).await.unwrap()
}

#[tokio::test]
async fn a_credit_note_takes_back_the_item_that_it_names_and_keeps_the_rest() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let conn = &mut shop.conn().await;
        let (order, invoice) = two_items(&shop).await;
        let note =
            crm::credit_note_for(conn, invoice, &[("Booking - Extra", 1, 100.into())], 100.into()).await;
        assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 0 });
        assert_eq!(shop.story(order).await, "placed partial fulfilled, active past_due, 2 mails");
        assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
        shop.pass(TimeDelta::days(7));
        shop.settle(invoice).await;
        assert_eq!(shop.story(order).await, "placed partial fulfilled, active suspended, 2 mails");
        assert_eq!(shop.order(order).await.look_again_at, None);
        crm::void_note(conn, note).await;
        shop.settle(invoice).await;
        assert_eq!(shop.story(order).await, "placed full fulfilled, active active, 2 mails");
    }
}

#[tokio::test]
async fn a_credit_note_over_one_of_three_takes_back_one() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = three(&shop).await;
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active active past_due, 1 mail");
}

#[tokio::test]
async fn a_refund_by_amount_takes_back_whole_units_from_the_end_and_less_is_goodwill() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = three(&shop).await;
    crm::credit_note_for(conn, invoice, &[("For the trouble", 1, 20.into())], 20.into()).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active active active, 1 mail");
    crm::credit_note_for(conn, invoice, &[("Refund", 1, 98.into())], 98.into()).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active past_due past_due, 1 mail");
}

#[tokio::test]
async fn a_payment_that_is_lowered_covers_whole_units_in_their_order() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = three(&shop).await;
    let payment =
        conn.query_first("SELECT MAX(`id`) FROM `tblinvoicepaymentrecords`").await.unwrap().unwrap();
    crm::edit_payment(conn, perfex_bridge::ids::PaymentId(payment), "98.00".parse().unwrap()).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active active past_due, 1 mail");
    crm::edit_payment(conn, perfex_bridge::ids::PaymentId(payment), "97.99".parse().unwrap()).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active past_due past_due, 1 mail");
    crm::record_payment(conn, invoice, "49.01".parse().unwrap()).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active active active, 1 mail");
}

#[tokio::test]
async fn each_unit_has_its_own_grace() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = three(&shop).await;
    let begun = shop.now();
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    shop.settle(invoice).await;
    shop.pass(TimeDelta::days(3));
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active past_due past_due, 1 mail");
    assert_eq!(shop.order(order).await.look_again_at, Some(begun + TimeDelta::days(7)));
    shop.pass(TimeDelta::days(4));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active past_due suspended, 1 mail");
    assert_eq!(shop.order(order).await.look_again_at, Some(begun + TimeDelta::days(10)));
    shop.pass(TimeDelta::days(3));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial fulfilled, active suspended suspended, 1 mail");
}

#[tokio::test]
async fn an_unpaid_invoice_that_is_credited_as_a_whole_brings_nothing_though_the_crm_calls_it_paid() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let conn = &mut shop.conn().await;
        let (order, invoice) = shop.invoiced("pro").await;
        crm::credit_invoice(conn, invoice).await;
        let status: Option<i64> =
            conn.exec_first("SELECT `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
        assert_eq!(status, Some(crm::PAID));
        shop.settle(invoice).await;
        assert_eq!(shop.story(order).await, "placed none open, no license, no mail");
    }
}

#[tokio::test]
async fn a_paid_invoice_that_is_credited_as_a_whole_takes_everything_back() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = three(&shop).await;
    crm::credit_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due past_due past_due, 1 mail");
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed revoked, suspended suspended suspended, 1 mail");
}

#[tokio::test]
async fn a_unit_that_was_given_back_before_the_payment_gets_no_license_until_it_is_paid_after_all() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let mut wanted = eva("pro");
    wanted.quantity = 2;
    let placed = shop.place(&wanted).await.unwrap();
    let invoice = placed.invoice.unwrap();
    let note = crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    crm::record_payment(conn, invoice, Decimal::from(98)).await;
    assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 1 });
    assert_eq!(shop.story(placed.order).await, "placed partial fulfilled, active, 1 mail");
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
    crm::void_note(conn, note).await;
    assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 1 });
    assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active active, 2 mails");
    // Each mail has the key that its reader does not know yet.
    let told = |message: &Message| {
        Payload::open(&message.payload, &shop.app.cipher).unwrap().0["license_key"].clone()
    };
    let told: BTreeSet<String> = shop.messages().await.iter().map(told).collect();
    let keys = shop.licenses(placed.order).await.into_iter().map(|license| license.key.unwrap());
    assert_eq!(told, keys.collect());
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
    assert_eq!(shop.messages().await.len(), 2);
}

#[tokio::test]
async fn a_credit_note_of_another_customer_or_invoice_is_none_of_this_orders_business() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = three(&shop).await;
    let (_, other) = shop.invoiced("pro").await;
    crm::credit_note_for(conn, other, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    let foreign = crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    conn.exec_drop("UPDATE `tblcreditnotes` SET `clientid` = 999 WHERE `id` = ?", (foreign,)).await.unwrap();
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active active active, 1 mail");
}

#[tokio::test]
async fn the_watch_notices_a_credit_note_and_its_end() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (_, invoice) = three(&shop).await;
    let orders = Orders::new(shop.app.database.clone());
    let changed = async || orders.changed(0, 10, Depth::PaymentsAndCredits).await.unwrap().changed;
    assert!(changed().await.is_empty());
    let note = crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    assert_eq!(changed().await, [invoice]);
    shop.settle(invoice).await;
    assert!(changed().await.is_empty());
    conn.exec_drop(
        "UPDATE `tblitemable` SET `qty` = 2 WHERE `rel_type` = 'credit_note' AND `rel_id` = ?",
        (note,),
    )
    .await
    .unwrap();
    assert_eq!(changed().await, [invoice]);
    shop.settle(invoice).await;
    crm::void_note(conn, note).await;
    assert_eq!(changed().await, [invoice]);
}

#[tokio::test]
async fn the_bell_of_staff_rings_once_per_reversal() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    conn.query_drop(
        "INSERT INTO `tblstaff` (`staffid`, `email`, `firstname`, `lastname`, `password`, `datecreated`, `admin`, `active`, `default_language`)
         VALUES (21, 'g@seller.example', 'Gerd', 'G', '', NOW(), 0, 1, 'german'), (22, 'h@seller.example', 'Hugo', 'H', '', NOW(), 0, 1, ''),
                (23, 'i@seller.example', 'Ina', 'I', '', NOW(), 1, 0, '')",
    )
    .await
    .unwrap();
    conn.query_drop(
        "INSERT INTO `tblstaff_permissions` (`staff_id`, `feature`, `capability`) VALUES (21, 'pm_shop', 'view'), (22, 'invoices', 'view')",
    )
    .await
    .unwrap();
    let (order, invoice) = three(&shop).await;
    assert!(bells(&shop).await.is_empty());
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    for _ in 0..3 {
        shop.settle(invoice).await;
    }
    let link = format!("perfex_bridge/staff_gateway/shop/orders/{order}");
    let told = bells(&shop).await;
    let gerd = told.iter().find(|(staff, ..)| *staff == 21).unwrap();
    assert_eq!(
        (gerd.1.as_str(), &gerd.2),
        (
            format!("Bestellung {order}: Eine Zahlung wurde zurückgenommen. Betroffene Lizenzen: 1. Sie funktionieren bis 2026-03-16 und werden dann gesperrt, wenn nicht neu bezahlt wird.").as_str(),
            &link
        )
    );
    let ada = told.iter().find(|(staff, ..)| *staff == 1).unwrap();
    assert_eq!(
        ada.1,
        format!(
            "Order {order}: a payment was taken back. Licenses that lost it: 1. They work until 2026-03-16, then they are suspended, unless it is paid again."
        )
    );
    assert!(told.iter().all(|(staff, ..)| ![22, 23].contains(staff)), "{told:?}");
    let first = told.len();
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    assert_eq!(bells(&shop).await.len(), first, "the end of the grace is no reversal");
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(bells(&shop).await.len(), 2 * first);
}
