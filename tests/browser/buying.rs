//! Buyers who have two tabs, a busy network, a wrong address; and how long it takes.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::house::House;
use super::shop::{FREE, buyer};
use crate::support::browser::{Browser, Page, Speaks};
use crate::support::daemon::PACKAGE;
use crate::support::eventually::eventually;

/// Keeps answers to scripts back as long as it shall.
const LATE: &str = "const ask = window.fetch.bind(window);
    window.fetch = async (...all) => {
        const answer = await ask(...all);
        while (window.held) await new Promise(done => setTimeout(done, 10));
        return answer;
    };";

const FORM: &[&str] = &["Content-Type: application/x-www-form-urlencoded"];

/// Computes nothing until it may.
const SLOW: &str = "const digest = crypto.subtle.digest.bind(crypto.subtle);
    crypto.subtle.digest = async (...all) => {
        while (!window.go) await new Promise(done => setTimeout(done, 10));
        return digest(...all);
    };";

/// What stands in a field that nobody sees.
async fn hidden(browser: &Browser, name: &str) -> String {
    let value = browser.ask(&format!("return document.querySelector('[name={name}]').value")).await;
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn buying_takes_less_than_a_minute_whether_the_page_asks_or_is_told() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    for (live, name) in [("poll", "asks"), ("stream", "told")] {
        if live == "stream" {
            house.proxy_mode().await;
        }
        for language in Speaks::ALL {
            let eva = buyer(&house, &browser, language, name).await;
            let begun = Instant::now();
            eva.choose(PACKAGE).await;
            eva.order().await;
            assert_eq!(browser.ask("return document.getElementById('live').dataset.live").await, live);
            browser.ask("window.stays = true; return null").await;
            eva.pay().await;
            browser.shows(language.pick("Here is your license key", "Hier ist Ihr Lizenzschlüssel")).await;
            let took = begun.elapsed();
            println!("bought in {took:?}: {live}, {language:?}");
            assert!(took < Duration::from_mins(1), "{took:?}");
            assert_eq!(browser.ask("return window.stays").await, true, "nobody reloaded the page");
            eva.key().await;
        }
    }
}

#[tokio::test]
async fn two_tabs_with_the_same_cart_are_one_order_and_the_other_is_led_to_it() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        let eva = buyer(&house, &browser, language, "tabs").await;
        eva.choose(PACKAGE).await;
        let first = browser.another_tab().await;
        // A language is asked for by each tab.
        browser.speak(language).await;
        eva.choose(PACKAGE).await;
        eva.order().await;
        let order = browser.path().await;
        browser.turn_to(first).await;
        eva.order().await;
        assert_eq!(browser.path().await, format!("{order}?again=1"));
        let told = language.pick("nothing was ordered twice", "nichts doppelt bestellt");
        browser.looks(Page::own("order-again", language), &[told]).await;
        assert_eq!(eva.orders().await, 1);
    }
}

/// Sends forms of nobody, until the network has used up half of what it may send, and each form has to be worth some work.
async fn many_forms(house: &House) {
    eventually("work", async || {
        let refused = house.crm.ask("POST /shop/checkout", FORM, &format!("package={FREE}")).await;
        refused.body.contains(".17.").then_some(())
    })
    .await;
}

#[tokio::test]
async fn where_many_forms_come_from_the_page_works_for_its_own_and_the_button_waits_for_it() {
    let (house, _daemon) = House::selling_with(16).await;
    house.proxy_mode().await;
    many_forms(&house).await;
    let browser = house.visitor().await;
    let eva = buyer(&house, &browser, Speaks::English, "works").await;
    let opened = Instant::now();
    eva.choose(FREE).await;
    let ticket = hidden(&browser, "ticket").await;
    assert_eq!(ticket.split('.').nth(3), Some("17"), "{ticket}");
    let proof =
        eventually("proof", async || Some(hidden(&browser, "proof").await).filter(|it| !it.is_empty()));
    let begun = Instant::now();
    let proof = proof.await;
    println!("worked for {:?}: {proof} digests", begun.elapsed());
    let digest = Sha256::digest(format!("{ticket}:{proof}"));
    assert!(digest[0] == 0 && digest[1] == 0 && digest[2] < 0x80, "{digest:?}");
    eva.order().await;
    assert_eq!(eva.orders().await, 1);
    assert!(opened.elapsed() < Duration::from_mins(1), "after a minute no work is asked for");

    let bo = buyer(&house, &browser, Speaks::German, "waits").await;
    // A telephone of long ago: its owner presses before the work is done, and not again.
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": SLOW })).await;
    bo.choose(FREE).await;
    bo.press().await;
    assert_eq!(
        browser.ask("return document.getElementById('order').getAttribute('aria-busy')").await,
        "true"
    );
    assert_eq!(hidden(&browser, "proof").await, "");
    browser.ask("window.go = true; return null").await;
    let placed = async || browser.path().await.starts_with("/shop/order/").then_some(());
    eventually("order", placed).await;
    assert_eq!(bo.orders().await, 1);
}

