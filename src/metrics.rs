//! The numbers for monitoring: every metric's name, help and type, in one place.
//!
//! In: what the rooms count. Out: the `OpenMetrics` text. Invariants:
//!
//! - names begin with `perfex_bridge_`, carry their unit, and never change their meaning;
//! - a label takes only words of the program (`&'static str`): no id, no address, nothing that grows with customers;
//! - what the database knows better is read when somebody asks ([`OutboxLevels`]) and left out when it cannot be
//!   read: an old number would look like a true one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry};

/// The media type of [`Metrics::encode`]'s text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Begins every name.
const PREFIX: &str = "perfex_bridge";

/// Seconds; a poll of an idle shop takes one or two milliseconds.
const POLL_BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

/// Seconds; an invoice takes some ten statements.
const RECONCILE_BUCKETS: [f64; 10] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// One label with its value.
type Label = [(&'static str, &'static str); 1];
/// Two labels with their values.
type Labels = [(&'static str, &'static str); 2];

/// What the outbox holds, as the database says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxLevels {
    /// Messages in each state; a state without messages is there with 0, so that its line does not vanish.
    pub messages: BTreeMap<&'static str, u64>,
    /// How long the oldest message has been waiting for its delivery; zero when none waits.
    pub oldest_waiting: Duration,
}

#[derive(Debug)]
struct Inner {
    registry: Registry,
    watch_mode: Family<Label, Gauge>,
    polls: Histogram,
    last_success: Gauge,
    reconciled: Family<Label, Counter>,
    reconcile_time: Histogram,
    queue_depth: Gauge<u64, AtomicU64>,
    licenses: Counter,
    mails: Family<Label, Counter>,
    questions: Family<Labels, Counter>,
    checks_dropped: Counter,
    routes: Family<Label, Counter>,
    jobs: Family<Labels, Counter>,
    job_time: Family<Label, Gauge<f64, AtomicU64>>,
    job_success: Family<Label, Gauge>,
    visitors: Family<Label, Counter>,
    gateway: Family<Label, Counter>,
    csrf: Family<Label, Counter>,
}

/// The metrics of this process; clones share them.
#[derive(Debug, Clone)]
pub struct Metrics(Arc<Inner>);

impl Metrics {
    /// All metrics at zero; `version` is this program's.
    #[must_use]
    pub fn new(version: &'static str) -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let build = Info::new([("version", version)]);
        registry.register("build", "The running program", build);
        let all = &mut registry;
        let inner = Inner {
            watch_mode: add(all, "watch_mode", "How changes are noticed: 1 for the mode in use"),
            polls: with(
                all,
                "watch_poll_duration_seconds",
                "Time that one look for changes took",
                Histogram::new(POLL_BUCKETS),
            ),
            last_success: add(
                all,
                "watch_last_success_timestamp_seconds",
                "When the last look for changes succeeded, as Unix time; 0 before the first",
            ),
            // `_total` is added to the names of counters.
            reconciled: add(all, "reconcile_runs", "Keys worked on, by result"),
            reconcile_time: with(
                all,
                "reconcile_duration_seconds",
                "Time that the work on one key took",
                Histogram::new(RECONCILE_BUCKETS),
            ),
            queue_depth: add(all, "reconcile_queue_depth", "Keys that wait for work"),
            licenses: add(all, "licenses_issued", "Licenses issued by this process"),
            mails: add(all, "mail_deliveries", "Attempts to deliver a mail, by outcome"),
            questions: add(all, "license_questions", "Questions about license keys, by action and answer"),
            checks_dropped: add(
                all,
                "license_checks_dropped",
                "Questions that are missing from the log of checks, because it was full",
            ),
            routes: add(
                all,
                "routes_repairs",
                "Attempts to put our routes back into my_routes.php, by outcome",
            ),
            jobs: add(all, "schedule_runs", "Runs of jobs that time starts, by job and outcome"),
            job_time: add(all, "schedule_last_run_seconds", "Time that the last run of a job took, by job"),
            job_success: add(
                all,
                "schedule_last_success_timestamp_seconds",
                "When a job last succeeded in this process, by job, as Unix time",
            ),
            visitors: add(all, "visitor_refusals", "Visitors who counted as strangers, by reason"),
            gateway: add(all, "gateway_refusals", "Requests whose Bridge-Identity was refused, by reason"),
            csrf: add(all, "csrf_refusals", "Forms that were refused because of their origin, by reason"),
            registry,
        };
        Self(Arc::new(inner))
    }

