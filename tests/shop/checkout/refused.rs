//! A form that is not taken comes back filled, with a sentence a field, and nothing is written.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::shop::{CatalogueState, Package, PackageChange};
use warp::http::Method;

use super::till::Till;
use crate::support::mariadb::Database;
use crate::support::shop::Shop;

#[tokio::test]
async fn every_field_that_is_wrong_has_its_sentence_and_the_form_comes_back_filled() {
    let till = Till::open().await;
    let long = "x".repeat(200);
    let mut told = String::new();
    for language in ["en", "de"] {
        let mut browser = till.browser();
        browser.language = language;
        let form = browser.filled("package=pro").await;
        for (field, value) in [
            ("firstname", long.as_str()),
            ("firstname", ""),
            ("lastname", "<b>Müller</b>"),
            ("company", "Firma\r\nBcc: all@example.org"),
            ("email", "eva"),
            ("email", "eva@buyer.example\r\nBcc: all@example.org"),
            ("email", "eva@buyer.example, max@buyer.example"),
            ("country", "XX"),
            ("country", ""),
            ("vat_id", "DE123456789"),
            ("vat_id", "12"),
            ("vat_id", "ATU13585627"),
            ("vat_id", "<script>"),
            ("quantity", "-1"),
            ("quantity", "0"),
            ("quantity", "1001"),
            ("quantity", "two"),
            ("package", "foreign"),
            ("package", "../../etc"),
            ("terms", ""),
            ("waiver", ""),
            ("website", "http://spam.example"),
            ("ticket", "1.2.3.4.5"),
            ("bridge_csrf", "00"),
        ] {
            let sent =
                form.clone().with(field, value).with("vat_id", if field == "vat_id" { value } else { "" });
            let sent = if field == "vat_id" { sent.with("company", "X") } else { sent };
            let answer = browser.send(&sent).await;
            assert!((400..500).contains(&answer.status), "{field} {value:?}: {}", answer.status);
            let mistakes = answer.mistakes();
            assert!(!mistakes.is_empty(), "{field} {value:?}: {}", answer.html);
            let back = answer.form();
            for kept in ["firstname", "lastname", "company", "email", "country", "vat_id"] {
                // A list of countries can only show one that is in it.
                let sent = if sent.get(kept) == "XX" { "" } else { sent.get(kept).trim() };
                assert_eq!(back.get(kept), sent, "{field} {value:?}: {kept}");
            }
            for (field, sentence) in mistakes {
                use std::fmt::Write as _;
                let shown = if value.len() > 100 { "(200 x)" } else { value };
                writeln!(told, "{language} {shown:?} -> {field}: {sentence}").unwrap();
            }
        }
    }
    assert_eq!(till.written().await, [0; 6]);
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn an_emoji_is_refused_where_the_crms_tables_cannot_hold_it() {
    for (crm, status) in [(Database::perfex_300().await, 422), (Database::perfex_341().await, 303)] {
        let till = Till::beside(crm).await;
        let mut browser = till.browser();
        let form = browser.filled("package=pro").await.with("company", "Rakete 🚀");
        let answer = browser.send(&form).await;
        assert_eq!(answer.status, status, "{}", answer.html);
        if status == 422 {
            assert_eq!(answer.wrong(), ["company"]);
            assert!(answer.html.contains("The character 🚀 cannot be stored here"), "{}", answer.html);
            assert_eq!(till.written().await, [0; 6]);
        }
    }
}

#[tokio::test]
async fn a_price_in_the_form_is_not_read() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    for name in ["price", "total", "unit_price", "amount", "subtotal", "currency"] {
        let form = form.clone().with(name, "0.01");
        browser.send(&form).await.order();
    }
    let mut conn = till.shop.conn().await;
    let totals: Vec<String> = conn.query("SELECT `total` FROM `tblinvoices`").await.unwrap();
    assert_eq!(totals, ["49.00"]);
}

