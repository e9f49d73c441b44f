//! The way out as the CRM's own settings say it.

use perfex_bridge::outbox::State;

use crate::support::post::Post;
use crate::support::shop::eva;
use crate::support::smtp::USER;

/// `s3cret`, sealed by PHP itself as CodeIgniter's library does it: HKDF and HMAC with SHA-512, AES-128-CBC, an IV of
/// sixteen `I`.
const SEALED_BY_PHP: &str = "728cd681483a7888e80e25ffae84c430bc06e537c81e9dc6ee69641f8420eb3b2c0436cb66f24737e92914fe\
    e114286ff4ab6bd2eff2a2a13e501991f341a36eSUlJSUlJSUlJSUlJSUlJSRA7cj9cuwf9oNfUCSq4Dik=";

#[tokio::test]
async fn a_password_that_the_crms_php_sealed_signs_in() {
    let post = Post::open().await;
    post.set("smtp_password", SEALED_BY_PHP).await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    assert_eq!(post.smtp.received()[0].user.as_deref(), Some(USER));
}

#[tokio::test]
async fn without_a_user_name_the_senders_address_signs_in() {
    let post = Post::open().await;
    post.set("smtp_username", "").await;
    post.set("smtp_email", USER).await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Sent)]);
    assert_eq!(post.smtp.received()[0].user.as_deref(), Some(USER));
}

#[tokio::test]
async fn staffs_settings_count_with_the_next_mail() {
    let post = Post::open().await;
    post.set("smtp_host", "").await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    assert_eq!(
        post.message().await.last_error.as_deref(),
        Some("Perfex has no SMTP host; enter it under Setup > Settings > Email, or set mail.transport")
    );
    post.set("smtp_host", "127.0.0.1").await;
    post.shop.pass(chrono::TimeDelta::seconds(10));
    assert_eq!(post.drain().await, [Some(State::Sent)]);
}

#[tokio::test]
async fn a_server_that_offers_no_encryption_gets_neither_password_nor_mail() {
    let plain = crate::support::smtp::Smtp::with(crate::support::smtp::Security::Plain).await;
    let post = Post::open().await;
    post.set("smtp_port", &plain.port().to_string()).await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    assert_eq!((plain.received(), plain.refused_logins()), (Vec::new(), 0));
}

#[tokio::test]
async fn a_server_with_a_strangers_certificate_gets_neither_password_nor_mail() {
    let stranger = crate::support::smtp::Smtp::start().await;
    let post = Post::open().await;
    post.set("smtp_port", &stranger.port().to_string()).await;
    post.shop.place(&eva("gift")).await.unwrap();
    assert_eq!(post.drain().await, [Some(State::Retry)]);
    assert_eq!((stranger.received(), stranger.refused_logins()), (Vec::new(), 0));
}
