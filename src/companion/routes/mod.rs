//! Our routes in `application/config/my_routes.php`: written, kept in order, taken out.
//!
//! In: the CRM's root, our state folder, PHP where it is. Out: what was done, or a sentence why not. How the file looks is
//! known by [`my_routes`] alone; here it is read, checked, written and remembered. Invariants:
//!
//! - PHP, where it is, has accepted both what was there and what is written; else nothing is written;
//! - what is replaced lies in the backups first;
//! - one process of ours works on the file at a time;
//! - the daemon writes only where `routes write` or `install` wrote before.

mod drift;
mod entries;
mod error;
mod file;
mod in_place;
mod notebook;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::clock::SharedClock;
use crate::perfex::files;
use crate::perfex::my_routes::{self, Refusal, Route, Standing};
use crate::perfex::php_check::{self, Verdict};

pub use drift::{Keeper, Looked};
pub use entries::entries;
pub use error::RoutesError;
pub use file::Way;
use file::{Put, Snapshot};
use notebook::{Kept, Notebook};

/// How often it is tried again when another program is at work in the file.
const ATTEMPTS: u32 = 30;
/// The pause between attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// Other programs empty the file before they write it: what looks broken is looked at again after this time.
const SETTLING: Duration = Duration::from_secs(1);

/// What was done to the file, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// How our block stood before.
    pub before: Standing,
    /// Whether the file is another one now.
    pub changed: bool,
    /// How it was written; `None` when it was not.
    pub way: Option<Way>,
    /// The copy of what was there.
    pub backup: Option<PathBuf>,
    /// What the operator should know.
    pub notes: Vec<String>,
}

/// The routes of one CRM.
#[derive(Debug, Clone)]
pub struct Routes {
    root: PathBuf,
    php: Option<PathBuf>,
    notebook: Notebook,
    clock: SharedClock,
    entries: Vec<Route>,
}

/// The bytes that are to be there, and what is known about those that are.
struct Plan {
    before: Standing,
    bytes: Option<Vec<u8>>,
    foreign: Option<Vec<u8>>,
    notes: Vec<String>,
}

impl Routes {
    /// The routes of the CRM at `root`; notes go to the folder `state`.
    #[must_use]
    pub fn new(
        root: &Path,
        state: &Path,
        php: Option<PathBuf>,
        clock: SharedClock,
        entries: Vec<Route>,
    ) -> Self {
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        Self { root, php, notebook: Notebook::in_state(state), clock, entries }
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        files::my_routes(&self.root)
    }

    /// Our routes, in their order.
    #[must_use]
    pub fn entries(&self) -> &[Route] {
        &self.entries
    }

    /// Whether the controllers are there that the routes lead to.
    #[must_use]
    pub fn controllers_are_there(&self) -> bool {
        files::companion_module(&self.root).is_dir()
    }

    /// Whether the daemon keeps the routes in order.
    pub fn is_kept(&self) -> Result<bool, RoutesError> {
        Ok(self.kept()?.is_some())
    }

    fn kept(&self) -> Result<Option<Kept>, RoutesError> {
        self.notebook.kept(&self.file())
    }

    /// How our block stands; reads only.
    pub async fn standing(&self) -> Result<Done, RoutesError> {
        let snapshot = self.snapshot().await?;
        let plan = self.plan_to_write(snapshot.bytes()).map_err(|refusal| self.refused(refusal))?;
        let changed = plan.before != Standing::Present;
        Ok(Done { before: plan.before, changed, way: None, backup: None, notes: plan.notes })
    }

    /// Writes our block and lets the daemon keep it.
    pub async fn write(&self) -> Result<Done, RoutesError> {
        let _turn = self.turn().await?;
        let done = self.apply(|bytes| self.plan_to_write(bytes), false).await?;
        self.notebook.keep(&self.file())?;
        Ok(done)
    }

    /// What [`Routes::write`] would do.
    pub async fn try_write(&self) -> Result<Done, RoutesError> {
        self.apply(|bytes| self.plan_to_write(bytes), true).await
    }

    /// Writes our block where it was written before; `None` where it was not.
    pub async fn mend(&self) -> Result<Option<Done>, RoutesError> {
        let _turn = self.turn().await?;
        if self.kept()?.is_none() {
            return Ok(None);
        }
        self.apply(|bytes| self.plan_to_write(bytes), false).await.map(Some)
    }

    /// Makes the file what it was before `done`, and lets the daemon forget it. Where somebody has written it since, only our
    /// block is taken out.
    pub async fn take_back(&self, done: &Done) -> Result<Done, RoutesError> {
        let before = match &done.backup {
            Some(backup) if done.before == Standing::Altered => {
                let read = std::fs::read(backup);
                Some(read.map_err(|source| RoutesError::State {
                    path: backup.clone(),
                    action: "read",
                    source,
                })?)
            }
            _ => None,
        };
        let _turn = self.turn().await?;
        self.notebook.forget()?;
        let plan = |existing: Option<&[u8]>| {
            let Some(before) = &before else { return plan_to_remove(existing) };
            if existing != my_routes::write(Some(before), &self.entries)?.bytes.as_slice().into() {
                return plan_to_remove(existing);
            }
            let bytes = Some(before.clone());
            Ok(Plan { before: Standing::Present, bytes, foreign: None, notes: Vec::new() })
        };
        match self.apply(plan, false).await {
            // What was there was broken, too: our block alone goes.
            Err(RoutesError::WouldBreak { .. }) => self.apply(plan_to_remove, false).await,
            other => other,
        }
    }

