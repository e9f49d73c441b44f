//! Which invoices the watch looks after: those of orders.

use chrono::{DateTime, Utc};

use crate::db::{Database, DbError, Fields, Record};
use crate::ids::{InvoiceId, OrderId};
use crate::perfex::invoice::{self, Depth};
use crate::watch::{Stretch, Watched};
use futures_util::future::BoxFuture;

const SLICE: &str = "SELECT `id`, `invoice_id`, `invoice_fingerprint` FROM `{p}pm_orders` \
     WHERE `id` > ? AND `invoice_id` IS NOT NULL ORDER BY `id` LIMIT ?";
const DUE: &str = "SELECT `invoice_id` FROM `{p}pm_orders` WHERE `look_again_at` <= ? AND \
     `invoice_id` IS NOT NULL ORDER BY `look_again_at` LIMIT 500";

/// The orders, for a caller that knows only keys.
#[derive(Debug, Clone)]
pub struct Orders {
    database: Database,
}

struct Row {
    order: OrderId,
    invoice: InvoiceId,
    fingerprint: Option<String>,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            order: row.take("id")?,
            invoice: row.take("invoice_id")?,
            fingerprint: row.take("invoice_fingerprint")?,
        })
    }
}

impl Orders {
    /// The orders in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    async fn stretch(&self, after: i64, limit: u32, depth: Depth) -> Result<Stretch, DbError> {
        let mut session = self.database.session().await?;
        let watched: Vec<Row> = session.rows(SLICE, (after, limit)).await?;
        let ids: Vec<InvoiceId> = watched.iter().map(|row| row.invoice).collect();
        let prints = invoice::fingerprints(&mut session, &ids, depth).await?;
        let same = |row: &Row| match (prints.get(&row.invoice), row.fingerprint.as_deref()) {
            (Some(now), Some(then)) => match depth {
                Depth::Payments => now.same_payments_as(then),
                Depth::PaymentsAndCredits => now.as_str() == then,
            },
            _ => false,
        };
        let full = u32::try_from(watched.len()).is_ok_and(|looked_at| looked_at == limit);
        Ok(Stretch {
            changed: watched.iter().filter(|row| !same(row)).map(|row| row.invoice).collect(),
            next: watched.last().filter(|_| full).map(|row| row.order.0),
            looked_at: watched.len(),
        })
    }
}

impl Watched for Orders {
    fn changed(&self, after: i64, limit: u32, depth: Depth) -> BoxFuture<'_, Result<Stretch, DbError>> {
        Box::pin(self.stretch(after, limit, depth))
    }

    fn due(&self, now: DateTime<Utc>) -> BoxFuture<'_, Result<Vec<InvoiceId>, DbError>> {
        Box::pin(async move {
            let mut session = self.database.session().await?;
            let rows = session.rows::<(InvoiceId,)>(DUE, (now.naive_utc(),)).await?;
            Ok(rows.into_iter().map(|row| row.0).collect())
        })
    }
}
