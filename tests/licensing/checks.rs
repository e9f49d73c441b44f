//! Who asked about a license: counted by day, never in a request, and never at the database's expense.

use std::net::IpAddr;

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::db::DbError;
use perfex_bridge::ids::LicenseId;
use perfex_bridge::licensing::authority::{Action, Check, CheckLog, Verdict};
use perfex_bridge::licensing::{Code, Domain, Purpose};
use perfex_bridge::metrics::Metrics;
use serde_json::json;

use crate::support::api::LicenseServer;
use crate::support::mariadb::Server;

/// Asks from an address, through a proxy on this machine.
async fn ask_from(server: &LicenseServer, address: &str, action: &str, key: &str, domain: &str) -> u16 {
    let body = json!({ "license_key": key, "domain": domain, "product": "booking", "nonce": "12345678" });
    let headers = [&format!("X-Forwarded-For: {address}"), "Content-Type: application/json"];
    server.send("POST", &format!("/api/{action}"), &headers, &body.to_string()).await.status
}

/// The log's rows as `day license action code network domain count`.
async fn rows(server: &LicenseServer) -> Vec<String> {
    let sql = "SELECT CONCAT_WS(' ', `day`, `license_id`, `action`, `code`, `network`, `domain`, `count`) \
         FROM `tblpm_license_checks` ORDER BY 1";
    server.shop.conn().await.query(sql).await.unwrap()
}

/// Writes what waits; how many rows that were.
async fn written(log: &CheckLog, server: &LicenseServer) -> Result<usize, DbError> {
    let (mut round, mut rows) = (log.round(), 0);
    loop {
        match round.write_some(&server.shop.app.database).await? {
            0 => return Ok(rows),
            some => rows += some,
        }
    }
}

async fn write(server: &LicenseServer) -> usize {
    written(&server.log, server).await.unwrap()
}

fn count(metrics: &Metrics, line: &str) -> Option<u64> {
    let text = metrics.encode(None).unwrap();
    let found = text.lines().find_map(|known| known.strip_prefix(line)?.strip_prefix(' '));
    found.map(|value| value.parse().unwrap())
}

#[tokio::test]
async fn questions_that_are_alike_are_one_row_a_day() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    let unknown = key.replace(|digit: char| digit.is_ascii_digit(), "0");
    for (address, action, key, domain) in [
        ("203.0.113.9", "activate", &key, "example.com"),
        ("203.0.113.9", "validate", &key, "example.com"),
        ("203.0.113.77", "validate", &key, "www.example.com"),
        ("2001:db8:1:2::3", "validate", &key, "example.com"),
        ("198.51.100.1", "validate", &key, "copy.org"),
        ("198.51.100.1", "validate", &unknown, "copy.org"),
    ] {
        assert_eq!(ask_from(&server, address, action, key, domain).await, 200);
    }
    assert_eq!(rows(&server).await, Vec::<String>::new(), "no request writes");
    assert_eq!(write(&server).await, 4);
    let today = [
        "2026-03-09 1 activate active 203.0.113.0/24 example.com 1",
        "2026-03-09 1 validate active 2001:db8:1::/48 example.com 1",
        "2026-03-09 1 validate active 203.0.113.0/24 example.com 2",
        "2026-03-09 1 validate wrong_domain 198.51.100.0/24 copy.org 1",
    ];
    assert_eq!(rows(&server).await, today);

    assert_eq!(ask_from(&server, "203.0.113.200", "validate", &key, "example.com").await, 200);
    server.shop.pass(TimeDelta::days(1));
    assert_eq!(ask_from(&server, "203.0.113.9", "validate", &key, "example.com").await, 200);
    assert_eq!(write(&server).await, 2);
    let mut expected = today.map(str::to_owned).to_vec();
    expected[2] = "2026-03-09 1 validate active 203.0.113.0/24 example.com 3".to_owned();
    expected.push("2026-03-10 1 validate active 203.0.113.0/24 example.com 1".to_owned());
    assert_eq!(rows(&server).await, expected);
    assert_eq!(write(&server).await, 0, "once is enough");

    let line =
        |code: &str| format!("perfex_bridge_license_questions_total{{action=\"validate\",code=\"{code}\"}}");
    assert_eq!(count(&server.metrics, &line("active")), Some(5));
    assert_eq!(count(&server.metrics, &line("unknown")), Some(1), "in the metrics alone");
}

#[tokio::test]
async fn what_cannot_be_written_waits_until_the_database_is_back() {
    let own = Server::own().await;
    let server = LicenseServer::beside(own.perfex_341().await).await;
    let key = server.license("r").await;
    assert_eq!(ask_from(&server, "203.0.113.9", "validate", &key, "a.com").await, 200);
    own.kill();
    written(&server.log, &server).await.unwrap_err();
    assert_eq!(server.log.len(), 1);
    own.start_again().await;
    assert_eq!(ask_from(&server, "203.0.113.9", "validate", &key, "a.com").await, 200);
    assert_eq!(write(&server).await, 1);
    assert_eq!(rows(&server).await, ["2026-03-09 1 validate released 203.0.113.0/24 a.com 2"]);
}

