//! `/clients/licenses`: what a customer's contact sees in both languages, what the form does, and who does not get in.

use std::sync::Arc;

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::PortalDoor;
use perfex_bridge::http::gateway::{Claim, PerfexCsrf};
use perfex_bridge::ids::{ContactId, OrderId, StaffId};
use perfex_bridge::licensing::authority::Question;
use perfex_bridge::licensing::{Domain, LicenseKey, Purpose};
use perfex_bridge::perfex::invoice::Depth;
use perfex_bridge::shop::{Orders, PlaceOrder, PortalPage};
use perfex_bridge::text::PortalTexts;
use perfex_bridge::watch::Watched as _;
use warp::http::StatusCode;

use crate::identity::house::{House, request};
use crate::staff::office::{Seen, seen};
use crate::support::crm;
use crate::support::shop::eva;

const PATH: &str = "/clients/licenses";

/// The page beside a CRM whose customer Müller & Söhne has Eva as contact.
struct Portal {
    house: House,
    page: PortalPage,
}

impl Portal {
    async fn open() -> Self {
        Self::with(false).await
    }

    async fn with(read_only: bool) -> Self {
        let house = House::open().await;
        house.shop.stock().await;
        let app = &house.shop.app;
        let texts = PortalTexts::load().unwrap();
        let (identity, csrf) = house.frame();
        let door = PortalDoor::new(identity, csrf, texts.clone(), read_only);
        let page = PortalPage {
            database: app.database.clone(),
            clock: Arc::clone(&app.clock),
            authority: app.authority.clone(),
            door: Arc::new(door),
            texts,
            base_url: app.base_url.clone(),
        };
        Self { house, page }
    }

    /// Eva's word, as the gateway gives it.
    fn eva(&self) -> Claim {
        Claim {
            contact: Some(self.house.eva),
            client: Some(self.house.client),
            csrf: Some(PerfexCsrf { name: "csrf_token_name".into(), value: "crm".into() }),
            ..self.house.claim()
        }
    }

    async fn ask(&self, claim: &Claim, method: &str, target: &str, body: &str) -> Seen {
        let asked = self.house.signed_by_browser(method, target, body, claim).await;
        seen(self.page.answer(asked).await).await
    }

    async fn look(&self) -> Seen {
        self.ask(&self.eva(), "GET", PATH, "").await
    }

    /// Sends the form of the page that is shown.
    async fn release(&self, page: &str, more: &str) -> Seen {
        let token = page.split("name=\"bridge_csrf\" value=\"").nth(1).map_or("", |rest| &rest[..80]);
        let body = format!("bridge_csrf={token}&csrf_token_name=crm&{more}");
        self.ask(&self.eva(), "POST", &format!("{PATH}/release"), &body).await
    }

    /// Eva orders a package; her customer is found by her address.
    async fn order(&self, package: &str) -> OrderId {
        self.house.shop.place(&eva(package)).await.unwrap().order
    }

    /// A site uses the first license of an order.
    async fn activate(&self, order: OrderId, domain: &str) -> LicenseKey {
        let license = self.house.shop.licenses(order).await.remove(0);
        let key = LicenseKey::parse(&license.key.unwrap()).unwrap();
        let question = Question {
            key: key.clone(),
            product: "booking".into(),
            domain: Domain::parse(domain, Purpose::Production).unwrap(),
        };
        let verdict = self.house.shop.app.authority.activate(&question).await.unwrap();
        assert!(verdict.code.allows(), "{verdict:?}");
        key
    }
}

/// The page without its style and script, and without what differs from run to run.
fn agreed(page: &Seen) -> String {
    let stable = page.stable();
    let body = stable.split_once("<script>").unwrap().0;
    let mut parts = body.split("crm.example/invoice/");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (address, rest) = part.split_once('"').unwrap();
        let (id, _) = address.split_once('/').unwrap();
        text.extend(["crm.example/invoice/", id, "/HASH\"", rest]);
    }
    // Keys are drawn anew for each test.
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match line.split_once("\" value=\"").filter(|(before, _)| before.contains("id=\"license-key-")) {
            Some((before, rest)) => {
                lines.push(format!("{before}\" value=\"KEY\"{}", rest.split_once('"').unwrap().1));
            }
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

#[tokio::test]
async fn a_customer_sees_every_license_with_domain_state_invoice_and_key() {
    let portal = Portal::open().await;
    let shop = &portal.house.shop;
    let (paid, invoice) = shop.invoiced("pro").await;
    crm::record_payment(&mut shop.conn().await, invoice, "49.00".parse().unwrap()).await;
    shop.settle(invoice).await;
    let key = portal.activate(paid, "www.müller-laden.de").await;
    portal.order("gift").await;
    let (_, open) = shop.invoiced("taxed").await;
    let page = portal.look().await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["bridge-fragment"], "Lizenzen");
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(page.html.contains(&key.to_string()), "{}", page.html);
    assert!(page.html.contains(&format!("https://crm.example/invoice/{open}/")), "{}", page.html);
    insta::assert_snapshot!("portal_licenses_german", agreed(&page));
    portal.house.sql("UPDATE `tblclients` SET `default_language` = 'french'").await;
    insta::assert_snapshot!("portal_licenses_english", agreed(&portal.look().await));
}