#[tokio::test]
async fn a_price_that_changed_meanwhile_is_shown_and_asks_again() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let price =
        |price: &str| PackageChange { price: Some(price.parse().unwrap()), ..PackageChange::default() };
    let mut session = till.shop.app.database.session().await.unwrap();
    Package::change(&mut session, "pro", &price("59")).await.unwrap();
    let answer = browser.send(&form).await;
    assert_eq!((answer.status, answer.wrong()), (409, vec!["order".to_owned()]));
    assert!(answer.html.contains("The total for these entries is €59.00"), "{}", answer.html);
    assert_eq!(till.written().await, [0; 6]);
    till.shop.pass(TimeDelta::seconds(5));
    browser.send(&answer.form().with("terms", "1").with("waiver", "1")).await.order();
}

#[tokio::test]
async fn a_package_that_was_retired_meanwhile_is_taken_out_with_a_sentence() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let alone = browser.filled("package=pro").await;
    let both = browser.filled("package=pro&package=taxed").await;
    let retired = PackageChange { state: Some(CatalogueState::Retired), ..PackageChange::default() };
    let mut session = till.shop.app.database.session().await.unwrap();
    Package::change(&mut session, "pro", &retired).await.unwrap();
    let answer = browser.send(&alone).await;
    assert_eq!((answer.status, answer.wrong()), (422, vec!["package".to_owned()]));
    assert!(answer.html.contains("Nothing is left to order.") && !answer.html.contains("id=\"order\""));
    assert_eq!(answer.form().get("email"), "eva@buyer.example");
    let answer = browser.send(&both).await;
    assert!(answer.html.contains("Booking - Pro is no longer for sale"), "{}", answer.html);
    assert_eq!(till.written().await, [0; 6]);
    till.shop.pass(TimeDelta::seconds(5));
    browser.send(&answer.form()).await.order();
    assert_eq!(browser.open("package=pro").await.wrong(), ["package"]);
}

#[tokio::test]
async fn an_old_form_a_swift_form_and_a_form_of_another_site_are_not_taken() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let other = browser.request(Method::POST, None, &[("sec-fetch-site", "cross-site")], &form.body()).await;
    assert_eq!((other.status, other.wrong()), (403, vec!["order".to_owned()]));
    let mut stranger = till.browser();
    assert_eq!(stranger.send(&form).await.status, 403, "a form without its cookie");
    till.shop.pass(TimeDelta::hours(25));
    let old = browser.send(&form).await;
    assert!(old.html.contains("more than a day old"), "{}", old.html);
    // What came back is new, but nobody reads it in no time.
    let swift = browser.send(&old.form()).await;
    assert_eq!((swift.status, swift.wrong()), (422, vec!["order".to_owned()]), "{}", swift.html);
    till.shop.pass(TimeDelta::seconds(3));
    assert_eq!(till.written().await, [0; 6]);
    browser.send(&swift.form()).await.order();
}

#[tokio::test]
async fn who_presses_too_early_learns_what_is_missing() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let page = browser.open("package=pro").await;
    let early = browser.send(&page.form()).await;
    assert_eq!(early.status, 422);
    for field in ["firstname", "lastname", "email", "terms", "waiver"] {
        assert!(early.wrong().contains(&field.to_owned()), "{field}: {:?}", early.wrong());
    }
    assert!(!early.html.contains("faster than anybody can read"), "{}", early.html);
    assert_eq!(till.written().await, [0; 6]);
}

#[tokio::test]
async fn a_link_orders_nothing() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let answer = browser.request(Method::GET, Some(&form.body()), &[], "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(browser.request(Method::PUT, None, &[], &form.body()).await.status, 405);
    assert_eq!(till.written().await, [0; 6]);
}

