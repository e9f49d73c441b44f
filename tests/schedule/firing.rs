//! Each firing of a rule runs its job once, whatever daemons come and go.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::TimeDelta;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::app::App;
use perfex_bridge::schedule::{self, Job, JobState, Outcome, Run, Scheduler};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::support::clash;
use crate::support::shop::Shop;

/// Counts its runs; fails as often as it was told, or never comes to an end.
#[derive(Debug, Default)]
struct Counted {
    runs: AtomicU32,
    failures: AtomicU32,
    hangs: bool,
    begun: Notify,
}

impl Job for Counted {
    fn name(&self) -> &'static str {
        "counted"
    }

    fn run(&self) -> BoxFuture<'_, Result<String, String>> {
        async {
            let run = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
            self.begun.notify_one();
            if self.hangs {
                std::future::pending::<()>().await;
            }
            let fails = self.failures.load(Ordering::SeqCst) > 0;
            if fails {
                self.failures.fetch_sub(1, Ordering::SeqCst);
                return Err(format!("run {run} failed"));
            }
            Ok(format!("run {run}"))
        }
        .boxed()
    }
}

fn scheduler(app: &App, rule: &str, job: &Arc<Counted>) -> Scheduler {
    let job: Arc<dyn Job> = Arc::<Counted>::clone(job);
    let jobs = vec![(rule.parse().unwrap(), job)];
    Scheduler::new(app.database.clone(), Arc::clone(&app.clock), Arc::clone(&app.entropy), jobs)
}

/// One look; returns what ran.
async fn turn(scheduler: &Scheduler) -> Vec<Run> {
    let runs = std::sync::Mutex::new(Vec::new());
    let never = CancellationToken::new();
    scheduler.turn(&never, &|| {}, &|run: &Run| runs.lock().unwrap().push(run.clone())).await.unwrap();
    runs.into_inner().unwrap()
}

async fn state(shop: &Shop) -> JobState {
    let mut session = shop.app.database.session().await.unwrap();
    schedule::find(&mut session, "counted").await.unwrap().unwrap()
}

#[tokio::test]
async fn a_job_runs_at_its_time_in_the_crms_zone_and_not_before() {
    let shop = Shop::open().await;
    let job = Arc::new(Counted::default());
    let scheduler = scheduler(&shop.app, "0 9 * * *", &job);
    assert!(turn(&scheduler).await.is_empty());
    let planned = state(&shop).await;
    assert_eq!((planned.rule.as_str(), planned.begun_at), ("0 9 * * * Europe/Berlin", None));
    assert_eq!(planned.due_at.to_rfc3339(), "2026-03-10T08:00:00+00:00");
    shop.set_clock("2026-03-10T07:59:59Z");
    assert!(turn(&scheduler).await.is_empty());
    shop.set_clock("2026-03-10T08:00:00Z");
    let runs = turn(&scheduler).await;
    assert_eq!((runs.len(), runs[0].outcome, runs[0].words.as_str()), (1, Outcome::Ok, "run 1"));
    assert!(turn(&scheduler).await.is_empty());
    let ran = state(&shop).await;
    assert_eq!(ran.due_at.to_rfc3339(), "2026-03-11T08:00:00+00:00");
    assert_eq!((ran.succeeded_at, ran.last_result.as_deref()), (Some(shop.now()), Some("run 1")));
    assert_eq!((ran.running_until, ran.failures, ran.last_error), (None, 0, None));
}

#[tokio::test]
async fn firings_that_were_missed_are_made_up_by_one_run() {
    let shop = Shop::open().await;
    let job = Arc::new(Counted::default());
    turn(&scheduler(&shop.app, "0 9 * * *", &job)).await;
    shop.pass(TimeDelta::days(5));
    let after = shop.second_daemon("").await;
    let scheduler = scheduler(&after, "0 9 * * *", &job);
    assert_eq!(turn(&scheduler).await.len(), 1);
    assert!(turn(&scheduler).await.is_empty());
    assert_eq!(state(&shop).await.due_at.to_rfc3339(), "2026-03-15T08:00:00+00:00");
}

#[tokio::test]
async fn a_firing_runs_once_on_all_daemons_together() {
    let shop = Shop::open().await;
    let job = Arc::new(Counted::default());
    let daemons = [&shop.app, &shop.second_daemon("").await, &shop.second_daemon("").await]
        .map(|app| scheduler(app, "*/5 * * * *", &job));
    for round in 1..=20 {
        futures_util::future::join_all(daemons.iter().map(turn)).await;
        assert_eq!(job.runs.load(Ordering::SeqCst), round - 1);
        shop.pass(TimeDelta::minutes(5));
        let ran = futures_util::future::join_all(daemons.iter().map(turn)).await;
        assert_eq!(ran.concat().len(), 1, "round {round}");
        assert_eq!(job.runs.load(Ordering::SeqCst), round);
    }
}

#[tokio::test]
async fn a_run_whose_end_loses_against_another_daemon_is_written_down_and_not_repeated() {
    let shop = Shop::open().await;
    let job = Arc::new(Counted::default());
    let scheduler = scheduler(&shop.app, "0 9 * * *", &job);
    turn(&scheduler).await;
    shop.pass(TimeDelta::days(1));
    let conn = &mut shop.conn().await;
    // Not the claim, but what is written when the job has run.
    clash::once_if(conn, "BEFORE UPDATE", "tblbridge_schedule", "NEW.`succeeded_at` IS NOT NULL").await;
    assert_eq!(turn(&scheduler).await[0].outcome, Outcome::Ok);
    assert_eq!(clash::mended(conn).await, 1);
    assert!(turn(&scheduler).await.is_empty());
    assert_eq!((job.runs.load(Ordering::SeqCst), state(&shop).await.running_until), (1, None));
}

