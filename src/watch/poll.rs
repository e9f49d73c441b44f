//! One look at what is new.
//!
//! The cost does not depend on the size of the CRM's tables: two window anti-joins, one stretch of orders, one index
//! look-up. When thousands of rows are new, one look takes them all, until the queue is full.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::clock::SharedClock;
use crate::db::{Database, DbError};
use crate::ids::InvoiceId;
use crate::perfex::changes::{Cursor, Source};
use crate::perfex::invoice::Depth;
use crate::reconcile::{Key, Queue};

use super::Watched;

/// Orders compared in one poll; a shop with fewer has every edit noticed within one interval.
const STRETCH: u32 = 100;
/// Keys in the queue from which on new rows wait in their table: a bound on memory, far above a second's work.
const FULL: usize = 10_000;

/// The poller; remembers only where its search for new rows and its walk over the orders stand.
#[derive(Debug)]
pub struct Poll {
    database: Database,
    clock: SharedClock,
    watched: Arc<dyn Watched>,
    queue: Arc<Queue>,
    cursors: [Cursor; 2],
    walk: i64,
}

impl Poll {
    /// A poller at the beginning of its search and its walk.
    #[must_use]
    pub fn new(database: Database, clock: SharedClock, watched: Arc<dyn Watched>, queue: Arc<Queue>) -> Self {
        Self { database, clock, watched, queue, cursors: Source::ALL.map(Cursor::new), walk: 0 }
    }

    /// Sets where the search for new rows begins; to be called before the sweep that settles what is there already.
    ///
    /// Workers settle while the sweep goes on, so the end of the ledger says nothing any more when it is over.
    pub async fn anchor(&mut self) -> Result<(), DbError> {
        let mut session = self.database.session().await?;
        for cursor in &mut self.cursors {
            cursor.anchor(&mut session).await?;
        }
        Ok(())
    }

    /// Looks once and queues what has changed; returns how many keys.
    pub async fn look(&mut self) -> Result<usize, DbError> {
        let mut changed: BTreeSet<InvoiceId> = BTreeSet::new();
        let mut session = self.database.session().await?;
        for cursor in &mut self.cursors {
            let room = FULL.saturating_sub(self.queue.depth() + changed.len());
            changed.extend(cursor.unseen(&mut session, room).await?);
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
