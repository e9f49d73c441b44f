//! Texts that staff edit in the CRM, and customers with strange names.

use mail_parser::MessageParser;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::outbox::{self, State};

use crate::support::post::Post;
use crate::support::shop::eva;

/// Subject and HTML of the only mail.
fn received(post: &Post) -> (String, String) {
    let mails = post.smtp.received();
    let mail = MessageParser::default().parse(&mails.last().unwrap().raw).unwrap();
    (mail.subject().unwrap().to_owned(), mail.body_html(0).unwrap().into_owned())
}

/// Sets a column of one of our templates.
async fn edit(post: &Post, language: &str, column: &str, value: &str) {
    let sql = format!(
        "UPDATE `tblemailtemplates` SET `{column}` = ? \
         WHERE `slug` = 'perfex-bridge-license-issued' AND `language` = ?"
    );
    post.shop.conn().await.exec_drop(sql, (value, language)).await.unwrap();
}

async fn order_in(post: &Post, language: &str) {
    let mut order = eva("gift");
    order.language = Some(language.to_owned());
    post.shop.place(&order).await.unwrap();
}

#[tokio::test]
async fn a_text_that_staff_edited_is_sent() {
    let post = Post::open().await;
    post.shop.install_templates().await;
    edit(&post, "german", "subject", "Neu: {product_name}").await;
    edit(&post, "german", "message", "<p>Hier: <b>{license_key}</b> p{{color: red}}</p>").await;
    order_in(&post, "german").await;
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let (subject, html) = received(&post);
    assert_eq!(subject, "Neu: Booking");
    let order = perfex_bridge::ids::OrderId(1);
    let key = post.shop.licenses(order).await[0].key.clone().unwrap();
    assert!(html.contains(&format!("<b>{key}</b>")), "{html}");
}

#[tokio::test]
async fn a_broken_field_leaves_the_license_and_a_dead_mail_until_it_is_mended() {
    let post = Post::open().await;
    post.shop.install_templates().await;
    edit(&post, "english", "message", "<p>{licence_key}</p>").await;
    order_in(&post, "english").await;
    assert_eq!(post.drain().await, [Some(State::Dead)]);
    let message = post.message().await;
    assert_eq!(
        message.last_error.as_deref(),
        Some(
            "template `license_issued` (english), message: this mail has no field {licence_key}; \
             did you mean {license_key}?"
        )
    );
    assert_eq!(post.shop.licenses(perfex_bridge::ids::OrderId(1)).await.len(), 1);
    edit(&post, "english", "message", "<p>{license_key}</p>").await;
    let mut session = post.shop.app.database.session().await.unwrap();
    outbox::retry(&mut session, message.id, None, post.shop.now()).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
}

#[tokio::test]
async fn a_template_that_is_switched_off_sends_nothing_and_says_so() {
    let post = Post::open().await;
    post.shop.install_templates().await;
    edit(&post, "english", "active", "0").await;
    order_in(&post, "english").await;
    assert_eq!(post.drain().await, [Some(State::Dead)]);
    assert!(post.message().await.last_error.unwrap().contains("switched off in the CRM"));
    assert_eq!(post.smtp.received(), []);
}

#[tokio::test]
async fn an_empty_text_and_a_language_without_a_text_fall_back_to_english() {
    let post = Post::open().await;
    post.shop.install_templates().await;
    edit(&post, "german", "message", "").await;
    order_in(&post, "german").await;
    order_in(&post, "french").await;
    assert_eq!(post.drain().await, [Some(State::Sent); 2]);
    for mail in post.smtp.received() {
        let mail = MessageParser::default().parse(&mail.raw).unwrap().into_owned();
        assert_eq!(mail.subject(), Some("Your license key for Booking"));
    }
}

#[tokio::test]
async fn no_name_breaks_a_header_or_becomes_markup() {
    let post = Post::open().await;
    let mut order = eva("gift");
    order.firstname = "Eva\r\nBcc: victim@x.example".into();
    order.lastname = "<script>alert(1)</script> \"O'Neil\", Ltd.".into();
    post.shop.place(&order).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let mail = post.smtp.received().remove(0);
    assert_eq!(mail.to, ["eva@buyer.example"]);
    let parsed = MessageParser::default().parse(&mail.raw).unwrap();
    assert!(parsed.bcc().is_none());
    assert_eq!(parsed.to().unwrap().first().unwrap().address(), Some("eva@buyer.example"));
    assert!(!parsed.body_html(0).unwrap().contains("<script"));
}

#[tokio::test]
async fn blind_copies_go_out_and_what_is_no_address_is_left_out() {
    let post = Post::open().await;
    post.set("bcc_emails", "archive@seller.example, archive@, ,boss@seller.example").await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let mail = post.smtp.received().remove(0);
    assert_eq!(mail.to, ["eva@buyer.example", "archive@seller.example", "boss@seller.example"]);
    assert!(!String::from_utf8_lossy(&mail.raw).contains("archive@seller.example"));
}

#[tokio::test]
async fn a_wrong_sender_waits_for_staff() {
    let post = Post::open().await;
    post.set("smtp_email", "not an address").await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    assert!(post.message().await.last_error.unwrap().contains("`not an address` is not a mail address"));
}
