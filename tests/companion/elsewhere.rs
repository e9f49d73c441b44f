//! The same module under Apache, and in a CRM that lies in a folder of its address.

use mysql_async::prelude::Queryable as _;
use serde_json::json;

use super::house::House;
use crate::shop::checkout::passage::{Live, pass};
use crate::support::crm_web::{contact, staff};

#[tokio::test]
async fn under_apache_with_php_fpm_pages_pass_as_under_any_other_web_server() {
    let house = House::under_apache().await;
    house.site.json(&["install"]).await;
    let _daemon = house.site.start_ready().await;
    let keys = house.crm.get("/api/keys.json", &[]).await;
    assert_eq!(keys.code, 200, "{keys:?}");
    // A file that is none, a form, an API key, and an escaped address.
    let json = ["Content-Type: application/json", "Authorization: Bearer nobody's"];
    let wrong = house.crm.ask("POST /api/create.php", &json, "{}").await;
    assert_eq!(wrong.code, 401, "{wrong:?}");
    let question =
        json!({ "license_key": "x", "domain": "x.de", "product": "x", "nonce": "12345678" }).to_string();
    let asked = house.crm.ask("POST /api/validate", &json[..1], &question).await;
    assert_eq!((asked.code, &asked.json()["code"]), (200, &json!("unknown")), "{asked:?}");
    let ada = staff(&house.database, 1).await;
    let page = house.crm.get("/admin/perfex_bridge/staff_gateway/licenses?a=%C3%A4", &[&ada]).await;
    assert!(page.code == 200 && page.body.contains("PM Shop"), "{page:?}");
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn somebody_buys_through_php_and_the_page_asks_for_its_key() {
    for (house, folder) in [
        (House::under_apache().await, ""),
        (House::under_nginx(4).await, ""),
        (House::with_workers(4).await, "perfex/"),
    ] {
        let home = format!("https://crm.example/{folder}");
        house.crm.folder.change("APP_BASE_URL", &home);
        house.site.json(&["install"]).await;
        house.site.stock().await;
        let _daemon = house.site.start_ready().await;
        pass(&house.database, house.crm.port(), &home, Live::Poll).await;
        assert_eq!(house.crm.log(), "");
    }
}

#[tokio::test]
async fn a_crm_in_a_folder_of_its_address_leads_to_our_pages_and_they_lead_back() {
    let house = House::with_workers(4).await;
    house.crm.folder.change("APP_BASE_URL", "https://crm.example/perfex/");
    house.site.json(&["install"]).await;
    let _daemon = house.site.start_ready().await;
    assert_eq!(house.crm.get("/perfex/api/keys.json", &[]).await.code, 200);
    let ada = staff(&house.database, 1).await;
    let dashboard = house.crm.get("/perfex/admin/dashboard", &[&ada]).await.body;
    assert!(
        dashboard.contains("href=\"https://crm.example/perfex/admin/perfex_bridge/staff_gateway/overview\""),
        "{dashboard}"
    );
    let page = house.crm.get("/perfex/admin/perfex_bridge/staff_gateway/licenses", &[&ada]).await;
    assert!(page.code == 200 && page.body.contains("PM Shop"), "{page:?}");
    let mut conn = house.database.conn().await;
    conn.query_drop("SET SESSION sql_mode = ''").await.unwrap();
    for sql in [
        "INSERT INTO `tblclients` (`userid`, `company`, `datecreated`, `active`) VALUES (12, 'Eva & Co', NOW(), 1)",
        "INSERT INTO `tblcontacts` (`id`, `userid`, `is_primary`, `firstname`, `lastname`, `email`, `datecreated`, \
         `email_verified_at`, `active`) VALUES (34, 12, 1, 'Eva', 'E', 'eva@buyer.example', NOW(), NOW(), 1)",
    ] {
        conn.query_drop(sql).await.unwrap();
    }
    let eva = contact(&house.database).await;
    let licenses = house.crm.get("/perfex/clients/licenses", &[&eva]).await;
    assert_eq!(licenses.code, 200, "{licenses:?}");
    assert!(licenses.body.contains("href=\"https://crm.example/perfex/shop\""), "{licenses:?}");
    assert_eq!(house.crm.log(), "");
}
