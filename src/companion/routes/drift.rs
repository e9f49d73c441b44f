//! Notices that another program has rewritten the file, and writes our block again, with patience and with an end.

use std::collections::VecDeque;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Done, Kept, Routes, RoutesError};
use crate::perfex::my_routes::Standing;

/// The time between two attempts.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// So many times within [`PERIOD`] our block is written again; then another program means it.
const MOST: usize = 5;
const PERIOD: TimeDelta = TimeDelta::hours(1);

/// What a look found; `T` is what whoever mended says about it.
#[derive(Debug)]
pub enum Looked<T> {
    /// Nothing to do, or not yet.
    Quiet,
    /// Our block was written again.
    Mended(T),
    /// It could not be written; told once per reason.
    Failed(RoutesError),
    /// Another program takes it out again and again: we stop. Told once; `routes write` begins anew.
    GaveUp,
}

/// What changes when a file does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    mode: u32,
}

/// Keeps our block in the file.
#[derive(Debug)]
pub struct Keeper {
    routes: Routes,
    kept: Option<Kept>,
    /// The file as it was when there was nothing to do.
    seen: Option<Mark>,
    tried: Option<DateTime<Utc>>,
    mended: VecDeque<DateTime<Utc>>,
    gave_up: bool,
    told: String,
}

impl Keeper {
    /// A keeper that has seen nothing yet.
    #[must_use]
    pub fn new(routes: Routes) -> Self {
        Self {
            routes,
            kept: None,
            seen: None,
            tried: None,
            mended: VecDeque::new(),
            gave_up: false,
            told: String::new(),
        }
    }

    /// Looks at the file; reads it only when it has changed. Where our block is to be written again, `mend` does it, by
    /// [`Routes::mend`].
    pub async fn look<T>(
        &mut self,
        mend: impl AsyncFnOnce(&Routes) -> Result<Option<T>, RoutesError>,
    ) -> Looked<T> {
        match self.routes.kept() {
            Err(error) => return self.tell(error),
            Ok(kept) if kept != self.kept => {
                *self = Self { kept, ..Self::new(self.routes.clone()) };
            }
            Ok(_) => {}
        }
        if self.kept.is_none() || self.gave_up {
            return Looked::Quiet;
        }
        let now = self.routes.clock.now();
        let mark = Mark::of(&self.routes.file());
        let waits = self.tried.is_some_and(|tried| now >= tried && now - tried < PAUSE);
        if waits || (mark.is_some() && self.seen == mark) {
            return Looked::Quiet;
        }
        if let Err(error) = self.routes.complete().await {
            self.tried = Some(now);
            return self.tell(error);
        }
        match self.routes.standing().await {
            Ok(Done { before: Standing::Present, .. }) => {
                self.seen = mark;
                self.told.clear();
                return Looked::Quiet;
            }
            Ok(_) => {}
            Err(error) => {
                self.tried = Some(now);
                if matches!(error, RoutesError::Refused { .. }) {
                    // It stays as it is until somebody mends it.
                    self.seen = mark;
                }
                return self.tell(error);
            }
        }
        self.mended.retain(|at| now - *at < PERIOD);
        if self.mended.len() >= MOST {
            self.gave_up = true;
            return Looked::GaveUp;
        }
        self.tried = Some(now);
        match mend(&self.routes).await {
            Ok(Some(done)) => {
                self.mended.push_back(now);
                self.told.clear();
                Looked::Mended(done)
            }
            Ok(None) => Looked::Quiet,
            Err(error) => self.tell(error),
        }
    }

    fn tell<T>(&mut self, error: RoutesError) -> Looked<T> {
        let reason = error.to_string();
        if self.told == reason {
            return Looked::Quiet;
        }
        self.told = reason;
        Looked::Failed(error)
    }
}

impl Mark {
    fn of(file: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(file).ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            mode: metadata.mode(),
        })
    }
}
