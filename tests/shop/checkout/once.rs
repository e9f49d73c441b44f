//! One form is one order, however often it is sent.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use mysql_async::prelude::Queryable as _;

use super::till::Till;
use crate::support::crm;

#[tokio::test]
async fn sixty_four_of_the_same_form_at_once_are_one_order() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let cookies = browser.cookies.clone();
    let answers = join_all((0..64).map(|_| async {
        let mut copy = till.browser();
        copy.cookies.clone_from(&cookies);
        copy.send(&form).await
    }))
    .await;
    let orders: BTreeSet<String> = answers.iter().map(super::till::Answer::order).collect();
    assert_eq!(orders.len(), 1);
    assert_eq!(answers.iter().filter(|answer| !answer.is_again()).count(), 1);
    assert_eq!(till.written().await, [1, 1, 1, 1, 0, 1]);
    assert_eq!(crm::option(&mut till.shop.conn().await, "next_invoice_number").await, "2");
}

#[tokio::test]
async fn the_same_form_under_different_addresses_is_one_order_too() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=gift").await;
    let cookies = browser.cookies.clone();
    let answers = join_all((0..16).map(|number| {
        let form = form.clone().with("email", &format!("eva{number}@buyer.example"));
        let (till, cookies) = (&till, &cookies);
        async move {
            let mut copy = till.browser();
            copy.cookies.clone_from(cookies);
            copy.send(&form).await
        }
    }))
    .await;
    let orders: BTreeSet<String> = answers.iter().map(super::till::Answer::order).collect();
    assert_eq!(orders.len(), 1);
    assert_eq!(till.written().await, [1, 1, 0, 1, 1, 0]);
}

#[tokio::test]
async fn two_tabs_are_one_order_and_the_next_visit_is_another() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let first = browser.filled("package=pro").await;
    let second = browser.filled("package=pro&quantity=2").await;
    let other = browser.filled("package=taxed").await;
    let order = browser.send(&first).await.order();
    let again = browser.send(&second).await;
    assert_eq!((again.order(), again.is_again()), (order.clone(), true));
    // A tab with something else is an order of its own.
    assert_ne!(browser.send(&other).await.order(), order);
    // Days later the same thing is wanted again.
    let later = browser.filled("package=pro").await;
    assert_ne!(browser.send(&later).await.order(), order);
    assert_eq!(till.count("pm_orders").await, 3);
}

#[tokio::test]
async fn a_form_that_was_ordered_with_leads_to_its_order_whatever_is_changed_in_it() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let order = browser.send(&form).await.order();
    // Back at the form, somebody changes what its price follows.
    let again = browser.send(&form.with("country", "AT").with("quantity", "2").with("step", "quote")).await;
    assert_eq!((again.order(), again.is_again()), (order, true));
    assert_eq!(till.count("pm_orders").await, 1);
}

#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_by_the_form() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let cookies = browser.cookies.clone();
    let order = browser.send(&form).await.order();
    // The browser never saw the answer: it has its old cookies, and opens the page anew.
    browser.cookies = cookies;
    let anew = browser.filled("package=pro").await;
    assert_eq!(browser.send(&anew).await.order(), order);
    assert_eq!(till.count("pm_orders").await, 1);
}

#[tokio::test]
async fn while_the_invoice_numbers_are_locked_the_form_comes_back_and_may_be_sent_again() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let mut php = till.shop.conn().await;
    php.query_drop("START TRANSACTION").await.unwrap();
    php.query_drop("UPDATE `tbloptions` SET `value` = `value` + 1 WHERE `name` = 'next_invoice_number'")
        .await
        .unwrap();
    let answer = browser.send(&form).await;
    assert_eq!((answer.status, answer.wrong()), (503, vec!["order".to_owned()]), "{}", answer.html);
    assert_eq!(answer.form().get("email"), "eva@buyer.example");
    php.query_drop("COMMIT").await.unwrap();
    browser.send(&answer.form().with("terms", "1").with("waiver", "1")).await;
    till.shop.pass(chrono::TimeDelta::seconds(5));
    browser.send(&answer.form()).await.order();
    assert_eq!(till.written().await, [1, 1, 1, 1, 0, 1]);
    assert_eq!(crm::option(&mut php, "next_invoice_number").await, "3");
}

#[tokio::test]
async fn a_broken_number_counter_is_told_and_nothing_is_written() {
    let till = Till::open().await;
    let conn = &mut till.shop.conn().await;
    crm::set_option(conn, "next_invoice_number", "").await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let answer = browser.send(&form).await;
    assert_eq!(answer.status, 503);
    assert!(answer.html.contains("cannot issue an invoice at the moment"), "{}", answer.html);
    assert_eq!(till.written().await, [0; 6]);
}
