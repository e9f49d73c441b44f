//! What the page shows, at every turn of an order.

use std::sync::Arc;

use http_body_util::BodyExt as _;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::http::Request;
use perfex_bridge::ids::InvoiceId;
use perfex_bridge::metrics::Metrics;
use perfex_bridge::shop::PlaceOrder;
use perfex_bridge::shop::order_page::{Live, OrderPage};
use perfex_bridge::shop::storefront::ShopPages;
use warp::http::{HeaderMap, HeaderName, header};

use crate::shop::checkout::till::{Answer, Till};
use crate::support::crm;
use crate::support::shop::{Shop, eva};

/// The page of a shop's orders.
pub struct Page {
    till: Till,
    pub route: OrderPage,
    /// What its visitors speak.
    pub language: &'static str,
}

impl Page {
    pub async fn open() -> Self {
        let till = Till::open().await;
        let app = &till.shop.app;
        let metrics = Metrics::new("test");
        let identity = Arc::new(app.identity(&metrics));
        let route = OrderPage::new(
            ShopPages::new(app.database.clone(), identity, app.base_url.clone(), false).unwrap(),
            app.database.clone(),
            Arc::clone(&app.clock),
            Arc::clone(&app.cipher),
            Arc::new(app.csrf(&metrics)),
            app.base_url.clone(),
            Live::new(app.database.clone(), app.news.clone()),
            Arc::clone(&app.outbox),
            false,
        );
        Self { till, route, language: "en" }
    }

    pub fn shop(&self) -> &Shop {
        &self.till.shop
    }

    pub fn till(&self) -> &Till {
        &self.till
    }

    /// Opens the page.
    pub async fn look(&self, token: &str) -> Answer {
        self.request("GET", token, &[], "").await
    }

    /// Uses a button of the page.
    pub async fn deed(&self, token: &str, deed: &str, email: &str) -> Answer {
        let page = self.look(token).await;
        let cookie = page.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let form = page.form().with("do", deed).with("email", email);
        let headers = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
        self.request("POST", token, &headers, &form.body()).await
    }

    pub async fn request(
        &self,
        method: &str,
        token: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Answer {
        let mut map = HeaderMap::new();
        map.insert(header::ACCEPT_LANGUAGE, self.language.parse().unwrap());
        for (name, value) in headers {
            map.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        let (token, query) =
            token.split_once('?').map_or((token, None), |(token, query)| (token, Some(query)));
        let request = Request {
            method: method.parse().unwrap(),
            path: format!("/shop/order/{token}"),
            query: query.map(str::to_owned),
            headers: map,
            visitor: "203.0.113.9".parse().unwrap(),
            local: true,
            body: body.as_bytes().to_vec(),
        };
        let (parts, body) = self.route.answer(token, &request).await.into_parts();
        let html = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            html: String::from_utf8(html.to_vec()).unwrap(),
        }
    }
}

/// Somebody records the payment, and the daemon notices.
pub async fn paid(page: &Page, invoice: InvoiceId) {
    let conn = &mut page.shop().conn().await;
    crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
    page.shop().settle(invoice).await;
}

/// The heading of a page.
fn heading(answer: &Answer) -> &str {
    answer.html.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0
}

#[tokio::test]
async fn the_page_follows_its_order_from_invoice_to_key() {
    let page = Page::open().await;
    let placed = page.shop().place(&eva("pro")).await.unwrap();
    let invoice = placed.invoice.unwrap();
    let before = page.look(&placed.token).await;
    assert_eq!((before.status, heading(&before)), (200, "Thank you for your order"));
    let link = format!("https://crm.example/invoice/{invoice}/");
    assert!(before.html.contains(&link) && before.html.contains("http-equiv=\"refresh\""), "{}", before.html);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(before.headers[name], value);
    }
    let tag = before.headers["etag"].to_str().unwrap().to_owned();
    let same = page.request("GET", &placed.token, &[("if-none-match", &tag)], "").await;
    assert_eq!((same.status, same.html.as_str()), (304, ""));
    // A web server that compresses makes the tag a weak one.
    let weak = format!("W/{tag}");
    assert_eq!(page.request("GET", &placed.token, &[("if-none-match", &weak)], "").await.status, 304);

    let conn = &mut page.shop().conn().await;
    crm::record_payment(conn, invoice, "20.00".parse().unwrap()).await;
    page.shop().settle(invoice).await;
    let partly = page.look(&placed.token).await;
    assert_eq!(heading(&partly), "A part of the total is still to be paid");
    assert!(partly.html.contains("received €20.00 of €49.00; €29.00 is still missing"), "{}", partly.html);
    crm::record_payment(conn, invoice, "29.00".parse().unwrap()).await;
    page.shop().settle(invoice).await;
    let after = page.request("GET", &placed.token, &[("if-none-match", &tag)], "").await;
    assert_eq!((after.status, heading(&after)), (200, "Here is your license key"));
    let key = page.shop().licenses(placed.order).await[0].key.clone().unwrap();
    assert!(after.html.contains(&key) && after.html.contains("Valid until 9 March 2027"), "{}", after.html);
    assert!(!after.html.contains("http-equiv") && !before.html.contains(&key));

