//! Staff fill the shop within the CRM: a product, its packages, its page, and the settings.

use std::time::Duration;

use perfex_bridge::ids::InvoiceId;

use super::house::House;
use crate::support::browser::{Browser, Page, Speaks};
use crate::support::crm::record_payment;
use crate::support::crm_web::staff;
use crate::support::eventually::eventually;
use crate::support::smtp::Smtp;

const ADMIN: &str = "/admin/perfex_bridge/staff_gateway";
const SUBMIT: &str = "button[type=submit].btn-primary";

/// Fills the fields of the form that is open.
async fn fill(browser: &Browser, fields: &[(&str, &str)]) {
    for (field, text) in fields {
        browser.fill(&format!("#field-{field}"), text).await;
    }
}

/// A product on its way into the shop.
struct Offer<'a> {
    browser: &'a Browser,
    language: Speaks,
    slug: &'a str,
}

impl Offer<'_> {
    fn pick<'t>(&self, english: &'t str, german: &'t str) -> &'t str {
        self.language.pick(english, german)
    }

    /// From the empty list to the product's page, previewed and saved.
    async fn create(&self) {
        let Self { browser, language, slug } = *self;
        browser.goto(&format!("{ADMIN}/shop/products")).await;
        browser.click("a[href$='shop/products/new']").await;
        browser
            .looks(
                Page::crm("staff-product-new", language),
                &[self.pick("Create product", "Produkt anlegen")],
            )
            .await;
        fill(browser, &[("name", "Night Watch"), ("slug", slug)]).await;
        browser.click(&format!("form:has(#field-slug) {SUBMIT}")).await;
        let made = self.pick("The product is there.", "Das Produkt ist angelegt.");
        let none = self.pick("There are no packages yet", "Noch gibt es keine Pakete");
        browser.looks(Page::crm("staff-product-empty", language), &[made, none]).await;

        let about = "Watches your CRM **all night**.\n\n- quiet\n- cheap";
        fill(browser, &[("tagline", "Never miss a thing"), ("release", "1.2"), ("description", about)]).await;
        browser.click("button[name=preview]").await;
        browser
            .looks(Page::crm("staff-product-preview", language), &["all night", "Never miss a thing"])
            .await;
        let bold = browser.find(".panel_s strong").await.text().await.unwrap();
        assert_eq!(bold, "all night", "the preview shows Markdown as the shop does");
        browser.click(&format!("form:has(#field-tagline) {SUBMIT}")).await;
        browser.shows(self.pick("The product is saved.", "Das Produkt ist gespeichert.")).await;
    }

    async fn add(&self, sku: &str, name: &str, price: &str) {
        let Self { browser, language, .. } = *self;
        browser.click("a[href$='packages/new']").await;
        browser.looks(Page::crm("staff-package-new", language), &[self.pick("Duration", "Dauer")]).await;
        fill(browser, &[("sku", sku), ("name", name), ("price", price), ("term", "soon")]).await;
        browser.click(&format!("form:has(#field-sku) {SUBMIT}")).await;
        let wrong = self.pick("This is not a duration.", "Das ist keine Dauer.");
        browser.looks(Page::crm("staff-package-wrong", language).status(422), &[wrong]).await;
        let at = browser.ask("return document.activeElement.id").await;
        assert_eq!(at, "field-term", "the first mistake is gone to");
        fill(browser, &[("term", "12m")]).await;
        browser.click(&format!("form:has(#field-sku) {SUBMIT}")).await;
        browser.shows(self.pick("The package is on sale.", "Das Paket ist im Verkauf.")).await;
    }
}

#[tokio::test]
async fn a_product_is_made_previewed_put_on_sale_and_found_in_the_shop() {
    let (house, _daemon) = House::open().await;
    // Whoever works for the shop also looks at it.
    let ada = house.visitor().await;
    ada.sign_in(&staff(&house.database, 1).await).await;
    for (language, slug) in [(Speaks::English, "night-watch"), (Speaks::German, "nachtwache")] {
        house.speak(language).await;
        ada.speak(language).await;
        let offer = Offer { browser: &ada, language, slug };
        offer.create().await;
        ada.goto("/shop").await;
        assert!(!ada.text().await.contains("Never miss a thing"), "what has no package cannot be ordered");
        let page = format!("{ADMIN}/shop/products/{slug}");
        ada.goto(&page).await;
        offer.add(&format!("{slug}-1y"), "One year", "49").await;
        offer.add(&format!("{slug}-team"), "Team", "129").await;
        let product = Page::crm("staff-product", language);
        ada.looks(
            product,
            &["129.00 EUR", offer.pick("on sale", "im Verkauf"), offer.pick("12 months", "12 Monate")],
        )
        .await;

        ada.goto("/shop").await;
        ada.click(&format!("main a[href$='/shop/{slug}']")).await;
        ada.shows("all night").await;
        let shown = ada.text().await;
        assert!(shown.find("One year") < shown.find("Team"), "{shown}");
        // The dearer one first: a button of a plain form.
        ada.goto(&page).await;
        ada.click("form[action$='-team/up'] button").await;
        ada.shows(offer.pick("The order is changed.", "Die Reihenfolge ist geändert.")).await;
        ada.goto(&format!("/shop/{slug}")).await;
        let shown = ada.text().await;
        assert!(shown.find("Team") < shown.find("One year"), "{shown}");
        ada.click(&format!("main a[href*='package={slug}-team']")).await;
        ada.shows("Night Watch").await;
        // The other language's product has the same words.
        house.sql("UPDATE `tblpm_products` SET `state` = 'retired', `version` = `version` + 1").await;
        let gone = async || {
            ada.goto("/shop").await;
            (!ada.text().await.contains("Never miss a thing")).then_some(())
        };
        eventually("a shop without it", gone).await;
    }
}