#[tokio::test]
async fn a_run_that_failed_is_repeated_soon_and_says_why_until_one_succeeds() {
    let shop = Shop::open().await;
    let job = Arc::new(Counted::default());
    job.failures.store(2, Ordering::SeqCst);
    let scheduler = scheduler(&shop.app, "0 9 * * *", &job);
    turn(&scheduler).await;
    shop.set_clock("2026-03-10T08:00:00Z");
    assert_eq!(turn(&scheduler).await[0].outcome, Outcome::Failed);
    let failed = state(&shop).await;
    assert_eq!((failed.failures, failed.last_error.as_deref()), (1, Some("run 1 failed")));
    assert_eq!(failed.due_at - shop.now(), TimeDelta::minutes(5));
    assert_eq!(failed.succeeded_at, None);
    shop.pass(TimeDelta::minutes(5));
    turn(&scheduler).await;
    assert_eq!(state(&shop).await.due_at - shop.now(), TimeDelta::minutes(10));
    shop.pass(TimeDelta::minutes(10));
    assert_eq!(turn(&scheduler).await[0].outcome, Outcome::Ok);
    let mended = state(&shop).await;
    assert_eq!((mended.failures, mended.last_error, mended.last_result.as_deref()), (0, None, Some("run 3")));
    assert_eq!(mended.due_at.to_rfc3339(), "2026-03-11T08:00:00+00:00");
}

#[tokio::test]
async fn the_job_of_a_daemon_that_died_runs_on_another_when_the_lease_has_ended() {
    let shop = Shop::open().await;
    let stuck = Arc::new(Counted { hangs: true, ..Counted::default() });
    let first = scheduler(&shop.app, "0 9 * * *", &stuck);
    turn(&first).await;
    shop.set_clock("2026-03-10T08:00:00Z");
    let dying = tokio::spawn(async move { turn(&first).await });
    stuck.begun.notified().await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());

    let job = Arc::new(Counted::default());
    let other = shop.second_daemon("").await;
    let second = scheduler(&other, "0 9 * * *", &job);
    assert!(turn(&second).await.is_empty());
    assert!(state(&shop).await.running_until.is_some());
    shop.pass(TimeDelta::minutes(2));
    assert_eq!(turn(&second).await.len(), 1);
}

#[tokio::test]
async fn a_daemon_that_stops_gives_its_job_back_at_once() {
    let shop = Shop::open().await;
    let stuck = Arc::new(Counted { hangs: true, ..Counted::default() });
    let first = scheduler(&shop.app, "0 9 * * *", &stuck);
    turn(&first).await;
    shop.set_clock("2026-03-10T08:00:00Z");
    let halt = CancellationToken::new();
    let stopped = halt.clone();
    let running = tokio::spawn(async move {
        let runs = std::sync::Mutex::new(Vec::new());
        first.turn(&stopped, &|| {}, &|run: &Run| runs.lock().unwrap().push(run.outcome)).await.unwrap();
        runs.into_inner().unwrap()
    });
    stuck.begun.notified().await;
    halt.cancel();
    assert_eq!(running.await.unwrap(), [Outcome::Interrupted]);

    let job = Arc::new(Counted::default());
    assert_eq!(turn(&scheduler(&shop.app, "0 9 * * *", &job)).await.len(), 1);
}

#[tokio::test]
async fn another_rule_or_zone_counts_from_now_on_and_loses_no_missed_firing() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let job = Arc::new(Counted::default());
    turn(&scheduler(&shop.app, "0 9 * * *", &job)).await;
    let changed = scheduler(&shop.app, "0 7 * * *", &job);
    assert!(turn(&changed).await.is_empty());
    assert_eq!(state(&shop).await.due_at.to_rfc3339(), "2026-03-10T06:00:00+00:00");
    conn.query_drop("UPDATE `tbloptions` SET `value` = 'UTC' WHERE `name` = 'default_timezone'")
        .await
        .unwrap();
    assert!(turn(&changed).await.is_empty());
    assert_eq!(state(&shop).await.due_at.to_rfc3339(), "2026-03-10T07:00:00+00:00");
    shop.pass(TimeDelta::days(2));
    assert_eq!(turn(&scheduler(&shop.app, "0 3 * * *", &job)).await.len(), 1);
}

#[tokio::test]
async fn a_job_can_be_run_by_hand_and_then_waits_for_its_next_time() {
    let shop = Shop::open().await;
    let job = Arc::new(Counted::default());
    let scheduler = scheduler(&shop.app, "0 9 * * *", &job);
    let run = scheduler.run_now("counted").await.unwrap().unwrap();
    assert_eq!((run.outcome, run.words.as_str()), (Outcome::Ok, "run 1"));
    assert_eq!(state(&shop).await.due_at.to_rfc3339(), "2026-03-10T08:00:00+00:00");
    assert!(scheduler.run_now("nothing").await.unwrap().is_none());
}
