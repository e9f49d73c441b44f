//! A daemon that is gone or hangs: the CRM does not suffer.

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable as _;

use super::house::House;
use crate::support::child;
use crate::support::crm_web::{contact, staff};
use crate::support::ear::Ear;
use crate::support::eventually::eventually;

/// How long pages of the CRM took, each between two pages of ours.
#[derive(Default)]
struct Times<'a>(Vec<(&'a str, &'a str, Duration)>);

impl<'a> Times<'a> {
    async fn take(&mut self, house: &House, pages: &[(&'a str, &'a str)]) {
        for _ in 0..9 {
            house.crm.get("/api/keys.json", &[]).await;
            for (path, header) in pages {
                let begun = Instant::now();
                let answer = house.crm.get(path, &[header]).await;
                self.0.push((path, header, begun.elapsed()));
                assert_eq!(answer.code, 200, "{path}");
            }
        }
    }

    /// The median of a page's times.
    fn usual(&self, path: &str, header: &str) -> Duration {
        let of = self.0.iter().filter(|(at, with, _)| (*at, *with) == (path, header));
        let mut times: Vec<Duration> = of.map(|(_, _, took)| *took).collect();
        times.sort_unstable();
        times[times.len() / 2]
    }
}

#[tokio::test]
async fn with_the_daemon_killed_the_crm_answers_as_ever_and_our_pages_say_so() {
    let (house, mut daemon) = House::open().await;
    let (ada, eva) = (staff(&house.database, 1).await, contact(&house.database).await);
    let pages = [("/clients", "X-Nobody: 1"), ("/clients", &eva), ("/admin/dashboard", &ada)];
    let (mut alive, mut away) = (Times::default(), Times::default());
    // In turns, so that whatever else this machine does falls on both alike.
    for _ in 0..3 {
        alive.take(&house, &pages).await;
        // Killed while all kinds of pages are open.
        let shop = (0..8).map(|_| house.crm.get("/api/keys.json", &[]));
        let crm = pages.iter().map(|(path, header)| house.crm.get(path, std::slice::from_ref(header)));
        let open = futures_util::future::join(
            futures_util::future::join_all(shop),
            futures_util::future::join_all(crm),
        );
        let ((shop, crm), ()) = tokio::join!(open, async { daemon.kill() });
        assert!(shop.iter().all(|answer| [200, 503].contains(&answer.code)), "{shop:?}");
        assert!(crm.iter().all(|answer| answer.code == 200), "{crm:?}");
        away.take(&house, &pages).await;
        daemon = house.site.start_ready().await;
    }
    daemon.kill();
    for (path, cookie) in pages {
        let (before, after) = (alive.usual(path, cookie), away.usual(path, cookie));
        let most = before.mul_f64(1.5) + Duration::from_millis(5);
        assert!(after <= most, "{path} takes {after:?} instead of {before:?} with the daemon away");
    }
    let away = house.crm.get("/api/keys.json", &[]).await;
    assert_eq!((away.code, away.header("retry-after").next()), (503, Some("30")));
    assert!(away.has("cache-control: no-store"), "{away:?}");
    assert!(away.has("content-type: text/html; charset=utf-8"), "{away:?}");
    for (path, cookie) in [("/clients/licenses", &eva), ("/admin/perfex_bridge/staff_gateway", &ada)] {
        let page = house.crm.get(path, &[cookie]).await;
        assert_eq!((page.code, page.header("retry-after").next()), (503, Some("30")), "{path}");
        assert!(page.body.contains("<title>Not available at the moment</title>"), "{page:?}");
        assert!(page.body.contains("<br>This page cannot be shown at the moment."), "{page:?}");
        assert!(!page.body.contains("<main>"), "{page:?}");
    }
    let _daemon = house.site.start_ready().await;
    assert_eq!(house.crm.get("/api/keys.json", &[]).await.code, 200);
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn the_page_that_says_so_is_a_whole_one_in_the_visitors_language() {
    let house = House::with_workers(2).await;
    house.install().await;
    let mut conn = house.database.conn().await;
    conn.query_drop("UPDATE `tbloptions` SET `value` = 'Säge & <Co>' WHERE `name` = 'companyname'")
        .await
        .unwrap();
    let (english, german) = ("Not available at the moment", "Zurzeit nicht erreichbar");
    let shows = async |headers: &[&str], lang: &str, title: &str| {
        let page = house.crm.get("/shop", headers).await;
        assert_eq!((page.code, page.header("retry-after").next()), (503, Some("30")), "{headers:?}");
        for part in [
            format!("<!doctype html>\n<html lang=\"{lang}\">"),
            format!("<title>{title} - Säge &amp; &lt;Co&gt;</title>"),
            "<header>Säge &amp; &lt;Co&gt;</header>".to_owned(),
            format!("<h1>{title}</h1>"),
            "<style>".to_owned(),
        ] {
            assert!(page.body.contains(&part), "{headers:?} {part}: {page:?}");
        }
        let policy = page.header("content-security-policy").next().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    };
    for (headers, lang, title) in [
        (&["Accept-Language: de-AT,de;q=0.9"][..], "de", german),
        (&["Accept-Language: fr-FR, DE;q=0.7, en;q=0.3"], "de", german),
        (&["Accept-Language: en-US,en;q=0.9,de;q=0.8"], "en", english),
        (&["Accept-Language: fr,deutsch"], "en", english),
        (&[], "en", english),
    ] {
        shows(headers, lang, title).await;
    }
    // Without a wish of the browser's it is the CRM's language that counts, and English where we do not have that.
    for (language, lang, title) in [("german", "de", german), ("french", "en", english)] {
        let sql = "UPDATE `tbloptions` SET `value` = ? WHERE `name` = 'active_language'";
        conn.exec_drop(sql, (language,)).await.unwrap();
        shows(&["Accept-Language: fr"], lang, title).await;
    }
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn a_daemon_that_hangs_holds_a_worker_no_longer_than_its_limit() {
    let house = House::with_workers(1).await;
    house.install().await;
    let daemon = house.site.start_ready().await;
    child::signal(daemon.pid(), "STOP");
    eventually("stillness", async || child::is_stopped(daemon.pid()).then_some(())).await;
    let begun = Instant::now();
    let (page, crm) = tokio::join!(house.crm.get("/api/keys.json", &[]), house.crm.get("/clients", &[]));
    let took = begun.elapsed();
    child::signal(daemon.pid(), "CONT");
    assert_eq!((page.code, crm.code), (503, 200));
    assert!(took < Duration::from_secs(8), "{took:?}");
}

#[tokio::test]
async fn a_daemon_that_hangs_under_many_visitors_holds_up_few_workers_and_not_for_long() {
    let house = House::under_nginx(6).await;
    house.install().await;
    let daemon = house.site.start_ready().await;
    child::signal(daemon.pid(), "STOP");
    eventually("stillness", async || child::is_stopped(daemon.pid()).then_some(())).await;
    let timed = async |path: &'static str| {
        let begun = Instant::now();
        let code = house.crm.get(path, &[]).await.code;
        (code, begun.elapsed())
    };
    let first = futures_util::future::join_all((0..6).map(|_| timed("/api/keys.json")));
    let mut crm = Vec::new();
    let (first, ()) = tokio::join!(first, async {
        // Two requests are left waiting; the other workers are free again.
        eventually("word of the silence", async || {
            let (code, took) = timed("/api/keys.json").await;
            (code == 503 && took < Duration::from_millis(500)).then_some(())
        })
        .await;
        for _ in 0..5 {
            crm.push(timed("/clients").await);
        }
    });
    let long = first.iter().filter(|(_, took)| *took > Duration::from_secs(4)).count();
    assert!(first.iter().all(|(code, _)| *code == 503) && long <= 2, "{first:?}");
    assert!(crm.iter().all(|(code, took)| *code == 200 && *took < Duration::from_secs(2)), "{crm:?}");
    child::signal(daemon.pid(), "CONT");
    eventually("an answer", async || (timed("/api/keys.json").await.0 == 200).then_some(())).await;
    for _ in 0..5 {
        assert_eq!(timed("/api/keys.json").await.0, 200, "all are answered again");
    }
    assert_eq!(house.crm.log(), "");
}

#[tokio::test]
async fn an_answer_that_is_none_is_no_answer() {
    for garbage in [
        "\u{0}\u{0}not http\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        let ear = Ear::answering(garbage.as_bytes()).await;
        let house = House::listening(&ear).await;
        let answer = house.crm.get("/shop", &[]).await;
        assert_eq!((answer.code, answer.header("retry-after").next()), (503, Some("30")), "{garbage:?}");
    }
}