#[tokio::test]
async fn lists_forms_and_settings_are_read_in_both_languages() {
    let (house, _daemon) = House::selling().await;
    let ada = house.visitor().await;
    ada.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        ada.goto(&format!("{ADMIN}/shop/products")).await;
        let parts = language.pick("Products|Backup Pro", "Produkte|Backup Pro");
        ada.looks(Page::crm("staff-products", language), &parts.split('|').collect::<Vec<_>>()).await;
        ada.click("a[href$='shop/products/backup-pro']").await;
        ada.looks(Page::crm("staff-product-full", language), &["49.00 EUR"]).await;
        ada.click("a[href$='packages/backup-pro-1y']").await;
        let sold = language.pick("Changes count for new orders", "Änderungen gelten für neue Bestellungen");
        ada.looks(Page::crm("staff-package", language), &[sold]).await;
        ada.goto(&format!("{ADMIN}/shop/settings")).await;
        let server = language.pick("License Server URL", "Adresse des Lizenzservers");
        let texts = [server, language.pick("Texts that buyers accept", "Texte, denen Käufer zustimmen")];
        ada.looks(Page::crm("staff-settings", language), &texts).await;

        ada.fill("#field-license_key", "not a key").await;
        ada.click("form:has(#field-license_key) button").await;
        let refused = language.pick("This is not a license key.", "Das ist kein Lizenzschlüssel.");
        ada.looks(Page::crm("staff-settings-refused", language).status(422), &[refused]).await;
        assert!(ada.path().await.ends_with("/shop/settings/license"));
        let kept = ada.find("#field-license_key").await.value().await.unwrap();
        assert_eq!(kept.as_deref(), Some("not a key"));
        ada.fill("#field-reminder_days", "5, 20").await;
        ada.click("form:has(#field-reminder_days) button").await;
        let saved = language.pick("The settings are saved.", "Die Einstellungen sind gespeichert.");
        ada.looks(Page::crm("staff-settings-saved", language), &[saved]).await;
        ada.fill("#field-reminder_days", "7, 14, 27").await;
        ada.click("form:has(#field-reminder_days) button").await;
        ada.shows(saved).await;
    }
}

#[tokio::test]
async fn packages_are_moved_without_scripts() {
    let (house, _daemon) = House::selling().await;
    house.speak(Speaks::English).await;
    let ada = Browser::without_scripts(&house.crm.url()).await;
    ada.sign_in(&staff(&house.database, 1).await).await;
    ada.goto(&format!("{ADMIN}/shop/products/backup-pro")).await;
    let sold = ada.text().await;
    ada.click("form[action$='backup-pro-1y/down'] button").await;
    ada.shows("The order is changed.").await;
    ada.goto(&format!("{ADMIN}/shop/products/backup-pro")).await;
    assert_ne!(ada.text().await, sold);
    ada.goto(&format!("{ADMIN}/shop/products")).await;
    ada.click("form[action$='mail-merge/up'] button").await;
    ada.shows("The order is changed.").await;
}

#[tokio::test]
async fn a_mistyped_address_is_mended_by_the_buyer_and_by_staff_and_the_mail_arrives_there() {
    let smtp = Smtp::start().await;
    let mut house = House::build().await;
    house.site.mail_through(&smtp);
    house.site.stock().await;
    let _daemon = house.site.start_ready().await;
    let soon = Duration::from_secs(20);
    let placed = house
        .site
        .json(
            &"order place --package backup-pro-1y --email eva@mistyped.example --firstname Eva \
        --lastname M --language german"
                .split_whitespace()
                .collect::<Vec<_>>(),
        )
        .await;
    let eva = house.visitor().await;
    eva.speak(Speaks::German).await;
    eva.goto(&format!("/shop/order/{}", placed["token"].as_str().unwrap())).await;
    eva.click("details summary").await;
    eva.fill("#email", "eva@right.example").await;
    eva.click("button[value=correct]").await;
    eva.looks(Page::own("order-corrected", Speaks::German), &["eva@right.example"]).await;
    let invoice = InvoiceId(placed["invoice"].as_i64().unwrap());
    record_payment(&mut house.database.conn().await, invoice, "49.00".parse().unwrap()).await;
    let first = smtp.wait_for(1, soon).await;
    assert_eq!(first[0].to, ["eva@right.example"]);

    let ada = eva;
    ada.sign_in(&staff(&house.database, 1).await).await;
    house.speak(Speaks::German).await;
    ada.goto(&format!("{ADMIN}/shop/orders/{}", placed["order"])).await;
    ada.fill("#field-email", "eva@third.example").await;
    ada.click("label[for='field-again']").await;
    ada.click("form:has(#field-again) button").await;
    let texts = ["Die Adresse ist berichtigt.", "Der Käufer hat die Adresse", "eva@third.example"];
    ada.looks(Page::crm("staff-order-readdressed", Speaks::German), &texts).await;
    let again = smtp.wait_for(2, soon).await;
    assert_eq!(again[1].to, ["eva@third.example"]);
    let key = house.site.json(&["license", "list"]).await[0]["key"].as_str().unwrap().to_owned();
    for mail in again {
        assert!(String::from_utf8_lossy(&mail.raw).contains(&key[..32]), "the same license key");
    }
}