#[tokio::test]
async fn an_order_that_waits_for_its_work_does_not_go_out_with_a_price_that_nobody_has_seen() {
    let (house, _daemon) = House::selling_with(16).await;
    house.proxy_mode().await;
    many_forms(&house).await;
    let browser = house.visitor().await;
    for script in [SLOW, LATE] {
        browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    }
    let eva = buyer(&house, &browser, Speaks::English, "price").await;
    eva.choose(PACKAGE).await;
    let busy =
        async || browser.ask("return document.getElementById('order').getAttribute('aria-busy')").await;
    // Two instead of one; before the answer comes, the button is pressed, and waits for the work.
    browser
        .ask(
            "window.held = true;
             window.presses = 0;
             document.getElementById('checkout').addEventListener('submit', () => { window.presses += 1; });
             const count = document.querySelector('#checkout [name=quantity]');
             count.value = '2';
             count.dispatchEvent(new Event('change', { bubbles: true }));
             return null",
        )
        .await;
    eva.press().await;
    assert_eq!(busy().await, "true");
    assert!(!browser.text().await.contains("98"), "the answer is held back");
    browser.ask("window.held = false; return null").await;
    browser.shows("98").await;
    assert!(busy().await.is_null(), "the press was for the price before");

    browser.ask("window.go = true; return null").await;
    eventually("proof", async || Some(hidden(&browser, "proof").await).filter(|it| !it.is_empty())).await;
    // Had the work sent the form, that would have been in the same moment.
    assert_eq!(browser.ask("return window.presses").await, 1);
    assert_eq!(eva.orders().await, 0);
    eva.order().await;
    assert_eq!(eva.orders().await, 1);
    let total = "SELECT CAST(`total` AS CHAR) FROM `tblpm_orders` WHERE `email` = ?";
    let mut conn = house.database.conn().await;
    let total: Option<String> = conn.exec_first(total, (&eva.email,)).await.unwrap();
    assert_eq!(total.as_deref(), Some("98.00"));
}

#[tokio::test]
async fn what_is_wrong_with_a_vat_id_is_told_while_the_form_is_filled() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        let eva = buyer(&house, &browser, language, "vat").await;
        eva.choose(PACKAGE).await;
        browser.fill("#company", "Eva & Co").await;
        browser.fill("#vat_id", "DE123456789").await;
        browser.fill("#lastname", "Maier").await;
        browser
            .shows(language.pick("The check digits of this VAT ID", "Die Prüfziffern dieser USt-IdNr."))
            .await;
        browser.fill("#vat_id", "DE136695976").await;
        browser.fill("#lastname", "Müller").await;
        browser
            .gone(language.pick("The check digits of this VAT ID", "Die Prüfziffern dieser USt-IdNr."))
            .await;
        eva.order().await;
        assert_eq!(eva.orders().await, 1);
    }
}

#[tokio::test]
async fn a_mistyped_address_comes_back_with_a_sentence_and_is_corrected() {
    let (house, _daemon) = House::selling().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        let eva = buyer(&house, &browser, language, "typo").await;
        eva.choose(PACKAGE).await;
        eva.order().await;
        browser.click("summary").await;
        browser.fill("#email", "eva").await;
        browser.click("[value=correct]").await;
        let wrong = language.pick("The address is still the same.", "Die Adresse ist noch dieselbe.");
        browser.looks(Page::own("order-address", language).status(422), &[wrong]).await;
        assert_eq!(browser.ask("return document.activeElement.id").await, "errors");
        let asked = "return performance.getEntriesByType('resource').some(one => one.initiatorType === 'fetch' && one.responseEnd > 0)";
        eventually("question", async || (browser.ask(asked).await == true).then_some(())).await;
        browser.shows(wrong).await;
        let right = format!("eva.{}@right.example", language.code());
        browser.fill("#email", &right).await;
        browser.click("[value=correct]").await;
        browser.shows(language.pick("The address is corrected.", "Die Adresse ist berichtigt.")).await;
        browser.shows(&right).await;
    }
}
