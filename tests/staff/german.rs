//! Whoever of the staff reads German reads German: what happened to orders and licenses, who did what, what is refused.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{OrderId, StaffId};
use perfex_bridge::licensing::authority::{Mover, Question};
use perfex_bridge::licensing::{Domain, LicenseKey, Purpose};
use perfex_bridge::shop::desk::OrdersPage;
use rust_decimal::Decimal;

use super::office::Office;
use crate::identity::house::ADA;
use crate::support::crm;
use crate::support::shop::eva;

const MAX: StaffId = StaffId(7);
/// Words of English that German has not, and marks of what nobody has put into words.
const ENGLISH: [&str; 23] = [
    " the ",
    " of ",
    " by ",
    " is ",
    " was ",
    " and ",
    " until ",
    " from ",
    "license",
    "payment",
    "received",
    "invoice",
    "order ",
    "suspended",
    "restored",
    "cancelled",
    "placed",
    "paid",
    "issued",
    "why-",
    "{",
    "_",
    "undefined",
];

async fn office() -> Office {
    let office = Office::with(false).await;
    office.house.shop.stock().await;
    let app = &office.house.shop.app;
    let orders = OrdersPage { workshop: app.workshop.clone(), outboxes: vec![] };
    let office = office.showing(orders);
    office.hire(7, "pm_shop", &["view", "create", "edit", "delete"]).await;
    office
}

/// The texts of both timelines of an order: what happened, and who did what.
async fn told(office: &Office, order: OrderId) -> Vec<String> {
    let page = office.look(MAX, &format!("shop/orders/{order}")).await.html;
    let lists = page.split("<ul class=\"bridge-timeline\">").skip(1);
    let lists: String = lists.map(|rest| rest.split_once("</ul>").unwrap().0).collect();
    let lines: Vec<String> = lists.split("<li>").skip(1).map(words).collect();
    assert!(!lines.is_empty(), "{page}");
    for line in &lines {
        let plain = line.replace("eva@buyer.example", "").replace("Kunde Eva", "");
        let english = ENGLISH.iter().find(|word| plain.contains(**word));
        assert_eq!(english, None, "{line}");
    }
    lines
}

