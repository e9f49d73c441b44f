//! The whole way of a page of the client portal: the CRM's menu, its theme, the gateway, the daemon, the database, and back.

use super::house::House;
use crate::support::crm_web::contact;
use mysql_async::prelude::Queryable as _;

const PEOPLE: &str = "INSERT INTO `tblclients` (`userid`, `company`, `datecreated`, `active`) VALUES (12, 'Eva & Co', NOW(), 1);
    INSERT INTO `tblcontacts` (`id`, `userid`, `is_primary`, `firstname`, `lastname`, `email`, `datecreated`, `email_verified_at`, `active`)
    VALUES (34, 12, 1, 'Eva', 'E', 'eva@buyer.example', NOW(), NOW(), 1)";

#[tokio::test]
async fn a_contact_finds_the_licenses_in_the_menu_and_sees_them_in_the_theme() {
    let (house, _daemon) = House::open().await;
    let mut conn = house.database.conn().await;
    // As Perfex itself writes.
    conn.query_drop("SET SESSION sql_mode = ''").await.unwrap();
    for sql in PEOPLE.split(';') {
        conn.query_drop(sql).await.unwrap();
    }
    let eva = contact(&house.database).await;
    let home = house.crm.get("/clients", &[&eva]).await.body;
    assert!(home.contains("<a href=\"https://crm.example/clients/licenses\">Licenses</a>"), "{home}");
    let page = house.crm.get("/clients/licenses", &[&eva]).await;
    assert_eq!(page.code, 200, "{page:?}");
    for part in ["<body class=\"customers\">", "<title>Licenses</title>", "You have no licenses yet."] {
        assert!(page.body.contains(part), "{part}: {page:?}");
    }
    let below = house.crm.get("/clients/licenses/nothing", &[&eva]).await;
    assert_eq!(below.code, 404, "{below:?}");
    assert!(below.body.contains("There is no such page in the portal."), "{below:?}");
    conn.query_drop("DELETE FROM `tblcontact_permissions`").await.unwrap();
    let refused = house.crm.get("/clients/licenses", &[&eva]).await;
    assert_eq!(refused.code, 403, "{refused:?}");
    assert!(refused.body.contains("You may not see invoices"), "{refused:?}");
    assert_eq!(house.crm.log(), "");
}