#[tokio::test]
async fn a_full_log_drops_what_is_new_counts_on_what_it_knows_and_tells() {
    let server = LicenseServer::start().await;
    let metrics = Metrics::new("1");
    let log = CheckLog::new(metrics.clone());
    let domain = Domain::parse("a.com", Purpose::Production).unwrap();
    let network: IpAddr = "203.0.113.0".parse().unwrap();
    let note = |license: i64| {
        let license = Some(LicenseId(license));
        let verdict = Verdict { code: Code::Active, license, slot: None, expires_at: None };
        log.note(Action::Validate, &verdict, &domain, network, server.shop.now());
    };
    (1..=50_003).for_each(note);
    note(1);
    assert_eq!(log.len(), 50_000);
    assert_eq!(count(&metrics, "perfex_bridge_license_checks_dropped_total"), Some(3));
    assert_eq!(written(&log, &server).await.unwrap(), 50_000);
    let mut conn = server.shop.conn().await;
    let written: Option<(u64, u64)> =
        conn.query_first("SELECT COUNT(*), SUM(`count`) FROM `tblpm_license_checks`").await.unwrap();
    assert_eq!(written, Some((50_000, 50_001)));
    note(50_003);
    assert_eq!(log.len(), 1, "there is room again");
}

#[tokio::test]
async fn a_key_that_asks_for_ever_new_domains_fills_fifty_rows_a_day() {
    let server = LicenseServer::start().await;
    let log = CheckLog::new(Metrics::new("1"));
    let network: IpAddr = "203.0.113.0".parse().unwrap();
    let note = |license: i64, domain: String| {
        let license = Some(LicenseId(license));
        let verdict = Verdict { code: Code::WrongDomain, license, slot: None, expires_at: None };
        let domain = Domain::parse(&domain, Purpose::Production).unwrap();
        log.note(Action::Validate, &verdict, &domain, network, server.shop.now());
    };
    let counted = async |license: i64, day: &str| -> Vec<(String, u64)> {
        let sql = "SELECT `domain`, `count` FROM `tblpm_license_checks` WHERE `license_id` = ? AND `day` = ? \
             ORDER BY `domain`";
        server.shop.conn().await.exec(sql, (license, day)).await.unwrap()
    };
    // In one write, in many, and by a daemon that was started anew in between.
    for round in 0..10 {
        (0..30).for_each(|number| note(1, format!("site{:03}.com", round * 30 + number)));
        note(1, "site000.com".to_owned());
        note(2, format!("site{round}.org"));
        written(&log, &server).await.unwrap();
    }
    let first = counted(1, "2026-03-09").await;
    assert_eq!(first.len(), 51);
    assert_eq!(first[0], ("(others)".to_owned(), 250));
    assert_eq!(first[1], ("site000.com".to_owned(), 11), "what is known is counted on");
    assert_eq!(first.last().unwrap(), &("site049.com".to_owned(), 1));
    assert_eq!(counted(2, "2026-03-09").await.len(), 10, "another license has places of its own");
    // Midnight falls between two checks of one write.
    note(1, "late.com".to_owned());
    server.shop.pass(TimeDelta::days(1));
    note(1, "early.com".to_owned());
    written(&log, &server).await.unwrap();
    assert_eq!(counted(1, "2026-03-09").await[0].1, 251);
    assert_eq!(counted(1, "2026-03-10").await, [("early.com".to_owned(), 1)], "a new day has new places");
}

#[tokio::test]
async fn two_daemons_count_the_same_check_together() {
    let server = LicenseServer::start().await;
    let domain = Domain::parse("a.com", Purpose::Production).unwrap();
    let (one, two) = (CheckLog::new(Metrics::new("1")), CheckLog::new(Metrics::new("2")));
    for round in 0..5 {
        for log in [&one, &two] {
            for license in 1..=2_000 {
                let license = Some(LicenseId(license));
                let verdict = Verdict { code: Code::Active, license, slot: None, expires_at: None };
                let network = format!("10.0.{round}.0").parse().unwrap();
                log.note(Action::Validate, &verdict, &domain, network, server.shop.now());
            }
        }
        let (first, second) = tokio::join!(written(&one, &server), written(&two, &server));
        assert_eq!((first.unwrap(), second.unwrap()), (2_000, 2_000));
    }
    let mut conn = server.shop.conn().await;
    let written: Option<(u64, u64)> =
        conn.query_first("SELECT COUNT(*), SUM(`count`) FROM `tblpm_license_checks`").await.unwrap();
    assert_eq!(written, Some((10_000, 20_000)));
}

#[tokio::test]
async fn old_days_are_pruned_in_small_steps() {
    let server = LicenseServer::start().await;
    let mut conn = server.shop.conn().await;
    let row = |number: u32| {
        let day = format!("2026-01-{:02}", number % 3 + 1);
        format!("('{day}', {number}, 'validate', 'active', '203.0.113.0/24', 'a.com', 1, '{day}', '{day}')")
    };
    let rows: Vec<String> = (1..=3_000).map(row).collect();
    conn.query_drop(format!("INSERT INTO `tblpm_license_checks` VALUES {}", rows.join(", "))).await.unwrap();
    let mut session = server.shop.app.database.session().await.unwrap();
    let mut steps = Vec::new();
    loop {
        match Check::prune(&mut session, "2026-01-03".parse().unwrap()).await.unwrap() {
            0 => break,
            rows => steps.push(rows),
        }
    }
    assert_eq!(steps, [1_000, 1_000]);
    let left: Vec<String> =
        conn.query("SELECT DISTINCT CAST(`day` AS CHAR) FROM `tblpm_license_checks`").await.unwrap();
    assert_eq!(left, ["2026-01-03"], "the day itself stays");
}
