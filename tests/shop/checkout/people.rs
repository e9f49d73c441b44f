//! Known people: linked, neither shown nor changed.

use perfex_bridge::ids::{ClientId, ContactId};

use super::till::Till;
use crate::support::crm;
use crate::support::rows::written_out;

async fn known(till: &Till) -> (ClientId, ContactId) {
    let conn = &mut till.shop.conn().await;
    let client = crm::add_client(conn, "Geheim AG", Some("german")).await;
    (client, crm::add_contact(conn, client, "Eva", "Müller", "Eva@Buyer.example").await)
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer_and_its_customer_stays_as_it_is() {
    let till = Till::open().await;
    let (client, contact) = known(&till).await;
    let conn = &mut till.shop.conn().await;
    let before = written_out(conn, "SELECT * FROM `tblclients`, `tblcontacts`").await;
    let mut answers = Vec::new();
    for email in ["eva@buyer.example", "new@buyer.example"] {
        let mut browser = till.browser();
        let form = browser.filled("package=pro").await.with("email", email).with("company", "Other Ltd");
        let answer = browser.send(&form).await;
        answer.order();
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        answers.push((answer.status, names, answer.html.clone(), answer.is_again()));
    }
    assert_eq!(answers[0], answers[1]);
    let kept = "SELECT * FROM `tblclients`, `tblcontacts` WHERE `tblclients`.`userid` = 2001 AND `tblcontacts`.`id` = 2001";
    let now = written_out(conn, kept).await;
    assert!(before == now || before.contains("Geheim AG"), "{before}\n{now}");
    let order = "SELECT `client_id`, `contact_id`, `email` FROM `tblpm_orders` ORDER BY `id` LIMIT 1";
    assert_eq!(
        written_out(conn, order).await,
        format!("client_id = {client}\ncontact_id = {contact}\nemail = eva@buyer.example")
    );
    let unchanged = format!("SELECT `company`, `vat` FROM `tblclients` WHERE `userid` = {client}");
    assert_eq!(written_out(conn, &unchanged).await, "company = Geheim AG\nvat = NULL");
}

#[tokio::test]
async fn a_known_customers_address_does_not_stand_on_a_strangers_invoice() {
    let till = Till::open().await;
    let (client, _) = known(&till).await;
    let conn = &mut till.shop.conn().await;
    mysql_async::prelude::Queryable::exec_drop(
        conn,
        "UPDATE `tblclients` SET `billing_street` = 'Geheimweg 1', `billing_city` = 'Ulm', `billing_country` = 15 WHERE `userid` = ?",
        (client,),
    )
    .await
    .unwrap();
    for (company, pay_here) in [("Other Ltd", 0), ("geheim ag.", 1)] {
        let mut browser = till.browser();
        let form = browser.filled("package=pro").await.with("company", company);
        browser.send(&form).await.order();
        let sql = "SELECT i.`clientid`, i.`billing_street`, i.`billing_city`, i.`billing_country`, c.`pay_here` \
             FROM `tblinvoices` i, `tblpm_checkouts` c INNER JOIN `tblpm_orders` o ON o.`id` = c.`order_id` \
             WHERE o.`invoice_id` = i.`id` ORDER BY i.`id` DESC LIMIT 1";
        assert_eq!(
            written_out(conn, sql).await,
            format!(
                "clientid = {client}\nbilling_street = \nbilling_city = \nbilling_country = 83\npay_here = {pay_here}"
            )
        );
    }
}

#[tokio::test]
async fn a_contact_that_staff_moved_to_another_customer_orders_for_that_one() {
    let till = Till::open().await;
    let (_, contact) = known(&till).await;
    let conn = &mut till.shop.conn().await;
    let merged = crm::add_client(conn, "Fusion GmbH", None).await;
    mysql_async::prelude::Queryable::exec_drop(
        conn,
        "UPDATE `tblcontacts` SET `userid` = ? WHERE `id` = ?",
        (merged, contact),
    )
    .await
    .unwrap();
    mysql_async::prelude::Queryable::query_drop(
        conn,
        "DELETE FROM `tblclients` WHERE `company` = 'Geheim AG'",
    )
    .await
    .unwrap();
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    browser.send(&form).await.order();
    assert_eq!(
        written_out(conn, "SELECT `clientid` FROM `tblinvoices`").await,
        format!("clientid = {merged}")
    );
}
