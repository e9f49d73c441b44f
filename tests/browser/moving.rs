//! The mailed link that moves a license: through PHP, and in proxy mode.

use mail_parser::MessageParser;
use serde_json::{Value, json};

use super::house::House;
use crate::support::browser::{Browser, Page, Speaks};
use crate::support::eventually::eventually;

const JSON: &[&str] = &["Content-Type: application/json"];

/// Asks the license API through the CRM's address.
async fn ask(house: &House, path: &str, key: &str, domain: &str) -> Value {
    let question =
        json!({ "license_key": key, "domain": domain, "product": "backup-pro", "nonce": "12345678" });
    house.crm.ask(&format!("POST {path}"), JSON, &question.to_string()).await.json()
}

/// A license that is in use on a site that is gone; the link in the mail that its new site asked for.
async fn mailed_link(house: &House, browser: &Browser, language: Speaks) -> String {
    house.speak(language).await;
    browser.speak(language).await;
    let earlier = house.site.mails();
    let issue = ["license", "issue", "--product", "backup-pro", "--email", "eva@buyer.example", "--language"];
    let license = house.site.json(&[&issue[..], &[language.word()]].concat()).await;
    let key = license["key"].as_str().unwrap();
    assert_eq!(ask(house, "/api/activate", key, "www.old-customer.com").await["valid"], true);
    assert_eq!(ask(house, "/api/move", key, "crm.new-customer.com").await["requested"], true);
    let mail = eventually("mail with the link", async || {
        house.site.mails().into_iter().find(|mail| !earlier.contains(mail))
    });
    let mail = MessageParser::default().parse(&std::fs::read(mail.await).unwrap()).unwrap().into_owned();
    let text = mail.body_text(0).unwrap().into_owned();
    text.split_whitespace().find(|word| word.contains("/api/move/")).unwrap().to_owned()
}

async fn move_and_look(house: &House, browser: &Browser, language: Speaks, name: [&'static str; 3]) {
    let link = mailed_link(house, browser, language).await;
    browser.goto(&link).await;
    let asked = language.pick("Move your license for Backup Pro?", "umziehen");
    let texts = [asked, "old-customer.com", "crm.new-customer.com"];
    browser.looks(Page::own(name[0], language), &texts).await;
    browser.click("main button").await;

    let moved = language.pick("The license has moved", "Die Lizenz ist umgezogen");
    browser.looks(Page::own(name[1], language), &[moved]).await;
    // The link once more, by the back button and a reload: no second move, and no error.
    browser.goto(&link).await;
    browser.shows(moved).await;
    browser.goto(&format!("/api/move/{}", "0".repeat(32))).await;
    let gone = language.pick("This link does not work any more", "Dieser Link funktioniert nicht mehr");
    browser.looks(Page::own(name[2], language).status(404), &[gone]).await;
}

#[tokio::test]
async fn a_license_moves_by_the_link_in_the_mail() {
    let (house, _daemon) = House::open().await;
    house.site.stock().await;
    let browser = house.visitor().await;
    for language in Speaks::ALL {
        move_and_look(&house, &browser, language, ["move", "move-done", "move-gone"]).await;
    }
    house.proxy_mode().await;
    move_and_look(&house, &browser, Speaks::German, ["move-proxy", "move-proxy-done", "move-proxy-gone"])
        .await;
}
