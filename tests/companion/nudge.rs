//! Payments ring the daemon's bell, and nothing that happens to it can touch a payment.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;
use tokio::net::TcpListener;

use super::house::House;
use crate::support::crm_web::staff;
use crate::support::ear::Ear;
use crate::support::eventually::eventually;
use crate::support::mariadb::{Database, free_port};

async fn payments(database: &Database) -> u64 {
    let sql = "SELECT COUNT(*) FROM `tblinvoicepaymentrecords`";
    database.conn().await.query_first(sql).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_payment_is_noticed_long_before_the_next_look() {
    let mut house = House::with_workers(2).await;
    // Twice as long as a test waits: only the bell can be the reason.
    house.site.set("watch", "interval", "1m");
    house.site.set("watch", "sweep", "1h");
    house.site.stock().await;
    house.install().await;
    let placed = house.site.place("eva@buyer.example").await;
    let daemon = house.site.start_ready().await;
    let cookie = staff(&house.database, 1).await;
    let page =
        house.crm.get(&format!("/admin/payments/record/{}/49.00", placed.invoice().0), &[&cookie]).await;
    assert_eq!(page.code, 200, "{page:?} {}", house.crm.log());
    eventually("mail", async || house.site.mails().pop()).await;
    assert!(!daemon.log().contains("WARN"), "{}", daemon.log());
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn a_payment_rings_once_and_says_nothing_about_itself() {
    let ear = Ear::answering(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let house = House::listening(&ear).await;
    let cookie = staff(&house.database, 1).await;
    house.crm.get("/admin/payments/record/1/49.00", &[&cookie]).await;
    let heard = eventually("a nudge", async || ear.heard().pop()).await;
    assert!(heard.starts_with("POST /bridge/nudge HTTP/1.1\r\n"), "{heard}");
    assert!(heard.contains("Content-Length: 0\r\n") && !heard.contains("sp_session"), "{heard}");
    assert_eq!(ear.heard(), [""; 0]);
    // A page that pays nothing rings nothing.
    house.crm.get("/admin/dashboard", &[&cookie]).await;
    assert_eq!(ear.heard(), [""; 0]);
}

#[tokio::test]
async fn a_payment_is_recorded_whatever_becomes_of_the_nudge() {
    let silent = Ear::answering(&[]).await;
    let garbage = Ear::answering(b"\0\0\0 not http \r\n\r\n<?php exit;").await;
    let refusing =
        Ear::answering(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 3\r\n\r\nno!").await;
    // Bound, and nobody accepts.
    let full = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for address in [
        format!("127.0.0.1:{}", free_port()),
        silent.address.clone(),
        garbage.address.clone(),
        refusing.address.clone(),
        full.local_addr().unwrap().to_string(),
    ] {
        let mut house = House::with_workers(1).await;
        house.site.set("http", "socket", "/nowhere/http.sock");
        house.site.set("http", "listen", address.as_str());
        house.install().await;
        let cookie = staff(&house.database, 1).await;
        let begun = Instant::now();
        let page = house.crm.get("/admin/payments/record/1/49.00", &[&cookie]).await;
        // Its worker is the only one: the next page waits for the end of the nudge.
        house.crm.get("/clients", &[]).await;
        let took = begun.elapsed();
        assert_eq!((page.code, page.body.as_str()), (200, "payment recorded"), "{address}");
        assert!(took < Duration::from_millis(1_500), "{address}: {took:?}");
        assert_eq!((payments(&house.database).await, house.crm.log().as_str()), (1, ""), "{address}");
    }
}

#[tokio::test]
async fn nobody_outside_can_ring() {
    let (house, daemon) = House::open().await;
    let socket = house.site.path("http.sock");
    let ask = |headers: &'static str| {
        let socket = socket.clone();
        async move {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let mut stream = tokio::net::UnixStream::connect(socket).await.unwrap();
            let text = format!(
                "POST /bridge/nudge HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: 0\r\n\r\n"
            );
            stream.write_all(text.as_bytes()).await.unwrap();
            let mut whole = String::new();
            stream.read_to_string(&mut whole).await.unwrap();
            whole[9..12].to_owned()
        }
    };
    assert_eq!(ask("").await, "204");
    // As every proxy marks what it passes on.
    assert_eq!(ask("X-Forwarded-For: 203.0.113.9\r\n").await, "404");
    assert_eq!(house.crm.ask("POST /bridge/nudge", &[], "").await.code, 403);
    assert_eq!(house.crm.get("/bridge/nudge", &[]).await.code, 404);
    drop(daemon);
}
