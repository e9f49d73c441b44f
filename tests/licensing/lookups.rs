//! Many questions, few queries, and never an old answer.

use std::time::Duration;

use futures_util::future::join_all;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::db::{DbError, Fields, Record, Session};
use perfex_bridge::entropy::SeededEntropy;
use perfex_bridge::licensing::authority::{Question, Verdict};
use perfex_bridge::licensing::{self, Code, Domain, Filter, LicenseKey, Purpose};
use serde_json::json;

use crate::support::api::LicenseServer;
use crate::support::mariadb::{Database, Server};
use crate::support::shop::Shop;

fn question(key: &str, domain: &str) -> Question {
    Question {
        key: LicenseKey::parse(key).unwrap(),
        product: "booking".to_owned(),
        domain: Domain::parse(domain, Purpose::Production).unwrap(),
    }
}

async fn validate(server: &LicenseServer, question: &Question) -> Result<Verdict, DbError> {
    server.authority.validate(&[question]).await.map(|mut verdicts| verdicts.remove(0))
}

/// Prepared statements that the whole server has run.
async fn executed(database: &Database) -> u64 {
    let row: Option<(String, u64)> =
        database.conn().await.query_first("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").await.unwrap();
    row.unwrap().1
}

#[tokio::test]
async fn three_hundred_questions_at_once_are_a_handful_of_queries_and_each_gets_its_own_answer() {
    let own = Server::own().await;
    let server = LicenseServer::beside(own.perfex_341().await).await;
    let mut questions = Vec::new();
    for number in 0..100 {
        let (key, domain) = (server.license(&format!("r{number}")).await, format!("site{number}.com"));
        assert_eq!(server.ask("activate", &key, &domain).await, "active");
        // The owner, a copy on another domain, and a key that nobody has.
        questions.push((question(&key, &domain), Code::Active));
        questions.push((question(&key, "copy.org"), Code::WrongDomain));
        let unknown = server.authority.mint.strike("booking", &SeededEntropy::new(number));
        questions.push((question(&unknown.to_string(), &domain), Code::Unknown));
    }
    let before = executed(&server.shop.crm).await;
    let asked = questions.iter().map(|(question, _)| validate(&server, question));
    let verdicts = join_all(asked).await;
    let queries = executed(&server.shop.crm).await - before;
    for (verdict, (question, wanted)) in verdicts.iter().zip(&questions) {
        assert_eq!(verdict.as_ref().unwrap().code, *wanted, "{question:?}");
    }
    assert!((1..=12).contains(&queries), "{queries} queries for {} questions", questions.len());
}

#[tokio::test]
async fn a_call_with_twenty_questions_is_one_query() {
    let own = Server::own().await;
    let server = LicenseServer::beside(own.perfex_341().await).await;
    let mut questions = Vec::new();
    for number in 0..20 {
        let key = server.license(&format!("r{number}")).await;
        questions.push(
            json!({ "license_key": key, "domain": "a.com", "product": "booking", "nonce": "12345678" }),
        );
    }
    let before = executed(&server.shop.crm).await;
    let answer = server.post("/api/validate", &json!(questions)).await;
    assert_eq!(executed(&server.shop.crm).await - before, 1);
    let answers = answer.body.as_array().unwrap();
    let mut licenses: Vec<_> = answers.iter().map(|answer| server.verified(answer).lic.unwrap().0).collect();
    licenses.dedup();
    assert_eq!(licenses.len(), 20, "each its own, in their order");
    assert!(licenses.is_sorted());
}