    /// Takes our block out and lets the daemon forget it.
    pub async fn remove(&self) -> Result<Done, RoutesError> {
        let _turn = self.turn().await?;
        // First, so that the daemon does not write again what is being taken out.
        self.notebook.forget()?;
        self.apply(plan_to_remove, false).await
    }

    /// What [`Routes::remove`] would do.
    pub async fn try_remove(&self) -> Result<Done, RoutesError> {
        self.apply(plan_to_remove, true).await
    }

    /// Our turn among our own processes; what one of them left half done is completed first.
    async fn turn(&self) -> Result<std::fs::File, RoutesError> {
        let notebook = self.notebook.clone();
        let (turn, recovered) = tokio::task::spawn_blocking(move || {
            let turn = notebook.lock()?;
            let recovered = in_place::recover(&notebook)?;
            Ok::<_, RoutesError>((turn, recovered))
        })
        .await??;
        if recovered {
            tracing::warn!(file = %self.file().display(), "a change that was cut off is completed");
        }
        Ok(turn)
    }

    /// Completes what a process of ours left half done, if one did.
    async fn complete(&self) -> Result<(), RoutesError> {
        if self.notebook.unfinished()?.is_some() { self.turn().await.map(drop) } else { Ok(()) }
    }

    async fn snapshot(&self) -> Result<Snapshot, RoutesError> {
        let file = self.file();
        tokio::task::spawn_blocking(move || Snapshot::take(&file)).await?
    }

    fn plan_to_write(&self, existing: Option<&[u8]>) -> Result<Plan, Refusal> {
        let written = my_routes::write(existing, &self.entries)?;
        Ok(Plan {
            before: written.before,
            bytes: Some(written.bytes),
            foreign: written.foreign,
            notes: written.notes.iter().map(ToString::to_string).collect(),
        })
    }

    async fn apply(
        &self,
        plan: impl Fn(Option<&[u8]>) -> Result<Plan, Refusal>,
        dry_run: bool,
    ) -> Result<Done, RoutesError> {
        let mut settled = false;
        let mut busy = false;
        for _ in 0..ATTEMPTS {
            let snapshot = self.snapshot().await?;
            let planned = self.checked(snapshot.bytes(), &plan).await;
            let half_written = planned.is_err() || snapshot.bytes().is_some_and(<[u8]>::is_empty);
            if half_written && !settled {
                settled = true;
                tokio::time::sleep(SETTLING).await;
                continue;
            }
            let Plan { before, bytes, notes, .. } = planned?;
            let changed = bytes.as_deref() != snapshot.bytes();
            if !changed || dry_run {
                return Ok(Done { before, changed, way: None, backup: None, notes });
            }
            let (notebook, now) = (self.notebook.clone(), self.clock.now());
            let put = tokio::task::spawn_blocking(move || snapshot.replace(bytes.as_deref(), &notebook, now));
            match put.await?? {
                Put::Done { way, backup } => {
                    return Ok(Done { before, changed, way: Some(way), backup, notes });
                }
                Put::Changed => busy = false,
                Put::Busy => busy = true,
            }
            tokio::time::sleep(PAUSE).await;
        }
        let file = self.file();
        Err(if busy { RoutesError::Busy { file } } else { RoutesError::Restless { file } })
    }

    /// A plan that PHP agrees to.
    async fn checked(
        &self,
        existing: Option<&[u8]>,
        plan: impl Fn(Option<&[u8]>) -> Result<Plan, Refusal>,
    ) -> Result<Plan, RoutesError> {
        let plan = plan(existing).map_err(|refusal| self.refused(refusal))?;
        let Some(php) = &self.php else { return Ok(plan) };
        if plan.bytes.as_deref() == existing {
            return Ok(plan);
        }
        let file = self.file();
        if let Some(foreign) = &plan.foreign
            && let Verdict::Refused(said) = php_check::check(php, foreign).await?
        {
            return Err(RoutesError::Broken { file, said });
        }
        if let Some(bytes) = &plan.bytes
            && let Verdict::Refused(said) = php_check::check(php, bytes).await?
        {
            return Err(RoutesError::WouldBreak { file, said });
        }
        Ok(plan)
    }

    fn refused(&self, refusal: Refusal) -> RoutesError {
        RoutesError::Refused { file: self.file(), refusal }
    }
}

fn plan_to_remove(existing: Option<&[u8]>) -> Result<Plan, Refusal> {
    let removed = my_routes::remove(existing)?;
    let before = if removed.changed { Standing::Present } else { Standing::Missing };
    Ok(Plan { before, bytes: removed.bytes, foreign: removed.foreign, notes: Vec::new() })
}
