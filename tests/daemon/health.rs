//! `/livez`, `/readyz` and `/metrics`.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

/// Every metric with its kind; a name that goes or changes breaks somebody's dashboard.
const METRICS: [&str; 14] = [
    "perfex_bridge_build info",
    "perfex_bridge_license_checks_dropped counter",
    "perfex_bridge_license_questions counter",
    "perfex_bridge_licenses_issued counter",
    "perfex_bridge_mail_deliveries counter",
    "perfex_bridge_outbox_messages gauge",
    "perfex_bridge_outbox_oldest_waiting_seconds gauge",
    "perfex_bridge_reconcile_duration_seconds histogram",
    "perfex_bridge_reconcile_queue_depth gauge",
    "perfex_bridge_reconcile_runs counter",
    "perfex_bridge_scrape_success gauge",
    "perfex_bridge_watch_last_success_timestamp_seconds gauge",
    "perfex_bridge_watch_mode gauge",
    "perfex_bridge_watch_poll_duration_seconds histogram",
];

#[tokio::test]
async fn the_health_pages_tell_machines_that_it_lives_and_works() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let daemon = site.start_ready().await;
    let alive = daemon.ask("GET /livez").await;
    assert_eq!((alive.code, alive.body.as_str()), (200, "ok"));
    let ready = daemon.ask("GET /readyz").await;
    assert_eq!(ready.json(), json!({"ready": true, "phase": "ready", "reason": null, "watch": "poll"}));
    for answer in [alive, ready] {
        assert!(answer.has("cache-control: no-store") && answer.has("x-content-type-options: nosniff"));
    }
}

#[tokio::test]
async fn the_management_pages_are_only_read() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let daemon = site.start_ready().await;
    for page in ["/livez", "/readyz", "/metrics"] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let answer = daemon.ask(&format!("{method} {page}")).await;
            assert_eq!(answer.code, 405, "{method} {page}");
            assert!(answer.has("allow: get, head"), "{answer:?}");
        }
        let head = daemon.ask(&format!("HEAD {page}")).await;
        assert_eq!((head.code, head.body.as_str()), (200, ""), "{page}");
    }
    for page in ["/", "/shop", "/livez/", "/metrics/../livez"] {
        assert_eq!(daemon.ask(&format!("GET {page}")).await.code, 404, "{page}");
    }
}

#[tokio::test]
async fn the_metrics_keep_their_names_and_count_what_happens() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("http", "socket", site.path("http.sock").display().to_string());
    site.stock().await;
    let daemon = site.start_ready().await;
    assert_eq!(site.validate("203.0.113.9", "a key", "crm.example.com").await["code"], "unknown");
    let invoice = site.place("eva@buyer.example").await.invoice();
    crm::record_payment(&mut database.conn().await, invoice, "49.00".parse().unwrap()).await;
    eventually("delivered mail that is counted", async || {
        daemon.metric("perfex_bridge_mail_deliveries_total{outcome=\"sent\"}").await
    })
    .await;

    let answer = daemon.ask("GET /metrics").await;
    let kind = "content-type: application/openmetrics-text; version=1.0.0; charset=utf-8";
    assert!(answer.has(kind), "{:?}", answer.headers);
    let named: BTreeSet<&str> = answer.body.lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert_eq!(named.into_iter().collect::<Vec<_>>(), METRICS);
    assert!(answer.body.ends_with("# EOF\n"));

    let version = format!("perfex_bridge_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    for (line, value) in [
        (version.as_str(), "1"),
        ("perfex_bridge_watch_mode{mode=\"poll\"}", "1"),
        ("perfex_bridge_licenses_issued_total", "1"),
        ("perfex_bridge_license_questions_total{action=\"validate\",code=\"unknown\"}", "1"),
        ("perfex_bridge_license_checks_dropped_total", "0"),
        ("perfex_bridge_scrape_success", "1"),
        ("perfex_bridge_outbox_messages{state=\"sent\"}", "1"),
        ("perfex_bridge_outbox_messages{state=\"ready\"}", "0"),
        ("perfex_bridge_outbox_messages{state=\"dead\"}", "0"),
        ("perfex_bridge_outbox_oldest_waiting_seconds", "0"),
    ] {
        let shown = daemon.metric(line).await;
        assert_eq!(shown.map(|shown| shown.to_string()).as_deref(), Some(value), "{line}");
    }
    let runs = daemon.metric("perfex_bridge_reconcile_runs_total{result=\"ok\"}").await;
    assert!(runs >= Some(1.0), "{runs:?}");
    for word in ["eva", "buyer.example", "backup"] {
        assert!(!answer.body.to_lowercase().contains(word), "a metric tells of customers: {word}");
    }
}
