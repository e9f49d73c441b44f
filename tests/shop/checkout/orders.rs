//! What a form's order is, in the CRM and here.

use std::sync::atomic::Ordering;

use mysql_async::prelude::Queryable as _;

use super::till::Till;
use crate::support::crm;
use crate::support::rows::written_out;

#[tokio::test]
async fn a_form_becomes_customer_invoice_order_and_a_mail_by_the_crm() {
    let till = Till::open().await;
    let conn = &mut till.shop.conn().await;
    let mut browser = till.browser();
    let form = browser.filled("package=taxed&quantity=2").await;
    let form = form.with("company", "Müller & Söhne").with("vat_id", "de 136 695 976");
    let answer = browser.send(&form).await;
    let token = answer.order();
    assert!(!answer.is_again());
    assert_eq!(till.nudges.load(Ordering::Relaxed), 1);

    let client = written_out(
        conn,
        "SELECT `company`, `vat`, `country`, `billing_country`, `default_language` FROM `tblclients`",
    );
    assert_eq!(
        client.await,
        "company = Müller & Söhne\nvat = DE136695976\ncountry = 83\nbilling_country = 83\ndefault_language = english"
    );
    let invoice = "SELECT i.`total`, i.`subtotal`, i.`billing_country`, i.`clientnote`, t.`taxname`, t.`taxrate`, l.`qty`, l.`rate` \
         FROM `tblinvoices` i, `tblitem_tax` t, `tblitemable` l";
    assert_eq!(
        written_out(conn, invoice).await,
        "total = 116.62\nsubtotal = 98.00\nbilling_country = 83\nclientnote = \ntaxname = VAT\ntaxrate = 19.00\nqty = 2.00\nrate = 49.00"
    );
    let order = "SELECT `email`, `firstname`, `lastname`, `language`, `total`, `state`, `charge` FROM `tblpm_orders` WHERE `token` = ";
    assert_eq!(
        written_out(conn, &format!("{order}'{token}'")).await,
        "email = eva@buyer.example\nfirstname = Eva\nlastname = Müller\nlanguage = english\ntotal = 116.62\nstate = placed\ncharge = none"
    );
    let said = "SELECT `company`, `country`, `vat_id`, `tax_case`, LENGTH(`terms_version`) AS t, LENGTH(`waiver_version`) AS w, \
         `agreed_at`, `pay_here` FROM `tblpm_checkouts`";
    assert_eq!(
        written_out(conn, said).await,
        "company = Müller & Söhne\ncountry = DE\nvat_id = DE136695976\ntax_case = charged\nt = 13\nw = 13\n\
         agreed_at = 2026-03-09 10:00:20.000000\npay_here = 1"
    );
    let mail = "SELECT m.`rel_id` = i.`id` AS its, m.`rel_type`, m.`scheduled_at`, m.`contacts` = c.`id` AS own, m.`attach_pdf`, m.`template` \
         FROM `tblscheduled_emails` m, `tblcontacts` c, `tblinvoices` i";
    assert_eq!(
        written_out(conn, mail).await,
        "its = 1\nrel_type = invoice\nscheduled_at = 2026-03-09 10:00:20\nown = 1\nattach_pdf = 1\ntemplate = invoice_send_to_customer"
    );
    assert_eq!(crm::option(conn, "next_invoice_number").await, "2");
}

#[tokio::test]
async fn a_free_package_is_licensed_at_once_and_a_trial_is_bound_to_its_domain() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=gift").await;
    browser.send(&form).await.order();
    assert_eq!(till.written().await, [1, 1, 0, 1, 1, 0]);

    let form = browser.filled("package=taste").await;
    let answer = browser.send(&form).await;
    assert_eq!((answer.status, answer.wrong()), (422, vec!["domain".to_owned()]));
    browser.send(&form.clone().with("domain", "https://crm.buyer.example.com/admin")).await.order();
    assert_eq!(till.written().await, [1, 1, 0, 2, 2, 0]);
    // Another person for the same company's domain, and the same person for another domain.
    for (email, domain) in [("max@other.example", "www.example.com"), ("eva@buyer.example", "example.org")] {
        let form = till.browser().filled("package=taste").await;
        let mut other = till.browser();
        let fresh = other.filled("package=taste").await;
        drop(form);
        let answer = other.send(&fresh.with("email", email).with("domain", domain)).await;
        assert_eq!(answer.status, 422, "{email} {domain}");
        assert!(answer.mistakes()[0].1.contains("can try it once"), "{answer:?}");
    }
    assert_eq!(till.written().await, [1, 1, 0, 2, 2, 0]);
}