#[tokio::test]
async fn a_customer_without_licenses_is_led_to_the_shop() {
    let portal = Portal::open().await;
    let page = portal.look().await;
    assert!(page.html.contains("Sie haben noch keine Lizenzen."), "{}", page.html);
    assert!(page.html.contains("href=\"https://crm.example/shop\""), "{}", page.html);
}

#[tokio::test]
async fn a_domain_is_released_by_the_form_and_counts_among_the_moves() {
    let portal = Portal::open().await;
    let order = portal.order("gift").await;
    for round in 0..3 {
        portal.activate(order, "one-shop.de").await;
        let page = portal.look().await.html;
        assert!(page.contains(if round == 2 { "noch einmal" } else { "-mal" }), "{page}");
        let taken = portal.release(&page, "license=1&domain=one-shop.de").await;
        assert_eq!(
            (taken.status, &taken.headers["location"]),
            (StatusCode::SEE_OTHER, &"../licenses?said=released".parse().unwrap())
        );
        let after = portal.ask(&portal.eva(), "GET", &format!("{PATH}?said=released"), "").await.html;
        assert!(
            after.contains("Die Domain ist freigegeben.") && after.contains("noch nicht aktiviert"),
            "{after}"
        );
    }
    // The fourth within thirty days is up to staff, and the page says so instead of offering a button.
    portal.activate(order, "two-shop.de").await;
    let page = portal.look().await.html;
    assert!(page.contains("dreimal umgezogen") && !page.contains("Jetzt freigeben"), "{page}");
    let forced = portal.ask(&portal.eva(), "GET", PATH, "").await.html;
    assert!(!forced.contains("bridge_csrf"), "no form, no token");
    portal.house.shop.pass(TimeDelta::days(31));
    let later = portal.look().await.html;
    let taken = portal.release(&later, "license=1&domain=two-shop.de").await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    let logged: Vec<String> = mysql_async::prelude::Queryable::query(
        &mut portal.house.shop.conn().await,
        "SELECT `description` FROM `tblactivity_log` WHERE `description` LIKE '%portal%' ORDER BY `id`",
    )
    .await
    .unwrap();
    assert_eq!(logged.len(), 4);
    let expected =
        format!("License 1 released from its domain in the portal [Contact ID: {}]", portal.house.eva);
    assert_eq!(logged[0], expected);
}

#[tokio::test]
async fn what_is_not_the_customers_or_not_current_is_not_released() {
    let portal = Portal::open().await;
    let order = portal.order("gift").await;
    portal.activate(order, "one-shop.de").await;
    let page = portal.look().await.html;
    // A domain that the license has no more, and licenses of nobody and of another customer.
    let gone = portal.release(&page, "license=1&domain=other-shop.de").await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
    assert!(gone.html.contains("Es wurde nichts geändert"), "{}", gone.html);
    let mut other = eva("gift");
    other.email = "max@elsewhere.example".into();
    let theirs = portal.house.shop.place(&other).await.unwrap().order;
    portal.activate(theirs, "theirs-shop.de").await;
    assert!(!portal.look().await.html.contains("theirs-shop.de"));
    for form in ["license=2&domain=theirs-shop.de", "license=99&domain=x.example", "license=x", ""] {
        assert_eq!(portal.release(&page, form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
    }
    // Without our token, and by a link.
    let forged =
        portal.ask(&portal.eva(), "POST", &format!("{PATH}/release"), "license=1&domain=one-shop.de").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let link =
        portal.ask(&portal.eva(), "GET", &format!("{PATH}/release?license=1&domain=one-shop.de"), "").await;
    assert_eq!(link.status, StatusCode::NOT_FOUND);
    let bound = portal.house.shop.licenses(theirs).await[0].domain.clone();
    assert_eq!(bound.as_deref(), Some("theirs-shop.de"));
    assert_eq!(portal.house.shop.licenses(order).await[0].domain.as_deref(), Some("one-shop.de"));
}

#[tokio::test]
async fn whoever_may_not_gets_a_sentence_in_the_portals_theme() {
    let portal = Portal::open().await;
    portal.order("gift").await;
    let refused = |claim: Claim, status, sentence: &'static str| {
        let portal = &portal;
        async move {
            let page = portal.ask(&claim, "GET", PATH, "").await;
            assert_eq!(page.status, status, "{sentence}");
            assert!(page.html.contains(sentence) && page.headers.contains_key("bridge-fragment"), "{page:?}");
            assert!(!page.html.contains("license-key"), "{page:?}");
        }
    };
    let forbidden = StatusCode::FORBIDDEN;
    refused(Claim { contact: None, client: None, ..portal.eva() }, forbidden, "Please sign in").await;
    refused(Claim { contact: Some(ContactId(99)), ..portal.eva() }, forbidden, "is not active at the moment")
        .await;
    refused(
        Claim { contact: None, client: None, staff: Some(StaffId(1)), ..portal.eva() },
        forbidden,
        "Please sign in",
    )
    .await;
    // Straight from a web server, past PHP: even with a good session there is no theme.
    portal.house.eva_signs_in().await;
    let asked = request("GET", PATH, &[("cookie", "sp_session=0123456789abcdef0123456789abcdef")], "");
    let page = seen(portal.page.answer(asked).await).await;
    assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST);
    assert!(page.html.contains("Der Webserver muss ihre Adresse an das CRM weitergeben"), "{page:?}");
    portal.house.sql("DELETE FROM `tblcontact_permissions` WHERE `permission_id` = 1").await;
    refused(portal.eva(), forbidden, "Sie dürfen keine Rechnungen sehen").await;
}

