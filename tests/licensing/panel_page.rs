//! The license panels in the CRM: who gets in, what stands there in both languages, and what its forms do.

use std::sync::Arc;
use std::time::Duration;

use perfex_bridge::companion;
use perfex_bridge::ids::StaffId;
use perfex_bridge::licensing::client::{Module, State};
use perfex_bridge::licensing::license_desk::{self, LicenseDesk};
use perfex_bridge::licensing::panel_page::PanelPage;

use crate::identity::house::{ADA, request};
use crate::staff::office::{Office, seen};
use crate::support::api::LicenseServer;
use crate::support::eventually::eventually;
use crate::support::rogue::{Act, Rogue};

const PATH: &str = "licenses";
const MAX: StaffId = StaffId(7);

/// The page of a demonstration, where nothing is changed, or of a usual install.
async fn office(read_only: bool) -> Office {
    let office = Office::with(read_only).await;
    let app = &office.house.shop.app;
    let desk = LicenseDesk {
        licenses: Arc::clone(&app.licenses),
        database: app.database.clone(),
        patience: license_desk::PATIENCE,
    };
    office.showing(PanelPage { desk, feature: companion::FEATURE })
}

#[tokio::test]
async fn a_license_server_that_takes_its_time_keeps_no_page_waiting_and_is_heard_all_the_same() {
    // Requests are made by this process's one provider; a second call finds it there.
    rustls::crypto::ring::default_provider().install_default().ok();
    let server = LicenseServer::start().await;
    server.shop.app.license_own_module(Module::Shop).await.unwrap();
    let key = server.shop.app.licenses.panel(Module::Shop).await.unwrap().key.unwrap();
    let way = Rogue::before(server.address()).await;
    way.otherwise(Act::Hold);
    let office = Office::with(false).await;
    let shop = &office.house.shop;
    let slow = format!("[licensing]\nserver = \"{}\"\napi_key = \"{}\"\n", way.url(), server.api_key);
    let app = shop.second_daemon(&slow).await;
    let (licenses, database) = (Arc::clone(&app.licenses), app.database.clone());
    let desk = LicenseDesk { licenses, database, patience: Duration::from_millis(50) };
    let office = office.showing(PanelPage { desk, feature: companion::FEATURE });

    let sent = office.send(ADA, PATH, "licenses/activate", &format!("module=shop&key-shop={key}")).await;
    assert_eq!((sent.status.as_u16(), sent.location()), (303, "../licenses?said=license-asking"));
    let page = office.look(ADA, "licenses?said=license-asking").await.html;
    assert!(page.contains("The license server has not answered yet."), "{page}");
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Missing);
    eventually("audit line", async || {
        way.release();
        let deeds: Vec<(i64, String)> =
            office.rows("SELECT `staff_id`, `action` FROM `tblbridge_audit` ORDER BY `id`").await;
        (deeds == [(1, "activated".to_owned())]).then_some(())
    })
    .await;
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
}

#[tokio::test]
async fn only_staff_with_the_permission_get_in() {
    let office = office(false).await;
    office.hire(7, "perfex_bridge", &[]).await;
    office.hire(8, "perfex_bridge", &["view"]).await;
    assert_eq!(office.ask(None, "GET", PATH, "").await.status, 403);
    let stranger = request("GET", "/bridge/staff/licenses", &[], "");
    assert_eq!(seen(office.desk.answer(stranger).await).await.status, 403);
    let refused = office.look(MAX, PATH).await;
    assert_eq!(refused.status, 403);
    assert!(refused.html.contains("Dafür fehlt Ihnen das Recht „Ansehen“"), "{}", refused.html);
    let page = office.look(StaffId(8), PATH).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["bridge-fragment"], "Lizenzen%20der%20Module");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!page.html.contains("<form"), "who may only look sees no forms: {}", page.html);
    let refused = office.ask(Some(StaffId(8)), "POST", "licenses/check", "module=shop").await;
    assert_eq!(refused.status, 403);
    assert!(refused.html.contains("Dafür fehlt Ihnen das Recht „Bearbeiten“"), "{}", refused.html);
    assert_eq!(office.ask(Some(ADA), "GET", "licenses/garden", "").await.status, 404);
}

