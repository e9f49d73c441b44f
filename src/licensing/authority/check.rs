//! Checks of licenses as they are stored: one row for all that are alike on one day.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use mysql_async::Value;
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::LicenseId;

const WRITE: &str = "INSERT INTO `{p}pm_license_checks` (`day`, `license_id`, `action`, `code`, `network`, `domain`, \
     `count`, `first_at`, `last_at`) VALUES ";
/// Another daemon may have counted the same.
const COUNT_UP: &str = " ON DUPLICATE KEY UPDATE `count` = `count` + VALUES(`count`), \
     `first_at` = LEAST(`first_at`, VALUES(`first_at`)), `last_at` = GREATEST(`last_at`, VALUES(`last_at`))";
const COLUMNS: usize = 9;
const LATEST: &str = "SELECT `action`, `code`, `network`, `domain`, `count`, `first_at`, `last_at` \
     FROM `{p}pm_license_checks` WHERE `license_id` = ? AND `day` IN";
/// One statement text, so the list is filled up.
const DOMAINS: &str = "SELECT DISTINCT `license_id`, `domain` FROM `{p}pm_license_checks` \
     WHERE `day` = ? AND `domain` <> ? AND `license_id` IN";
const NETWORKS: &str = "SELECT COUNT(DISTINCT `network`) AS `networks` FROM `{p}pm_license_checks` \
     WHERE `license_id` = ? AND `day` IN (?, ?) AND `last_at` > ?";
/// In the order of the key, so that two daemons delete the same rows one after the other.
const PRUNE: &str = "DELETE FROM `{p}pm_license_checks` WHERE `day` < ? \
     ORDER BY `day`, `license_id`, `action`, `code`, `network`, `domain` LIMIT 1000";

/// Domains of a license that have rows of their own on one day. A license has two at a time.
pub(super) const MOST_DOMAINS: usize = 50;
/// The domain under which the further ones are counted together; no domain is written like this.
pub(super) const OTHERS: &str = "(others)";

struct Asked(LicenseId, String);

impl Record for Asked {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(row.take("license_id")?, row.take("domain")?))
    }
}

/// Questions about one license that are alike but for their time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was asked, in one word.
    pub action: String,
    /// The answer, in one word.
    pub code: String,
    /// From where, as `203.0.113.0/24`.
    pub network: String,
    /// For which domain; `(others)` for those above fifty on one day.
    pub domain: String,
    /// How often on that day.
    pub count: u64,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

impl Record for Check {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            action: row.take("action")?,
            code: row.take("code")?,
            network: row.take("network")?,
            domain: row.take("domain")?,
            count: row.take("count")?,
            first_at: row.take::<NaiveDateTime>("first_at")?.and_utc(),
            last_at: row.take::<NaiveDateTime>("last_at")?.and_utc(),
        })
    }
}

impl Check {
    /// The checks of a license since the day `since`, the latest first.
    pub async fn latest(
        session: &mut Session,
        license: LicenseId,
        since: NaiveDate,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Self>, DbError> {
        // Each day by name, because the key begins with it.
        let days = since.iter_days().take_while(|day| *day <= now.date_naive());
        let mut values: Vec<Value> = vec![license.into()];
        values.extend(days.map(Value::from));
        let days = placeholders(values.len() - 1);
        values.push(limit.into());
        session.rows(&format!("{LATEST} ({days}) ORDER BY `last_at` DESC LIMIT ?"), values).await
    }

    /// From how many networks a license was asked about within 24 hours before `now`.
    pub async fn networks(
        session: &mut Session,
        license: LicenseId,
        now: DateTime<Utc>,
    ) -> Result<u64, DbError> {
        let since = (now - TimeDelta::hours(24)).naive_utc();
        let row = session.first::<(u64,)>(NETWORKS, (license, since.date(), now.date_naive(), since)).await?;
        Ok(row.map_or(0, |row| row.0))
    }

    /// For which domains these licenses have rows of `day`; `most` licenses at most.
    pub(super) async fn domains(
        session: &mut Session,
        day: NaiveDate,
        licenses: &BTreeSet<LicenseId>,
        most: usize,
    ) -> Result<BTreeMap<LicenseId, BTreeSet<String>>, DbError> {
        let Some(last) = licenses.last() else { return Ok(BTreeMap::new()) };
        let mut values: Vec<Value> = vec![day.into(), OTHERS.into()];
        values.extend(
            licenses.iter().chain(iter::repeat(last)).take(most).map(|license| Value::from(*license)),
        );
        let rows: Vec<Asked> = session.rows(&format!("{DOMAINS} ({})", placeholders(most)), values).await?;
        let mut domains: BTreeMap<LicenseId, BTreeSet<String>> = BTreeMap::new();
        for Asked(license, domain) in rows {
            domains.entry(license).or_default().insert(domain);
        }
        Ok(domains)
    }

    /// Deletes some of the checks of days before `day`, a thousand at most; returns how many.
    pub async fn prune(session: &mut Session, day: NaiveDate) -> Result<u64, DbError> {
        Ok(session.run(PRUNE, (day,)).await?.rows)
    }

    /// Counts these checks with one statement.
    pub(super) async fn write(
        session: &mut Session,
        checks: impl ExactSizeIterator<Item = (LicenseId, Self)>,
    ) -> Result<(), DbError> {
        let rows = vec![format!("({})", placeholders(COLUMNS)); checks.len()];
        let mut values: Vec<Value> = Vec::with_capacity(COLUMNS * checks.len());
        for (license, check) in checks {
            values.extend([
                check.last_at.date_naive().into(),
                license.into(),
                check.action.into(),
                check.code.into(),
                check.network.into(),
                check.domain.into(),
                check.count.into(),
                check.first_at.naive_utc().into(),
                check.last_at.naive_utc().into(),
            ]);
        }
        session.run(&format!("{WRITE}{}{COUNT_UP}", rows.join(", ")), values).await?;
        Ok(())
    }
}
