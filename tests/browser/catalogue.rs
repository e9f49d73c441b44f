//! Visitors look around in the shop: through PHP and past it, with scripts and without.

use super::house::House;
use crate::support::browser::{Browser, Page, Speaks};
use crate::support::daemon::PACKAGE;

#[tokio::test]
async fn products_are_looked_at_and_found_while_somebody_types() {
    let (house, _daemon) = House::selling().await;
    let name = "Donaudampfschifffahrtsgesellschaftskapitänsmützenverwaltung";
    house.site.json(&["product", "add", "--slug", "long-name", "--name", name]).await;
    let package = "package add --product long-name --sku long-name-free --kind free --currency EUR";
    house.site.json(&package.split(' ').collect::<Vec<_>>()).await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        browser.speak(language).await;
        browser.goto("/shop").await;
        let claim = language.pick("Sleep well, your CRM is saved", "Ruhig schlafen, Ihr CRM ist gesichert");
        browser.looks(Page::own("shop", language), &["Backup Pro", "Mail Merge", claim]).await;

        browser.fill("#q", "merge").await;
        browser.gone("Backup Pro").await;
        browser.shows("Mail Merge").await;
        assert!(browser.path().await.contains("q=merge"), "the address can be shared");
        browser.fill("#q", "nothing like it").await;
        let nothing = language.pick("Nothing found", "Nichts gefunden");
        browser.looks(Page::own("shop-nothing", language), &[nothing]).await;

        browser.goto("/shop").await;
        browser.click("main a[href$='/shop/backup-pro']").await;
        let texts = ["Backup Pro", claim, "49", language.pick("Requirements", "Voraussetzungen")];
        browser.looks(Page::own("product", language), &texts).await;
        browser.click("nav.crumbs a").await;
        browser.click("main a[href$='/shop/long-name']").await;
        browser.looks(Page::own("product-long-name", language), &[name]).await;
        browser.goto("/shop/no-such-thing").await;
        let gone = language.pick("There is no such page", "Diese Seite gibt es nicht");
        browser.looks(Page::own("shop-gone", language).status(404), &[gone]).await;
    }
}

#[tokio::test]
async fn everything_is_found_without_scripts_and_past_php() {
    let (house, _daemon) = House::selling().await;
    house.proxy_mode().await;
    let browser = Browser::without_scripts(&house.crm.url()).await;
    browser.goto("/shop").await;
    browser.fill("#q", "merge").await;
    browser.click("#search button").await;
    browser.shows("Mail Merge").await;
    assert!(!browser.text().await.contains("Backup Pro"));
    browser.goto("/shop").await;
    browser.click("main a[href$='/shop/backup-pro']").await;
    browser.looks(Page::own("product-plain", Speaks::English), &["Backup Pro"]).await;
    let order = browser.find(&format!("main a[href*='package={PACKAGE}']")).await;
    assert!(order.is_displayed().await.unwrap(), "the way to the checkout needs no script");
}
