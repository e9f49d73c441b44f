//! The checkout as the daemon serves it, over the network.

use std::time::{Duration, Instant};

use super::till::Filled;
use super::visitor::{Visitor, read_event};
use crate::support::crm;
use crate::support::daemon::{PACKAGE, Site};
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::{Database, free_port};
use crate::support::smtp::{At, Smtp, Step};

#[tokio::test]
async fn while_every_mail_stalls_a_form_is_ordered_paid_and_shown_and_an_open_page_holds_no_stop_up() {
    let (database, smtp) = (Database::perfex_341().await, Smtp::start().await);
    let mut site = Site::new(&database);
    let port = free_port();
    site.mail_through(&smtp);
    site.set("mail", "connect_timeout", "20s");
    site.set("mail", "send_timeout", "20s");
    site.set("outbox", "lease", "2m");
    site.set("http", "listen", format!("127.0.0.1:{port}"));
    site.set("perfex", "base_url", format!("http://127.0.0.1:{port}/"));
    site.stock().await;
    let mut daemon = site.start_ready().await;
    smtp.then([Step::Stall(At::Connect); 8]);

    let mut visitor = Visitor::at(port);
    let page = visitor.get(&format!("/shop/checkout?package={PACKAGE}")).await;
    assert!(page.html.contains("Zahlungspflichtig bestellen"), "{}", page.html);
    let form: Filled = page.form().eva();
    // Nobody fills a form in no time, so the daemon takes it only after two seconds.
    let answer = eventually("an order", async || {
        let begun = Instant::now();
        let answer = visitor.ask("POST /shop/checkout", &form.body()).await;
        assert!(begun.elapsed() < Duration::from_secs(4), "the form waited for a mail");
        (answer.status == 303).then_some(answer)
    })
    .await;
    let address = format!("/shop/order/{}", answer.order());
    let unpaid = visitor.get(&address).await;
    assert!(unpaid.html.contains("Rechnung ansehen und bezahlen"), "{}", unpaid.html);
    assert_eq!(unpaid.headers["referrer-policy"], "same-origin", "without https a form needs its origin");

    let mut stream = visitor.listen(&address).await;
    read_event(&mut stream).await;
    let conn = &mut database.conn().await;
    let invoice = mysql_async::prelude::Queryable::query_first(conn, "SELECT `id` FROM `tblinvoices`").await;
    crm::record_payment(conn, invoice.unwrap().unwrap(), "49.00".parse().unwrap()).await;
    // Something else of the page may change first, such as the state of the invoice's mail.
    let done = loop {
        read_event(&mut stream).await;
        let page = visitor.get(&address).await;
        if page.html.contains("id=\"key-1\"") {
            break page;
        }
    };
    assert!(done.html.contains("Hier ist Ihr Lizenzschlüssel"), "{}", done.html);
    assert!(smtp.received().is_empty(), "the mail server did not stall");

    let begun = Instant::now();
    daemon.terminate();
    assert!(daemon.ended(LIMIT).await.success(), "{}", daemon.log());
    assert!(!daemon.log().contains("outlived the stop"), "after {:?}: {}", begun.elapsed(), daemon.log());
}
