//! Our notes about the file, in the folder `routes` of the state folder.
//!
//! | name | what it is |
//! |---|---|
//! | `kept` | the path of the file that the daemon keeps in order; written by `routes write`, gone after `routes remove` |
//! | `backups/` | the last ten versions before we changed them, named by time |
//! | `unfinished` | there only while a file is written in place: what it was and what it is to become |
//! | `.lock` | held by the one process of ours that works on the file |
//!
//! They lie beside the daemon and not in the database: the file belongs to this machine, and a second daemon on another
//! one must not write into a tree that nobody installed into. Invariants: what is written is whole and on disk before the
//! CRM's file is touched; everything belongs to whom the state folder belongs to, also when root writes it.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

use super::RoutesError;

/// How many backups stay.
const BACKUPS: usize = 10;
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// When and as which file the note was made that the routes are to be kept; a new note is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    inode: u64,
    at: SystemTime,
}

/// A change in place that may have been cut off: behind its first bytes, which stay, the file has `old` and gets `new`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unfinished {
    pub(super) file: PathBuf,
    /// How many bytes stay.
    pub(super) same: usize,
    /// Their SHA-256.
    pub(super) digest: String,
    pub(super) old: Vec<u8>,
    pub(super) new: Vec<u8>,
}

impl Unfinished {
    fn written(&self) -> String {
        let encode = |bytes: &[u8]| STANDARD.encode(bytes);
        let file = encode(self.file.as_os_str().as_bytes());
        [&file, &self.same.to_string(), &self.digest, &encode(&self.old), &encode(&self.new)]
            .map(String::as_str)
            .join("\n")
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let decode = |line: &str| STANDARD.decode(line).ok();
        Some(Self {
            file: PathBuf::from(OsString::from_vec(decode(lines.next()?)?)),
            same: lines.next()?.parse().ok()?,
            digest: lines.next()?.to_owned(),
            old: decode(lines.next()?)?,
            new: decode(lines.next()?)?,
        })
    }
}

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Notebook(PathBuf);

impl Notebook {
    pub(super) fn in_state(folder: &Path) -> Self {
        Self(folder.join("routes"))
    }

    /// Waits for its turn among our own processes; the turn ends with the returned file.
    pub(super) fn lock(&self) -> Result<File, RoutesError> {
        self.prepare()?;
        let path = self.0.join(".lock");
        let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(FILE_MODE).open(&path);
        let file = opened.map_err(failed(&path, "opened"))?;
        self.hand_over(&path)?;
        file.lock().map_err(failed(&path, "locked"))?;
        Ok(file)
    }

    /// The note that `file` is to be kept in order.
    pub(super) fn kept(&self, file: &Path) -> Result<Option<Kept>, RoutesError> {
        let path = self.0.join("kept");
        match fs::read(&path) {
            Ok(noted) if noted == file.as_os_str().as_bytes() => {
                let metadata = fs::metadata(&path).map_err(failed(&path, "read"))?;
                let at = metadata.modified().map_err(failed(&path, "read"))?;
                Ok(Some(Kept { inode: metadata.ino(), at }))
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path, "read")(error)),
        }
    }

    pub(super) fn keep(&self, file: &Path) -> Result<(), RoutesError> {
        self.write("kept", file.as_os_str().as_bytes())
    }

    pub(super) fn forget(&self) -> Result<(), RoutesError> {
        self.remove("kept")
    }

    /// Keeps a copy of the file's bytes and returns where.
    pub(super) fn back_up(&self, bytes: &[u8], now: DateTime<Utc>) -> Result<PathBuf, RoutesError> {
        let folder = self.0.join("backups");
        self.folder(&folder)?;
        let stamp = now.format("%Y%m%dT%H%M%S%.6fZ");
        // Names sort by time; a second one of the same moment comes behind the first.
        let mut names = (0..).map(|count: u32| match count {
            0 => format!("my_routes-{stamp}.php"),
            _ => format!("my_routes-{stamp}~{count}.php"),
        });
        let free = names.find(|name| !folder.join(name).exists()).unwrap_or_default();
        self.write(&format!("backups/{free}"), bytes)?;
        prune(&folder)?;
        Ok(folder.join(free))
    }

    pub(super) fn begin(&self, change: &Unfinished) -> Result<(), RoutesError> {
        self.write("unfinished", change.written().as_bytes())
    }

    pub(super) fn finish(&self) -> Result<(), RoutesError> {
        self.remove("unfinished")
    }

    /// A change that was cut off.
    pub(super) fn unfinished(&self) -> Result<Option<Unfinished>, RoutesError> {
        let path = self.0.join("unfinished");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Unfinished::read(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(&path, "read")(error)),
        }
    }

    fn prepare(&self) -> Result<(), RoutesError> {
        if let Some(state) = self.0.parent() {
            let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(state);
            made.map_err(failed(state, "made"))?;
        }
        self.folder(&self.0)
    }

    fn folder(&self, folder: &Path) -> Result<(), RoutesError> {
        match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(failed(folder, "made")(error)),
            Ok(()) => self.hand_over(folder),
        }
    }

    /// Whole or not at all: under another name first, then renamed.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), RoutesError> {
        self.prepare()?;
        let (path, unfinished) = (self.0.join(name), self.0.join(".new"));
        let written = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(FILE_MODE)
            .open(&unfinished)
            .and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            });
        let done = written.map_err(failed(&path, "written")).and_then(|()| self.hand_over(&unfinished));
        let done = done.and_then(|()| fs::rename(&unfinished, &path).map_err(failed(&path, "written")));
        if done.is_err() {
            // The first failure is what counts.
            fs::remove_file(&unfinished).ok();
        }
        done.and_then(|()| self.sync(&path))
    }

    fn remove(&self, name: &str) -> Result<(), RoutesError> {
        let path = self.0.join(name);
        match fs::remove_file(&path) {
            Ok(()) => self.sync(&path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(failed(&path, "removed")(error)),
        }
    }

    fn sync(&self, path: &Path) -> Result<(), RoutesError> {
        let folder = path.parent().unwrap_or(&self.0);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder, "forced to disk"))
    }

    /// Gives what root made to the owner of the state folder.
    fn hand_over(&self, made: &Path) -> Result<(), RoutesError> {
        let state = self.0.parent().unwrap_or(&self.0);
        let done = fs::metadata(state).and_then(|owner| {
            let is = fs::metadata(made)?;
            if is.uid() == owner.uid() { Ok(()) } else { chown(made, Some(owner.uid()), Some(owner.gid())) }
        });
        done.map_err(failed(made, "handed over"))
    }
}

/// Removes the oldest backups.
fn prune(folder: &Path) -> Result<(), RoutesError> {
    let entries = fs::read_dir(folder).map_err(failed(folder, "read"))?;
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed(folder, "read"))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "php"));
    paths.sort();
    let surplus = paths.len().saturating_sub(BACKUPS);
    for path in paths.iter().take(surplus) {
        fs::remove_file(path).map_err(failed(path, "removed"))?;
    }
    Ok(())
}

fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> RoutesError {
    move |source| RoutesError::State { path: path.to_owned(), action, source }
}