#[tokio::test]
async fn a_demonstration_shows_everything_and_takes_nothing() {
    let office = office(true).await;
    let page = office.look(ADA, PATH).await;
    assert!(page.status == 200 && !page.html.contains("<form"), "{}", page.html);
    let refused = office.ask(Some(ADA), "POST", "licenses/release", "module=shop").await;
    assert_eq!(refused.status, 403);
    assert!(refused.html.contains("nothing can be changed"), "{}", refused.html);
}

#[tokio::test]
async fn a_form_of_another_page_is_not_taken() {
    let office = office(false).await;
    for body in ["module=shop", "module=shop&bridge_csrf=00", "module=shop&bridge_csrf="] {
        let refused = office.ask(Some(ADA), "POST", "licenses/check", body).await;
        assert_eq!(refused.status, 403);
        assert!(refused.html.contains("This form is out of date"), "{}", refused.html);
    }
}

#[tokio::test]
async fn a_license_is_entered_checked_and_released_and_the_page_says_by_whom() {
    let office = office(false).await;
    office.hire(7, "perfex_bridge", &["view", "edit"]).await;
    let app = &office.house.shop.app;
    app.license_own_module(Module::Shop).await.unwrap();
    let key = app.licenses.panel(Module::Shop).await.unwrap().key.unwrap();
    app.licenses.release(Module::Shop).await.unwrap();
    let send = async |action: &str, fields: &str| {
        office.send(MAX, PATH, &format!("licenses/{action}"), fields).await
    };

    let typo = key.replace(&key[..1], if key.starts_with('0') { "1" } else { "0" });
    let refused = send("activate", &format!("module=shop&key-shop={typo}")).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.html.contains("enthält einen Tippfehler")
            && refused.html.contains(&format!("value=\"{typo}\""))
    );
    let refused = send("activate", "module=shop&key-shop=%3Cscript%3E").await;
    assert!(refused.html.contains("Das ist kein Lizenzschlüssel") && !refused.html.contains("<script>"));
    let refused = send("activate", &format!("module=booking&key-booking={key}")).await;
    assert!(refused.html.contains("gehört zu einem anderen Produkt"), "{}", refused.html);

    let taken = send("activate", &format!("module=shop&key-shop={key}")).await;
    assert_eq!((taken.status.as_u16(), taken.location()), (303, "../licenses?said=license-activated"));
    let page = office.look(MAX, "licenses?said=license-activated").await;
    assert!(page.html.contains("Die Lizenz ist aktiviert.") && page.html.contains("gültig"), "{}", page.html);
    office.house.shop.pass(chrono::TimeDelta::seconds(1));
    assert_eq!(send("check", "module=shop").await.status, 303);
    assert_eq!(send("release", "module=shop").await.status, 303);
    assert_eq!(send("release", "module=shop").await.status, 422);
    assert_eq!(send("check", "module=garden").await.status, 422);

    let deeds: Vec<(i64, String, String)> =
        office.rows("SELECT `staff_id`, `staff_name`, `action` FROM `tblbridge_audit` ORDER BY `id`").await;
    let max = |action: &str| (7, "Max Muster".to_owned(), action.to_owned());
    assert_eq!(deeds, [max("activated"), max("checked"), max("released")]);
    let page = office.look(MAX, PATH).await.html;
    assert!(
        page.contains("<strong>Max Muster</strong> hat die Lizenz des Moduls „shop“ freigegeben."),
        "{page}"
    );
    let log: Vec<(String, String)> = office
        .rows("SELECT `description`, `staffid` FROM `tblactivity_log` WHERE `description` LIKE 'perfex-bridge: %' ORDER BY `id`")
        .await;
    let line =
        |what: &str| (format!("perfex-bridge: module shop {what} [Staff ID: 7]"), "Max Muster".to_owned());
    assert_eq!(log, [line("activated"), line("checked"), line("released")]);
}

#[tokio::test]
async fn what_staff_read_in_both_languages() {
    let office = office(false).await;
    office.hire(7, "perfex_bridge", &["view", "edit"]).await;
    office.house.shop.app.license_own_module(Module::Shop).await.unwrap();
    let mut shown = String::new();
    for staff in [ADA, MAX] {
        let html = office.look(staff, PATH).await.stable();
        // The next check is at a random time of the next day.
        let next = html.split_once("2026-03-10").map(|(_, rest)| rest[..6].to_owned()).unwrap_or_default();
        shown.push_str(&html.replace(&format!("2026-03-10{next}"), "TOMORROW"));
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}
