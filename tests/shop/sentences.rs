//! What the product's own page promises about the shop, sentence by sentence; each test has the sentence for its name.
//!
//! Where a promise has many sides, this is the shortest way through; the other sides are tested where its parts are:
//! routes that answer 404 in `tests/companion/commands.rs`, missing language files in `tests/companion/languages.rs`, the seven
//! days of grace in `tests/licensing/client/grace.rs`, keys on the settings page and products in [`super::backoffice`],
//! trials in [`super::trial`], payments in [`super::truth_table`] and [`super::reversals`], licenses in `tests/licensing`.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::db::{Flavour, Server};
use perfex_bridge::outbox::State;
use perfex_bridge::perfex::schema::Schema;
use serde_json::{Value, json};

use crate::companion::house::House;
use crate::support::crm;
use crate::support::crm_web::{contact, staff};
use crate::support::daemon::{PACKAGE, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;
use crate::support::remote::RemoteShop;
use crate::support::shop::{Shop, eva};

/// Places an order over one package, in a language of the CRM.
async fn order(site: &Site, package: &str, email: &str, language: &str) -> Value {
    let mut place = vec!["order", "place", "--package", package, "--email", email];
    place.extend(["--firstname", "Eva", "--lastname", "Müller", "--language", language]);
    site.json(&place).await
}

/// The subjects of all mails so far.
fn subjects(site: &Site) -> Vec<String> {
    let read = |path: &std::path::PathBuf| {
        let raw = std::fs::read(path).unwrap();
        MessageParser::default().parse(&raw).unwrap().subject().unwrap().to_owned()
    };
    let mut subjects: Vec<String> = site.mails().iter().map(read).collect();
    subjects.sort();
    subjects
}

/// A CRM that runs, with the module in it, products on sale and the daemon beside it, which looks by itself only once a
/// minute.
async fn open() -> (House, crate::support::daemon::Daemon) {
    let mut house = House::with_workers(4).await;
    house.site.set("watch", "interval", "1m");
    house.site.stock().await;
    house.site.json(&["install"]).await;
    let daemon = house.site.start_ready().await;
    (house, daemon)
}

#[tokio::test]
async fn public_shop_at_shop_with_product_and_package_listings() {
    let (house, _daemon) = open().await;
    let shop = house.crm.get("/shop", &["Accept-Language: en"]).await;
    assert_eq!(shop.code, 200, "{shop:?}");
    assert!(shop.body.contains("Backup Pro"), "{shop:?}");
    let product = house.crm.get("/shop/backup-pro", &["Accept-Language: en"]).await;
    assert!(product.code == 200 && product.body.contains("49"), "{product:?}");
}

#[tokio::test]
async fn license_key_generated_instantly_on_payment_confirmation() {
    let (house, _daemon) = open().await;
    let placed = order(&house.site, PACKAGE, "eva@buyer.example", "german").await;
    let ada = staff(&house.database, 1).await;
    let begun = Instant::now();
    house.crm.get(&format!("/admin/payments/record/{}/49.00", placed["invoice"]), &[&ada]).await;
    let licenses = eventually("license", async || {
        let all = house.site.json(&["license", "list", "--order", "1"]).await;
        (!all.as_array().unwrap().is_empty()).then_some(all)
    })
    .await;
    assert!(begun.elapsed() < Duration::from_secs(30), "the bell, not the look once a minute");
    assert_eq!(licenses[0]["right"], "active");
    assert_eq!(licenses[0]["key"].as_str().unwrap().len(), 32 + 1 + 4 + 1 + 4 + 1 + 16);
}

#[tokio::test]
async fn license_email_sent_automatically_de_and_en() {
    let (house, _daemon) = open().await;
    let ada = staff(&house.database, 1).await;
    for (email, language) in [("eva@buyer.example", "german"), ("max@buyer.example", "english")] {
        let placed = order(&house.site, PACKAGE, email, language).await;
        house.crm.get(&format!("/admin/payments/record/{}/49.00", placed["invoice"]), &[&ada]).await;
    }
    eventually("two mails", async || (house.site.mails().len() == 2).then_some(())).await;
    assert_eq!(
        subjects(&house.site),
        ["Ihr Lizenzschlüssel für Backup Pro", "Your license key for Backup Pro"]
    );
}

#[tokio::test]
async fn client_portal_license_overview_at_clients_licenses() {
    let (house, _daemon) = open().await;
    let eva = contact(&house.database).await;
    let conn = &mut house.database.conn().await;
    conn.query_drop(
        "INSERT INTO `tblclients` (`userid`, `company`, `datecreated`, `active`) VALUES (12, 'Buyer GmbH', NOW(), 1)
         ON DUPLICATE KEY UPDATE `userid` = `userid`",
    )
    .await
    .unwrap();
    conn.query_drop(
        "INSERT INTO `tblcontacts` (`id`, `userid`, `is_primary`, `firstname`, `lastname`, `email`, `phonenumber`, `datecreated`,
           `email_verified_at`, `active`) VALUES (34, 12, 1, 'Eva', 'Müller', 'eva@buyer.example', '', NOW(), NOW(), 1)
         ON DUPLICATE KEY UPDATE `email` = 'eva@buyer.example'",
    )
    .await
    .unwrap();
    order(&house.site, "backup-pro-free", "eva@buyer.example", "english").await;
    let page = house.crm.get("/clients/licenses", &[&eva]).await;
    assert_eq!(page.code, 200, "{page:?}");
    assert!(page.body.contains("Backup Pro"), "{page:?}");
    let stranger = house.crm.get("/clients/licenses", &[]).await;
    assert!(!stranger.body.contains("Backup Pro"), "{stranger:?}");
}

