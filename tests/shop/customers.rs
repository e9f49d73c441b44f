//! Who orders: known people are found again, new ones are made once, and every invoice has a number of its own.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{ClientId, ContactId, CurrencyId};
use perfex_bridge::shop::{CatalogueState, Package, PackageChange};
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::mariadb::Database;
use crate::support::rows::written_out;
use crate::support::shop::{Shop, eva};

async fn count(conn: &mut Conn, table: &str) -> i64 {
    conn.query_first(format!("SELECT COUNT(*) FROM `tbl{table}`")).await.unwrap().unwrap()
}

/// A customer that staff know already.
async fn known(conn: &mut Conn, language: Option<&str>) -> (ClientId, ContactId) {
    let client = crm::add_client(conn, "Müller & Söhne", language).await;
    (client, crm::add_contact(conn, client, "Eva", "Müller", "Eva@Buyer.example").await)
}

#[tokio::test]
async fn a_known_contact_is_found_again_in_whatever_case_and_stays_as_it_is() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let conn = &mut shop.conn().await;
        let (client, contact) = known(conn, Some("german")).await;
        let before = written_out(conn, "SELECT * FROM `tblclients`, `tblcontacts`").await;
        let mut wanted = eva("pro");
        wanted.email = "  EVA@buyer.EXAMPLE ".into();
        wanted.firstname = "Evi".into();
        wanted.company = "Another name".into();
        let placed = shop.place(&wanted).await.unwrap();
        let order = shop.order(placed.order).await;
        assert_eq!((order.client, order.contact), (client, contact));
        // The mail goes to whom and where it was ordered, in the customer's language.
        assert_eq!(
            (order.email.as_str(), order.firstname.as_str(), order.language.as_str()),
            ("EVA@buyer.EXAMPLE", "Evi", "german")
        );
        assert_eq!(written_out(conn, "SELECT * FROM `tblclients`, `tblcontacts`").await, before);
        let billed: Option<ClientId> =
            conn.query_first("SELECT `clientid` FROM `tblinvoices`").await.unwrap();
        assert_eq!(billed, Some(client));
    }
}

#[tokio::test]
async fn an_inactive_contact_is_found_too_but_an_active_one_goes_first() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (_, inactive) = known(conn, None).await;
    conn.query_drop("UPDATE `tblcontacts` SET `active` = 0").await.unwrap();
    let first = shop.place(&eva("gift")).await.unwrap();
    assert_eq!(shop.order(first.order).await.contact, inactive);
    let (_, active) = known(conn, None).await;
    let second = shop.place(&eva("gift")).await.unwrap();
    assert_eq!(shop.order(second.order).await.contact, active);
    assert_eq!(count(conn, "contacts").await, 2);
}

#[tokio::test]
async fn a_contact_whose_client_is_gone_is_not_used() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (client, orphan) = known(conn, None).await;
    conn.exec_drop("DELETE FROM `tblclients` WHERE `userid` = ?", (client,)).await.unwrap();
    let placed = shop.place(&eva("gift")).await.unwrap();
    assert_ne!(shop.order(placed.order).await.contact, orphan);
}

#[tokio::test]
async fn the_language_is_the_wish_else_the_customers_else_the_crms() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    crm::set_option(conn, "active_language", "french").await;
    known(conn, Some("german")).await;
    let mut wish = eva("gift");
    wish.language = Some("english".into());
    let mut stranger = eva("gift");
    stranger.email = "new@buyer.example".into();
    for (wanted, language) in [(&wish, "english"), (&eva("gift"), "german"), (&stranger, "french")] {
        let placed = shop.place(wanted).await.unwrap();
        assert_eq!(shop.order(placed.order).await.language, language);
    }
    let stored = "SELECT `default_language` FROM `tblclients` ORDER BY `userid`";
    let stored: Vec<Option<String>> = conn.query(stored).await.unwrap();
    assert_eq!(stored, [Some("german".into()), None]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_orders_of_one_new_address_at_once_make_one_contact_and_sixteen_numbers() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let other = shop.second_daemon("").await;
    let wanted = eva("pro");
    let orders = (0..16).map(|n| {
        let workshop = if n % 2 == 0 { &shop.app.workshop } else { &other.workshop };
        wanted.place(workshop, &shop.schema)
    });
    let placed = try_join_all(orders).await.unwrap();
    assert_eq!((count(conn, "clients").await, count(conn, "contacts").await), (1, 1));
    assert_eq!(count(conn, "contact_permissions").await, 6);
    let numbers: BTreeSet<String> = placed.iter().filter_map(|one| one.number.clone()).collect();
    let expected: BTreeSet<String> = (1..=16).map(|n| format!("INV-{n:06}")).collect();
    assert_eq!(numbers, expected);
    let tokens: BTreeSet<&str> = placed.iter().map(|one| one.token.as_str()).collect();
    assert_eq!(tokens.len(), 16);
    assert_eq!(crm::option(conn, "next_invoice_number").await, "17");
}

