//! The log at its most talkative, read for what must never stand in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;

use crate::support::crm;
use crate::support::daemon::{ENCRYPTION_KEY, PACKAGE, Site};
use crate::support::eventually::{LIMIT, eventually};
use crate::support::mariadb::Server;
use crate::support::smtp::{self, At, Smtp, Step};

const DATABASE_PASSWORD: &str = "db-Pa55-of-the-bridge";

#[tokio::test]
async fn no_secret_and_no_customer_stands_in_the_log_at_any_level() {
    let (server, smtp) = (Server::own().await, Smtp::start().await);
    let database = server.perfex_341().await;
    let conn = &mut database.conn().await;
    conn.query_drop(format!("CREATE USER 'talker'@'localhost' IDENTIFIED BY '{DATABASE_PASSWORD}'"))
        .await
        .unwrap();
    conn.query_drop("GRANT ALL ON *.* TO 'talker'@'localhost'").await.unwrap();
    let mut site = Site::at(&database.socket_url().replace("root@", &format!("talker:{DATABASE_PASSWORD}@")));
    site.mail_through(&smtp);
    site.stock().await;
    site.set("log", "level", "trace");
    let mut daemon = site.start_ready().await;

    // Whatever may be talked about: refusals, broken lines, outages, and what works.
    smtp.then([
        Step::Reply(At::Rcpt, 451),
        Step::Reply(At::Rcpt, 550),
        Step::HangUp(At::Data),
        Step::HangUp(At::Dot),
    ]);
    let mut secrets = Vec::new();
    for number in 0..5 {
        let email = format!("zq{number}@buyer.example");
        let mut place = vec!["order", "place", "--package", PACKAGE, "--email", &email];
        place.extend(["--firstname", "Zacharias", "--lastname", "Quellental", "--company", "Muster KGaA"]);
        let placed = site.json(&place).await;
        secrets.push(placed["token"].as_str().unwrap().to_owned());
        let invoice = InvoiceId(placed["invoice"].as_i64().unwrap());
        crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
    }
    smtp.wait_for_script(LIMIT).await;
    smtp.wait_for(2, LIMIT).await;
    server.freeze();
    daemon.waiting_for(&["did not answer"]).await;
    server.thaw();
    server.kill();
    daemon.waiting_for(&["database"]).await;
    server.start_again().await;
    daemon.ready().await;
    let licenses = eventually("licenses", async || {
        let list = site.json(&["license", "list"]).await;
        (list.as_array().unwrap().len() == 5).then_some(list)
    })
    .await;
    daemon.terminate();
    daemon.ended(LIMIT).await;

    let log = daemon.log();
    assert!(log.contains("DEBUG"), "this is not the whole log:\n{log}");
    let plain = format!("\0{}\0{}", smtp::USER, smtp::PASSWORD);
    secrets.extend([DATABASE_PASSWORD, smtp::PASSWORD, ENCRYPTION_KEY, "mysql://"].map(str::to_owned));
    secrets.extend(["Zacharias", "Quellental", "Muster KGaA", "zq"].map(str::to_owned));
    secrets.extend([smtp::PASSWORD, plain.as_str()].map(|text| STANDARD.encode(text)));
    for license in licenses.as_array().unwrap() {
        let key = license["key"].as_str().unwrap();
        secrets.push(key.split('-').next().unwrap().to_owned());
        secrets.push(key.split('-').next_back().unwrap().to_owned());
    }
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "`{secret}` stands in the log");
    }
}
