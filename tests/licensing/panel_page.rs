//! The license panels in the CRM: who gets in, what stands there in both languages, and what its forms do.

use std::sync::Arc;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::gateway::Claim;
use perfex_bridge::http::{Csrf, Identity, StaffDoor};
use perfex_bridge::ids::StaffId;
use perfex_bridge::licensing::client::Module;
use perfex_bridge::licensing::panel_page::PanelPage;
use perfex_bridge::metrics::Metrics;
use perfex_bridge::text::StaffTexts;
use warp::http::{HeaderMap, StatusCode};
use warp::hyper::body::Bytes;

use crate::identity::house::{ADA, House, request};

const PATH: &str = "/bridge/staff/licenses";
const COOKIE: &str = "0123456789abcdef0123456789abcdef";

/// The page beside a CRM, as staff see it.
struct Office {
    house: House,
    page: PanelPage,
}

/// An answer, read.
#[derive(Debug)]
struct Seen {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Office {
    async fn open() -> Self {
        Self::with(false).await
    }

    /// The page of a demonstration, where nothing is changed, or of a usual install.
    async fn with(read_only: bool) -> Self {
        let house = House::open().await;
        let app = &house.shop.app;
        let texts = StaffTexts::load().unwrap();
        let clock: perfex_bridge::clock::SharedClock =
            Arc::<perfex_bridge::clock::ManualClock>::clone(&house.shop.clock);
        let metrics = Metrics::new("test");
        let identity = Identity::new(
            app.database.clone(),
            Arc::clone(&app.cipher),
            &app.sessions,
            Arc::clone(&clock),
            metrics.clone(),
        );
        let csrf = Csrf::new(&app.cipher, &app.base_url, Arc::clone(&app.entropy), metrics);
        let page = PanelPage {
            licenses: Arc::clone(&app.licenses),
            database: app.database.clone(),
            clock,
            door: Arc::new(StaffDoor::new(Arc::new(identity), Arc::new(csrf), texts.clone(), read_only)),
            texts,
        };
        Self { house, page }
    }

    /// A staff member with capabilities of ours, who speaks German.
    async fn hire(&self, id: i64, capabilities: &[&str]) {
        self.house
            .sql(&format!(
                "INSERT INTO `tblstaff` (`staffid`, `email`, `firstname`, `lastname`, `password`, `datecreated`, `admin`,
                   `active`, `default_language`) VALUES ({id}, 'm{id}@seller.example', 'Max', 'Muster', '',
                   '2026-01-05 09:00:00', 0, 1, 'german')"
            ))
            .await;
        for capability in capabilities {
            self.house
                .sql(&format!(
                    "INSERT INTO `tblstaff_permissions` (`staff_id`, `feature`, `capability`)
                     VALUES ({id}, 'perfex_bridge', '{capability}')"
                ))
                .await;
        }
    }

    async fn ask(&self, staff: Option<i64>, method: &str, target: &str, body: &str) -> Seen {
        let claim = Claim { staff: staff.map(StaffId), ..self.house.claim() };
        let mut asked = self.house.signed(method, target, body, &claim).await;
        let cookie = format!("__Host-perfex_bridge_csrf={COOKIE}");
        asked.headers.insert("cookie", cookie.parse().unwrap());
        seen(self.page.answer(asked).await).await
    }

    async fn look(&self, staff: i64) -> Seen {
        self.ask(Some(staff), "GET", PATH, "").await
    }

    /// Sends a form of the page that this person sees.
    async fn send(&self, staff: i64, action: &str, fields: &str) -> Seen {
        let page = self.look(staff).await.html;
        let token = page.split_once("name=\"bridge_csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
        let body = format!("bridge_csrf={token}&{fields}");
        self.ask(Some(staff), "POST", &format!("{PATH}/{action}"), &body).await
    }
}

async fn seen(response: warp::reply::Response) -> Seen {
    let (head, body) = response.into_parts();
    let bytes: Bytes = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
    Seen { status: head.status, headers: head.headers, html: String::from_utf8(bytes.to_vec()).unwrap() }
}

#[tokio::test]
async fn only_staff_with_the_permission_get_in() {
    let office = Office::open().await;
    office.hire(7, &[]).await;
    office.hire(8, &["view"]).await;
    assert_eq!(office.ask(None, "GET", PATH, "").await.status, 403);
    assert_eq!(seen(office.page.answer(request("GET", PATH, &[], "")).await).await.status, 403);
    let refused = office.look(7).await;
    assert_eq!(refused.status, 403);
    assert!(refused.html.contains("Dafür fehlt Ihnen das Recht"), "{}", refused.html);
    let page = office.look(8).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["bridge-fragment"], "Lizenzen%20der%20Module");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(!page.html.contains("<form"), "who may only look sees no forms: {}", page.html);
    let refused = office.ask(Some(8), "POST", &format!("{PATH}/check"), "module=shop").await;
    assert_eq!(refused.status, 403);
    assert_eq!(office.ask(Some(ADA.0), "GET", &format!("{PATH}/garden"), "").await.status, 404);
}

