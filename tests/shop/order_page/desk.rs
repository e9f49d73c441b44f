//! What a buyer may do on the page: have the key mailed again, correct a mistyped address.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::mail::Payload;
use perfex_bridge::shop::PlaceOrder;

use super::shows::{Page, paid};
use crate::support::shop::eva;

#[tokio::test]
async fn the_keys_are_mailed_again_once_they_were_sent_and_not_too_often() {
    let page = Page::open().await;
    let order = page.shop().place(&eva("gift")).await.unwrap();
    let answer = page.deed(&order.token, "resend", "").await;
    assert!(answer.html.contains("The mail is about to leave already."), "{}", answer.html);
    let conn = &mut page.shop().conn().await;
    let sent = "UPDATE `tblbridge_outbox` SET `state` = 'sent', `due_at` = NULL";
    conn.query_drop(sent).await.unwrap();
    let answer = page.deed(&order.token, "resend", "").await;
    assert_eq!(answer.status, 200);
    assert!(answer.html.contains("The license key is on its way again."), "{}", answer.html);
    assert_eq!(page.shop().events(order.order).await, ["placed", "fulfilled", "resent"]);
    assert_eq!(page.shop().messages().await.len(), 1, "the same mail, once more");
    let mut last = answer;
    for _ in 0..5 {
        conn.query_drop(sent).await.unwrap();
        last = page.deed(&order.token, "resend", "").await;
    }
    assert!(last.html.contains("That was often enough for now."), "{}", last.html);
}

#[tokio::test]
async fn a_mistyped_address_is_corrected_before_anything_has_gone_there() {
    let page = Page::open().await;
    let wrong = PlaceOrder { email: "eva@buyer.exmaple".into(), ..eva("pro") };
    let order = page.shop().place(&wrong).await.unwrap();
    for (email, status) in [("", 422), ("eva", 422), ("eva@buyer.example\r\nBcc: a@b.example", 422)] {
        assert_eq!(page.deed(&order.token, "correct", email).await.status, status, "{email}");
    }
    let answer = page.deed(&order.token, "correct", "eva@buyer.example").await;
    assert!(answer.html.contains("The address is corrected."), "{}", answer.html);
    paid(&page, order.invoice.unwrap()).await;
    let mails = page.shop().messages().await;
    assert_eq!(mails[0].recipient, "eva@buyer.example");
    assert_eq!(
        Payload::open(&mails[0].payload, &page.shop().app.cipher).unwrap().0["contact_email"],
        "eva@buyer.example"
    );
    assert_eq!(page.shop().events(order.order).await[1], "address");
    // The mail waits: it may still go elsewhere.
    page.deed(&order.token, "correct", "eva2@buyer.example").await;
    assert_eq!(page.shop().messages().await[0].recipient, "eva2@buyer.example");
    let conn = &mut page.shop().conn().await;
    conn.query_drop("UPDATE `tblbridge_outbox` SET `state` = 'sent', `due_at` = NULL").await.unwrap();
    let answer = page.deed(&order.token, "correct", "other@buyer.example").await;
    assert_eq!(answer.status, 422);
    assert_eq!(page.shop().order(order.order).await.email, "eva2@buyer.example");
    // What the CRM knows of the contact is not the page's to change.
    let emails: Vec<String> = conn.query("SELECT `email` FROM `tblcontacts`").await.unwrap();
    assert_eq!(emails, ["eva@buyer.exmaple"]);
}

#[tokio::test]
async fn the_address_of_an_order_whose_mails_were_forgotten_is_not_corrected_any_more() {
    let page = Page::open().await;
    let order = page.shop().place(&eva("gift")).await.unwrap();
    let mut conn = page.shop().conn().await;
    // A mail that was given up is kept: nothing has arrived yet.
    conn.query_drop("UPDATE `tblbridge_outbox` SET `state` = 'dead', `due_at` = NULL").await.unwrap();
    let answer = page.deed(&order.token, "correct", "eva2@buyer.example").await;
    assert!(answer.html.contains("The address is corrected."), "{}", answer.html);
    // A delivered one is deleted after its time.
    conn.query_drop("DELETE FROM `tblbridge_outbox`").await.unwrap();
    assert!(!page.look(&order.token).await.html.contains("value=\"correct\""));
    assert_eq!(page.deed(&order.token, "correct", "mallory@other.example").await.status, 422);
    assert_eq!(page.shop().order(order.order).await.email, "eva2@buyer.example");
}

#[tokio::test]
async fn a_deed_needs_our_own_form() {
    let page = Page::open().await;
    let order = page.shop().place(&eva("gift")).await.unwrap();
    let mut conn = page.shop().conn().await;
    conn.query_drop("UPDATE `tblbridge_outbox` SET `state` = 'sent', `due_at` = NULL").await.unwrap();
    let answer = page.request("POST", &order.token, &[("sec-fetch-site", "same-origin")], "do=resend").await;
    assert_eq!(answer.status, 422);
    let answer = page.request("GET", &order.token, &[], "do=resend").await;
    assert_eq!(answer.status, 200);
    let state: Option<String> = conn.query_first("SELECT `state` FROM `tblbridge_outbox`").await.unwrap();
    assert_eq!(state.as_deref(), Some("sent"));
}
