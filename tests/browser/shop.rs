//! Visitors who order: paid, free and to try, in both languages, with scripts and without.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::house::House;
use crate::support::browser::{Browser, Page, Speaks};
use crate::support::crm::record_payment;
use crate::support::daemon::PACKAGE;
use crate::support::eventually::eventually;

/// Longer than the two seconds that the checkout expects of a person.
const READING: Duration = Duration::from_millis(2_300);
const TRIAL: &str = "backup-pro-trial";
pub const FREE: &str = "backup-pro-free";

/// Somebody who orders.
pub struct Buyer<'a> {
    house: &'a House,
    browser: &'a Browser,
    pub email: String,
}

/// A buyer who speaks this language, with an address of their own.
pub async fn buyer<'a>(house: &'a House, browser: &'a Browser, language: Speaks, name: &str) -> Buyer<'a> {
    browser.speak(language).await;
    Buyer { house, browser, email: format!("eva@{name}-{}.com", language.code()) }
}

impl Buyer<'_> {
    /// From the shop's listing to the filled form of a package.
    pub async fn choose(&self, package: &str) {
        self.browser.goto("/shop").await;
        self.browser.click("main a[href$='/shop/backup-pro']").await;
        self.browser.click(&format!("main a[href*='package={package}']")).await;
        self.fill(package).await;
    }

    /// Fills the form that is open.
    async fn fill(&self, package: &str) {
        for (field, text) in [("firstname", "Eva"), ("lastname", "Müller"), ("email", self.email.as_str())] {
            self.browser.fill(&format!("#checkout [name={field}]"), text).await;
        }
        if package == TRIAL {
            let domain = self.email.split_once('@').unwrap().1;
            self.browser.fill("#checkout [name=domain]", domain).await;
        }
        self.browser.click("#checkout [name=country] option[value=DE]").await;
        for tick in ["terms", "waiver"] {
            self.browser.click(&format!("#checkout [name={tick}]")).await;
        }
    }

    /// Orders with the form that is open, once it has been open for as long as a person reads: one that comes back at once is
    /// taken for a machine's.
    pub async fn order(&self) {
        self.press().await;
        let placed = async || self.browser.path().await.starts_with("/shop/order/").then_some(());
        let placed = tokio::time::timeout(Duration::from_secs(20), eventually("order", placed)).await;
        assert!(placed.is_ok(), "{}:\n{}", self.email, self.browser.text().await);
    }

    pub async fn press(&self) {
        let opened = Instant::now();
        eventually("reader", async || (opened.elapsed() > READING).then_some(())).await;
        self.browser.click("#order").await;
    }

    /// Staff record the payment in the CRM.
    pub async fn pay(&self) {
        let mut conn = self.house.database.conn().await;
        let sql = "SELECT o.`invoice_id`, i.`total` FROM `tblpm_orders` o
            JOIN `tblinvoices` i ON i.`id` = o.`invoice_id` WHERE o.`email` = ?";
        let (invoice, total): (InvoiceId, Decimal) =
            conn.exec_first(sql, (&self.email,)).await.unwrap().unwrap();
        record_payment(&mut conn, invoice, total).await;
    }

    /// How many orders this address has.
    pub async fn orders(&self) -> i64 {
        let sql = "SELECT COUNT(*) FROM `tblpm_orders` WHERE `email` = ?";
        self.house.database.conn().await.exec_first(sql, (&self.email,)).await.unwrap().unwrap()
    }

    /// The key that the page shows.
    pub async fn key(&self) -> String {
        let key = self.browser.find(".key").await.text().await.unwrap();
        let parts: Vec<usize> = key.split('-').map(str::len).collect();
        assert_eq!(parts, [32, 4, 4, 16], "{key}");
        key
    }
}

#[tokio::test]
async fn a_package_is_bought_and_its_key_appears_when_the_payment_is_recorded() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        let eva = buyer(&house, &browser, language, "paid").await;
        eva.choose(PACKAGE).await;
        let button = language.pick("Order with obligation to pay", "Zahlungspflichtig bestellen");
        browser.looks(Page::own("checkout", language), &[button, "49"]).await;
        eva.order().await;
        let thanks = language.pick("Thank you for your order", "Vielen Dank für Ihre Bestellung");
        browser.looks(Page::own("order-placed", language), &[thanks]).await;
        assert!(!browser.text().await.contains(language.pick("Here is your", "Hier ist Ihr")));
        // Nobody reloads the page.
        browser.ask("window.stays = true; return null").await;
        eva.pay().await;
        let here = language.pick("Here is your license key", "Hier ist Ihr Lizenzschlüssel");
        browser.shows(here).await;
        assert_eq!(browser.ask("return window.stays").await, true);
        let key = eva.key().await;
        browser.looks(Page::own("order-done", language), &[here, &key]).await;
        assert_eq!(on_paper(&browser, "dark").await, on_paper(&browser, "light").await, "paper is white");
        browser.click("[data-copy]").await;
        browser
            .shows(language.pick("The license key was copied.", "Der Lizenzschlüssel wurde kopiert."))
            .await;
        let button = browser.find("[data-copy]").await.text().await.unwrap();
        assert!(
            button.starts_with(language.pick("Copied", "Kopiert")),
            "seen where it was pressed: {button}"
        );
        assert_eq!(browser.copied().await, key);
        assert_eq!(eva.orders().await, 1);
    }
}