    /// Changes are noticed by `mode` from now on.
    pub fn watching(&self, mode: &'static str) {
        self.0.watch_mode.clear();
        self.0.watch_mode.get_or_create(&[("mode", mode)]).set(1);
    }

    /// A look for changes succeeded at `now`.
    pub fn polled(&self, took: Duration, now: DateTime<Utc>) {
        self.0.polls.observe(took.as_secs_f64());
        self.0.last_success.set(now.timestamp());
    }

    /// The work on one key ended with `result`.
    pub fn reconciled(&self, result: &'static str, took: Duration) {
        self.0.reconciled.get_or_create(&[("result", result)]).inc();
        self.0.reconcile_time.observe(took.as_secs_f64());
    }

    /// So many keys wait.
    pub fn queue_depth(&self, keys: usize) {
        self.0.queue_depth.set(u64::try_from(keys).unwrap_or(u64::MAX));
    }

    /// Licenses were issued, and that was committed.
    pub fn licenses_issued(&self, count: u64) {
        self.0.licenses.inc_by(count);
    }

    /// An attempt to deliver a mail ended with `outcome`.
    pub fn mail_delivered(&self, outcome: &'static str) {
        self.0.mails.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A question about a license key was answered with `code`.
    pub fn license_question(&self, action: &'static str, code: &'static str) {
        self.0.questions.get_or_create(&[("action", action), ("code", code)]).inc();
    }

    /// So many questions will be missing from the log of checks.
    pub fn license_checks_dropped(&self, count: u64) {
        self.0.checks_dropped.inc_by(count);
    }

    /// Our routes were not as they should be; `outcome` is `mended`, `taken_back`, `failed` or `gave_up`.
    pub fn routes_repaired(&self, outcome: &'static str) {
        self.0.routes.get_or_create(&[("outcome", outcome)]).inc();
    }

    /// A run of `job` ended with `outcome` at `now`.
    pub fn job_ran(&self, job: &'static str, outcome: &'static str, took: Duration, now: DateTime<Utc>) {
        self.0.jobs.get_or_create(&[("job", job), ("outcome", outcome)]).inc();
        self.0.job_time.get_or_create(&[("job", job)]).set(took.as_secs_f64());
        if outcome == "ok" {
            self.0.job_success.get_or_create(&[("job", job)]).set(now.timestamp());
        }
    }

    /// A visitor who was somebody once counts as a stranger for `reason`.
    pub fn visitor_refused(&self, reason: &'static str) {
        self.0.visitors.get_or_create(&[("reason", reason)]).inc();
    }

    /// A request that says it comes from the gateway was refused for `reason`.
    pub fn gateway_refused(&self, reason: &'static str) {
        self.0.gateway.get_or_create(&[("reason", reason)]).inc();
    }

    /// A form was refused for `reason`.
    pub fn csrf_refused(&self, reason: &'static str) {
        self.0.csrf.get_or_create(&[("reason", reason)]).inc();
    }

    /// The text for the monitoring system; `None` when the outbox could not be read.
    pub fn encode(&self, outbox: Option<&OutboxLevels>) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.0.registry)?;
        encode_registry(&mut text, &scraped(outbox))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// The metrics that live for one answer.
fn scraped(outbox: Option<&OutboxLevels>) -> Registry {
    let mut registry = Registry::with_prefix(PREFIX);
    let success: Gauge = add(
        &mut registry,
        "scrape_success",
        "Whether the numbers of the database could be read for this answer",
    );
    let Some(levels) = outbox else { return registry };
    success.set(1);
    let messages: Family<Label, Gauge<u64, AtomicU64>> =
        add(&mut registry, "outbox_messages", "Messages in the outbox, by state");
    for (state, count) in &levels.messages {
        messages.get_or_create(&[("state", *state)]).set(*count);
    }
    let oldest: Gauge<f64, AtomicU64> = add(
        &mut registry,
        "outbox_oldest_waiting_seconds",
        "Age of the oldest message that waits for its delivery; 0 when none waits",
    );
    oldest.set(levels.oldest_waiting.as_secs_f64());
    registry
}

fn add<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    with(registry, name, help, M::default())
}

