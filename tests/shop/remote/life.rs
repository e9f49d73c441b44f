//! From a payment to the mail, when another machine makes the keys.

use perfex_bridge::licensing::Standing;
use perfex_bridge::mail::Payload;
use perfex_bridge::outbox::{self, State};
use perfex_bridge::shop::{self, Fulfilment, Settled};
use serde_json::json;

use crate::support::remote::{RemoteShop, sell};
use crate::support::shop::eva;

#[tokio::test]
async fn a_paid_order_gets_a_key_for_each_unit_from_the_server_and_one_mail_with_all_of_them() {
    let remote = RemoteShop::open().await;
    let (order, invoice) = remote.paid("pro", 2).await;
    assert_eq!(remote.story(order).await, "placed over open, no license, 0 mails");
    assert_eq!(remote.shop.settle(invoice).await, Settled::Unchanged);
    assert_eq!(remote.requests().await.len(), 2);
    assert_eq!(remote.shop.app.outbox.drain().await.unwrap(), [], "requests are no mails");

    assert_eq!(remote.bring().await, [Some(State::Sent); 2]);
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 1 mails");
    let keys = remote.keys(order).await;
    assert_eq!(keys, remote.made().await);
    assert_eq!(remote.shop.events(order).await, ["placed", "charge", "requested", "fulfilled"]);
    assert_eq!(
        remote.why(order).await[2..],
        [
            "requested: 2 licenses requested from 127.0.0.1: received 1000.00 of 98.00 EUR (payments: 1, credits: 0), \
             invoice issued",
            "fulfilled: 2 licenses are there: received 1000.00 of 98.00 EUR (payments: 1, credits: 0), invoice issued"
        ]
    );
    for license in remote.shop.licenses(order).await {
        assert!(license.received);
        assert_eq!(license.expires_at, Some("2027-03-09T10:00:00Z".parse().unwrap()));
    }
    let mail = remote.shop.messages().await.into_iter().find(|message| message.kind == "mail").unwrap();
    let values = Payload::open(&mail.payload, &remote.shop.app.cipher).unwrap().0;
    let mut told: Vec<&str> = values["license_key"].split("\n\n").collect();
    told.sort_unstable();
    assert_eq!(told, keys);
    assert_eq!(values["license_valid_until"], "2027-03-09");

    assert_eq!(remote.bring().await, []);
    assert_eq!(remote.shop.settle(invoice).await, Settled::Unchanged);
    assert_eq!(remote.way.asked().len(), 2);
}

#[tokio::test]
async fn the_server_is_told_what_was_sold_and_to_whom_under_a_reference_that_says_nothing() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 2).await;
    remote.bring().await;
    let token = remote.shop.order(order).await.token;
    let mut references = Vec::new();
    for mut asked in remote.way.asked() {
        let reference = asked.as_object_mut().unwrap().remove("reference").unwrap();
        references.push(reference.as_str().unwrap().to_owned());
        assert_eq!(
            asked,
            json!({"product": "booking", "package": "pro", "email": "eva@buyer.example", "language": "english", "name": "Eva Müller",
                   "term": "12m"})
        );
    }
    let mut identities: Vec<String> =
        remote.requests().await.into_iter().map(|request| request.message_id).collect();
    references.sort();
    identities.sort();
    assert_eq!(references, identities);
    assert!(references.iter().all(|reference| reference.len() == 40 && !reference.contains(&token)));
    assert_eq!(remote.way.pages(), ["/api/create.php"; 2]);
}

#[tokio::test]
async fn free_and_trial_packages_are_placed_at_once_and_their_keys_follow() {
    let remote = RemoteShop::open().await;
    for (package, right) in [("gift", Standing::Active), ("taste", Standing::Trial)] {
        let placed = remote.shop.place(&eva(package)).await.unwrap();
        assert_eq!((placed.invoice, placed.fulfilment), (None, Fulfilment::Open));
        let mails = remote.shop.messages().await.len();
        assert_eq!(remote.bring().await, [Some(State::Sent)]);
        assert_eq!(remote.shop.order(placed.order).await.fulfilment, Fulfilment::Fulfilled);
        assert_eq!(remote.shop.licenses(placed.order).await[0].right, right);
        assert_eq!(remote.shop.messages().await.len(), mails + 1);
        assert_eq!(remote.shop.events(placed.order).await, ["placed", "requested", "fulfilled"]);
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_dead_and_told_until_staff_mend_it_and_ask_again() {
    let remote = RemoteShop::open().await;
    let shop = &remote.shop;
    sell(shop, "backup", &["backup-pro"]).await;
    let order = shop.place(&eva("backup-pro")).await.unwrap().order;
    assert_eq!(remote.bring().await, [Some(State::Dead)]);
    let request = remote.requests().await.remove(0);
    let words = "the license server 127.0.0.1 answered 422: there is no product `backup`";
    assert_eq!(request.last_error.as_deref(), Some(words));
    let told = remote.why(order).await.pop().unwrap();
    assert_eq!(
        told,
        format!(
            "refused: order {order}, unit 1 of 1: {words}; mend what it says, then `perfex-bridge outbox retry {}`",
            request.id
        )
    );

    sell(&remote.server.shop, "backup", &["backup-pro"]).await;
    let mut session = shop.app.database.session().await.unwrap();
    outbox::retry(&mut session, request.id, None, shop.now()).await.unwrap();
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    assert_eq!(remote.story(order).await, "placed full fulfilled, active, 1 mails");
}

#[tokio::test]
async fn requests_that_wait_when_this_install_becomes_the_issuer_are_fulfilled_by_it() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 2).await;
    let builtin = remote.shop.second_daemon("").await;
    let rounds = builtin.license_requests.drain().await.unwrap();
    assert_eq!(rounds.len(), 2);
    assert!(rounds.iter().all(|round| round.state == Some(State::Sent)), "{rounds:?}");
    assert_eq!(remote.story(order).await, "placed over fulfilled, active active, 1 mails");
    assert!(remote.shop.licenses(order).await.iter().all(|license| !license.received));
    assert!(remote.way.asked().is_empty());
}

#[tokio::test]
async fn an_order_that_this_install_fulfilled_is_not_asked_for_again() {
    let remote = RemoteShop::open().await;
    let builtin = remote.shop.second_daemon("").await;
    let placed = remote.shop.place(&eva("pro")).await.unwrap();
    remote.pay(placed.invoice.unwrap()).await;
    shop::settle(&builtin.workshop, placed.invoice.unwrap()).await.unwrap();
    assert_eq!(remote.shop.settle(placed.invoice.unwrap()).await, Settled::Unchanged);
    assert!(remote.requests().await.is_empty());
}