/// The colours of the key when the page is printed by somebody with this preference.
async fn on_paper(browser: &Browser, scheme: &str) -> Value {
    let feature = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    let paper = json!({ "media": "print", "features": feature });
    browser.cdp("Emulation.setEmulatedMedia", paper).await;
    let key = "const key = getComputedStyle(document.querySelector('.key')); return [key.color, key.backgroundColor]";
    let colours = browser.ask(key).await;
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "", "features": [] })).await;
    colours
}

#[tokio::test]
async fn what_is_free_or_a_trial_is_there_at_once() {
    let (house, _daemon) = House::selling().await;
    house.proxy_mode().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        for (package, name) in [(FREE, "free"), (TRIAL, "trial")] {
            let eva = buyer(&house, &browser, language, name).await;
            eva.choose(package).await;
            let page = if package == TRIAL { "checkout-trial" } else { "checkout-free" };
            browser.looks(Page::own(page, language), &["Backup Pro"]).await;
            eva.order().await;
            eva.key().await;
            let page = if package == TRIAL { "order-trial" } else { "order-free" };
            browser.looks(Page::own(page, language), &[]).await;
        }
    }
}

#[tokio::test]
async fn everything_is_ordered_without_scripts() {
    let (house, _daemon) = House::selling().await;
    let browser = Browser::without_scripts(&house.crm.url()).await;
    for language in Speaks::ALL {
        for (package, name) in [(PACKAGE, "paid"), (FREE, "free"), (TRIAL, "trial")] {
            let eva = buyer(&house, &browser, language, name).await;
            eva.choose(package).await;
            eva.order().await;
            if package == PACKAGE {
                eva.pay().await;
                eventually("key", async || {
                    browser.reload().await;
                    (browser.text().await.contains(language.pick("Here is your", "Hier ist Ihr")))
                        .then_some(())
                })
                .await;
            }
            eva.key().await;
            assert_eq!(eva.orders().await, 1);
        }
    }
    browser.looks(Page::own("order-plain", Speaks::German), &[]).await;
}

#[tokio::test]
async fn whoever_presses_twice_goes_back_or_has_two_tabs_orders_once() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    let eva = buyer(&house, &browser, Speaks::English, "twice").await;
    eva.choose(FREE).await;
    eva.order().await;
    // Back to the form, which is still filled, and sent once more.
    browser.back().await;
    eva.order().await;
    assert_eq!(eva.orders().await, 1, "the back button");

    let bo = buyer(&house, &browser, Speaks::English, "double").await;
    bo.choose(FREE).await;
    // Faster than a click can wait: both requests are on their way.
    let sent = browser
        .ask(
            "const form = document.getElementById('checkout'), data = new URLSearchParams(new FormData(form));
             data.set('step', 'order');
             const send = () => fetch(form.action, { method: 'POST', body: data, redirect: 'follow' });
             window.sent = (async () => { await new Promise(done => setTimeout(done, 2500)); return Promise.all([send(), send()]); })();
             window.sent.then(all => document.title = all.map(one => new URL(one.url).pathname).join(' '));
             return true",
        )
        .await;
    assert_eq!(sent, true);
    let led = eventually("two answers", async || {
        let title = browser.title().await;
        title.contains("/shop/order/").then_some(title)
    })
    .await;
    let led: Vec<&str> = led.split(' ').collect();
    assert_eq!(led[0], led[1], "both lead to one order");
    assert_eq!(bo.orders().await, 1, "a double click");
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_filled_and_says_what_is_wrong() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        let eva = buyer(&house, &browser, language, "wrong").await;
        eva.choose(PACKAGE).await;
        browser.fill("#checkout [name=email]", "eva").await;
        browser.fill("#checkout [name=vat_id]", "DE123").await;
        browser.click("#checkout [name=terms]").await;
        eva.press().await;
        let email = language.pick("This is not an email address.", "Das ist keine E-Mail-Adresse.");
        let terms = language.pick("Please accept the terms", "Bitte akzeptieren Sie die Allgemeinen");
        browser.looks(Page::own("checkout-mistakes", language).status(422), &[email, terms]).await;
        let kept = browser.find("#checkout [name=lastname]").await.value().await.unwrap();
        assert_eq!(kept.as_deref(), Some("Müller"));
        assert_eq!(eva.orders().await, 0);
    }
}
