//! The pages on a real socket.

use super::super::Limits;
use super::super::served::Served;
use super::*;
use std::collections::BTreeMap;
use std::future::{pending, ready};

/// A database that answers as told.
#[derive(Clone, Copy)]
enum Database {
    Up,
    Down,
    Silent,
}

impl Facts for Database {
    fn ping(&self) -> BoxFuture<'_, Result<(), Reason>> {
        match self {
            Self::Up => Box::pin(ready(Ok(()))),
            Self::Down => Box::pin(ready(Err("no connection to the database: refused".into()))),
            Self::Silent => Box::pin(pending()),
        }
    }

    fn outbox(&self) -> BoxFuture<'_, Result<OutboxLevels, Reason>> {
        let levels =
            OutboxLevels { messages: BTreeMap::from([("ready", 4)]), oldest_waiting: Duration::from_secs(9) };
        let ping = self.ping();
        Box::pin(async move { ping.await.map(|()| levels) })
    }
}

async fn served(vitals: &Vitals, database: Database) -> Served {
    let pages = Management::new(vitals.clone(), Metrics::new("1.2.3"), Arc::new(database));
    Served::with(pages.routes(), Limits::default()).await
}

fn ready_vitals() -> Vitals {
    let vitals = Vitals::default();
    vitals.set_watch("poll");
    vitals.set_phase(Phase::Ready);
    vitals
}

/// Code and body; the headers that every answer must have are checked on the way.
fn split(answer: &str) -> (u16, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    for line in ["x-content-type-options: nosniff", "cache-control: no-store"] {
        assert!(head.lines().any(|known| known == line), "`{line}` is missing from {head}");
    }
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body)
}

#[tokio::test]
async fn livez_turns_503_and_names_the_loop_that_hangs() {
    let vitals = Vitals::default();
    let served = served(&vitals, Database::Down).await;
    assert_eq!(split(&served.ask("GET /livez").await), (200, "ok"));
    // A loop that may not be silent at all is overdue as soon as a moment has passed.
    let tick = vitals.tick_of("outbox", Duration::ZERO);
    while vitals.overdue().is_empty() {
        tokio::task::yield_now().await;
    }
    let answer = served.ask("GET /livez").await;
    let (code, body) = split(&answer);
    assert!(code == 503 && body.starts_with("outbox has not ticked for "), "{answer}");
    tick.beat();
}

#[tokio::test]
async fn readyz_says_yes_when_the_daemon_works_and_the_database_answers() {
    let served = served(&ready_vitals(), Database::Up).await;
    let answer = served.ask("GET /readyz").await;
    assert!(answer.contains("content-type: application/json\r\n"), "{answer}");
    let (code, body) = split(&answer);
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let expected = json!({"ready": true, "phase": "ready", "reason": null, "watch": "poll"});
    assert_eq!((code, body), (200, expected));
}

#[tokio::test(start_paused = true)]
async fn readyz_says_why_it_is_not_ready() {
    let waiting = Phase::Waiting("Perfex is being upgraded".to_owned());
    let cases = [
        (Phase::Starting, Database::Up, "starting", "the daemon is starting"),
        (waiting, Database::Up, "waiting", "Perfex is being upgraded"),
        (Phase::Stopping, Database::Up, "stopping", "the daemon is stopping"),
        (Phase::Ready, Database::Down, "ready", "no connection to the database: refused"),
        (Phase::Ready, Database::Silent, "ready", "the database did not answer within a second"),
    ];
    for (phase, database, word, reason) in cases {
        let vitals = Vitals::default();
        vitals.set_phase(phase);
        let answer = served(&vitals, database).await.ask("GET /readyz").await;
        let (code, body) = split(&answer);
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(
            (code, body),
            (503, json!({"ready": false, "phase": word, "reason": reason, "watch": ""}))
        );
    }
}

#[tokio::test]
async fn metrics_show_what_the_database_holds() {
    let answer = served(&ready_vitals(), Database::Up).await.ask("GET /metrics").await;
    assert!(answer.contains(&format!("content-type: {CONTENT_TYPE}\r\n")), "{answer}");
    let (code, body) = split(&answer);
    assert_eq!(code, 200);
    assert!(body.contains("perfex_bridge_outbox_messages{state=\"ready\"} 4\n"), "{body}");
    assert!(body.ends_with("# EOF\n"), "{body}");
}

#[tokio::test(start_paused = true)]
async fn metrics_survive_a_database_that_is_down_or_silent() {
    for database in [Database::Down, Database::Silent] {
        let answer = served(&ready_vitals(), database).await.ask("GET /metrics").await;
        let (code, body) = split(&answer);
        assert_eq!(code, 200);
        assert!(body.contains("perfex_bridge_scrape_success 0\n"), "{body}");
        assert!(!body.contains("outbox"), "{body}");
    }
}

#[tokio::test]
async fn whatever_else_is_asked_for_is_not_there() {
    let served = served(&ready_vitals(), Database::Up).await;
    for request in ["GET /", "GET /livez/", "GET /LIVEZ", "POST /shop", "GET /metrics/x?y=z"] {
        assert_eq!(split(&served.ask(request).await).0, 404, "{request}");
    }
}

#[tokio::test]
async fn pages_are_read_and_nothing_else() {
    let served = served(&ready_vitals(), Database::Up).await;
    for request in ["POST /livez", "DELETE /readyz", "PUT /metrics", "OPTIONS /metrics"] {
        let answer = served.ask(request).await;
        assert_eq!(split(&answer).0, 405, "{request}");
        assert!(answer.contains("allow: GET, HEAD\r\n"), "{answer}");
    }
    assert_eq!(split(&served.ask("HEAD /livez").await), (200, ""));
    assert_eq!(split(&served.ask("GET /livez?verbose").await), (200, "ok"));
}
