//! What the shop shows at the moment, kept in memory.
//!
//! In: the database. Out: a [`Snapshot`] that is at most [`FRESH`] old, whoever changed what lies behind it: our own pages and
//! commands, the CRM, a second daemon. Invariants:
//!
//! - one request a second asks the database; the others wait for nobody, and answer from what is there;
//! - while the database does not answer, the shop goes on showing what it knew.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use crate::db::Database;
use crate::shop::{Catalogue, ShopError, Stamp};

use super::colour::Colour;
use super::look::Look;
use super::shelf::Shelf;
use super::written::{Key, Written};

/// How long what was read counts as the present.
const FRESH: Duration = Duration::from_secs(1);

/// What the shop shows.
#[derive(Debug)]
pub struct Snapshot {
    /// What all pages look like.
    pub look: Look,
    /// What is for sale.
    pub shelf: Shelf,
    stamp: Option<Stamp>,
    /// Pages that were written for this very state.
    written: RwLock<HashMap<Key, Arc<Written>>>,
}

impl Snapshot {
    /// A shop of which nothing is known.
    #[must_use]
    pub fn bare() -> Self {
        Self::new(Look::plain(Colour::default()), Shelf::default(), None)
    }

    fn new(look: Look, shelf: Shelf, stamp: Option<Stamp>) -> Self {
        Self { look, shelf, stamp, written: RwLock::default() }
    }

    /// Whether anything has ever been read.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.stamp.is_some()
    }

    /// The page that was written for this state before.
    pub(super) fn written(&self, key: &Key) -> Option<Arc<Written>> {
        self.written.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a page for as long as this state lasts.
    pub(super) fn keep(&self, key: Key, page: Written) -> Arc<Written> {
        let page = Arc::new(page);
        self.written.write().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&page));
        page
    }
}

/// Keeps the snapshot.
#[derive(Debug)]
pub struct Showcase {
    database: Database,
    root: String,
    kept: RwLock<Option<Kept>>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug, Clone)]
struct Kept {
    snapshot: Arc<Snapshot>,
    /// When it was last compared with the database; `None` when something is known to have changed.
    seen: Option<Instant>,
}

impl Showcase {
    /// A showcase of the shop below `root`, the path of the CRM's address with a slash at its end.
    #[must_use]
    pub fn new(database: Database, root: String) -> Self {
        Self { database, root, kept: RwLock::new(None), reading: tokio::sync::Mutex::new(()) }
    }

    /// What the shop shows now.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, ShopError> {
        let kept = self.kept();
        if let Some(fresh) = kept.as_ref().and_then(Kept::fresh) {
            return Ok(fresh);
        }
        let turn = match &kept {
            // Somebody else is asking; a second more of what was there is better than to wait.
            Some(kept) if kept.seen.is_some() => match self.reading.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(Arc::clone(&kept.snapshot)),
            },
            _ => self.reading.lock().await,
        };
        let known = self.kept();
        if let Some(fresh) = known.as_ref().and_then(Kept::fresh) {
            return Ok(fresh);
        }
        let read = self.read(known.as_ref().map(|kept| &kept.snapshot)).await;
        let snapshot = match (read, known) {
            (Ok(snapshot), _) => snapshot,
            (Err(error), Some(known)) => {
                tracing::warn!(%error, "the shop shows what it knew: the database does not answer");
                known.snapshot
            }
            (Err(error), None) => return Err(error),
        };
        self.keep(&snapshot);
        drop(turn);
        Ok(snapshot)
    }

    /// Somebody has just changed something: the next visitor sees it.
    pub fn changed(&self) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_mut() {
            kept.seen = None;
        }
    }

    async fn read(&self, known: Option<&Arc<Snapshot>>) -> Result<Arc<Snapshot>, ShopError> {
        let mut session = self.database.session().await?;
        let look = Look::read(&mut session, &self.root).await?;
        let stamp = Stamp::read(&mut session).await?;
        if let Some(known) = known.filter(|known| known.look == look && known.stamp.as_ref() == Some(&stamp))
        {
            return Ok(Arc::clone(known));
        }
        // The stamp was read before: whatever changes in between is noticed the next time.
        let catalogue = Catalogue::read(&mut session).await?;
        Ok(Arc::new(Snapshot::new(look, Shelf::of(catalogue), Some(stamp))))
    }

    fn kept(&self) -> Option<Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, snapshot: &Arc<Snapshot>) {
        let kept = Kept { snapshot: Arc::clone(snapshot), seen: Some(Instant::now()) };
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }
}

impl Kept {
    fn fresh(&self) -> Option<Arc<Snapshot>> {
        let fresh = self.seen.is_some_and(|seen| seen.elapsed() < FRESH);
        fresh.then(|| Arc::clone(&self.snapshot))
    }
}
