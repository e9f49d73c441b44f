//! Every page that a customer meets between the shop's button and the license key, whole, in both languages.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::licensing::{Domain, Purpose};
use perfex_bridge::shop::{CatalogueState, Package, PackageChange, PlaceOrder};

use super::checkout::till::{Answer, Browser, Till};
use super::order_page::shows::{Page, paid};
use crate::support::crm;
use crate::support::shop::{Shop, eva};

const LANGUAGES: [&str; 2] = ["en", "de"];

/// What stands in a page beside style sheet and scripts. What differs from one run to the next is left out.
fn whole(answer: &Answer) -> String {
    let (head, rest) = answer.html.split_once("<style>").unwrap();
    let rest = rest.split_once("</style>").unwrap().1;
    let rest = rest.split_once("<script>").map_or(rest, |(before, _)| before);
    let part_of_a_secret = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-');
    let mut page = format!("{}\n", answer.status);
    for line in head.lines().chain(rest.lines()).filter(|line| !line.trim().is_empty()) {
        let mut words = line.split_inclusive(|sign| !part_of_a_secret(sign));
        page.extend(words.by_ref().map(|word| {
            let end = word.find(|sign| !part_of_a_secret(sign)).unwrap_or(word.len());
            if end >= 32 && word[..end].bytes().any(|sign| sign.is_ascii_digit()) {
                &word[end..]
            } else {
                word
            }
        }));
        page.push('\n');
    }
    page
}

fn keep(name: &str, language: &str, answer: &Answer) {
    insta::assert_snapshot!(format!("{name}_{language}"), whole(answer));
}

fn browser<'a>(till: &'a Till, language: &'static str) -> Browser<'a> {
    let mut browser = till.browser();
    browser.language = language;
    browser
}

#[tokio::test]
async fn the_form_of_the_checkout() {
    let till = Till::open().await;
    for language in LANGUAGES {
        let mut browser = browser(&till, language);
        keep("checkout_nothing", language, &browser.open("").await);
        keep("checkout_empty", language, &browser.open("package=taxed&quantity=2&package=pro").await);
        keep("checkout_free", language, &browser.open("package=gift").await);
        keep("checkout_trial", language, &browser.open("package=taste").await);
        let form = browser.filled("package=taxed").await;
        let business = form.clone().with("company", "Wien GmbH").with("vat_id", "ATU13585627");
        let quote = browser.send(&business.with("country", "AT").with("step", "quote")).await;
        keep("checkout_reverse_charge", language, &quote);
        let wrong =
            form.with("firstname", "").with("lastname", "<b>Müller</b>").with("company", &"x".repeat(200));
        let wrong = wrong.with("email", "eva").with("country", "").with("quantity", "-1").with("terms", "");
        keep("checkout_mistakes", language, &browser.send(&wrong.with("waiver", "")).await);
    }
}

#[tokio::test]
async fn a_form_that_cannot_be_taken_now() {
    let till = Till::open().await;
    let change = async |change: PackageChange| {
        let mut session = till.shop.app.database.session().await.unwrap();
        Package::change(&mut session, "pro", &change).await.unwrap();
    };
    let state = |state| PackageChange { state: Some(state), ..PackageChange::default() };
    for (language, price) in LANGUAGES.into_iter().zip(["59", "69"]) {
        let mut browser = browser(&till, language);
        let form = browser.filled("package=pro").await;
        change(state(CatalogueState::Retired)).await;
        keep("checkout_retired", language, &browser.send(&form).await);
        change(state(CatalogueState::Active)).await;
        change(PackageChange { price: Some(price.parse().unwrap()), ..PackageChange::default() }).await;
        keep("checkout_price_changed", language, &browser.send(&form).await);
        till.shop.pass(TimeDelta::hours(25));
        keep("checkout_expired", language, &browser.send(&form).await);
    }
    let busy = Till::with(Shop::open().await, 4, 4);
    for language in LANGUAGES {
        let mut browser = browser(&busy, language);
        let form = browser.filled("package=gift").await;
        let mut last = browser.send(&form.with("email", "eva")).await;
        for _ in 0..4 {
            last = browser.send(&last.form()).await;
        }
        assert_eq!(last.status, 429);
        keep("checkout_too_many", language, &last);
    }
}

/// The page of an order as it stands.
async fn keep_order(page: &mut Page, name: &str, token: &str) {
    for language in LANGUAGES {
        page.language = language;
        keep(name, language, &page.look(token).await);
    }
}