    conn.query_drop("DELETE FROM `tblinvoicepaymentrecords`").await.unwrap();
    page.shop().settle(invoice).await;
    let reversed = page.look(&placed.token).await;
    assert_eq!(heading(&reversed), "Your payment was taken back");
    assert!(reversed.html.contains("it will be suspended soon"), "{}", reversed.html);
    assert!(reversed.html.contains("View and pay the invoice"), "who is to pay again can: {}", reversed.html);
    assert!(reversed.html.contains("data-waits=\"true\""), "and sees it when it is paid");
    conn.query_drop("UPDATE `tblinvoices` SET `status` = 5").await.unwrap();
    page.shop().settle(invoice).await;
    let cancelled = page.look(&placed.token).await;
    assert!(
        !cancelled.html.contains("View and pay"),
        "a cancelled invoice takes no payment: {}",
        cancelled.html
    );
}

#[tokio::test]
async fn the_sum_of_an_order_names_its_tax() {
    let page = Page::open().await;
    let placed = page.shop().place(&eva("taxed")).await.unwrap();
    let html = page.look(&placed.token).await.html;
    for line in ["<dd>€49.00</dd>", "<dt>VAT 19%</dt><dd>€9.31</dd>", "<dd>€58.31</dd>"] {
        assert!(html.contains(line), "{line}: {html}");
    }
}

#[tokio::test]
async fn an_order_whose_invoice_staff_deleted_or_cancelled_says_so() {
    for statement in ["DELETE FROM `tblinvoices`", "UPDATE `tblinvoices` SET `status` = 5"] {
        let page = Page::open().await;
        let placed = page.shop().place(&eva("pro")).await.unwrap();
        page.shop().conn().await.query_drop(statement).await.unwrap();
        page.shop().settle(placed.invoice.unwrap()).await;
        let answer = page.look(&placed.token).await;
        assert_eq!(heading(&answer), "This order was cancelled", "{statement}");
        assert!(!answer.html.contains("/invoice/"), "{}", answer.html);
    }
}

#[tokio::test]
async fn a_free_order_shows_its_key_at_once() {
    let page = Page::open().await;
    let placed = page.shop().place(&eva("gift")).await.unwrap();
    let answer = page.look(&placed.token).await;
    assert_eq!(heading(&answer), "Here is your license key");
    assert!(answer.html.contains("Valid without time limit"), "{}", answer.html);
}

#[tokio::test]
async fn every_token_that_opens_nothing_gets_one_answer() {
    let page = Page::open().await;
    let placed = page.shop().place(&eva("pro")).await.unwrap();
    let mut answers = Vec::new();
    for token in [
        "0".repeat(32),
        placed.token.to_uppercase(),
        placed.token[..31].to_owned(),
        format!("{}0", placed.token),
        "' OR 1=1".to_owned(),
        String::new(),
    ] {
        let answer = page.look(&token).await;
        let html = answer.html.replace(&token, "").replace(&token.replace('\'', "&#x27;"), "");
        answers.push((answer.status, answer.headers.len(), html.len() > 500));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]) && answers[0].0 == 404, "{answers:?}");
}

#[tokio::test]
async fn whoever_knows_only_a_mail_address_sees_nothing_of_its_customer() {
    let page = Page::open().await;
    let conn = &mut page.shop().conn().await;
    let client = crm::add_client(conn, "Geheim AG", None).await;
    crm::add_contact(conn, client, "Geheime", "Person", "eva@buyer.example").await;
    for (company, link) in [("Other Ltd", false), ("Geheim AG", true)] {
        let mut browser = page.till().browser();
        let form = browser.filled("package=pro").await.with("company", company);
        let token = browser.send(&form).await.order();
        let answer = page.look(&token).await;
        assert_eq!(heading(&answer), "Thank you for your order");
        assert_eq!(answer.html.contains("/invoice/"), link, "{}", answer.html);
        assert_eq!(answer.html.contains("with a link to pay it"), !link);
        assert!(!answer.html.contains("Geheime"), "{}", answer.html);
    }
}

#[tokio::test]
async fn nothing_that_a_buyer_typed_becomes_markup() {
    let page = Page::open().await;
    let evil = PlaceOrder { email: "\"<img/src=x>\"@buyer.example".into(), ..eva("pro") };
    let placed = page.shop().place(&evil).await.unwrap();
    let answer = page.look(&placed.token).await;
    assert!(answer.html.contains("&lt;img") && !answer.html.contains("<img/src"), "{}", answer.html);
}
