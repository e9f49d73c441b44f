//! What the shop shows at the moment, kept in memory.
//!
//! In: the database. Out: a [`Snapshot`] that is at most [`FRESH`] old, whoever changed what lies behind it: our own pages and
//! commands, the CRM, a second daemon. Invariants:
//!
//! - one request a second asks the database; the others wait for nobody, and answer from what is there;
//! - while the database does not answer, the shop goes on showing what it knew.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::Instant;

use crate::db::{Database, DbError};

use super::look::Look;

/// How long what was read counts as the present.
const FRESH: Duration = Duration::from_secs(1);

/// What the shop shows.
#[derive(Debug)]
pub struct Snapshot {
    /// What all pages look like.
    pub look: Look,
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
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>, DbError> {
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

    async fn read(&self, known: Option<&Arc<Snapshot>>) -> Result<Arc<Snapshot>, DbError> {
        let mut session = self.database.session().await?;
        let look = Look::read(&mut session, &self.root).await?;
        if let Some(known) = known.filter(|known| known.look == look) {
            return Ok(Arc::clone(known));
        }
        Ok(Arc::new(Snapshot { look }))
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