#[tokio::test]
async fn order_management_in_admin() {
    let (house, _daemon) = open().await;
    order(&house.site, PACKAGE, "eva@buyer.example", "german").await;
    let ada = staff(&house.database, 1).await;
    let orders = house.crm.get("/admin/perfex_bridge/staff_gateway/shop/orders", &[&ada]).await;
    assert!(orders.code == 200 && orders.body.contains("eva@buyer.example"), "{orders:?}");
    let one = house.crm.get("/admin/perfex_bridge/staff_gateway/shop/orders/1", &[&ada]).await;
    assert!(one.code == 200 && one.body.contains("Backup Pro"), "{one:?}");
    let eva = contact(&house.database).await;
    let refused = house.crm.get("/admin/perfex_bridge/staff_gateway/shop/orders", &[&eva]).await;
    assert!(refused.code != 200, "{refused:?}");
}

#[tokio::test]
async fn csrf_protection_on_all_public_checkout_forms() {
    let (house, _daemon) = open().await;
    let form = "Content-Type: application/x-www-form-urlencoded";
    let body = format!("package={PACKAGE}&quantity=1&email=eva%40buyer.example&firstname=Eva&lastname=M");
    let page = house.crm.get(&format!("/shop/checkout?package={PACKAGE}"), &[]).await;
    assert!(page.code == 200 && page.body.contains("bridge_csrf"), "{page:?}");
    let forged = house.crm.ask("POST /shop/checkout", &[form], &body).await;
    assert_eq!(forged.code, 403, "{forged:?}");
    let sql = "SELECT COUNT(*) FROM `tblpm_orders`";
    let orders: Option<i64> = house.database.conn().await.query_first(sql).await.unwrap();
    assert_eq!(orders, Some(0));
    // The page of an order has forms, too.
    order(&house.site, PACKAGE, "eva@buyer.example", "english").await;
    let conn = &mut house.database.conn().await;
    let token: String = conn.query_first("SELECT `token` FROM `tblpm_orders`").await.unwrap().unwrap();
    let correct = "do=correct&email=mallory%40other.example";
    let forged = house.crm.ask(&format!("POST /shop/order/{token}"), &[form], correct).await;
    assert_eq!(forged.code, 403, "{forged:?}");
    let email: Option<String> = conn.query_first("SELECT `email` FROM `tblpm_orders`").await.unwrap();
    assert_eq!(email.as_deref(), Some("eva@buyer.example"));
}

