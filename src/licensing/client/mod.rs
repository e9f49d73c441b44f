//! The licenses of this install's own modules: entered, checked in the background, shown.
//!
//! In: a key for a module, the time, a [`Vendor`]. Out: a [`Panel`] per module, whose [`Panel::allows`] is the one
//! answer to "what may this module do now". Invariants:
//!
//! - a page never waits for a license server: panels are made from what is stored, the server is asked by a loop and by
//!   commands;
//! - the server is asked outside any transaction, and what it says is written in one;
//! - a lease counts for its signature, by keys that were vouched for; only a signed no ends the grace early;
//! - two daemons and a command may all check at once: the newer answer stays.

mod activation;
mod cache;
mod checkup;
mod error;
mod hearing;
mod module;
mod panel;
mod schedule;
mod store;
mod vendor;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::clock::SharedClock;
use crate::db::{Database, DbError, Session, retry};
use crate::entropy::SharedEntropy;
use crate::perfex::encryption::Cipher;

use super::{Domain, DomainError};

pub use activation::NewKeys;
pub use cache::{Cache, Record};
pub use checkup::Which;
pub use error::ClientError;
pub use module::{Module, ModuleError};
pub use panel::{Area, Panel, State};
pub use store::remove_all;
pub use vendor::{Ask, Vendor, VendorError};

use store::Stored;

/// How old the stored high-water mark may become.
const MARK_EVERY: TimeDelta = TimeDelta::hours(1);

/// A time, and the number of the newest lease when it was seen: a later lease sets the time anew.
#[derive(Debug, Clone, Copy)]
struct Mark {
    at: DateTime<Utc>,
    seq: u64,
}

/// What checks the licenses of this install's modules.
#[derive(Debug)]
pub struct Client {
    database: Database,
    clock: SharedClock,
    entropy: SharedEntropy,
    cipher: Arc<Cipher>,
    vendor: Vendor,
    /// The domain of this CRM, or why its address is none.
    here: Result<Domain, DomainError>,
    /// The latest time that this process has seen.
    mark: Mutex<Option<Mark>>,
    /// Held while the server is asked, so that one process asks once.
    turn: tokio::sync::Mutex<()>,
}

impl Client {
    /// A client of `vendor` for the CRM at `base_url`.
    #[must_use]
    pub fn new(
        database: Database,
        clock: SharedClock,
        entropy: SharedEntropy,
        cipher: Arc<Cipher>,
        vendor: Vendor,
        base_url: &Url,
    ) -> Self {
        let here = Domain::of_site(base_url.as_str());
        let (mark, turn) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { database, clock, entropy, cipher, vendor, here, mark, turn }
    }

    /// The domain that this install's licenses are for.
    pub fn here(&self) -> Result<&Domain, DomainError> {
        self.here.as_ref().map_err(|error| *error)
    }

    /// Whether this install is its own vendor.
    #[must_use]
    pub fn is_own_vendor(&self) -> bool {
        self.vendor.is_builtin()
    }

    /// The panel of one module: one read of the database.
    pub async fn panel(&self, module: Module) -> Result<Panel, DbError> {
        Ok(self.made(module, &self.stored().await?))
    }

    /// The panels of all modules: one read of the database.
    pub async fn panels(&self) -> Result<Vec<Panel>, DbError> {
        let stored = self.stored().await?;
        Ok(Module::ALL.into_iter().map(|module| self.made(module, &stored)).collect())
    }

    /// Lets `elapsed` count, whatever the clock was set to: a lease ends after its time even where the clock is set back
    /// again and again. The mark is stored from time to time.
    pub async fn pass(&self, elapsed: Duration) -> Result<(), DbError> {
        let now = self.clock.now();
        let stored = self.stored().await?;
        let before = self.seen(&stored.cache).unwrap_or(now);
        let mark = now.max(before + TimeDelta::from_std(elapsed).unwrap_or_default());
        self.remember(mark, stored.cache.mark_seq);
        if stored.cache.modules.is_empty() || stored.cache.mark.is_some_and(|old| mark - old < MARK_EVERY) {
            return Ok(());
        }
        let since = stored.cache.mark_seq;
        self.change(|stored| {
            // A lease that came meanwhile has put the time right.
            if stored.cache.mark_seq == since {
                stored.cache.mark = stored.cache.mark.max(Some(mark));
            }
        })
        .await
    }

    async fn stored(&self) -> Result<Stored, DbError> {
        let mut session = self.database.session().await?;
        Stored::read(&mut session, &self.cipher).await
    }

    /// Changes the cache while nobody else does.
    async fn change(&self, change: impl Fn(&mut Stored)) -> Result<(), DbError> {
        retry(async || {
            let mut session = self.database.begin().await?;
            let mut stored = Stored::lock(&mut session, &self.cipher).await?;
            change(&mut stored);
            self.write(&mut session, &stored.cache).await?;
            session.commit().await
        })
        .await
    }

    async fn write(&self, session: &mut Session, cache: &Cache) -> Result<(), DbError> {
        store::put_cache(session, &self.cipher, &*self.entropy, cache).await
    }

    fn made(&self, module: Module, stored: &Stored) -> Panel {
        let now = self.clock.now();
        let mark = self.seen(&stored.cache).unwrap_or(now);
        Panel::of(module, stored, self.here.as_ref(), now, mark)
    }

    /// The latest time seen by anyone since the newest lease: that one has put the time right, whichever process heard it.
    fn seen(&self, cache: &Cache) -> Option<DateTime<Utc>> {
        let own = *self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let own = own.filter(|mark| mark.seq == cache.mark_seq);
        cache.mark.max(own.map(|mark| mark.at))
    }

    fn remember(&self, at: DateTime<Utc>, seq: u64) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(Mark { at, seq });
    }
}
