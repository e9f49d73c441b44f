//! Staff run the shop within the CRM.

use super::house::House;
use crate::support::browser::{Page, Speaks};
use crate::support::crm;
use crate::support::crm_web::staff;
use crate::support::eventually::eventually;

const ADMIN: &str = "/admin/perfex_bridge/staff_gateway";

#[tokio::test]
async fn staff_look_at_the_shop_and_place_an_order() {
    let (house, _daemon) = House::open().await;
    house.site.stock().await;
    let paid = house.site.place("eva@buyer.example").await;
    let conn = &mut house.database.conn().await;
    crm::record_payment(conn, paid.invoice(), "49.00".parse().unwrap()).await;
    house.site.place("max@buyer.example").await;
    house.site.try_place("backup-pro-free", "lea@buyer.example", 2).await.unwrap();
    eventually("the license", async || {
        let licenses = house.site.json(&["license", "list"]).await;
        (licenses.as_array().unwrap().len() >= 3).then_some(())
    })
    .await;
    let browser = house.visitor().await;
    browser.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        browser.goto(&format!("{ADMIN}/shop")).await;
        let parts = language.pick("Orders|Paid orders in EUR", "Bestellungen|Bezahlte Bestellungen in EUR");
        browser.looks(Page::crm("staff-shop", language), &parts.split('|').collect::<Vec<_>>()).await;
        browser.goto(&format!("{ADMIN}/shop/orders")).await;
        browser.looks(Page::crm("staff-orders", language), &["eva@buyer.example", "49"]).await;
        browser.goto(&format!("{ADMIN}/shop/orders?q=nobody")).await;
        let none = language.pick("No order fits these filters.", "Keine Bestellung passt zu diesen Filtern.");
        browser.looks(Page::crm("staff-orders-none", language), &[none]).await;
        browser.goto(&format!("{ADMIN}/shop/orders/1")).await;
        let parts = language.pick("If money goes back|Suspend", "Wenn Geld zurückgeht|Sperren");
        browser.looks(Page::crm("staff-order", language), &parts.split('|').collect::<Vec<_>>()).await;
        browser.goto(&format!("{ADMIN}/shop/orders/new")).await;
        let new = language.pick("Free of charge", "Kostenlos");
        browser.looks(Page::crm("staff-order-new", language), &[new]).await;
    }
    browser.fill("#field-firstname", "Zoë").await;
    browser.fill("#field-lastname", "Kunde").await;
    browser.fill("#field-email", "zoe@buyer.example").await;
    browser.click("label[for='field-gift']").await;
    browser.click("form:has(#field-email) button[type='submit']").await;
    browser.shows("Die Bestellung ist aufgegeben.").await;
    browser.looks(Page::crm("staff-order-given", Speaks::German), &["zoe@buyer.example", "verschenkt"]).await;
}

#[tokio::test]
async fn without_a_license_the_shops_staff_area_is_locked_and_says_what_to_do() {
    let (house, _daemon) = House::open().await;
    house.site.json(&["license", "release", "shop"]).await;
    let browser = house.visitor().await;
    browser.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        browser.goto(&format!("{ADMIN}/shop/orders")).await;
        let locked = language
            .pick("The staff area of PM Shop is locked.", "Der Mitarbeiterbereich von PM Shop ist gesperrt.");
        browser.looks(Page::crm("staff-locked", language), &[locked]).await;
    }
}
