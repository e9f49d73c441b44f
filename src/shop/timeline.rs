//! What happened to an order, in order; rows are only ever added.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::OrderId;

const ADD: &str =
    "INSERT INTO `{p}pm_order_events` (`order_id`, `at`, `event`, `detail`) VALUES (?, ?, ?, ?)";
const READ: &str =
    "SELECT `at`, `event`, `detail` FROM `{p}pm_order_events` WHERE `order_id` = ? ORDER BY `id`";

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderEvent {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened: `placed`, `charge`, `fulfilled`, `reversed`, `restored`, `suspended`, `cancelled`, `reopened`.
    pub event: String,
    /// The rule and the numbers behind it, for people.
    pub detail: String,
}

impl Record for OrderEvent {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            at: row.take::<NaiveDateTime>("at")?.and_utc(),
            event: row.take("event")?,
            detail: row.take("detail")?,
        })
    }
}

pub(super) async fn add(
    session: &mut Session,
    order: OrderId,
    at: DateTime<Utc>,
    event: &str,
    detail: &str,
) -> Result<(), DbError> {
    session.run(ADD, (order, at.naive_utc(), event, detail)).await?;
    Ok(())
}

/// The timeline of an order, oldest first.
pub async fn timeline(session: &mut Session, order: OrderId) -> Result<Vec<OrderEvent>, DbError> {
    session.rows(READ, (order,)).await
}
