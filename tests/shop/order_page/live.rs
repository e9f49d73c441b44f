//! An open page is told at once.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use http_body_util::BodyExt as _;
use perfex_bridge::http::Request;
use tokio::time::timeout;
use warp::http::{HeaderMap, Method};

use super::shows::Page;
use crate::support::crm;
use crate::support::shop::eva;

/// Longer than anything here takes.
const TOO_LONG: Duration = Duration::from_secs(20);

fn stream_of(token: &str) -> Request<Vec<u8>> {
    let mut headers = HeaderMap::new();
    headers.insert("accept", "text/event-stream".parse().unwrap());
    Request {
        method: Method::GET,
        path: format!("/shop/order/{token}"),
        query: None,
        headers,
        visitor: "203.0.113.9".parse().unwrap(),
        local: true,
        body: Vec::new(),
    }
}

#[tokio::test]
async fn a_payment_that_is_noticed_reaches_the_open_page_within_a_tenth_of_a_second() {
    let page = Page::open().await;
    let placed = page.shop().place(&eva("pro")).await.unwrap();
    let invoice = placed.invoice.unwrap();
    let response = page.route.answer(&placed.token, &stream_of(&placed.token)).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    let mut events = response.into_body().into_data_stream();
    let first = timeout(TOO_LONG, events.next()).await.unwrap().unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("data:"), "{first:?}");

    crm::record_payment(&mut page.shop().conn().await, invoice, "49.00".parse().unwrap()).await;
    page.shop().settle(invoice).await;
    let noticed = Instant::now();
    page.shop().app.news.tell(invoice);
    timeout(TOO_LONG, events.next()).await.unwrap().unwrap().unwrap();
    let answer = page.look(&placed.token).await;
    let took = noticed.elapsed();
    assert!(answer.html.contains("Here is your license key"), "{}", answer.html);
    println!("the key was shown {took:?} after the payment was noticed");
    assert!(took < Duration::from_secs(1), "{took:?}: without news it takes the next look");
}

#[tokio::test]
async fn what_another_daemon_settles_reaches_the_page_too() {
    let page = Page::open().await;
    let placed = page.shop().place(&eva("pro")).await.unwrap();
    let response = page.route.answer(&placed.token, &stream_of(&placed.token)).await;
    let mut events = response.into_body().into_data_stream();
    timeout(TOO_LONG, events.next()).await.unwrap().unwrap().unwrap();
    super::shows::paid(&page, placed.invoice.unwrap()).await;
    timeout(TOO_LONG, events.next()).await.expect("no event without news").unwrap().unwrap();
}

#[tokio::test]
async fn a_token_that_opens_nothing_has_no_stream() {
    let page = Page::open().await;
    let token = "0".repeat(32);
    let response = page.route.answer(&token, &stream_of(&token)).await;
    assert_eq!(response.status(), 404);
}