fn with<M: Metric + Clone>(registry: &mut Registry, name: &str, help: &str, metric: M) -> M {
    registry.register(name, help, metric.clone());
    metric
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn lines(metrics: &Metrics, outbox: Option<&OutboxLevels>) -> Vec<String> {
        metrics.encode(outbox).unwrap().lines().map(str::to_owned).collect()
    }

    fn has(lines: &[String], line: &str) {
        assert!(lines.iter().any(|known| known == line), "`{line}` is missing from {lines:#?}");
    }

    #[test]
    fn a_fresh_process_shows_its_version_and_zeros() {
        let text = lines(&Metrics::new("1.2.3"), None);
        has(&text, "perfex_bridge_build_info{version=\"1.2.3\"} 1");
        has(&text, "perfex_bridge_licenses_issued_total 0");
        has(&text, "perfex_bridge_reconcile_queue_depth 0");
        has(&text, "perfex_bridge_watch_last_success_timestamp_seconds 0");
        has(&text, "perfex_bridge_watch_poll_duration_seconds_count 0");
        assert_eq!(text.last().unwrap(), "# EOF");
    }

    #[test]
    fn what_is_counted_shows_up_whichever_clone_counted_it() {
        let metrics = Metrics::new("1.2.3");
        let other = metrics.clone();
        metrics.watching("poll");
        other.polled(Duration::from_millis(3), DateTime::from_timestamp(1_700_000_000, 0).unwrap());
        other.reconciled("issued", Duration::from_millis(30));
        other.reconciled("unchanged", Duration::from_millis(7));
        other.reconciled("unchanged", Duration::from_millis(7));
        metrics.queue_depth(12);
        metrics.licenses_issued(3);
        metrics.mail_delivered("sent");
        metrics.license_question("validate", "active");
        metrics.license_checks_dropped(2);
        metrics.routes_repaired("mended");
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        metrics.job_ran("trials", "ok", Duration::from_millis(1500), now);
        metrics.job_ran("trials", "failed", Duration::from_millis(500), now + chrono::TimeDelta::days(1));
        metrics.visitor_refused("session_expired");
        metrics.gateway_refused("replayed");
        metrics.csrf_refused("token");
        let text = lines(&metrics, None);
        has(&text, "perfex_bridge_watch_mode{mode=\"poll\"} 1");
        has(&text, "perfex_bridge_watch_poll_duration_seconds_bucket{le=\"0.002\"} 0");
        has(&text, "perfex_bridge_watch_poll_duration_seconds_bucket{le=\"0.005\"} 1");
        has(&text, "perfex_bridge_watch_last_success_timestamp_seconds 1700000000");
        has(&text, "perfex_bridge_reconcile_runs_total{result=\"issued\"} 1");
        has(&text, "perfex_bridge_reconcile_runs_total{result=\"unchanged\"} 2");
        has(&text, "perfex_bridge_reconcile_duration_seconds_count 3");
        has(&text, "perfex_bridge_reconcile_queue_depth 12");
        has(&text, "perfex_bridge_licenses_issued_total 3");
        has(&text, "perfex_bridge_mail_deliveries_total{outcome=\"sent\"} 1");
        has(&text, "perfex_bridge_license_questions_total{action=\"validate\",code=\"active\"} 1");
        has(&text, "perfex_bridge_license_checks_dropped_total 2");
        has(&text, "perfex_bridge_routes_repairs_total{outcome=\"mended\"} 1");
        has(&text, "perfex_bridge_schedule_runs_total{job=\"trials\",outcome=\"ok\"} 1");
        has(&text, "perfex_bridge_schedule_runs_total{job=\"trials\",outcome=\"failed\"} 1");
        has(&text, "perfex_bridge_schedule_last_run_seconds{job=\"trials\"} 0.5");
        has(&text, "perfex_bridge_schedule_last_success_timestamp_seconds{job=\"trials\"} 1700000000");
        has(&text, "perfex_bridge_visitor_refusals_total{reason=\"session_expired\"} 1");
        has(&text, "perfex_bridge_gateway_refusals_total{reason=\"replayed\"} 1");
        has(&text, "perfex_bridge_csrf_refusals_total{reason=\"token\"} 1");
    }

    #[test]
    fn one_watch_mode_is_shown_at_a_time() {
        let metrics = Metrics::new("1.2.3");
        metrics.watching("binlog");
        metrics.watching("poll");
        let modes: Vec<_> = lines(&metrics, None)
            .into_iter()
            .filter(|line| line.starts_with("perfex_bridge_watch_mode{"))
            .collect();
        assert_eq!(modes, ["perfex_bridge_watch_mode{mode=\"poll\"} 1"]);
    }

    #[test]
    fn the_outbox_is_shown_as_the_database_says_or_not_at_all() {
        let metrics = Metrics::new("1.2.3");
        let levels = OutboxLevels {
            messages: BTreeMap::from([("ready", 2), ("dead", 0)]),
            oldest_waiting: Duration::from_millis(1500),
        };
        let text = lines(&metrics, Some(&levels));
        has(&text, "perfex_bridge_outbox_messages{state=\"ready\"} 2");
        has(&text, "perfex_bridge_outbox_messages{state=\"dead\"} 0");
        has(&text, "perfex_bridge_outbox_oldest_waiting_seconds 1.5");
        has(&text, "perfex_bridge_scrape_success 1");
        assert_eq!(text.iter().filter(|line| *line == "# EOF").count(), 1);

        let text = lines(&metrics, None);
        has(&text, "perfex_bridge_scrape_success 0");
        assert!(!text.iter().any(|line| line.contains("outbox")), "{text:#?}");
    }

    #[test]
    fn every_metric_says_what_it_means() {
        let metrics = Metrics::new("1.2.3");
        metrics.watching("poll");
        metrics.reconciled("unchanged", Duration::ZERO);
        metrics.mail_delivered("sent");
        metrics.license_question("validate", "active");
        metrics.routes_repaired("failed");
        metrics.job_ran("trials", "ok", Duration::ZERO, DateTime::UNIX_EPOCH);
        metrics.visitor_refused("session_expired");
        metrics.gateway_refused("replayed");
        metrics.csrf_refused("token");
        let levels =
            OutboxLevels { messages: BTreeMap::from([("ready", 0)]), oldest_waiting: Duration::ZERO };
        let text = lines(&metrics, Some(&levels));
        let named = |kind: &str| -> Vec<String> {
            let begin = format!("# {kind} perfex_bridge_");
            let names = text.iter().filter_map(|line| line.strip_prefix(&begin));
            names.filter_map(|rest| rest.split(' ').next().map(str::to_owned)).collect()
        };
        assert_eq!(named("HELP"), named("TYPE"));
        assert_eq!(
            named("TYPE"),
            [
                "build",
                "watch_mode",
                "watch_poll_duration_seconds",
                "watch_last_success_timestamp_seconds",
                "reconcile_runs",
                "reconcile_duration_seconds",
                "reconcile_queue_depth",
                "licenses_issued",
                "mail_deliveries",
                "license_questions",
                "license_checks_dropped",
                "routes_repairs",
                "schedule_runs",
                "schedule_last_run_seconds",
                "schedule_last_success_timestamp_seconds",
                "visitor_refusals",
                "gateway_refusals",
                "csrf_refusals",
                "scrape_success",
                "outbox_messages",
                "outbox_oldest_waiting_seconds",
            ]
        );
    }
}
