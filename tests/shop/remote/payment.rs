//! Payments that are taken back while a license is on its way.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::mail::Payload;
use perfex_bridge::outbox::State;
use perfex_bridge::shop::PlaceOrder;
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::remote::RemoteShop;
use crate::support::rogue::Act;
use crate::support::shop::eva;

const PRICE: Decimal = Decimal::from_parts(4_900, 0, 0, false, 2);

#[tokio::test]
async fn a_payment_taken_back_before_the_server_was_asked_takes_the_request_back() {
    let remote = RemoteShop::open().await;
    let (order, invoice) = remote.paid("pro", 2).await;
    let before: Vec<String> = remote.requests().await.into_iter().map(|request| request.message_id).collect();
    remote.unpay(invoice).await;
    assert!(remote.requests().await.is_empty());
    assert_eq!(remote.bring().await, []);
    assert_eq!(remote.story(order).await, "placed none open, no license, 0 mails");

    remote.pay(invoice).await;
    remote.shop.settle(invoice).await;
    let again: Vec<String> = remote.requests().await.into_iter().map(|request| request.message_id).collect();
    assert_eq!(again, before, "the same license is asked for");
    assert_eq!(remote.bring().await, [Some(State::Sent); 2]);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 1 mails");
    let events = remote.shop.events(order).await;
    assert_eq!(
        events,
        ["placed", "charge", "requested", "charge", "withdrawn", "charge", "requested", "fulfilled"]
    );
}

#[tokio::test]
async fn a_unit_that_is_paid_after_all_gets_its_license_from_the_server_and_a_mail_of_its_own() {
    let remote = RemoteShop::open().await;
    let placed = remote.shop.place(&PlaceOrder { quantity: 2, ..eva("pro") }).await.unwrap();
    let (order, invoice) = (placed.order, placed.invoice.unwrap());
    let conn = &mut remote.shop.conn().await;
    let note = crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, PRICE)], PRICE).await;
    remote.pay(invoice).await;
    remote.shop.settle(invoice).await;
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.story(order).await, "placed partial fulfilled, active, 1 mails");
    crm::void_note(conn, note).await;
    remote.shop.settle(invoice).await;
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 2 mails");
    let mails = remote.shop.messages().await.into_iter().filter(|message| message.kind == "mail");
    let mut told: Vec<String> = mails
        .map(|mail| Payload::open(&mail.payload, &remote.shop.app.cipher).unwrap().0["license_key"].clone())
        .collect();
    told.sort();
    assert_eq!(told, remote.keys(order).await);
}

#[tokio::test]
async fn a_license_that_comes_after_staff_took_a_gift_back_does_not_work() {
    let remote = RemoteShop::open().await;
    let order = remote.shop.place(&eva("gift")).await.unwrap().order;
    remote.way.then([Act::Hold]);
    let outbox = remote.shop.app.license_requests.clone();
    let worker = tokio::spawn(async move { outbox.drain().await.unwrap() });
    remote.way.wait_for(1).await;
    let conn = &mut remote.shop.conn().await;
    let cancelled = "UPDATE `tblpm_orders` SET `state` = 'cancelled', `fulfilment` = 'revoked', `version` = `version` + 1";
    conn.query_drop(cancelled).await.unwrap();
    remote.way.release();
    assert_eq!(worker.await.unwrap()[0].state, Some(State::Sent));
    assert_eq!(remote.story(order).await, "cancelled full revoked, suspended, 0 mails");
}

#[tokio::test]
async fn an_order_that_is_cancelled_before_the_server_was_asked_asks_for_nothing() {
    let remote = RemoteShop::open().await;
    let (order, invoice) = remote.paid("pro", 1).await;
    // The server was down at the first attempt.
    remote.way.then([Act::HangUp]);
    assert_eq!(remote.bring().await, [Some(State::Retry)]);
    crm::cancel_invoice(&mut remote.shop.conn().await, invoice).await;
    // Nobody has looked at the invoice when the request is due again.
    remote.shop.pass(TimeDelta::minutes(1));
    assert_eq!(remote.bring().await, [None]);
    assert!(remote.requests().await.is_empty());
    assert_eq!(remote.way.asked().len(), 1);
    assert_eq!(remote.story(order).await, "cancelled over open, no license, 0 mails");
}

#[tokio::test]
async fn a_license_that_comes_after_its_payment_was_taken_back_is_past_due_and_mailed_when_it_is_paid_again()
{
    let remote = RemoteShop::open().await;
    let (order, invoice) = remote.paid("taxed", 1).await;
    remote.way.then([Act::Hold]);
    let outbox = remote.shop.app.license_requests.clone();
    let worker = tokio::spawn(async move { outbox.drain().await.unwrap() });
    remote.way.wait_for(1).await;
    remote.unpay(invoice).await;
    remote.way.release();
    let rounds = worker.await.unwrap();
    assert_eq!(rounds[0].state, Some(State::Sent));
    assert_eq!(remote.story(order).await, "placed reversed open, past_due, 0 mails");

    let due = remote.shop.order(order).await.look_again_at;
    assert_eq!(due, Some(remote.shop.now() + TimeDelta::days(7)));
    remote.shop.settle(invoice).await;
    assert_eq!(remote.shop.order(order).await.look_again_at, due);
    remote.shop.pass(TimeDelta::days(7));
    remote.shop.settle(invoice).await;
    assert_eq!(remote.story(order).await, "placed reversed open, suspended, 0 mails");
    remote.shop.settle(invoice).await;
    assert_eq!(remote.shop.order(order).await.look_again_at, None, "a grace is given once");

    remote.pay(invoice).await;
    remote.shop.settle(invoice).await;
    assert_eq!(remote.story(order).await, "placed over fulfilled, active, 1 mails");
    assert_eq!(remote.keys(order).await, remote.made().await);
    let events = remote.shop.events(order).await;
    assert_eq!(
        events,
        [
            "placed",
            "charge",
            "requested",
            "charge",
            "charge",
            "reversed",
            "suspended",
            "charge",
            "restored",
            "fulfilled"
        ]
    );
}

#[tokio::test]
async fn licenses_of_the_server_are_reversed_and_restored_here_like_all_others() {
    let remote = RemoteShop::open().await;
    let (order, invoice) = remote.paid("taxed", 2).await;
    remote.bring().await;
    remote.unpay(invoice).await;
    assert_eq!(remote.story(order).await, "placed reversed fulfilled, past_due past_due, 1 mails");
    remote.pay(invoice).await;
    remote.shop.settle(invoice).await;
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 1 mails");
}
