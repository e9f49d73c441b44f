//! Jobs that time starts, as an operator sees them.

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};

use super::orders::keys;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

fn schedule(findings: &Value) -> Value {
    findings.as_array().unwrap().iter().find(|finding| finding["check"] == "schedule").unwrap().clone()
}

#[tokio::test]
async fn jobs_are_planned_by_the_daemon_listed_and_run_by_hand() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    assert_eq!(site.json(&["schedule", "list"]).await, json!([]));
    let nothing = schedule(&site.json(&["check"]).await);
    assert_eq!(
        (&nothing["status"], &nothing["mend"]),
        (&json!("warn"), &json!("start the daemon: `systemctl start perfex-bridge`"))
    );

    let daemon = site.start_ready().await;
    let jobs = eventually("both jobs", async || {
        let jobs = site.json(&["schedule", "list"]).await;
        (jobs.as_array().unwrap().len() == 2).then_some(jobs)
    })
    .await;
    assert_eq!(
        keys(&jobs[0]),
        ["begun_at", "due_at", "failures", "job", "last_error", "last_result", "rule", "succeeded_at"]
    );
    assert_eq!((&jobs[0]["job"], &jobs[1]["job"]), (&json!("orders"), &json!("trials")));
    assert_eq!(jobs[1]["rule"], "0 9 * * * Europe/Berlin");
    assert_eq!(schedule(&site.json(&["check"]).await)["status"], "ok");
    drop(daemon);

    let ran = site.json(&["schedule", "run", "trials"]).await;
    assert_eq!(
        ran,
        json!({"job": "trials", "outcome": "ok", "words": "0 running trials, 0 reminded of, 0 ended"})
    );
    let said = site.run(&["schedule", "list"]).await;
    assert!(said.out.contains("0 running trials"), "{said:?}");
    let said = site.run(&["schedule", "run", "nothing"]).await;
    assert_eq!(
        (said.code, said.err.contains("there is no job `nothing`, only trials, orders")),
        (2, true),
        "{said:?}"
    );
}

#[tokio::test]
async fn check_tells_a_job_that_failed_and_one_that_nobody_runs() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    site.json(&["schedule", "run", "trials"]).await;
    let conn = &mut database.conn().await;
    conn.query_drop("UPDATE `tblbridge_schedule` SET `due_at` = '2026-01-01'").await.unwrap();
    let late = schedule(&site.json(&["check"]).await);
    assert_eq!((&late["status"], &late["detail"]), (&json!("warn"), &json!("due, and not run: trials")));
    conn.query_drop("UPDATE `tblbridge_schedule` SET `failures` = 3, `last_error` = 'no such table'")
        .await
        .unwrap();
    let said = site.run(&["check", "--json"]).await;
    let failed = schedule(&said.json());
    assert_eq!(said.code, 1);
    assert_eq!(failed["detail"], "trials failed 3 times, last: no such table");
}

#[tokio::test]
async fn a_rule_that_is_none_is_refused_with_its_place() {
    let database = Database::perfex_341().await;
    let mut site = Site::new(&database);
    site.set("schedule", "trials", "0 9 * *");
    let said = site.run(&["schedule", "list"]).await;
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("[schedule] trials = \"0 9 * *\" has 4 fields instead of five"), "{said:?}");
}
