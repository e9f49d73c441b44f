//! What was ordered, paid and issued over time.
//!
//! Own rows carry UTC; a day is one of the CRM's own time zone, so they are counted by the quarter of an hour and put
//! into days here. What an order brought in counts on the day of the order, for as long as it is paid.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::money::Amount;
use crate::perfex::options::LocalZone;

/// Seconds of a quarter of an hour: the smallest difference between two time zones.
const QUARTER: i64 = 900;
/// Read from the index `pm_orders_figures` alone.
const ORDERS: &str = "SELECT FLOOR(UNIX_TIMESTAMP(`placed_at`) / 900) AS `quarter`, `currency`, COUNT(*) AS `count`, \
     COALESCE(SUM(CASE WHEN `charge` IN ('full', 'over') THEN `total` END), 0) AS `paid` \
     FROM `{p}pm_orders` WHERE `placed_at` >= ? GROUP BY `quarter`, `currency`";
const LICENSES: &str = "SELECT FLOOR(UNIX_TIMESTAMP(`issued_at`) / 900) AS `quarter`, COUNT(*) AS `count` \
     FROM `{p}pm_licenses` WHERE `issued_at` >= ? GROUP BY `quarter`";
const TRIALS: &str = "SELECT COUNT(*) AS `trials`, COALESCE(SUM(`license_right` = 'active'), 0) AS `bought` \
     FROM `{p}pm_licenses` WHERE `issued_as` = 'trial' AND `issued_at` >= ?";

/// Orders by day, and what was paid for them by currency and day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    /// How many orders were placed.
    pub orders: BTreeMap<NaiveDate, u64>,
    /// What was paid for them; only currencies in which anything was.
    pub paid: BTreeMap<String, BTreeMap<NaiveDate, Amount>>,
}

struct SalesRow {
    quarter: i64,
    currency: String,
    count: u64,
    paid: Amount,
}

impl Record for SalesRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            quarter: row.take("quarter")?,
            currency: row.take("currency")?,
            count: row.take("count")?,
            paid: row.take("paid")?,
        })
    }
}

struct Quarter {
    quarter: i64,
    count: u64,
}

impl Record for Quarter {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { quarter: row.take("quarter")?, count: row.take("count")? })
    }
}

struct Trials {
    trials: u64,
    bought: u64,
}

impl Record for Trials {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { trials: row.take("trials")?, bought: row.take("bought")? })
    }
}

/// What was sold since.
pub async fn sales(session: &mut Session, zone: LocalZone, since: DateTime<Utc>) -> Result<Sales, DbError> {
    let rows: Vec<SalesRow> = session.rows(ORDERS, (since.naive_utc(),)).await?;
    let mut sales = Sales::default();
    for row in rows {
        let Some(day) = day(row.quarter, zone) else { continue };
        *sales.orders.entry(day).or_default() += row.count;
        if row.paid.is_positive() {
            let sum = sales.paid.entry(row.currency).or_default().entry(day).or_default();
            *sum = *sum + row.paid;
        }
    }
    Ok(sales)
}

/// How many licenses were issued since, by day.
pub async fn licenses(
    session: &mut Session,
    zone: LocalZone,
    since: DateTime<Utc>,
) -> Result<BTreeMap<NaiveDate, u64>, DbError> {
    let rows: Vec<Quarter> = session.rows(LICENSES, (since.naive_utc(),)).await?;
    let mut days = BTreeMap::new();
    for Quarter { quarter, count } in rows {
        if let Some(day) = day(quarter, zone) {
            *days.entry(day).or_default() += count;
        }
    }
    Ok(days)
}

/// How many trials began since, and how many of those have been bought.
pub async fn trials(session: &mut Session, since: DateTime<Utc>) -> Result<(u64, u64), DbError> {
    let row: Option<Trials> = session.first(TRIALS, (since.naive_utc(),)).await?;
    Ok(row.map_or((0, 0), |row| (row.trials, row.bought)))
}

fn day(quarter: i64, zone: LocalZone) -> Option<NaiveDate> {
    let at = DateTime::from_timestamp(quarter.checked_mul(QUARTER)?, 0)?;
    Some(zone.wall_clock(at).date())
}
