//! A package for several sites, from the checkout to the keys.

use mail_parser::MessageParser;
use mysql_async::prelude::Queryable as _;

use super::till::Filled;
use super::visitor::Visitor;
use crate::support::crm;
use crate::support::daemon::{PACKAGE, Site};
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, free_port};

/// The keys that stand on a page or in a mail.
fn keys(text: &str) -> Vec<String> {
    let is_key = |word: &&str| word.split('-').map(str::len).eq([32, 4, 4, 16]);
    let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-');
    words.filter(is_key).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_package_for_three_sites_bought_twice_brings_six_keys_on_its_page_and_in_its_mail() {
    let database = Database::perfex_341().await;
    let (mut site, port) = (Site::new(&database), free_port());
    site.set("http", "listen", format!("127.0.0.1:{port}"));
    site.set("perfex", "base_url", format!("http://127.0.0.1:{port}/"));
    site.stock().await;
    site.json(&["package", "change", PACKAGE, "--sites", "3"]).await;
    let _daemon = site.start_ready().await;

    let mut visitor = Visitor::at(port);
    // An order has at most a thousand licenses of a package.
    let much = visitor.get(&format!("/shop/checkout?package={PACKAGE}&quantity=334")).await.html;
    assert!(much.contains("eine ganze Zahl von 1 bis 333"), "{much}");
    let staff =
        ["order", "place", "--package", PACKAGE, "--email", "eva@buyer.example", "--firstname", "Eva"];
    let said = site.run(&[&staff[..], &["--lastname", "M", "--quantity", "334"]].concat()).await;
    assert!(said.code != 0 && said.err.contains("the quantity must be from 1 to 333, not 334"), "{said:?}");
    let product = visitor.get("/shop/backup-pro").await;
    assert!(product.html.contains("Für 3 Websites"), "{}", product.html);
    let form: Filled =
        visitor.get(&format!("/shop/checkout?package={PACKAGE}&quantity=2")).await.form().eva();
    let address = visitor.order(&form).await;
    assert_eq!(keys(&visitor.get(&address).await.html), [""; 0]);
    let conn = &mut database.conn().await;
    let invoice =
        conn.query_first("SELECT `id` FROM `tblinvoices` WHERE `total` = 98.00").await.unwrap().unwrap();
    crm::record_payment(conn, invoice, "98.00".parse().unwrap()).await;
    let page = eventually("six keys", async || {
        let page = visitor.ask(&format!("GET {address}"), "").await;
        (keys(&page.html).len() == 6).then_some(page)
    })
    .await;
    assert!(page.html.contains("Hier sind Ihre Lizenzschlüssel"), "{}", page.html);

    let mail = eventually("the mail", async || site.mails().pop()).await;
    let mail = MessageParser::default().parse(&std::fs::read(mail).unwrap()).unwrap().into_owned();
    let mut mailed = keys(&mail.body_text(0).unwrap());
    let mut shown = keys(&page.html);
    mailed.sort();
    shown.sort();
    assert_eq!(mailed, shown);
    shown.dedup();
    assert_eq!(shown.len(), 6, "each site has its own");
    assert_eq!(site.json(&["license", "list"]).await.as_array().unwrap().len(), 6);
    assert_eq!(site.mails().len(), 1);
}
