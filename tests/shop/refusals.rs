//! What is refused: one sentence that says why, and not a byte written.

use perfex_bridge::shop::{CatalogueState, Package, PackageChange, PlaceOrder, Product, ProductChange};

use crate::support::mariadb::Database;
use crate::support::rows::checksums;
use crate::support::shop::{Shop, eva};

/// Places `wanted` in vain; everything must be as before, and the reason be told as the caller's mistake.
async fn refused(shop: &Shop, wanted: &PlaceOrder) -> String {
    let conn = &mut shop.conn().await;
    let before = checksums(conn).await;
    let error = shop.place(wanted).await.unwrap_err();
    assert_eq!(checksums(conn).await, before, "{error}");
    assert!(error.is_refusal(), "{error:?}");
    error.to_string()
}

#[tokio::test]
async fn an_order_of_what_is_not_for_sale_is_refused() {
    let shop = Shop::open().await;
    assert_eq!(
        refused(&shop, &eva("nothing")).await,
        "there is no package `nothing`; `package list` shows them"
    );
    let mut session = shop.app.database.session().await.unwrap();
    let retired = PackageChange { state: Some(CatalogueState::Retired), ..PackageChange::default() };
    Package::change(&mut session, "pro", &retired).await.unwrap();
    assert_eq!(refused(&shop, &eva("pro")).await, "the package `pro` is no longer for sale");
    let retired = ProductChange { state: Some(CatalogueState::Retired), name: None };
    Product::change(&mut session, "booking", &retired).await.unwrap();
    assert_eq!(refused(&shop, &eva("gift")).await, "the package `gift` is no longer for sale");
}

#[tokio::test]
async fn a_currency_that_staff_took_away_is_told() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.session().await.unwrap();
    session.run("DELETE FROM `{p}currencies` WHERE `name` = 'EUR'", ()).await.unwrap();
    assert_eq!(
        refused(&shop, &eva("pro")).await,
        "the CRM no longer has the currency `EUR` of this package; add it under Setup > Finance"
    );
}

#[tokio::test]
async fn a_quantity_out_of_range_is_refused() {
    let shop = Shop::open().await;
    for quantity in [0, 1_001, u32::MAX] {
        let mut wanted = eva("pro");
        wanted.quantity = quantity;
        assert_eq!(
            refused(&shop, &wanted).await,
            format!("the quantity must be from 1 to 1000, not {quantity}")
        );
    }
}

#[tokio::test]
async fn what_is_no_mail_address_is_refused() {
    let shop = Shop::open().await;
    let long = format!("{}@buyer.example", "x".repeat(87));
    for email in
        ["", "eva", "eva@", "@buyer.example", "eva@buyer.example\r\nBcc: x@y.example", "a b@c.d", &long]
    {
        let mut wanted = eva("pro");
        wanted.email = email.to_owned();
        assert_eq!(
            refused(&shop, &wanted).await,
            format!(
                "`{email}` is not a mail address that the CRM can store (name@example.org, at most 100 characters)"
            )
        );
    }
}

#[tokio::test]
async fn a_language_that_is_no_folder_name_is_refused() {
    let shop = Shop::open().await;
    for language in ["German", "../english", "de-DE", "'"] {
        let mut wanted = eva("pro");
        wanted.language = Some(language.into());
        assert_eq!(
            refused(&shop, &wanted).await,
            format!(
                "`{language}` is not a language of the CRM: write it as its folder is called, such as english or german"
            )
        );
    }
}

#[tokio::test]
async fn names_that_are_missing_or_too_long_are_refused() {
    let shop = Shop::open().await;
    for (first, last, company, sentence) in [
        ("", "Müller", "", "the first name is empty"),
        ("Eva", " \u{200b}\t", "", "the last name is empty"),
        (&*"ä".repeat(192), "Müller", "", "the first name has 192 characters, the CRM stores at most 191"),
        ("Eva", "Müller", &*"x".repeat(500), "the company has 500 characters, the CRM stores at most 191"),
    ] {
        let mut wanted = eva("pro");
        (wanted.firstname, wanted.lastname, wanted.company) = (first.into(), last.into(), company.into());
        assert_eq!(refused(&shop, &wanted).await, sentence);
    }
}

#[tokio::test]
async fn the_longest_names_fit() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let mut wanted = eva("pro");
        wanted.firstname = "ä".repeat(191);
        wanted.lastname = "ü".repeat(191);
        wanted.company = "ö".repeat(191);
        wanted.email = format!("{}@buyer.example", "x".repeat(64));
        wanted.language = Some("a".repeat(40));
        shop.place(&wanted).await.unwrap();
        wanted.package = "gift".into();
        shop.place(&wanted).await.unwrap();
    }
}

#[tokio::test]
async fn an_emoji_is_kept_where_the_crm_can_store_it_and_refused_where_not() {
    let shop = Shop::open().await;
    let mut wanted = eva("gift");
    wanted.firstname = "Eva 🙂".into();
    let placed = shop.place(&wanted).await.unwrap();
    assert_eq!(shop.order(placed.order).await.firstname, "Eva 🙂");

    let old = Shop::beside(Database::perfex_300().await).await;
    assert_eq!(
        refused(&old, &wanted).await,
        "the first name holds the character 🙂, which this CRM's database cannot store: leave it out"
    );
}

#[tokio::test]
async fn an_address_that_an_old_crm_cannot_store_is_refused() {
    let shop = Shop::beside(Database::perfex_300().await).await;
    let mut wanted = eva("gift");
    wanted.email = "🙂@buyer.example".into();
    assert_eq!(
        refused(&shop, &wanted).await,
        "`🙂@buyer.example` is not a mail address that the CRM can store (name@example.org, at most 100 characters)"
    );
}

#[tokio::test]
async fn an_order_that_costs_more_than_an_invoice_can_say_is_refused() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.session().await.unwrap();
    let change =
        PackageChange { price: Some("9999999999999.99".parse().unwrap()), ..PackageChange::default() };
    Package::change(&mut session, "pro", &change).await.unwrap();
    let mut wanted = eva("pro");
    wanted.quantity = 1_000;
    assert_eq!(
        refused(&shop, &wanted).await,
        "9999999999999990.00 EUR is more than the CRM's invoices can hold (at most 9999999999999.99): order fewer at \
         a time"
    );
}