#[tokio::test]
async fn an_order_from_its_invoice_to_its_key_and_back() {
    let mut page = Page::open().await;
    let conn = &mut page.shop().conn().await;
    let placed = page.shop().place(&eva("pro")).await.unwrap();
    let (token, invoice) = (placed.token.as_str(), placed.invoice.unwrap());
    keep_order(&mut page, "order_unpaid", token).await;
    let part = crm::record_payment(conn, invoice, "20.00".parse().unwrap()).await;
    page.shop().settle(invoice).await;
    keep_order(&mut page, "order_partial", token).await;
    crm::delete_payment(conn, part).await;
    paid(&page, invoice).await;
    keep_order(&mut page, "order_done", token).await;
    conn.query_drop("DELETE FROM `tblinvoicepaymentrecords`").await.unwrap();
    page.shop().settle(invoice).await;
    keep_order(&mut page, "order_refunded", token).await;
    crm::cancel_invoice(conn, invoice).await;
    page.shop().settle(invoice).await;
    keep_order(&mut page, "order_refunded_and_cancelled", token).await;
    page.shop().pass(TimeDelta::days(8));
    page.shop().settle(invoice).await;
    keep_order(&mut page, "order_stopped", token).await;
}

#[tokio::test]
async fn an_order_that_is_free_or_a_trial_or_stands_no_longer() {
    let mut page = Page::open().await;
    let free = page.shop().place(&eva("gift")).await.unwrap();
    keep_order(&mut page, "order_free", &free.token).await;
    let taste = PlaceOrder {
        domain: Some(Domain::parse("crm.buyer.example.com", Purpose::Production).unwrap()),
        ..eva("taste")
    };
    let trial = page.shop().place(&taste).await.unwrap();
    keep_order(&mut page, "order_trial", &trial.token).await;
    let unpaid = page.shop().place(&eva("pro")).await.unwrap();
    page.deed(&unpaid.token, "correct", "eva@new.example").await;
    keep_order(&mut page, "order_unpaid_corrected", &unpaid.token).await;
    let cancelled = page.shop().place(&eva("pro")).await.unwrap();
    crm::cancel_invoice(&mut page.shop().conn().await, cancelled.invoice.unwrap()).await;
    page.shop().settle(cancelled.invoice.unwrap()).await;
    keep_order(&mut page, "order_cancelled", &cancelled.token).await;
    page.shop().pass(TimeDelta::days(61));
    keep_order(&mut page, "order_trial_expired", &trial.token).await;
    page.shop().app.scheduler().run_now("orders").await.unwrap().unwrap();
    assert_eq!(page.shop().order(unpaid.order).await.state.to_string(), "expired");
    keep_order(&mut page, "order_expired", &unpaid.token).await;
    keep_order(&mut page, "order_unknown", &"0".repeat(32)).await;
}

#[tokio::test]
async fn an_order_of_a_known_customer_and_one_whose_licenses_come_from_elsewhere() {
    let mut page = Page::open().await;
    let conn = &mut page.shop().conn().await;
    let client = crm::add_client(conn, "Geheim AG", None).await;
    crm::add_contact(conn, client, "Geheime", "Person", "eva@buyer.example").await;
    let token = {
        let mut browser = page.till().browser();
        let form = browser.filled("package=pro").await.with("company", "Other Ltd");
        browser.send(&form).await.order()
    };
    keep_order(&mut page, "order_mailed", &token).await;
    page.language = "en";
    page.deed(&token, "correct", "eva@new.example").await;
    keep_order(&mut page, "order_mailed_corrected", &token).await;
    // Paid, while the license server is still to answer.
    conn.query_drop("UPDATE `tblpm_orders` SET `charge` = 'full'").await.unwrap();
    keep_order(&mut page, "order_making", &token).await;
}

#[tokio::test]
async fn what_was_done_on_the_page_of_an_order_or_not() {
    let mut page = Page::open().await;
    let placed = page.shop().place(&eva("gift")).await.unwrap();
    let token = placed.token.as_str();
    let conn = &mut page.shop().conn().await;
    for language in LANGUAGES {
        page.language = language;
        keep("order_again", language, &page.look(&format!("{token}?again=1")).await);
        keep("order_address_wrong", language, &page.deed(token, "correct", "eva").await);
        keep("order_address_corrected", language, &page.deed(token, "correct", "eva@new.example").await);
    }
    conn.query_drop("UPDATE `tblbridge_outbox` SET `state` = 'sent', `due_at` = NULL").await.unwrap();
    keep_order(&mut page, "order_mail_sent", token).await;
    conn.query_drop("UPDATE `tblbridge_outbox` SET `state` = 'dead'").await.unwrap();
    keep_order(&mut page, "order_mail_failed", token).await;
    page.language = "en";
    keep("order_resent", "en", &page.deed(token, "resend", "").await);
    page.language = "de";
    keep("order_too_often", "de", &page.deed(token, "resend", "").await);
}
