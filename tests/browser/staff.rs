//! Staff at work in the CRM.

use super::house::House;
use crate::support::browser::{Page, Speaks};
use crate::support::crm_web::staff;

#[tokio::test]
async fn the_license_panels_are_read_and_used() {
    let (house, _daemon) = House::open().await;
    house.site.json(&["license", "status"]).await;
    let browser = house.visitor().await;
    browser.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        browser.goto("/admin/dashboard").await;
        browser.click("#side-menu a[href$='staff_gateway/licenses']").await;
        let title = language.pick("Licenses of the modules", "Lizenzen der Module");
        browser.looks(Page::crm("staff-licenses", language), &[title, "PM Shop", "Booking"]).await;
        browser.fill("#field-key-booking", "not a key").await;
        browser.click("form:has(#field-key-booking) button").await;
        let refused = language.pick("This is not a license key.", "Das ist kein Lizenzschlüssel.");
        browser.looks(Page::crm("staff-licenses-refused", language).status(422), &[refused]).await;
        let kept = browser.find("#field-key-booking").await.value().await.unwrap();
        assert_eq!(kept.as_deref(), Some("not a key"), "what was typed is still there");
    }
}

#[tokio::test]
async fn staff_see_how_the_bridge_does_and_mend_a_mail() {
    let (house, _daemon) = House::open().await;
    house.site.stock().await;
    // Two mails, of which one could not be delivered.
    for email in ["eva@buyer.example", "max@buyer.example"] {
        house.site.try_place("backup-pro-free", email, 1).await.unwrap();
    }
    house
        .sql(
            "UPDATE `tblbridge_outbox` SET `state` = 'dead', `due_at` = NULL, `attempts` = 8,
              `last_error` = '550 5.1.1 <eva@buyer.example>: no such mailbox' WHERE `id` = 1",
        )
        .await;
    let browser = house.visitor().await;
    browser.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        browser.goto("/admin/dashboard").await;
        browser
            .shows(language.pick("Mails that could not be delivered: 1", "Nicht zugestellte E-Mails: 1"))
            .await;
        browser.picture(&format!("staff-dashboard-{}", language.code())).await;
        browser.goto("/admin/perfex_bridge/staff_gateway/overview").await;
        let parts =
            language.pick("Watch for payments|Module in the CRM", "Beobachtung der Zahlungen|Modul im CRM");
        browser.looks(Page::crm("staff-overview", language), &parts.split('|').collect::<Vec<_>>()).await;
        browser.goto("/admin/perfex_bridge/staff_gateway/outbox").await;
        browser.looks(Page::crm("staff-outbox", language), &["eva@buyer.example", "no such mailbox"]).await;
        browser.click("a[href$='outbox/1']").await;
        let parts = language.pick("Correct the address|Backup", "Adresse berichtigen|Backup");
        browser.looks(Page::crm("staff-message", language), &parts.split('|').collect::<Vec<_>>()).await;
    }
    browser.fill("#field-email", "eva@right.example").await;
    browser.click("form:has(#field-email) button").await;
    browser.shows("eva@right.example").await;
    browser.looks(Page::crm("staff-message-mended", Speaks::German), &["Die Adresse ist berichtigt"]).await;
}

#[tokio::test]
async fn the_bridge_is_watched_from_the_dashboard_and_its_overview() {
    let (house, _daemon) = House::open().await;
    let browser = house.visitor().await;
    browser.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        browser.goto("/admin/dashboard").await;
        browser.find(".bridge-widget").await;
        browser.looks(Page::within("dashboard", language, ".widget"), &[]).await;
        browser.click(".bridge-widget a").await;
        let title = language.pick("Bridge overview", "Übersicht der Bridge");
        browser.looks(Page::crm("staff-overview", language), &[title]).await;
        browser.click("a[href$='outbox']").await;
        browser.looks(Page::crm("staff-outbox", language), &[]).await;
    }
}
