//! What the shop shows is the present, whoever changed it, and goes on being shown when the database is away.

use perfex_bridge::shop::{Kind, Package, PackageChange, Product, ProductChange};

use super::street::{Street, seen};
use crate::identity::house::request;
use crate::support::eventually::eventually;

#[tokio::test]
async fn a_change_by_another_process_is_seen_by_every_daemon() {
    let street = Street::open().await;
    let other = street.another_daemon();
    let page = || request("GET", "/shop/backup", &[("accept-language", "en")], "");
    assert!(street.ask(page()).await.html.contains("58.31"));
    assert!(seen(other.answer(page()).await).await.html.contains("58.31"));
    let mut session = street.house.shop.app.database.session().await.unwrap();
    let price = PackageChange { price: Some("50.00".parse().unwrap()), ..PackageChange::default() };
    Package::change(&mut session, "backup-1y", &price).await.unwrap();
    for catalogue in [&street.catalogue, &other] {
        eventually("new price", async || {
            let html = seen(catalogue.answer(page()).await).await.html;
            html.contains("59.50").then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_change_by_this_daemon_is_seen_at_once() {
    let street = Street::open().await;
    assert!(street.look("/shop", "en").await.html.contains("Backup Pro"));
    let mut session = street.house.shop.app.database.session().await.unwrap();
    let name = ProductChange { name: Some("Backup Max".into()), ..ProductChange::default() };
    Product::change(&mut session, "backup", &name).await.unwrap();
    street.catalogue.pages.showcase.changed();
    assert!(street.look("/shop", "en").await.html.contains("Backup Max"));
}

#[tokio::test]
async fn prices_are_written_as_the_reader_writes_them() {
    let street = Street::empty().await;
    street.product("p", "P").await;
    street.package("p", "p-1", Kind::Paid, "1234.00", None).await;
    for path in ["/shop", "/shop/p"] {
        assert!(street.look(path, "en").await.html.contains("€1,234.00"), "{path}");
        assert!(street.look(path, "de").await.html.contains("1.234,00\u{a0}€"), "{path}");
    }
}

#[tokio::test]
async fn the_shop_stays_open_while_the_database_does_not_answer() {
    let street = Street::open().await;
    assert_eq!(street.look("/shop", "en").await.status, 200);
    street.house.sql("RENAME TABLE tblpm_packages TO tblpm_packages_away").await;
    street.catalogue.pages.showcase.changed();
    assert!(street.look("/shop/backup", "en").await.html.contains("58.31"));
    let cold = street.another_daemon();
    let seen = seen(cold.answer(request("GET", "/shop", &[("accept-language", "de")], "")).await).await;
    assert_eq!((seen.status.as_u16(), seen.header("retry-after")), (503, "60"));
    assert!(seen.html.contains("Bitte versuchen Sie es noch einmal"));
    street.house.sql("RENAME TABLE tblpm_packages_away TO tblpm_packages").await;
}
