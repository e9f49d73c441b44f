//! Fragments within the CRM's own layouts, menus, widget, languages, and who gets to see them.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::perfex::encryption::Cipher;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::house::House;
use crate::support::crm_web::{contact, signed_in, staff};
use crate::support::daemon::ENCRYPTION_KEY;
use crate::support::ear::Ear;
use crate::support::impostor::said;

const STAFF: &str = "/admin/perfex_bridge/staff_gateway";

async fn fragment() -> Ear {
    let headers = "Content-Type: text/html; charset=utf-8\r\nBridge-Fragment: Caf%C3%A9%20%3C1%3E\r\nCache-Control: no-store\r\n\
        Set-Cookie: perfex_bridge_csrf=1; Path=/\r\n";
    Ear::answering(&said("200 OK", headers, "<h4>Ours</h4>")).await
}

/// Gives CRM and daemon a secret to share.
async fn share_secret(house: &House) {
    let secrets = json!({ "current": "ab".repeat(32) }).to_string();
    let cipher = Cipher::new(&SecretString::from(ENCRYPTION_KEY));
    let sealed = cipher.encrypt(secrets.as_bytes(), [7; 16]);
    let mut conn = house.database.conn().await;
    conn.query_drop("DELETE FROM `tbloptions` WHERE `name` = 'perfex_bridge_gateway_secret'").await.unwrap();
    let sql = "INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES ('perfex_bridge_gateway_secret', ?, 0)";
    conn.exec_drop(sql, (sealed,)).await.unwrap();
}

