//! The life of a license, from the sale to the last refusal, through two daemons.

use std::sync::Arc;

use chrono::TimeDelta;
use mail_parser::MessageParser;
use perfex_bridge::clock::{Clock as _, ManualClock};
use perfex_bridge::licensing::authority::Mover;
use perfex_bridge::licensing::client::{Area, Module, NewKeys, State};
use perfex_bridge::licensing::{Domain, LicenseKey, Name, Purpose, find, revoke};
use perfex_bridge::shop::{Kind, NewPackage, Package, Product};

use super::client::asks;
use crate::support::crm;
use crate::support::eventually::eventually;
use crate::support::install::Install;
use crate::support::shop::{START, eva};

/// Puts PM Shop on sale for 49.00 EUR.
async fn stock(vendor: &Install) {
    let app = vendor.app().await;
    let mut session = app.database.session().await.unwrap();
    let now = vendor.clock.now();
    Product::add(&mut session, Module::Shop.product(), "PM Shop", now).await.unwrap();
    let package = NewPackage {
        product: Module::Shop.product().into(),
        sku: "pm-shop".into(),
        name: Some("PM Shop".into()),
        kind: Kind::Paid,
        price: "49.00".parse().unwrap(),
        currency: "EUR".into(),
        tax: None,
        term: None,
    };
    Package::add(&mut session, &package, now).await.unwrap();
}

/// Sells one to Eva, and returns the key that her mail brings.
async fn sold(vendor: &Install) -> String {
    let app = vendor.app().await;
    let schema = app.schema().await.unwrap();
    let placed = eva("pm-shop").place(&app.workshop, &schema).await.unwrap();
    let price = "49.00".parse().unwrap();
    crm::record_payment(&mut vendor.crm.conn().await, placed.invoice.unwrap(), price).await;
    let mail = eventually("mail", async || vendor.mails().pop()).await;
    let mail = MessageParser::default().parse(&mail).unwrap();
    let text = mail.body_text(0).unwrap();
    let key = text.split_whitespace().find(|word| LicenseKey::parse(word).is_ok());
    key.unwrap_or_else(|| panic!("there is no key in {text}")).to_owned()
}

#[tokio::test]
async fn sold_mailed_activated_missed_moved_and_revoked() {
    let clock = Arc::new(ManualClock::starting_at(START.parse().unwrap()));
    let vendor = Install::at("https://licenses.vendor.com/", "", &clock).await;
    stock(&vendor).await;
    let mut first = vendor.run().await;
    let key = sold(&vendor).await;

    let customer = Install::at("https://www.buyer.com/", &asks(&vendor.url()), &clock).await;
    let mut second = customer.run().await;
    let panel = second.licenses.activate(Module::Shop, &key, NewKeys::Refuse).await.unwrap();
    assert_eq!((panel.state, panel.domain.as_ref().unwrap().as_str()), (State::Valid, "buyer.com"));

    let stranger = Install::at("https://stranger.org/", &asks(&vendor.url()), &clock).await;
    let third = stranger.app().await;
    let refused = third.licenses.activate(Module::Shop, &key, NewKeys::Refuse).await.unwrap_err();
    assert!(refused.to_string().starts_with("the license is in use on another domain"), "{refused}");

    first.stop().await;
    clock.advance(TimeDelta::days(6));
    let panel = second.checked(Module::Shop).await;
    assert_eq!(panel.state, State::Grace, "{}", panel.reason);
    assert!(panel.allows(Area::Staff));
    clock.advance(TimeDelta::days(2));
    let panel = second.checked(Module::Shop).await;
    assert_eq!((panel.state, panel.code), (State::Locked, "unconfirmed"), "{}", panel.reason);
    assert!(!panel.allows(Area::Staff) && panel.allows(Area::Settings) && panel.allows(Area::Public));
    first.start(&vendor).await;
    assert_eq!(second.checked(Module::Shop).await.state, State::Valid);

    // Moved: released as the customer does it in the portal, then activated where it was refused.
    let office = vendor.app().await;
    let license = LicenseKey::parse(&key).unwrap();
    let domain = Domain::parse("buyer.com", Purpose::Production).unwrap();
    let mut session = office.database.session().await.unwrap();
    let name = Name::Key(Box::new(license));
    let id = find(&mut session, &office.cipher, &name, clock.now()).await.unwrap().unwrap().id;
    assert!(office.authority.release(id, &domain, Mover::Holder).await.unwrap());
    let panel = third.licenses.activate(Module::Shop, &key, NewKeys::Refuse).await.unwrap();
    assert_eq!(panel.domain.unwrap().as_str(), "stranger.org");
    let panel = second.checked(Module::Shop).await;
    assert_eq!((panel.state, panel.code), (State::Locked, "wrong_domain"), "{}", panel.reason);

    let now = clock.now();
    revoke(&mut session, id, now, "fraud").await.unwrap();
    assert!(third.licenses.panel(Module::Shop).await.unwrap().allows(Area::Staff), "not asked yet");
    clock.advance(TimeDelta::days(1));
    third.licenses.check(perfex_bridge::licensing::client::Which::Due).await.unwrap();
    let panel = third.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!((panel.state, panel.code), (State::Locked, "revoked"), "{}", panel.reason);
    assert!(panel.allows(Area::Settings) && panel.allows(Area::Public));
    first.stop().await;
    second.stop().await;
}