#[tokio::test]
async fn several_packages_are_one_invoice() {
    let till = Till::open().await;
    let conn = &mut till.shop.conn().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro&quantity=2&package=taxed&package=gift").await;
    browser.send(&form).await.order();
    let lines: Vec<(String, String, String)> = conn
        .query("SELECT `description`, `qty`, `rate` FROM `tblitemable` ORDER BY `item_order`")
        .await
        .unwrap();
    let lines: Vec<String> =
        lines.iter().map(|(what, count, rate)| format!("{count} {what} {rate}")).collect();
    assert_eq!(lines, ["2.00 Booking - Pro 49.00", "1.00 Booking - Taxed 49.00", "1.00 Booking - Gift 0.00"]);
    assert_eq!(
        written_out(conn, "SELECT `subtotal`, `total_tax`, `total` FROM `tblinvoices`").await,
        "subtotal = 147.00\ntotal_tax = 9.31\ntotal = 156.31"
    );
}

#[tokio::test]
async fn a_business_in_another_member_state_owes_the_tax_itself() {
    let till = Till::open().await;
    let conn = &mut till.shop.conn().await;
    let mut browser = till.browser();
    browser.language = "de";
    let form = browser.filled("package=taxed").await;
    let form = form.with("country", "AT").with("vat_id", "u13585627").with("company", "Huber KG");
    // The first form showed another total, so it asks again.
    let answer = browser.send(&form).await;
    assert_eq!((answer.status, answer.wrong()), (409, vec!["order".to_owned()]));
    assert!(
        answer.html.contains("Reverse Charge") && answer.html.contains("49,00\u{a0}€"),
        "{}",
        answer.html
    );
    assert_eq!(till.written().await, [0; 6]);
    till.shop.pass(chrono::TimeDelta::seconds(9));
    let again = answer.form();
    assert_eq!((again.get("company"), again.get("country"), again.get("terms")), ("Huber KG", "AT", ""));
    browser.send(&again.with("terms", "1").with("waiver", "1")).await.order();
    assert_eq!(
        written_out(conn, "SELECT `total_tax`, `total`, `billing_country`, `clientnote` FROM `tblinvoices`")
            .await,
        "total_tax = 0.00\ntotal = 49.00\nbilling_country = 15\nclientnote = Steuerschuldnerschaft des \
         Leistungsempfängers (Reverse Charge, Artikel 44 und 196 der Richtlinie 2006/112/EG). USt-IdNr. des \
         Leistungsempfängers: (ATU13585627)"
    );
    assert_eq!(till.count("item_tax").await, 0);
    // Without a VAT id, at home and outside of the Union the price has its tax.
    for (country, vat_id) in [("AT", ""), ("DE", "DE136695976"), ("CH", "CHE-116.281.710")] {
        let mut browser = till.browser();
        let form = browser.filled("package=taxed").await.with("company", "X").with("country", country);
        browser.send(&form.with("vat_id", vat_id)).await.order();
    }
    let totals: Vec<String> = conn.query("SELECT `total` FROM `tblinvoices` ORDER BY `id`").await.unwrap();
    assert_eq!(totals, ["49.00", "58.31", "58.31", "58.31"]);
}

#[tokio::test]
async fn the_total_follows_the_form_before_anything_is_ordered() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=taxed").await;
    let answer = browser.send(&form.with("quantity", "3").with("step", "quote")).await;
    assert_eq!((answer.status, answer.wrong().len()), (200, 0));
    assert!(answer.html.contains("€174.93"), "{}", answer.html);
    assert_eq!(till.written().await, [0; 6]);
    till.shop.pass(chrono::TimeDelta::seconds(5));
    browser.send(&answer.form()).await.order();
}