/// A piece of HTML without its tags.
fn words(html: &str) -> String {
    let text = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text = text.collect::<Vec<_>>().join(" ").replace("&#x2F;", "/").replace("&gt;", ">");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether one of the lines begins behind its time with this.
fn has(lines: &[String], part: &str) {
    assert!(lines.iter().any(|line| line.contains(part)), "{part}: {lines:#?}");
}

#[tokio::test]
async fn the_export_is_one_for_a_german_spreadsheet() {
    let office = office().await;
    let (order, _) = office.house.shop.invoiced("pro").await;
    let file = office.look(MAX, "shop/orders/orders.csv").await;
    assert_eq!(
        file.html,
        format!(
            "\u{feff}Nr.;Eingang;Status;Zahlung;Lizenzen;E-Mail-Adresse;Vorname;Nachname;Summe;Währung;Rechnung\n\
             {order};2026-03-09 11:00:00;bestellt;nicht bezahlt;Lizenzen offen;eva@buyer.example;Eva;Müller;49,00;EUR;INV-000001\n"
        )
    );
}

#[tokio::test]
async fn a_payment_that_comes_and_goes_is_told_in_german() {
    let office = office().await;
    let shop = &office.house.shop;
    let (order, invoice) = shop.invoiced("pro").await;
    let conn = &mut shop.conn().await;
    crm::record_payment(conn, invoice, Decimal::from(20)).await;
    shop.settle(invoice).await;
    let payment = crm::record_payment(conn, invoice, Decimal::from(29)).await;
    shop.settle(invoice).await;
    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    crm::record_payment(conn, invoice, Decimal::from(29)).await;
    shop.settle(invoice).await;
    crm::credit_note_for(conn, invoice, &[("Booking - Pro", 1, 49.into())], 49.into()).await;
    shop.settle(invoice).await;
    shop.pass(TimeDelta::days(40));
    shop.settle(invoice).await;
    crm::cancel_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    crm::uncancel_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    crm::delete_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    let lines = told(&office, order).await;
    for part in [
        "bestellt 1 x Booking - Pro, Rechnung INV-",
        "nicht bezahlt → teilweise bezahlt: 20.00 von 49.00 EUR eingegangen (Zahlungen: 1, Gutschriften: 0), Rechnung \
         ausgestellt",
        "ausgestellte Lizenzen: 1; 49.00 von 49.00 EUR eingegangen",
        "Lizenz 1: Bestellung 1, Stück 1 von 1 Booking - Pro",
        "Die Zahlung wurde zurückgenommen: 20.00 von 49.00 EUR eingegangen",
        "wiederhergestellte Lizenzen: 1; ",
        "Lizenz 1: wieder bezahlt: ",
        "Gutschriften zu ihr über 49.00",
        "Die Frist für die fehlende Zahlung ist abgelaufen",
        "Rechnung storniert",
        "Die Rechnung wurde gelöscht",
    ] {
        has(&lines, part);
    }
}

#[tokio::test]
async fn what_staff_and_holders_do_is_told_in_german() {
    let office = office().await;
    let shop = &office.house.shop;
    let order = shop.place(&eva("gift")).await.unwrap().order;
    let license = shop.licenses(order).await[0].id;
    let page = format!("shop/orders/{order}");
    for (deed, fields) in [
        (format!("licenses/{license}/suspend"), ""),
        (format!("licenses/{license}/restore"), ""),
        ("address".to_owned(), "email=eva%40right.example"),
    ] {
        assert_eq!(office.send(MAX, &page, &format!("{page}/{deed}"), fields).await.status, 303, "{deed}");
    }
    office.house.sql("UPDATE `tblbridge_outbox` SET `state` = 'sent', `due_at` = NULL").await;
    let mail = shop.messages().await[0].id;
    assert_eq!(office.send(MAX, &page, &format!("{page}/mails/{mail}/resend"), "").await.status, 303);
    let key = shop.licenses(order).await[0].key().unwrap().to_owned();
    let domain = Domain::parse("crm.buyer.com", Purpose::Production).unwrap();
    let question = Question {
        key: LicenseKey::parse(&key).unwrap(),
        product: "booking".to_owned(),
        domain: domain.clone(),
    };
    shop.app.authority.activate(&question).await.unwrap();
    assert!(shop.app.authority.release(license, &domain, Mover::Staff).await.unwrap());
    assert_eq!(office.send(MAX, &page, &format!("{page}/cancel"), "").await.status, 303);
    let lines = told(&office, order).await;
    for part in [
        "1 x Booking - Gift, kostenlos, nichts zu zahlen",
        "Lizenz 1: von Max Muster im CRM",
        "Lizenz 1: auf crm.buyer.com aktiviert",
        "Lizenz 1: von crm.buyer.com freigegeben",
        "storniert gesperrte Lizenzen: 1; storniert von Max Muster im CRM",
        "Max Muster hat eine Lizenz der Bestellung 1 gesperrt. Lizenz: (leer) wurde zu 1 Recht: aktiv wurde zu gesperrt",
        "E-Mail: (leer) wurde zu Lizenz ausgestellt (an Kunden) Status: zugestellt wurde zu wartet",
        "Status: bestellt wurde zu storniert Lizenzen: Lizenzen ausgestellt wurde zu Lizenzen entzogen",
    ] {
        has(&lines, part);
    }
}

#[tokio::test]
async fn trials_and_orders_that_nobody_pays_are_told_in_german() {
    let office = office().await;
    let shop = &office.house.shop;
    let tried = shop.place(&eva("taste")).await.unwrap().order;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(&mut shop.conn().await, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    let (waits, _) = shop.invoiced("pro").await;
    shop.pass(TimeDelta::days(61));
    shop.app.scheduler().run_now("orders").await.unwrap().unwrap();
    has(&told(&office, tried).await, "gekauft durch Bestellung 2: Booking - Pro");
    has(&told(&office, order).await, "ausgestellte Lizenzen: 0, aus einer Testversion: 1; ");
    has(&told(&office, waits).await, "am 2026-03-09 bestellt und seither nicht bezahlt");
}

#[tokio::test]
async fn what_was_written_before_sentences_were_kept_is_shown_as_it_is() {
    let office = office().await;
    let order = office.house.shop.place(&eva("gift")).await.unwrap().order;
    let conn = &mut office.house.shop.conn().await;
    conn.query_drop("UPDATE `tblpm_order_events` SET `detail` = 'by <b>hand</b>'").await.unwrap();
    let page = office.look(MAX, &format!("shop/orders/{order}")).await.html;
    assert!(
        page.contains("by &lt;b&gt;hand&lt;&#x2F;b&gt;") || page.contains("by &lt;b&gt;hand&lt;/b&gt;"),
        "{page}"
    );
}

#[tokio::test]
async fn what_the_shop_refuses_is_said_in_german_at_its_field() {
    let office = office().await;
    let new = async |fields: &str| {
        let fields = format!("email=eva%40buyer.example&{fields}");
        office.send(MAX, "shop/orders/new", "shop/orders/new", &fields).await
    };
    office.house.sql("UPDATE `tblpm_packages` SET `price` = 99999999999 WHERE `sku` = 'pro'").await;
    office.house.sql("UPDATE `tblpm_packages` SET `state` = 'retired' WHERE `sku` = 'gift'").await;
    for (fields, sentence) in [
        ("firstname=E&lastname=M&quantity=1&package=none", "Das Paket „none“ gibt es nicht mehr"),
        ("firstname=E&lastname=M&quantity=1&package=gift", "ist nicht mehr im Verkauf"),
        ("firstname=E&lastname=M&quantity=1001&package=pro", "zwischen 1 und 1000 liegen"),
        ("firstname=E&lastname=M&quantity=1000&package=pro", "mehr, als eine Rechnung des CRM aufnimmt"),
        ("firstname=E&lastname=M&quantity=1&package=pro&language=..", "ist keine Sprache des CRM"),
        ("firstname=E&lastname=M&quantity=2&package=taste", "Testversion"),
    ] {
        let refused = new(fields).await;
        assert_eq!(refused.status, 422, "{fields}");
        assert!(refused.html.contains(sentence), "{sentence}: {}", refused.html);
    }
    office.house.sql("ALTER TABLE `tblclients` CONVERT TO CHARACTER SET utf8mb3").await;
    office.house.sql("ALTER TABLE `tblcontacts` CONVERT TO CHARACTER SET utf8mb3").await;
    let refused = new("firstname=%F0%9F%98%80&lastname=M&quantity=1&package=taste").await;
    let field = refused.html.split_once("id=\"field-firstname\"").unwrap().1.split_once("</div>").unwrap().0;
    assert!(field.contains("kann das Zeichen 😀 nicht speichern"), "{field}");
    assert_eq!(office.look(ADA, "shop/orders/1").await.status, 404, "nothing was placed");
}
