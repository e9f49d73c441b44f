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
        browser.goto("/admin/perfex_bridge/staff_gateway/licenses").await;
        browser.click("#side-menu a[href$='staff_gateway/licenses']").await;
        let title = language.pick("Licenses of the modules", "Lizenzen der Module");
        browser.looks(Page::crm("staff-licenses", language), &[title, "PM Shop", "Booking"]).await;
        browser.fill("#license-key-booking", "not a key").await;
        browser.click("form:has(#license-key-booking) button").await;
        let refused = language.pick("This is not a license key.", "Das ist kein Lizenzschlüssel.");
        browser.looks(Page::crm("staff-licenses-refused", language).status(422), &[refused]).await;
        let kept = browser.find("#license-key-booking").await.value().await.unwrap();
        assert_eq!(kept.as_deref(), Some("not a key"), "what was typed is still there");
    }
}
