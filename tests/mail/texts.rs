//! Every mail in both languages, as it arrives.

use chrono::TimeDelta;
use mail_parser::MessageParser;
use perfex_bridge::licensing::authority::Question;
use perfex_bridge::licensing::{Domain, LicenseKey, Purpose};
use perfex_bridge::outbox::State;
use perfex_bridge::shop::PlaceOrder;

use crate::support::post::Post;
use crate::support::shop::eva;

/// A received mail as its reader sees it: headers that are shown, then both parts.
fn read(raw: &[u8]) -> String {
    let mail = MessageParser::default().parse(raw).unwrap();
    let from = mail.from().unwrap().first().unwrap();
    let to = mail.to().unwrap().first().unwrap();
    format!(
        "From: {} <{}>\nTo: {} <{}>\nDate: {}\nSubject: {}\nMessage-ID: {}\n\n{}\n\n--- html ---\n{}",
        from.name().unwrap_or_default(),
        from.address().unwrap(),
        to.name().unwrap_or_default(),
        to.address().unwrap(),
        mail.date().unwrap().to_rfc822(),
        mail.subject().unwrap(),
        mail.message_id().unwrap(),
        mail.body_text(0).unwrap().replace("\r\n", "\n"),
        mail.body_html(0).unwrap().replace("\r\n", "\n"),
    )
}

async fn mail(package: &str, language: &str) -> String {
    let post = Post::open().await;
    let mut order = eva(package);
    order.language = Some(language.to_owned());
    let placed = post.shop.place(&order).await.unwrap();
    if let Some(invoice) = placed.invoice {
        let mut conn = post.shop.conn().await;
        crate::support::crm::record_payment(&mut conn, invoice, "49.00".parse().unwrap()).await;
        post.shop.settle(invoice).await;
    }
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    read(&post.smtp.received()[0].raw)
}

#[tokio::test]
async fn the_license_mail_in_english() {
    insta::assert_snapshot!(mail("pro", "english").await);
}

#[tokio::test]
async fn the_license_mail_in_german() {
    insta::assert_snapshot!(mail("pro", "german").await);
}

#[tokio::test]
async fn the_trial_mail_in_english() {
    insta::assert_snapshot!(mail("taste", "english").await);
}

#[tokio::test]
async fn the_trial_mail_in_german() {
    insta::assert_snapshot!(mail("taste", "german").await);
}

/// What Eva gets after her trial began: `days` later, when she has bought it if `buys`.
async fn trial_mail(language: &str, days: i64, buys: bool) -> String {
    let post = Post::open().await;
    let order = |package| PlaceOrder { language: Some(language.to_owned()), ..eva(package) };
    post.shop.place(&order("taste")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    post.shop.pass(TimeDelta::days(days));
    if buys {
        let invoice = post.shop.place(&order("pro")).await.unwrap().invoice.unwrap();
        let mut conn = post.shop.conn().await;
        crate::support::crm::record_payment(&mut conn, invoice, "49.00".parse().unwrap()).await;
        post.shop.settle(invoice).await;
    } else {
        post.shop.app.scheduler().run_now("trials").await.unwrap().unwrap();
    }
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    read(&post.smtp.received()[1].raw)
}

#[tokio::test]
async fn the_reminder_of_a_trial_in_english() {
    insta::assert_snapshot!(trial_mail("english", 27, false).await);
}

#[tokio::test]
async fn the_reminder_of_a_trial_in_german() {
    insta::assert_snapshot!(trial_mail("german", 27, false).await);
}

#[tokio::test]
async fn the_mail_at_the_end_of_a_trial_in_english() {
    insta::assert_snapshot!(trial_mail("english", 30, false).await);
}

#[tokio::test]
async fn the_mail_at_the_end_of_a_trial_in_german() {
    insta::assert_snapshot!(trial_mail("german", 30, false).await);
}

#[tokio::test]
async fn the_mail_about_a_trial_that_was_bought_in_english() {
    insta::assert_snapshot!(trial_mail("english", 10, true).await);
}

#[tokio::test]
async fn the_mail_about_a_trial_that_was_bought_in_german() {
    insta::assert_snapshot!(trial_mail("german", 10, true).await);
}

/// The mail that asks Eva whether her license shall move.
async fn move_mail(language: &str) -> String {
    let post = Post::open().await;
    let mut order = eva("gift");
    order.language = Some(language.to_owned());
    let placed = post.shop.place(&order).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    let key = LicenseKey::parse(post.shop.licenses(placed.order).await[0].key().unwrap()).unwrap();
    let authority = post.shop.app.authority.clone();
    let ask = |domain: &str| Question {
        key: key.clone(),
        product: "booking".into(),
        domain: Domain::parse(domain, Purpose::Production).unwrap(),
    };
    authority.activate(&ask("crm.buyer.com")).await.unwrap();
    assert!(authority.request_move(&ask("https://www.new-buyer.com/crm")).await.unwrap());
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    read(&post.smtp.received()[1].raw)
}

#[tokio::test]
async fn the_mail_that_moves_a_license_in_english() {
    insta::assert_snapshot!(move_mail("english").await);
}

#[tokio::test]
async fn the_mail_that_moves_a_license_in_german() {
    insta::assert_snapshot!(move_mail("german").await);
}

#[tokio::test]
async fn a_crm_without_a_mail_header_gets_our_own_frame() {
    let post = Post::open().await;
    post.set("email_header", "").await;
    post.set("email_footer", "").await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    insta::assert_snapshot!(read(&post.smtp.received()[0].raw));
}
