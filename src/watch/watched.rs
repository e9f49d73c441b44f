//! What a module asks the watch to look after.

use std::fmt::Debug;

use chrono::{DateTime, Utc};

use futures_util::future::BoxFuture;

use crate::db::DbError;
use crate::ids::InvoiceId;
use crate::perfex::invoice::Depth;

/// One stretch of a walk over everything that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Invoices that no longer look as they did when they were last settled.
    pub changed: Vec<InvoiceId>,
    /// Where the next stretch starts; `None` at the end.
    pub next: Option<i64>,
    /// How many invoices were looked at.
    pub looked_at: usize,
}

/// A module's watched invoices, walked through in stretches from position 0.
pub trait Watched: Debug + Send + Sync {
    /// Compares up to `limit` invoices after position `after` with what was last settled.
    fn changed(&self, after: i64, limit: u32, depth: Depth) -> BoxFuture<'_, Result<Stretch, DbError>>;

    /// Invoices for which time alone changes something at `now`.
    fn due(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<InvoiceId>, DbError>>;
}
