//! Every mail in both languages, as it arrives.

use mail_parser::MessageParser;
use perfex_bridge::licensing::authority::Question;
use perfex_bridge::licensing::{Domain, LicenseKey, Purpose};
use perfex_bridge::outbox::State;

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