#[tokio::test]
async fn a_number_that_staff_typed_ahead_of_the_counter_is_skipped() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let conn = &mut shop.conn().await;
        let client = crm::add_client(conn, "Other", None).await;
        for _ in 0..2 {
            crm::add_invoice(conn, client, CurrencyId(2), Decimal::from(5)).await;
        }
        conn.query_drop("UPDATE `tblinvoices` SET `date` = '2026-02-01'").await.unwrap();
        crm::set_option(conn, "next_invoice_number", "1").await;
        let placed = shop.place(&eva("pro")).await.unwrap();
        assert_eq!(placed.number.as_deref(), Some("INV-000003"));
        assert_eq!(crm::option(conn, "next_invoice_number").await, "4");
    }
}

#[tokio::test]
async fn a_draft_does_not_take_a_number() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let conn = &mut shop.conn().await;
        let client = crm::add_client(conn, "Other", None).await;
        crm::add_draft(conn, client, CurrencyId(2), Decimal::from(5)).await;
        let placed = shop.place(&eva("pro")).await.unwrap();
        assert_eq!(placed.number.as_deref(), Some("INV-000001"));
    }
}

#[tokio::test]
async fn a_counter_that_is_no_number_is_told_and_nothing_is_written() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    crm::set_option(conn, "next_invoice_number", "seven").await;
    let error = shop.place(&eva("pro")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the CRM's setting `next_invoice_number` is `seven`: set the next invoice number in the CRM's settings"
    );
    assert_eq!((count(conn, "clients").await, count(conn, "invoices").await), (0, 0));
}

#[tokio::test]
async fn an_order_keeps_its_price_when_the_package_changes() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let mut session = shop.app.database.session().await.unwrap();
    let change = PackageChange {
        price: Some("99.00".parse().unwrap()),
        name: Some("Dearer".into()),
        state: Some(CatalogueState::Retired),
    };
    Package::change(&mut session, "pro", &change).await.unwrap();
    crm::record_payment(conn, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    let item = &shop.order(order).await.items(&mut session).await.unwrap()[0];
    assert_eq!((item.unit_price.to_string(), item.description.as_str()), ("49.00".into(), "Booking - Pro"));
}

#[tokio::test]
async fn markup_in_names_never_reaches_the_crm() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let mut wanted = eva("pro");
    wanted.firstname = "<script>alert(1)</script>".into();
    wanted.lastname = "O'Neil \"Bob\"\r\nBcc: x@y.example".into();
    wanted.company = "A\u{0}B <b>&amp; Co".into();
    shop.place(&wanted).await.unwrap();
    let row = written_out(
        conn,
        "SELECT c.`firstname`, c.`lastname`, k.`company` FROM `tblcontacts` c, `tblclients` k",
    )
    .await;
    assert_eq!(
        row,
        "firstname = ‹script›alert(1)‹/script›\nlastname = O'Neil ”Bob” Bcc: x@y.example\ncompany = A B ‹b›&amp; Co"
    );
    for column in ["`tblitemable`.`description`", "`tblactivity_log`.`description`"] {
        let (table, _) = column.split_once('.').unwrap();
        let texts: Vec<String> = conn.query(format!("SELECT {column} FROM {table}")).await.unwrap();
        assert!(texts.iter().all(|text| !text.contains("script") && !text.contains("Neil")), "{texts:?}");
    }
}

#[tokio::test]
async fn addresses_that_differ_in_an_accent_are_two_people() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let mut contacts = BTreeSet::new();
        for email in ["eva@bucher.example", "eva@bücher.example", "eva@böcher.example"] {
            let mut wanted = eva("gift");
            wanted.email = email.into();
            let placed = shop.place(&wanted).await.unwrap();
            contacts.insert(shop.order(placed.order).await.contact);
        }
        assert_eq!(contacts.len(), 3);
    }
}
