//! The daemon is killed while pages are open: the CRM goes on as ever, our pages say so, and come back.

use super::house::House;
use crate::support::browser::{Page, Speaks};
use crate::support::crm_web::{contact, staff};

#[tokio::test]
async fn pages_say_so_and_come_back() {
    let (house, mut daemon) = House::open().await;
    let (ada, eva) = (staff(&house.database, 1).await, contact(&house.database).await);
    let (office, portal) = (house.visitor().await, house.visitor().await);
    office.sign_in(&ada).await;
    portal.sign_in(&eva).await;
    office.goto("/admin/perfex_bridge/staff_gateway/licenses").await;
    office.shows("PM Shop").await;
    daemon.kill();
    office.click("form[action$='check'] button").await;
    office.shows("Please try again in a minute.").await;
    for language in Speaks::ALL {
        house.speak(language).await;
        let away = language.pick(
            "This page cannot be shown at the moment. Please try again in a minute.",
            "Bitte versuchen Sie es in einer Minute noch einmal.",
        );
        office.goto("/admin/perfex_bridge/staff_gateway/licenses").await;
        office.looks(Page::crm("away-staff", language).status(503), &[away]).await;
        office.goto("/admin/dashboard").await;
        office.looks(Page::within("away-dashboard", language, ".widget").status(503), &[away]).await;
        portal.speak(language).await;
        portal.goto("/clients/licenses").await;
        portal.looks(Page::crm("away-portal", language).status(503), &[away]).await;
        portal.goto("/shop").await;
        portal.looks(Page::own("away", language).status(503), &[away]).await;
        portal.goto("/clients").await;
        portal.shows("Portal of").await;
    }
    let _daemon = house.site.start_ready().await;
    office.goto("/admin/perfex_bridge/staff_gateway/licenses").await;
    office.shows("PM Shop").await;
}
