//! A customer in the client portal, and staff who look at that customer and at the mails.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;

use super::house::House;
use crate::support::browser::{Page, Speaks};
use crate::support::crm::record_payment;
use crate::support::crm_web::{signed_in, staff};
use crate::support::eventually::eventually;

const EVA: &str = "eva@buyer.example";

/// Eva has bought; her session in the portal.
async fn bought(house: &House) -> (i64, String) {
    let order = house.site.place(EVA).await;
    let mut conn = house.database.conn().await;
    record_payment(&mut conn, order.invoice(), "49.00".parse().unwrap()).await;
    let sql = "SELECT c.`userid`, c.`id`, o.`invoice_id` FROM `tblcontacts` c JOIN `tblpm_orders` o ON o.`client_id` = c.`userid`";
    let (client, contact, _): (i64, i64, InvoiceId) = conn.query_first(sql).await.unwrap().unwrap();
    conn.query_drop("UPDATE `tblcontacts` SET `email_verified_at` = NOW()").await.unwrap();
    let text = |id: i64| format!("s:{}:\"{id}\";", id.to_string().len());
    let data =
        format!("client_user_id|{}contact_user_id|{}client_logged_in|b:1;", text(client), text(contact));
    (client, signed_in(&house.database, 'c', &data).await)
}

#[tokio::test]
async fn licenses_are_read_and_copied_in_the_portal_and_seen_in_the_customers_profile() {
    let (house, _daemon) = House::selling().await;
    let (client, eva) = bought(&house).await;
    let browser = house.visitor().await;
    let licenses = async || {
        let list = house.site.json(&["license", "list"]).await;
        list[0]["key"].as_str().map(str::to_owned)
    };
    let key = eventually("license", licenses).await;
    browser.sign_in(&eva).await;
    let ada = house.visitor().await;
    ada.sign_in(&staff(&house.database, 1).await).await;
    for language in Speaks::ALL {
        house.speak(language).await;
        browser.goto("/clients").await;
        browser.click("nav a[href$='/clients/licenses']").await;
        let active = language.pick("active", "aktiv");
        browser.looks(Page::crm("portal-licenses", language), &["Backup Pro", active]).await;
        browser.click("[data-pb-copy]").await;
        assert_eq!(browser.copied().await, key);
        ada.goto(&format!("/admin/clients/client/{client}?group=perfex_bridge_shop")).await;
        ada.looks(Page::within("customer", language, ".bridge"), &["Backup Pro"]).await;
        ada.goto("/admin/emails").await;
        let mails = language.pick("Mails of perfex-bridge", "Mails von perfex-bridge");
        ada.looks(Page::within("mails", language, ".bridge"), &[mails]).await;
    }
}
