//! Taxes that staff change in the CRM after a package got one.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::shop::{Package, PackageTerms, followed_tax};

use crate::support::shop::{Shop, eva};

async fn follow(shop: &Shop) -> u32 {
    followed_tax::follow(&shop.app.database, shop.now()).await.unwrap()
}

async fn package(shop: &Shop) -> Package {
    let mut session = shop.app.database.session().await.unwrap();
    Package::named(&mut session, "taxed").await.unwrap()
}

async fn tax(shop: &Shop) -> String {
    package(shop).await.tax.unwrap().to_string()
}

async fn sql(shop: &Shop, statement: &str) {
    shop.conn().await.query_drop(statement).await.unwrap();
}

async fn lost(shop: &Shop) -> Vec<String> {
    let mut session = shop.app.database.session().await.unwrap();
    let lost = followed_tax::lost(&mut session).await.unwrap();
    lost.into_iter().map(|(sku, tax)| format!("{sku} {tax}")).collect()
}

#[tokio::test]
async fn a_package_follows_the_rate_and_the_name_of_its_tax_and_orders_keep_theirs() {
    let shop = Shop::open().await;
    assert_eq!(follow(&shop).await, 0);
    let before = shop.place(&eva("taxed")).await.unwrap().order;
    sql(&shop, "UPDATE `tbltaxes` SET `taxrate` = 21.00 WHERE `id` = 1").await;
    assert_eq!((follow(&shop).await, tax(&shop).await), (1, "VAT|21.00".to_owned()));
    sql(&shop, "UPDATE `tbltaxes` SET `name` = 'MwSt' WHERE `id` = 1").await;
    assert_eq!((follow(&shop).await, tax(&shop).await), (1, "MwSt|21.00".to_owned()));
    assert_eq!((follow(&shop).await, lost(&shop).await), (0, vec![]));

    shop.pass(TimeDelta::seconds(1));
    let after = shop.place(&eva("taxed")).await.unwrap().order;
    assert_eq!(shop.order(before).await.total.to_string(), "58.31");
    assert_eq!(shop.order(after).await.total.to_string(), "59.29");
    let deeds: Vec<(i64, String, String, String)> = shop
        .conn()
        .await
        .query(
            "SELECT `staff_id`, `staff_name`, `subject_id`, `changes` FROM `tblbridge_audit` ORDER BY `id`",
        )
        .await
        .unwrap();
    let change = |before: &str, after: &str| {
        let changes = format!(r#"[{{"field":"tax","before":"{before}","after":"{after}"}}]"#);
        (0, "Perfex CRM".to_owned(), "taxed".to_owned(), changes)
    };
    let deeds: Vec<_> = deeds
        .into_iter()
        .map(|(staff, name, sku, changes)| {
            let changes: serde_json::Value = serde_json::from_str(&changes).unwrap();
            (staff, name, sku, changes)
        })
        .collect();
    let expected: Vec<_> = [change("VAT|19.00", "VAT|21.00"), change("VAT|21.00", "MwSt|21.00")]
        .into_iter()
        .map(|(staff, name, sku, changes)| (staff, name, sku, serde_json::from_str(&changes).unwrap()))
        .collect();
    assert_eq!(deeds, expected);
}

#[tokio::test]
async fn staff_who_choose_another_tax_leave_the_old_one_behind() {
    let shop = Shop::open().await;
    follow(&shop).await;
    let before = package(&shop).await;
    let terms = PackageTerms {
        name: before.name.clone(),
        price: before.price,
        currency: before.currency.clone(),
        tax: Some("VAT|7".into()),
        term: before.term,
    };
    let mut session = shop.app.database.session().await.unwrap();
    assert!(Package::rewrite(&mut session, &before, &terms).await.unwrap());
    sql(&shop, "UPDATE `tbltaxes` SET `taxrate` = 21.00 WHERE `id` = 1").await;
    assert_eq!((follow(&shop).await, tax(&shop).await), (0, "VAT|7.00".to_owned()));
    sql(&shop, "UPDATE `tbltaxes` SET `taxrate` = 8.00 WHERE `id` = 2").await;
    assert_eq!((follow(&shop).await, tax(&shop).await), (1, "VAT|8.00".to_owned()));
}

#[tokio::test]
async fn a_package_whose_tax_is_gone_keeps_it_and_is_named() {
    let shop = Shop::open().await;
    follow(&shop).await;
    sql(&shop, "DELETE FROM `tbltaxes` WHERE `id` = 1").await;
    assert_eq!((follow(&shop).await, tax(&shop).await), (0, "VAT|19.00".to_owned()));
    assert_eq!(lost(&shop).await, ["taxed VAT|19.00"]);
    // Made anew, it is known again.
    sql(&shop, "INSERT INTO `tbltaxes` (`id`, `name`, `taxrate`) VALUES (9, 'VAT', 19.00)").await;
    assert_eq!((follow(&shop).await, lost(&shop).await), (0, vec![]));
    sql(&shop, "UPDATE `tbltaxes` SET `taxrate` = 20.00 WHERE `id` = 9").await;
    assert_eq!((follow(&shop).await, tax(&shop).await), (1, "VAT|20.00".to_owned()));
}