#[tokio::test]
async fn install_and_activate() {
    let (house, _daemon) = open().await;
    let sql = "SELECT `active` FROM `tblmodules` WHERE `module_name` = 'perfex_bridge'";
    let active: Option<i64> = house.database.conn().await.query_first(sql).await.unwrap();
    assert_eq!(active, Some(1));
    assert!(house.crm.folder.path().join("modules/perfex_bridge/perfex_bridge.php").exists());
}

#[tokio::test]
async fn when_a_perfex_invoice_is_paid_license_auto_generated_and_email_sent() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let (order, invoice) = shop.invoiced("pro").await;
        crm::record_payment(&mut shop.conn().await, invoice, "49.00".parse().unwrap()).await;
        shop.settle(invoice).await;
        assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    }
}

#[tokio::test]
async fn hooks_into_perfex_payment_recorded_event_fully_automatic() {
    let (house, daemon) = open().await;
    let placed = order(&house.site, PACKAGE, "eva@buyer.example", "german").await;
    let ada = staff(&house.database, 1).await;
    let page = house.crm.get(&format!("/admin/payments/record/{}/49.00", placed["invoice"]), &[&ada]).await;
    assert_eq!(page.code, 200, "{page:?} {}", house.crm.log());
    eventually("mail", async || house.site.mails().pop()).await;
    assert!(!daemon.log().contains("WARN"), "{}", daemon.log());
}

#[tokio::test]
async fn license_generation_via_post_to_api_create_php_on_license_server() {
    let remote = RemoteShop::open().await;
    let (order, _) = remote.paid("pro", 1).await;
    assert_eq!(remote.bring().await, [Some(State::Sent)]);
    let asked = remote.way.asked();
    assert_eq!(
        (asked.len(), &asked[0]["product"], &asked[0]["package"]),
        (1, &json!("booking"), &json!("pro"))
    );
    assert_eq!(remote.way.pages(), ["/api/create.php"]);
    assert_eq!(remote.keys(order).await, remote.made().await);
}

#[tokio::test]
async fn free_products_get_license_immediately_without_invoice_step() {
    let shop = Shop::open().await;
    let placed = shop.place(&eva("gift")).await.unwrap();
    assert_eq!(placed.invoice, None);
    assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active, 1 mail");
    let invoices: Option<i64> =
        shop.conn().await.query_first("SELECT COUNT(*) FROM `tblinvoices`").await.unwrap();
    assert_eq!(invoices, Some(0));
}

#[tokio::test]
async fn trial_reminders_via_a_daily_schedule() {
    let shop = Shop::open().await;
    assert_eq!(shop.app.config.schedule.trials.to_string(), "0 9 * * *");
    assert_eq!(shop.app.config.shop.trial_reminder_days.to_string(), "7, 14, 27");
    shop.place(&eva("taste")).await.unwrap();
    shop.pass(chrono::TimeDelta::days(7));
    let run = shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!(run.words, "1 running trials, 1 reminded of, 0 ended");
}

#[tokio::test]
async fn all_order_data_stored_in_pm_orders_pm_products_pm_packages_tables() {
    let shop = Shop::open().await;
    shop.place(&eva("pro")).await.unwrap();
    let conn = &mut shop.conn().await;
    let row: Option<(String, String, String, i64)> = conn
        .query_first(
            "SELECT p.`slug`, k.`sku`, o.`email`, i.`quantity` FROM `tblpm_orders` o
             INNER JOIN `tblpm_order_items` i ON i.`order_id` = o.`id`
             INNER JOIN `tblpm_packages` k ON k.`id` = i.`package_id`
             INNER JOIN `tblpm_products` p ON p.`id` = k.`product_id`",
        )
        .await
        .unwrap();
    assert_eq!(row, Some(("booking".into(), "pro".into(), "eva@buyer.example".into(), 1)));
}

