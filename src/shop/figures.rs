//! What was ordered, paid and issued within a span of time.
//!
//! Each question reads one range of an index and nothing else, so that a year of a million orders is counted while somebody
//! waits. What an order brought in counts at the time of the order, for as long as it is paid.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::money::Amount;

/// Read from the index `pm_orders_figures` alone.
const ORDERS: &str = "SELECT `currency`, COUNT(*) AS `count`, \
     COALESCE(SUM(CASE WHEN `charge` IN ('full', 'over') THEN `total` END), 0) AS `paid` \
     FROM `{p}pm_orders` WHERE `placed_at` >= ? AND `placed_at` < ? GROUP BY `currency`";
/// Read from the index `pm_licenses_issued` alone, as is the next.
const LICENSES: &str =
    "SELECT COUNT(*) AS `count` FROM `{p}pm_licenses` WHERE `issued_at` >= ? AND `issued_at` < ?";
const TRIALS: &str = "SELECT COUNT(*) AS `trials`, COALESCE(SUM(`license_right` = 'active'), 0) AS `bought` \
     FROM `{p}pm_licenses` WHERE `issued_as` = 'trial' AND `issued_at` >= ? AND `issued_at` < ?";

/// Orders, and what was paid for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    /// How many orders were placed.
    pub orders: u64,
    /// What was paid for them, by currency; only those in which anything was.
    pub paid: BTreeMap<String, Amount>,
}

struct SalesRow {
    currency: String,
    count: u64,
    paid: Amount,
}

impl Record for SalesRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { currency: row.take("currency")?, count: row.take("count")?, paid: row.take("paid")? })
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

/// What was sold.
pub async fn sales(session: &mut Session, span: &Range<DateTime<Utc>>) -> Result<Sales, DbError> {
    let mut sales = Sales::default();
    for row in session.rows::<SalesRow>(ORDERS, bounds(span)).await? {
        sales.orders += row.count;
        if row.paid.is_positive() {
            sales.paid.insert(row.currency, row.paid);
        }
    }
    Ok(sales)
}

/// How many licenses were issued.
pub async fn licenses(session: &mut Session, span: &Range<DateTime<Utc>>) -> Result<u64, DbError> {
    Ok(session.first::<(u64,)>(LICENSES, bounds(span)).await?.map_or(0, |row| row.0))
}

/// How many trials began, and how many of those have been bought.
pub async fn trials(session: &mut Session, span: &Range<DateTime<Utc>>) -> Result<(u64, u64), DbError> {
    let row: Option<Trials> = session.first(TRIALS, bounds(span)).await?;
    Ok(row.map_or((0, 0), |row| (row.trials, row.bought)))
}

fn bounds(span: &Range<DateTime<Utc>>) -> (NaiveDateTime, NaiveDateTime) {
    (span.start.naive_utc(), span.end.naive_utc())
}
