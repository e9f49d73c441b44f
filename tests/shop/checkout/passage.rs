//! The whole way of a buyer, through whatever stands before the daemon.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;

use super::visitor::{Visitor, read_event};
use crate::support::crm;
use crate::support::daemon::PACKAGE;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

/// How an open page learns of its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// By events.
    Stream,
    /// It asks.
    Poll,
}

/// From the list of products to the license key, at the site `home`, which is found at this port and is reached by TLS as
/// far as a browser knows.
pub async fn pass(database: &Database, port: u16, home: &str, live: Live) {
    let mut visitor = Visitor::of(port, home);
    let path = |page: &str| Visitor::of(port, home).path(page);
    let product = path("shop/backup-pro");
    let list = visitor.get(&path("shop")).await;
    assert_eq!(list.status, 200, "{list:?}");
    assert!(list.html.contains(&format!("href=\"{product}\"")), "{}", list.html);
    let seen = visitor.get(&product).await;
    let checkout = format!("{}?package={PACKAGE}", path("shop/checkout"));
    assert!(seen.html.contains(&format!("href=\"{checkout}\"")), "{}", seen.html);
    assert!(
        seen.html.contains(&format!("rel=\"canonical\" href=\"{home}shop/backup-pro\"")),
        "{}",
        seen.html
    );
    let map = visitor.get(&path("shop/sitemap.xml")).await;
    assert!(map.headers["content-type"].to_str().unwrap().contains("xml"), "{map:?}");
    for page in ["shop", "shop/backup-pro"] {
        assert!(map.html.contains(&format!("<loc>{home}{page}</loc>")), "{}", map.html);
    }

    let page = visitor.get(&checkout).await;
    assert_eq!((page.status, &page.headers["cache-control"]), (200, &"private, no-cache".parse().unwrap()));
    let cookies = page.headers.get_all("set-cookie").into_iter().map(|cookie| cookie.to_str().unwrap());
    let ours: Vec<&str> = cookies.filter(|cookie| cookie.starts_with("__Host-")).collect();
    assert_eq!(ours.len(), 2, "{ours:?}");
    for cookie in &ours {
        assert!(cookie.contains("; Path=/;") && cookie.contains("; Secure"), "{cookie}");
        assert!(cookie.contains("; HttpOnly") && !cookie.contains("Domain"), "{cookie}");
    }
    let form = page.form().eva();
    visitor.elsewhere = Some("https://evil.example");
    let foreign = visitor.ask(&format!("POST {}", path("shop/checkout")), &form.body()).await;
    assert_eq!((foreign.status, foreign.wrong()), (403, vec!["order".to_owned()]), "{foreign:?}");
    visitor.elsewhere = None;
    let order = visitor.order(&form).await;
    let conn = &mut database.conn().await;
    let invoices: Vec<InvoiceId> = conn.query("SELECT `id` FROM `tblinvoices`").await.unwrap();
    assert_eq!(invoices.len(), 1, "one form, one order");

    let unpaid = visitor.get(&order).await;
    assert_eq!((unpaid.status, &unpaid.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    let told = if live == Live::Stream { "data-live=\"stream\"" } else { "data-live=\"poll\"" };
    assert!(
        unpaid.html.contains(told) && unpaid.html.contains(&format!("{home}invoice/")),
        "{}",
        unpaid.html
    );
    let pay = crm::record_payment(conn, invoices[0], "49.00".parse().unwrap());
    let has_key = |html: &str| html.contains("id=\"key-1\"");
    if live == Live::Stream {
        let mut stream = visitor.listen(&order).await;
        // Each event arrives while the stream is open: nothing on the way waits for more.
        read_event(&mut stream).await;
        pay.await;
        while !has_key(&visitor.get(&order).await.html) {
            read_event(&mut stream).await;
        }
    } else {
        // Whoever asks for a stream all the same gets the page, and no worker of PHP is kept.
        let asked = visitor.send(&format!("GET {order}"), "Accept: text/event-stream\r\n", "").await;
        let mut whole = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut { asked }, &mut whole).await.unwrap();
        assert!(whole.contains("text/html") && whole.contains("Vielen Dank"), "{whole}");
        pay.await;
        let asks = async || has_key(&visitor.ask(&format!("GET {order}"), "").await.html).then_some(());
        eventually("the key", asks).await;
    }
}
