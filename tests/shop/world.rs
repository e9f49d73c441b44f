//! What staff change in the CRM around an order: customers merged or deleted, addresses changed, invoices gone.

use chrono::TimeDelta;
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{ClientId, OrderId};
use perfex_bridge::licensing::OwnedLicense;
use perfex_bridge::perfex::invoice::Depth;
use perfex_bridge::shop::{Orders, PlaceOrder, Settled};
use perfex_bridge::watch::Watched as _;
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::shop::{Shop, eva};

/// Staff merge one customer into another, as modules for that do: people and invoices move, the old customer goes.
async fn merge(conn: &mut Conn, from: ClientId, into: ClientId) {
    for sql in [
        "UPDATE `tblcontacts` SET `userid` = ?, `is_primary` = 0 WHERE `userid` = ?",
        "UPDATE `tblinvoices` SET `clientid` = ? WHERE `clientid` = ?",
        "UPDATE `tblcreditnotes` SET `clientid` = ? WHERE `clientid` = ?",
    ] {
        conn.exec_drop(sql, (into, from)).await.unwrap();
    }
    conn.exec_drop("DELETE FROM `tblclients` WHERE `userid` = ?", (from,)).await.unwrap();
}

async fn trial_of(shop: &Shop, order: OrderId) -> String {
    shop.licenses(order).await[0].key().unwrap().to_owned()
}

/// Somebody orders and pays.
async fn bought(shop: &Shop, email: &str) -> OrderId {
    let wanted = PlaceOrder { email: email.into(), ..eva("pro") };
    let placed = shop.place(&wanted).await.unwrap();
    crm::record_payment(&mut shop.conn().await, placed.invoice.unwrap(), Decimal::from(49)).await;
    shop.settle(placed.invoice.unwrap()).await;
    placed.order
}

#[tokio::test]
async fn an_order_follows_its_invoice_when_the_customer_is_merged_into_another() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let other = crm::add_client(conn, "Other GmbH", None).await;
    merge(conn, shop.order(order).await.client, other).await;
    // A full comparison finds it; nothing has to be paid for that.
    let orders = Orders::new(shop.app.database.clone());
    let stretch = orders.changed(0, 100, Depth::PaymentsAndCredits).await.unwrap();
    assert_eq!(stretch.changed, [invoice]);
    assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 0 });
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
    assert_eq!(shop.order(order).await.client, other);
    assert_eq!(shop.events(order).await, ["placed", "customer"]);
    assert_eq!(shop.story(order).await, "placed none open, no license, no mail");
    crm::record_payment(conn, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, 49.into())], 49.into()).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
}

#[tokio::test]
async fn an_order_without_an_invoice_follows_its_contact_in_the_night() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let given = shop.place(&eva("gift")).await.unwrap().order;
    let max = PlaceOrder { email: "max@buyer.example".into(), ..eva("gift") };
    let stays = shop.place(&max).await.unwrap().order;
    let (before, kept) = (shop.order(given).await.client, shop.order(stays).await.client);
    let other = crm::add_client(conn, "Other GmbH", None).await;
    merge(conn, before, other).await;
    crm::delete_client(conn, kept).await;
    let night = async || shop.app.scheduler().run_now("orders").await.unwrap().unwrap().words;
    assert_eq!(night().await, "0 orders expired, 1 followed their contact to another customer");
    assert_eq!(night().await, "0 orders expired");
    assert_eq!((shop.order(given).await.client, shop.order(stays).await.client), (other, kept));
    assert_eq!(shop.events(given).await.last().unwrap(), "customer");
    // What the portal shows.
    let mut session = shop.app.database.session().await.unwrap();
    for (client, licenses) in [(before, 0), (other, 1)] {
        let owned = OwnedLicense::of_client(&mut session, &shop.app.cipher, client, (0, 10), shop.now())
            .await
            .unwrap();
        assert_eq!(owned.len(), licenses);
    }
}

#[tokio::test]
async fn an_order_stays_with_its_customer_when_the_crm_has_deleted_them() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let client = shop.order(order).await.client;
    conn.exec_drop("UPDATE `tblinvoices` SET `clientid` = 0 WHERE `id` = ?", (invoice,)).await.unwrap();
    shop.settle(invoice).await;
    assert_eq!(shop.order(order).await.client, client);
    assert_eq!(shop.events(order).await, ["placed"]);
}

#[tokio::test]
async fn a_trial_is_bought_with_its_key_after_a_merge_and_after_a_change_of_the_address() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let tried = shop.place(&eva("taste")).await.unwrap().order;
    let key = trial_of(&shop, tried).await;
    let other = crm::add_client(conn, "Other GmbH", None).await;
    merge(conn, shop.order(tried).await.client, other).await;
    let order = bought(&shop, "eva@buyer.example").await;
    assert_eq!(trial_of(&shop, order).await, key);
    assert_eq!(shop.order(order).await.client, other);

    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let tried = shop.place(&eva("taste")).await.unwrap().order;
    let key = trial_of(&shop, tried).await;
    conn.query_drop("UPDATE `tblcontacts` SET `email` = 'eva@new-name.example'").await.unwrap();
    let order = bought(&shop, "eva@new-name.example").await;
    assert_eq!(trial_of(&shop, order).await, key);
}

#[tokio::test]
async fn a_changed_address_is_no_second_trial_for_the_old_one_and_reminders_go_where_the_order_says() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    shop.place(&eva("taste")).await.unwrap();
    conn.query_drop("UPDATE `tblcontacts` SET `email` = 'eva@new-name.example'").await.unwrap();
    assert!(shop.place(&eva("taste")).await.is_err());
    shop.pass(TimeDelta::days(7));
    shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    let reminder = shop.messages().await.pop().unwrap();
    assert_eq!(
        (reminder.template.as_str(), reminder.recipient.as_str()),
        ("trial_reminder", "eva@buyer.example")
    );
}

#[tokio::test]
async fn a_customer_who_was_deleted_gets_no_mail_about_a_trial_and_no_second_one() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let order = shop.place(&eva("taste")).await.unwrap().order;
    crm::delete_client(conn, shop.order(order).await.client).await;
    for days in [7, 7, 13, 10] {
        shop.pass(TimeDelta::days(days));
        shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    }
    let mails: Vec<String> = shop.messages().await.into_iter().map(|mail| mail.template).collect();
    assert_eq!(mails, ["trial_started"]);
    assert!(shop.place(&eva("taste")).await.is_err());
}

#[tokio::test]
async fn an_invoice_that_staff_delete_cancels_its_order_also_an_expired_one() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    shop.pass(TimeDelta::days(61));
    shop.app.scheduler().run_now("orders").await.unwrap().unwrap();
    assert_eq!(shop.order(order).await.state.to_string(), "expired");
    crm::delete_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled none open, no license, no mail");
    assert_eq!(shop.events(order).await, ["placed", "expired", "cancelled"]);
}