#[tokio::test]
async fn a_network_and_a_mailbox_have_their_limits() {
    let till = Till::with(Shop::open().await, 8, 2);
    let mut browser = till.browser();
    for _ in 0..2 {
        let form = browser.filled("package=gift").await;
        browser.send(&form).await.order();
    }
    let form = browser.filled("package=gift").await;
    let answer = browser.send(&form).await;
    assert_eq!((answer.status, answer.wrong()), (429, vec!["email".to_owned()]));
    // From half of the network's limit on, a form needs a proof of work, or a minute.
    let form = browser.filled("package=gift").await.with("email", "max@buyer.example");
    browser.send(&form).await.order();
    let form = browser.filled("package=gift").await.with("email", "max@buyer.example");
    browser.send(&form).await;
    let form = browser.filled("package=gift").await.with("email", "ida@buyer.example");
    assert!(form.get("ticket").split('.').nth(3).unwrap() != "0", "{form:?}");
    let answer = browser.send(&form).await;
    assert!(answer.html.contains("small calculation"), "{}", answer.html);
    till.shop.pass(TimeDelta::seconds(61));
    browser.send(&form).await.order();
    let mut last = 0;
    for _ in 0..4 {
        last = browser.send(&form).await.status;
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn a_form_whose_price_followed_the_country_can_be_sent_at_once() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let quoted = browser.send(&form.with("country", "AT").with("step", "quote")).await;
    assert_eq!((quoted.status, quoted.wrong()), (200, Vec::new()), "{}", quoted.html);
    browser.send(&quoted.form().eva()).await.order();
}

#[tokio::test]
async fn a_form_that_came_back_can_be_sent_again_at_once() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await.with("email", "eva");
    let mut back = browser.send(&form).await;
    for wrong in ["", "eva@", "eva@@buyer.example"] {
        back = browser.send(&back.form().with("email", wrong)).await;
        assert_eq!((back.status, back.wrong()), (422, vec!["email".to_owned()]), "{wrong:?}: {}", back.html);
    }
    browser.send(&back.form().with("email", "eva@buyer.example")).await.order();
}

#[tokio::test]
async fn the_age_of_a_form_is_good_for_no_other_order() {
    let till = Till::open().await;
    let mut browser = till.browser();
    let form = browser.filled("package=pro").await;
    let other = browser.send(&form.with("package", "gift").with("step", "quote")).await;
    let swift = browser.send(&other.form().eva()).await;
    assert_eq!((swift.status, swift.wrong()), (422, vec!["order".to_owned()]));
    assert!(swift.html.contains("faster than anybody can read"), "{}", swift.html);
}

#[tokio::test]
async fn every_text_of_the_form_is_held_to_what_the_crm_can_store() {
    let till = Till::beside(Database::perfex_300().await).await;
    let mut browser = till.browser();
    let form = browser.filled("package=taste").await.with("domain", "crm.buyer.example.com");
    for (field, longest) in [
        ("firstname", 191),
        ("lastname", 191),
        ("company", 191),
        ("email", 100),
        ("domain", 253),
        ("vat_id", 30),
    ] {
        let long = match field {
            "email" => format!("{}@buyer.example", "x".repeat(longest - 13)),
            "domain" => format!("{}.example.com", "x.".repeat(longest / 2)),
            _ => "x".repeat(longest + 1),
        };
        for wrong in [&long, "<i>x</i>", "x\r\nBcc: all@example.org", "\u{1f680}", "x\u{0}y", "\"><script>"] {
            let answer = browser.send(&form.clone().with(field, wrong)).await;
            assert_eq!((answer.status, answer.wrong()), (422, vec![field.to_owned()]), "{field} {wrong:?}");
            assert_eq!(answer.form().get(field), wrong, "{field} comes back");
            assert!(
                !answer.html.contains("<i>x") && !answer.html.contains("\"><script>"),
                "{field} {wrong:?}"
            );
        }
    }
    assert_eq!(till.written().await, [0; 6]);
    browser.send(&form).await.order();
}