#[tokio::test]
async fn in_a_demonstration_nothing_is_released() {
    let portal = Portal::with(true).await;
    let order = portal.order("gift").await;
    portal.activate(order, "one-shop.de").await;
    let page = portal.look().await.html;
    assert!(page.contains("one-shop.de") && !page.contains("<form"), "{page}");
    let asked =
        portal.ask(&portal.eva(), "POST", &format!("{PATH}/release"), "license=1&domain=one-shop.de").await;
    assert_eq!(asked.status, StatusCode::FORBIDDEN);
    assert!(asked.html.contains("Dies ist eine Demonstration"), "{}", asked.html);
}

#[tokio::test]
async fn many_licenses_have_pages() {
    let portal = Portal::open().await;
    let mut order = eva("gift");
    order.quantity = 30;
    portal.house.shop.place(&order).await.unwrap();
    let first = portal.look().await.html;
    assert_eq!(first.matches("data-pb-copy=").count(), 25);
    assert!(first.contains("href=\"https://crm.example/clients/licenses?page=2\""), "{first}");
    let second = portal.ask(&portal.eva(), "GET", &format!("{PATH}?page=2"), "").await.html;
    assert_eq!(second.matches("data-pb-copy=").count(), 5);
    assert!(second.contains("?page=1\"") && !second.contains("?page=3"), "{second}");
    for odd in ["?page=0", "?page=-1", "?page=99999999999", "?page=x", "?page=10000"] {
        assert_eq!(
            portal.ask(&portal.eva(), "GET", &format!("{PATH}{odd}"), "").await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn licenses_go_with_their_invoice_to_the_customer_that_staff_give_it_to() {
    let portal = Portal::open().await;
    let shop = &portal.house.shop;
    let earlier = PlaceOrder { email: "eva@old-company.example".into(), ..eva("pro") };
    let placed = shop.place(&earlier).await.unwrap();
    let invoice = placed.invoice.unwrap();
    let conn = &mut shop.conn().await;
    crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
    shop.settle(invoice).await;
    let key = shop.licenses(placed.order).await.remove(0).key.unwrap();
    assert!(!portal.look().await.html.contains(&key));
    // The companies became one: staff move the invoice, and delete the customer that nothing is left of.
    let old = shop.order(placed.order).await.client;
    let sql = "UPDATE `tblinvoices` SET `clientid` = ? WHERE `id` = ?";
    conn.exec_drop(sql, (portal.house.client, invoice)).await.unwrap();
    let watched = Orders::new(shop.app.database.clone());
    assert_eq!(watched.changed(0, 10, Depth::PaymentsAndCredits).await.unwrap().changed, [invoice]);
    shop.settle(invoice).await;
    crm::delete_client(conn, old).await;
    shop.settle(invoice).await;
    assert_eq!(shop.order(placed.order).await.client, portal.house.client);
    assert!(portal.look().await.html.contains(&key));
    assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(shop.events(placed.order).await, ["placed", "charge", "fulfilled", "customer"]);
}