#[tokio::test]
async fn what_was_committed_before_the_question_is_in_the_answer_whoever_wrote_it() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    assert_eq!(server.ask("activate", &key, "example.com").await, "active");
    let question = question(&key, "example.com");
    let mut conn = server.shop.conn().await;
    // There is always a query on its way; it must never be the one that answers.
    let crowd = join_all((0..8).map(|_| async {
        loop {
            validate(&server, &question).await.unwrap();
        }
    }));
    let rounds = async {
        for round in 0..100 {
            let (right, wanted) =
                if round % 2 == 0 { ("revoked", Code::Revoked) } else { ("active", Code::Active) };
            conn.exec_drop("UPDATE `tblpm_licenses` SET `license_right` = ?", (right,)).await.unwrap();
            assert_eq!(validate(&server, &question).await.unwrap().code, wanted, "round {round}");
        }
    };
    tokio::select! {
        _ = crowd => unreachable!("it never ends"),
        () = rounds => {}
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_nobody_elses_error() {
    let server = LicenseServer::start().await;
    let (good, bad) = (server.license("good").await, server.license("bad").await);
    let mut conn = server.shop.conn().await;
    let spoil = "UPDATE `tblpm_licenses` SET `license_right` = 'nonsense' ORDER BY `id` DESC LIMIT 1";
    conn.query_drop(spoil).await.unwrap();
    let (good, bad) = (question(&good, "a.com"), question(&bad, "a.com"));
    let asked = (0..40).map(|turn| validate(&server, if turn % 2 == 0 { &good } else { &bad }));
    for (turn, verdict) in join_all(asked).await.into_iter().enumerate() {
        match verdict {
            Ok(verdict) => assert_eq!((turn % 2, verdict.code), (0, Code::Released)),
            Err(error) => assert!(turn % 2 == 1 && matches!(error, DbError::Column { .. }), "{error}"),
        }
    }
}

#[tokio::test]
async fn whoever_goes_away_takes_nobody_along() {
    let server = LicenseServer::start().await;
    let key = server.license("r").await;
    let question = question(&key, "a.com");
    for _ in 0..20 {
        let (hasty, patient) = tokio::join!(
            join_all((0..30).map(|_| tokio::time::timeout(Duration::ZERO, validate(&server, &question)))),
            join_all((0..30).map(|_| validate(&server, &question))),
        );
        drop(hasty);
        assert!(patient.into_iter().all(|verdict| verdict.unwrap().code == Code::Released));
    }
}

#[tokio::test]
async fn a_database_that_goes_away_is_told_to_everybody_and_forgotten_when_it_is_back() {
    let own = Server::own().await;
    let server = LicenseServer::beside(own.perfex_341().await).await;
    let key = server.license("r").await;
    let question = question(&key, "a.com");
    own.kill();
    let refused = join_all((0..200).map(|_| validate(&server, &question))).await;
    assert!(refused.iter().all(|verdict| verdict.as_ref().is_err_and(DbError::is_outage)));
    let body = json!({ "license_key": key, "domain": "a.com", "product": "booking", "nonce": "12345678" });
    assert_eq!(server.post("/api/validate.php", &body).await.status, 503);
    own.start_again().await;
    assert_eq!(server.ask("validate", &key, "a.com").await, "released");
}

#[tokio::test]
async fn a_database_that_freezes_keeps_nobody_longer_than_two_of_its_time_limits() {
    let own = Server::own().await;
    let shop = Shop::with(own.perfex_341().await, "tbl", "timeout = \"2s\"\n").await;
    shop.stock().await;
    let server = LicenseServer::of(shop, 1_000_000, 1_000_000).await;
    let key = server.license("r").await;
    let question = question(&key, "a.com");
    own.freeze();
    let begun = tokio::time::Instant::now();
    let refused = join_all((0..1_000).map(|_| validate(&server, &question))).await;
    let took = begun.elapsed();
    own.thaw();
    assert!(refused.iter().all(Result::is_err));
    // One limit would be enough; the rest is for a busy machine.
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!(validate(&server, &question).await.unwrap().code, Code::Released);
}

/// Rows that this session's statements have read, one after the other or by key.
async fn reads(session: &mut Session) -> u64 {
    struct Counter(u64);
    impl Record for Counter {
        fn read(row: &mut Fields) -> Result<Self, DbError> {
            row.take::<String>("Value").map(|value| Self(value.parse().unwrap()))
        }
    }
    let counters: Vec<Counter> = session.rows_text("SHOW SESSION STATUS LIKE 'Handler_read%'").await.unwrap();
    counters.iter().map(|counter| counter.0).sum()
}

#[tokio::test]
async fn the_newest_licenses_are_listed_without_a_look_at_the_others() {
    let server = LicenseServer::start().await;
    let mut conn = server.shop.conn().await;
    server.license("r").await;
    for _ in 0..11 {
        // Doubles them: 2,048.
        let more = "INSERT INTO `tblpm_licenses` (`product_id`, `unit_no`, `key_hash`, `key_encrypted`, `issued_as`, \
             `license_right`, `issued_at`) SELECT `product_id`, `unit_no`, UNHEX(SHA2(CONCAT(RAND(), `id`), 256)), \
             `key_encrypted`, `issued_as`, `license_right`, `issued_at` FROM `tblpm_licenses`";
        conn.query_drop(more).await.unwrap();
    }
    // What the server does by itself soon after: until then it takes the table for a small one.
    conn.query_drop("ANALYZE TABLE `tblpm_licenses`").await.unwrap();
    let mut session = server.shop.app.database.session().await.unwrap();
    let before = reads(&mut session).await;
    let filter = Filter { order: None, limit: 10 };
    let listed =
        licensing::list(&mut session, &server.shop.app.cipher, filter, server.shop.now()).await.unwrap();
    let read = reads(&mut session).await - before;
    assert!(listed.len() == 10 && listed.is_sorted_by_key(|license| std::cmp::Reverse(license.id)));
    assert!(read < 200, "{read} rows read for 10 of 2,048 licenses");
}
