//! One look at what is new.
//!
//! The cost does not depend on the size of the CRM's tables: two window anti-joins, one stretch of orders, one index
//! look-up.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::clock::SharedClock;
use crate::db::{Database, DbError};
use crate::ids::InvoiceId;
use crate::perfex::changes::{self, Source};
use crate::perfex::invoice::Depth;
use crate::reconcile::{Key, Queue};

use super::Watched;

/// Orders compared in one poll; a shop with fewer has every edit noticed within one interval.
const STRETCH: u32 = 100;

/// The poller; remembers only where its walk over the orders stands.
#[derive(Debug)]
pub struct Poll {
    database: Database,
    clock: SharedClock,
    watched: Arc<dyn Watched>,
    queue: Arc<Queue>,
    walk: i64,
}

impl Poll {
    /// A poller at the beginning of its walk.
    #[must_use]
    pub fn new(database: Database, clock: SharedClock, watched: Arc<dyn Watched>, queue: Arc<Queue>) -> Self {
        Self { database, clock, watched, queue, walk: 0 }
    }

    /// Looks once and queues what has changed; returns how many keys.
    pub async fn look(&mut self) -> Result<usize, DbError> {
        let mut changed: BTreeSet<InvoiceId> = BTreeSet::new();
        let mut session = self.database.session().await?;
        for source in Source::ALL {
            changed.extend(changes::unseen(&mut session, source).await?);
        }
        drop(session);
        let stretch = self.watched.changed(self.walk, STRETCH, Depth::Payments).await?;
        self.walk = stretch.next.unwrap_or(0);
        changed.extend(stretch.changed);
        changed.extend(self.watched.due(self.clock.now()).await?);
        for invoice in &changed {
            self.queue.push(Key::Invoice(*invoice));
        }
        Ok(changed.len())
    }
}