/// What the request says about who asks.
fn who(heard: &str) -> Value {
    let header = heard.lines().find_map(|line| line.strip_prefix("Bridge-Identity: v1.")).unwrap();
    let payload = header.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_staff_page_stands_in_the_crms_own_layout() {
    let ear = fragment().await;
    let house = House::listening(&ear).await;
    share_secret(&house).await;
    let cookie = staff(&house.database, 1).await;
    let page = house.crm.get(&format!("{STAFF}/licenses/7?tab=x%20y"), &[&cookie]).await;
    let heard = ear.only();
    assert!(heard.starts_with("GET /bridge/staff/licenses/7?tab=x%20y HTTP/1.1\r\n"), "{heard}");
    assert!(heard.contains("\r\nBridge-Layout: staff\r\n"), "{heard}");
    assert_eq!(page.code, 200);
    for part in [
        "<body class=\"app admin\">",
        "<title>Café &lt;1&gt;</title>",
        "<div class=\"col-md-12\"><h4>Ours</h4></div>",
    ] {
        assert!(page.body.contains(part), "{part}: {page:?}");
    }
    assert!(page.header("set-cookie").any(|cookie| cookie.starts_with("perfex_bridge_csrf=1")), "{page:?}");
    assert!(page.header("bridge-fragment").next().is_none());
    let told = who(&heard);
    assert_eq!(
        (&told["staff"], &told["contact"], &told["address"]),
        (&json!(1), &Value::Null, &json!("127.0.0.1"))
    );
    assert_eq!((&told["language"], &told["csrf"]["name"]), (&json!("english"), &json!("csrf_token_name")));
    assert_eq!(told["csrf"]["value"].as_str().unwrap().len(), 32);
    // A script gets the fragment alone.
    let part = house.crm.get(STAFF, &[&cookie, "X-Requested-With: XMLHttpRequest"]).await;
    assert_eq!(part.body, "<h4>Ours</h4>");
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn only_staff_with_the_right_to_it_get_there() {
    let ear = fragment().await;
    let house = House::listening(&ear).await;
    let mut conn = house.database.conn().await;
    conn.query_drop("INSERT INTO `tblstaff` (`staffid`, `email`, `firstname`, `lastname`, `password`, `datecreated`, `admin`, `active`) \
        VALUES (2, 'bo@seller.example', 'Bo', 'B', '', NOW(), 0, 1)").await.unwrap();
    let bo = staff(&house.database, 2).await;
    for headers in [&[][..], &[bo.as_str()]] {
        let answer = house.crm.get(STAFF, headers).await;
        assert_eq!((answer.code, answer.header("location").count()), (307, 1), "{answer:?}");
    }
    assert_eq!(ear.heard(), [""; 0]);
    assert!(!house.crm.get("/admin/dashboard", &[&bo]).await.body.contains("perfex_bridge"));
    conn.query_drop("INSERT INTO `tblstaff_permissions` (`staff_id`, `feature`, `capability`) VALUES (2, 'perfex_bridge', 'view')")
        .await
        .unwrap();
    assert_eq!(house.crm.get(STAFF, &[&bo]).await.code, 200);
    assert!(
        house.crm.get("/admin/dashboard", &[&bo]).await.body.contains("/admin/perfex_bridge/staff_gateway")
    );
}

#[tokio::test]
async fn a_form_passes_with_the_crms_token_and_not_without() {
    let ear = fragment().await;
    let house = House::listening(&ear).await;
    let token = "ab".repeat(16);
    let cookie = format!("{}; csrf_cookie_name={token}", staff(&house.database, 1).await);
    let headers = [cookie.as_str(), "Content-Type: application/x-www-form-urlencoded"];
    let request = format!("POST {STAFF}/licenses/7");
    assert_eq!(house.crm.ask(&request, &headers, "a=1").await.code, 403);
    assert_eq!(ear.heard(), [""; 0]);
    let body = format!("a=1&csrf_token_name={token}");
    assert_eq!(house.crm.ask(&request, &headers, &body).await.code, 200);
    assert!(ear.only().ends_with(&format!("\r\n\r\n{body}")));
}

#[tokio::test]
async fn a_portal_page_stands_in_the_theme_and_only_for_contacts() {
    let ear = fragment().await;
    let house = House::listening(&ear).await;
    share_secret(&house).await;
    let stranger = house.crm.get("/clients/licenses", &[]).await;
    assert_eq!(
        stranger.header("location").next(),
        Some("https://crm.example/authentication/login"),
        "{stranger:?}"
    );
    assert_eq!(ear.heard(), [""; 0]);
    let cookie = contact(&house.database).await;
    let page = house.crm.get("/clients/licenses/7?a=b", &[&cookie]).await;
    let heard = ear.only();
    assert!(heard.starts_with("GET /clients/licenses/7?a=b HTTP/1.1\r\n"), "{heard}");
    let told = who(&heard);
    assert_eq!((&told["contact"], &told["client"], &told["staff"]), (&json!(34), &json!(12), &Value::Null));
    for part in [
        "<body class=\"customers\">",
        "<title>Café &lt;1&gt;</title>",
        "<div class=\"col-md-12\"><h4>Ours</h4></div>",
    ] {
        assert!(page.body.contains(part), "{part}: {page:?}");
    }
    let as_eva = "client_user_id|s:2:\"12\";contact_user_id|s:2:\"34\";client_logged_in|b:1;staff_user_id|s:1:\"1\";\
        staff_logged_in|b:1;logged_in_as_client|b:1;";
    let cookie = signed_in(&house.database, 'd', as_eva).await;
    house.crm.get("/clients/licenses", &[&cookie]).await;
    assert_eq!(who(&ear.only())["staff"], 1);
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let ear = fragment().await;
    let house = House::listening(&ear).await;
    house
        .database
        .conn()
        .await
        .query_drop("DELETE FROM `tbloptions` WHERE `name` = 'perfex_bridge_gateway_secret'")
        .await
        .unwrap();
    house.crm.get("/shop", &[]).await;
    assert!(!ear.only().contains("Bridge-Identity"));
}

#[tokio::test]
async fn one_list_makes_menus_widget_and_scripts_in_both_languages() {
    let ear = fragment().await;
    let house = House::listening(&ear).await;
    let (ada, eva) = (staff(&house.database, 1).await, contact(&house.database).await);
    let dashboard = house.crm.get("/admin/dashboard", &[&ada]).await.body;
    for part in [
        "<li class=\"menu-item-perfex_bridge\"><span>Bridge</span>",
        "<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/licenses\">Licenses</a>",
    ] {
        assert!(dashboard.contains(part), "{part}: {dashboard}");
    }
    for part in [
        "<li class=\"menu-item-perfex_bridge\"><span>Bridge</span>",
        "<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/overview\">Overview</a>",
        "<div class=\"widget\" id=\"widget-perfex_bridge_widget\" data-name=\"Bridge\">",
        "<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/widget\" data-perfex-bridge-part>Overview</a>",
    ] {
        assert!(dashboard.contains(part), "{part}: {dashboard}");
    }
    // The script that puts the page in the link's place comes with the module, anew with each version.
    let script = format!(
        "<script src=\"https://crm.example/modules/perfex_bridge/part.js?v={}\" defer></script>",
        env!("CARGO_PKG_VERSION")
    );
    assert!(dashboard.contains(&script), "{dashboard}");
    // A module that comes later is lines of that list.
    let list = house.crm.folder.path().join("modules/perfex_bridge/config/bridge.php");
    let text = fs::read_to_string(&list).unwrap();
    let more = "        ['place' => 'staff_menu', 'name' => 'mails', 'path' => 'shop', 'icon' => '', 'position' => 1, 'feature' => 'perfex_bridge', 'needs' => ''],\n\
                \x20       ['place' => 'portal_script', 'name' => 'licenses', 'path' => 'our.js?a=1&b=2', 'icon' => '', 'position' => 1, 'feature' => 'perfex_bridge', 'needs' => ''],\n    ],\n];";
    fs::write(&list, text.replace("    ],\n];", more)).unwrap();
    house
        .database
        .conn()
        .await
        .query_drop("UPDATE `tbloptions` SET `value` = 'german' WHERE `name` = 'active_language'")
        .await
        .unwrap();
    let dashboard = house.crm.get("/admin/dashboard", &[&ada]).await.body;
    for part in [
        "<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/shop\">E-Mails von perfex-bridge</a>",
        "<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/widget\" data-perfex-bridge-part>Übersicht</a>",
    ] {
        assert!(dashboard.contains(part), "{part}: {dashboard}");
    }
    // A customer's profile has a tab of ours with that customer's page; the CRM's list of mail texts has ours below it.
    let profile = house.crm.get("/admin/clients/client/12?group=perfex_bridge_shop", &[&ada]).await.body;
    for part in [
        "<a href=\"https://crm.example/admin/clients/client/12?group=perfex_bridge_shop\">Shop</a>",
        "<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/shop/customer/12\" data-perfex-bridge-part>Shop</a>",
    ] {
        assert!(profile.contains(part), "{part}: {profile}");
    }
    let other = house.crm.get("/admin/clients/client/12?group=profile", &[&ada]).await.body;
    assert!(
        other.contains("group=perfex_bridge_shop") && !other.contains("staff_gateway/shop/customer"),
        "{other}"
    );
    let mails = house.crm.get("/admin/emails", &[&ada]).await.body;
    assert!(mails.contains("<a href=\"https://crm.example/admin/perfex_bridge/staff_gateway/mails\" data-perfex-bridge-part>E-Mails von perfex-bridge</a>"), "{mails}");
    assert_eq!(ear.heard(), [""; 0], "the dashboard waits for nobody");
    let home = house.crm.get("/clients", &[&eva]).await.body;
    assert!(home.contains("<a href=\"https://crm.example/clients/licenses\">Lizenzen</a>"), "{home}");
    assert!(
        home.contains("<script src=\"https://crm.example/our.js?a=1&amp;b=2\" defer></script>"),
        "{home}"
    );
    assert!(!house.crm.get("/clients", &[]).await.body.contains("Lizenzen"));
    // As with the CRM's own invoices, a contact without the permission does not find it.
    let mut conn = house.database.conn().await;
    conn.query_drop("DELETE FROM `tblcontact_permissions` WHERE `permission_id` = 1").await.unwrap();
    assert!(!house.crm.get("/clients", &[&eva]).await.body.contains("Lizenzen"));
    assert!(house.crm.get("/admin/dashboard", &[&ada]).await.body.contains(">Lizenzen</a>"));
    // Another language of the CRM gets English instead of an error.
    house
        .database
        .conn()
        .await
        .query_drop("UPDATE `tbloptions` SET `value` = 'french' WHERE `name` = 'active_language'")
        .await
        .unwrap();
    assert!(house.crm.get("/admin/dashboard", &[&ada]).await.body.contains(">Licenses</a>"));
    assert_eq!(house.crm.log(), "");
    // A list that is gone is no list, and no error.
    fs::remove_file(&list).unwrap();
    assert_eq!(house.crm.get("/admin/dashboard", &[&ada]).await.code, 200);
    assert_eq!(house.crm.get("/shop", &[]).await.code, 503);
    assert_eq!(house.crm.log(), "");
}