#[tokio::test]
async fn a_demonstration_shows_everything_and_takes_nothing() {
    let office = Office::with(true).await;
    let page = office.look(ADA.0).await;
    assert!(page.status == 200 && !page.html.contains("<form"), "{}", page.html);
    let refused = office.ask(Some(ADA.0), "POST", &format!("{PATH}/release"), "module=shop").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn a_form_of_another_page_is_not_taken() {
    let office = Office::open().await;
    for body in ["module=shop", "module=shop&bridge_csrf=00", "module=shop&bridge_csrf="] {
        let refused = office.ask(Some(ADA.0), "POST", &format!("{PATH}/check"), body).await;
        assert_eq!(refused.status, 403);
        assert!(refused.html.contains("This form is out of date"), "{}", refused.html);
    }
}

#[tokio::test]
async fn a_license_is_entered_checked_and_released_and_the_log_says_by_whom() {
    let office = Office::open().await;
    office.hire(7, &["view", "edit"]).await;
    let app = &office.house.shop.app;
    app.license_own_module(Module::Shop).await.unwrap();
    let key = app.licenses.panel(Module::Shop).await.unwrap().key.unwrap();
    app.licenses.release(Module::Shop).await.unwrap();

    let typo = key.replace(&key[..1], if key.starts_with('0') { "1" } else { "0" });
    let refused = office.send(7, "activate", &format!("module=shop&license_key={typo}")).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.html.contains("enthält einen Tippfehler")
            && refused.html.contains(&format!("value=\"{typo}\""))
    );
    let refused = office.send(7, "activate", "module=shop&license_key=%3Cscript%3E").await;
    assert!(refused.html.contains("Das ist kein Lizenzschlüssel") && !refused.html.contains("<script>"));
    let refused = office.send(7, "activate", &format!("module=booking&license_key={key}")).await;
    assert!(refused.html.contains("gehört zu einem anderen Produkt"), "{}", refused.html);

    let taken = office.send(7, "activate", &format!("module=shop&license_key={key}")).await;
    assert_eq!(
        (taken.status, &taken.headers["location"]),
        (StatusCode::SEE_OTHER, &"../licenses?said=activated".parse().unwrap())
    );
    let page = office.ask(Some(7), "GET", &format!("{PATH}?said=activated"), "").await;
    assert!(page.html.contains("Die Lizenz ist aktiviert.") && page.html.contains("gültig"), "{}", page.html);
    office.house.shop.pass(chrono::TimeDelta::seconds(1));
    assert_eq!(office.send(7, "check", "module=shop").await.status, 303);
    assert_eq!(office.send(7, "release", "module=shop").await.status, 303);
    assert_eq!(office.send(7, "release", "module=shop").await.status, 422);
    assert_eq!(office.send(7, "check", "module=garden").await.status, 422);

    let conn = &mut office.house.shop.conn().await;
    let log: Vec<String> = conn
        .query("SELECT `description` FROM `tblactivity_log` WHERE `description` LIKE 'License of %' ORDER BY `id`")
        .await
        .unwrap();
    let lines = ["activated", "checked", "released"]
        .map(|what| format!("License of PM Shop {what} in perfex-bridge [Staff ID: 7]"));
    assert_eq!(log, lines);
}

#[tokio::test]
async fn what_staff_read_in_both_languages() {
    let office = Office::open().await;
    office.hire(7, &["view", "edit"]).await;
    let app = &office.house.shop.app;
    app.license_own_module(Module::Shop).await.unwrap();
    let mut shown = String::new();
    for staff in [ADA.0, 7] {
        let html = office.look(staff).await.html;
        let token =
            html.split_once("name=\"bridge_csrf\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let next = html.split_once("2026-03-10").map(|(_, rest)| rest[..6].to_owned()).unwrap_or_default();
        let mut stable = html;
        for part in stable.clone().split("name=\"bridge_csrf\" value=\"").skip(1) {
            stable = stable.replace(part.split_once('"').unwrap().0, "TOKEN");
        }
        shown.push_str(&stable.replace(&token, "TOKEN").replace(&format!("2026-03-10{next}"), "TOMORROW"));
    }
    insta::assert_snapshot!(shown);
}