#[tokio::test]
async fn perfex_crm_3_0_or_higher() {
    for (crm, version) in [(Database::perfex_300().await, "3.0.0"), (Database::perfex_341().await, "3.4.1")] {
        let shop = Shop::beside(crm).await;
        assert_eq!(shop.schema.version_text(), version);
    }
    let shop = Shop::open().await;
    shop.conn().await.query_drop("UPDATE `tblmigrations` SET `version` = 299").await.unwrap();
    let mut session = shop.app.database.session().await.unwrap();
    let error = Schema::probe(&mut session, "tbl").await.unwrap_err();
    assert!(error.to_string().contains("3.0"), "{error}");
}

#[test]
fn mysql_5_7_or_mariadb_10_3() {
    let server = |flavour, version| Server {
        flavour,
        version,
        text: String::new(),
        binlog: false,
        binlog_format: "ROW".to_owned(),
    };
    for (flavour, version, supported) in [
        (Flavour::MySql, (5, 7), true),
        (Flavour::MySql, (8, 4), true),
        (Flavour::MySql, (5, 6), false),
        (Flavour::MariaDb, (10, 3), true),
        (Flavour::MariaDb, (11, 8), true),
        (Flavour::MariaDb, (10, 2), false),
    ] {
        assert_eq!(server(flavour, version).is_supported(), supported, "{flavour:?} {version:?}");
    }
}

#[tokio::test]
async fn my_routes_php_writable_chmod_664() {
    let house = House::with_workers(1).await;
    let routes = house.crm.folder.my_routes();
    std::fs::remove_file(&routes).ok();
    house.site.stock().await;
    house.site.json(&["install"]).await;
    let mode = std::fs::metadata(&routes).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o664, "{mode:o}");
}

#[tokio::test]
async fn license_wont_activate_check_outgoing_https() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("licensing", "server", "https://127.0.0.1:1/");
    site.set("licensing", "api_key", "k");
    site.stock().await;
    let said = site.run(&["check", "--json"]).await;
    let findings = said.json();
    let found = findings.as_array().unwrap().iter().find(|one| one["check"] == "license server").unwrap();
    assert_ne!(found["status"], "ok", "{found}");
    assert!(found["mend"].as_str().is_some_and(|mend| !mend.is_empty()), "{found}");
}

#[tokio::test]
async fn php_8_0_or_higher() {
    let house = House::with_workers(1).await;
    let findings = house.site.run(&["check", "--json"]).await.json();
    let found = findings.as_array().unwrap().iter().find(|one| one["check"] == "php").unwrap();
    let version = found["detail"].as_str().unwrap().strip_prefix("PHP ").unwrap();
    let major: u32 = version.split('.').next().unwrap().parse().unwrap();
    assert!(major >= 8 && found["status"] == "ok", "{found}");
}

#[tokio::test]
async fn create_products_and_packages_in_admin_and_the_shop_is_live_at_shop() {
    let (house, _daemon) = open().await;
    let ada = staff(&house.database, 1).await;
    let products = house.crm.get("/admin/perfex_bridge/staff_gateway/shop/products", &[&ada]).await;
    assert!(products.code == 200 && products.body.contains("Backup Pro"), "{products:?}");
    let settings = house.crm.get("/admin/perfex_bridge/staff_gateway/shop/settings", &[&ada]).await;
    for part in ["License Server URL", "License Server API Key", "Paste the license key here"] {
        assert!(settings.body.contains(part), "{part}: {settings:?}");
    }
    let shop = house.crm.get("/shop", &[]).await;
    assert!(shop.code == 200 && shop.body.contains("Backup Pro"), "{shop:?}");
}
