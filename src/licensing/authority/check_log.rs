//! The log of checks: counted in memory, written by a loop of its own.
//!
//! In: every question that was answered. Out: rows of `pm_license_checks`, and the metrics. Invariants:
//!
//! - a request never waits for the log; above [`MOST`] different checks in memory new ones are dropped, and counted;
//! - nobody can make it grow by asking often or for ever new domains: what is alike on one day is one row, above
//!   [`MOST_DOMAINS`] domains of a license the further ones of that day are counted together (two daemons that write at the
//!   same moment may each let some in), and a key that nobody has is only in the metrics;
//! - what could not be written stays for the next time. When the connection broke during a statement, nobody knows whether
//!   it was done, and its checks may be counted twice.

use std::collections::btree_map::{Entry, OccupiedEntry};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{Database, DbError, retry};
use crate::ids::LicenseId;
use crate::metrics::Metrics;

use super::super::Domain;
use super::Verdict;
use super::action::Action;
use super::check::{Check, MOST_DOMAINS, OTHERS};

/// Different checks that wait at most; some ten megabytes.
const MOST: usize = 50_000;
/// Checks in a statement: a few milliseconds of the database's time, so that questions get in between.
const CHUNK: usize = 100;

/// What is alike. In the order of the table's key, so that two daemons wait for each other and do not deadlock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    day: NaiveDate,
    license: LicenseId,
    action: &'static str,
    code: &'static str,
    network: IpAddr,
    domain: String,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    count: u64,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first_at = self.first_at.min(other.first_at);
        self.last_at = self.last_at.max(other.last_at);
    }
}

#[derive(Debug, Default)]
struct Waiting {
    checks: BTreeMap<Alike, Tally>,
    /// Whether it was said that it is full, since it was last written.
    told: bool,
}

/// Checks that wait to be written.
#[derive(Debug)]
pub struct CheckLog {
    waiting: Mutex<Waiting>,
    metrics: Metrics,
}

impl CheckLog {
    /// An empty log that counts here.
    #[must_use]
    pub fn new(metrics: Metrics) -> Self {
        Self { waiting: Mutex::default(), metrics }
    }

    /// Counts an answered question; `network` is where it came from, without the machine.
    pub fn note(
        &self,
        action: Action,
        verdict: &Verdict,
        domain: &Domain,
        network: IpAddr,
        now: DateTime<Utc>,
    ) {
        self.metrics.license_question(action.as_str(), verdict.code.as_str());
        let Some(license) = verdict.license else { return };
        let (action, code) = (action.as_str(), verdict.code.as_str());
        let domain = domain.as_str().to_owned();
        let alike = Alike { day: now.date_naive(), license, action, code, network, domain };
        self.add(alike, Tally { count: 1, first_at: now, last_at: now });
    }

    /// Takes what waits, to be written in small steps.
    #[must_use]
    pub fn round(&self) -> Round<'_> {
        Round { log: self, checks: std::mem::take(&mut self.waiting().checks) }
    }

    /// How many different checks wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting().checks.len()
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn add(&self, alike: Alike, tally: Tally) {
        let mut waiting = self.waiting();
        let full = waiting.checks.len() >= MOST;
        match waiting.checks.entry(alike) {
            Entry::Occupied(mut known) => known.get_mut().add(tally),
            Entry::Vacant(place) if !full => {
                place.insert(tally);
            }
            Entry::Vacant(_) => {
                self.metrics.license_checks_dropped(tally.count);
                if !std::mem::replace(&mut waiting.told, true) {
                    tracing::warn!(waiting = MOST, "the log of license checks is full; new ones are dropped");
                }
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks that are being written; dropped, what is left of them waits again.
#[derive(Debug)]
pub struct Round<'a> {
    log: &'a CheckLog,
    checks: BTreeMap<Alike, Tally>,
}

impl Round<'_> {
    /// Writes some of one day with one statement; returns how many, 0 when all are written.
    pub async fn write_some(&mut self, database: &Database) -> Result<usize, DbError> {
        let Some(day) = self.checks.keys().next().map(|alike| alike.day) else {
            self.log.waiting().told = false;
            return Ok(0);
        };
        let of_the_day = std::iter::from_fn(|| {
            let first = self.checks.first_entry().filter(|first| first.key().day == day);
            first.map(OccupiedEntry::remove_entry)
        });
        let chunk: Vec<(Alike, Tally)> = of_the_day.take(CHUNK).collect();
        let written = retry(async || write(database, day, &chunk).await).await;
        if let Err(error) = written {
            self.checks.extend(chunk);
            return Err(error);
        }
        Ok(chunk.len())
    }
}

impl Drop for Round<'_> {
    fn drop(&mut self) {
        for (alike, tally) in std::mem::take(&mut self.checks) {
            self.log.add(alike, tally);
        }
    }
}

async fn write(database: &Database, day: NaiveDate, chunk: &[(Alike, Tally)]) -> Result<(), DbError> {
    let mut session = database.session().await?;
    let licenses: BTreeSet<LicenseId> = chunk.iter().map(|(alike, _)| alike.license).collect();
    let mut known = Check::domains(&mut session, day, &licenses, CHUNK).await?;
    let mut counted: BTreeMap<Alike, Tally> = BTreeMap::new();
    for (alike, tally) in chunk {
        let (mut alike, known) = (alike.clone(), known.entry(alike.license).or_default());
        if !known.contains(&alike.domain) {
            if known.len() < MOST_DOMAINS {
                known.insert(alike.domain.clone());
            } else {
                OTHERS.clone_into(&mut alike.domain);
            }
        }
        counted.entry(alike).and_modify(|known| known.add(*tally)).or_insert(*tally);
    }
    let rows = counted.into_iter().map(|(alike, tally)| {
        let check = Check {
            action: alike.action.to_owned(),
            code: alike.code.to_owned(),
            network: in_words(alike.network),
            domain: alike.domain,
            count: tally.count,
            first_at: tally.first_at,
            last_at: tally.last_at,
        };
        (alike.license, check)
    });
    Check::write(&mut session, rows).await
}

/// `203.0.113.0/24`, as [`crate::http::network`] cuts addresses.
fn in_words(network: IpAddr) -> String {
    match network {
        IpAddr::V4(network) => format!("{network}/24"),
        IpAddr::V6(network) => format!("{network}/48"),
    }
}
