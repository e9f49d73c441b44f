//! The file on disk: read with what identifies it, and replaced only while it is still the same.
//!
//! Two ways to write. Where the folder may be written and owner, group and mode can be kept, a new file is renamed over the
//! old one, so that PHP never sees half of it. Else, and where the file has several names, it is written in place, from the
//! first byte that differs on ([`in_place`]). Either way under the file's lock, right
//! after a last comparison, forced to disk and read back. Links are followed, and stay.

use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::RoutesError;
use super::in_place;
use super::notebook::Notebook;
use crate::perfex::file_access::write_advice;

/// The mode of a file that we make: Perfex and its modules write it too.
const MODE: u32 = 0o664;
/// More bytes than such a file ever has.
const LARGEST: u64 = 4 * 1024 * 1024;
/// No write permission for anybody.
const WRITABLE: u32 = 0o222;

/// How the file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A new file in place of the old one, in one step.
    Renamed,
    /// Into the same file.
    InPlace,
    /// The file was made.
    Made,
    /// The file was removed.
    Deleted,
}

/// What became of an attempt.
#[derive(Debug)]
pub(super) enum Put {
    Done {
        way: Way,
        backup: Option<PathBuf>,
    },
    /// It is not what it was; read it again.
    Changed,
    /// Someone else holds its lock.
    Busy,
}

/// The file at one moment.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    /// Where it really is, links followed.
    file: PathBuf,
    existing: Option<Existing>,
}

#[derive(Debug, Clone)]
struct Existing {
    bytes: Vec<u8>,
    device: u64,
    inode: u64,
    mode: u32,
    uid: u32,
    gid: u32,
    names: u64,
}

impl Snapshot {
    /// Reads the file.
    pub(super) fn take(named: &Path) -> Result<Self, RoutesError> {
        match fs::symlink_metadata(named) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Self::missing(named),
            Err(error) => return Err(failed(named, "read")(error)),
            Ok(_) => {}
        }
        let file = match fs::canonicalize(named) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(RoutesError::Dangling { file: named.to_owned() });
            }
            other => other.map_err(failed(named, "read"))?,
        };
        // Looked at before it is opened: opening a pipe would wait for its other end.
        let metadata = fs::metadata(&file).map_err(failed(&file, "read"))?;
        if !metadata.is_file() {
            return Err(RoutesError::NotAFile { file });
        }
        if metadata.len() > LARGEST {
            return Err(RoutesError::TooLarge { file, size: metadata.len() });
        }
        let read = File::open(&file).and_then(|opened| {
            let metadata = opened.metadata()?;
            let mut bytes = Vec::new();
            opened.take(LARGEST).read_to_end(&mut bytes)?;
            Ok(Existing {
                bytes,
                device: metadata.dev(),
                inode: metadata.ino(),
                mode: metadata.mode() & 0o7777,
                uid: metadata.uid(),
                gid: metadata.gid(),
                names: metadata.nlink(),
            })
        });
        let existing = Some(read.map_err(failed(&file, "read"))?);
        Ok(Self { file, existing })
    }

    fn missing(named: &Path) -> Result<Self, RoutesError> {
        let folder = named.parent().unwrap_or(named);
        if folder.is_dir() {
            Ok(Self { file: named.to_owned(), existing: None })
        } else {
            Err(RoutesError::NoFolder { folder: folder.to_owned() })
        }
    }

    /// Its bytes; `None` when there is no file.
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        self.existing.as_ref().map(|existing| existing.bytes.as_slice())
    }

    /// Puts `new` in its place, or removes it, unless it has changed meanwhile.
    pub(super) fn replace(
        &self,
        new: Option<&[u8]>,
        notebook: &Notebook,
        now: DateTime<Utc>,
    ) -> Result<Put, RoutesError> {
        let Some(existing) = &self.existing else {
            return new.map_or(Ok(Put::Changed), |new| self.make(new));
        };
        if existing.mode & WRITABLE == 0 {
            return Err(RoutesError::Protected { file: self.file.clone(), mode: existing.mode });
        }
        let locked = match File::open(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Put::Changed),
            other => other.map_err(failed(&self.file, "read"))?,
        };
        match locked.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Put::Busy),
            Err(TryLockError::Error(error)) => return Err(failed(&self.file, "locked")(error)),
        }
        if !self.is_still(existing)? {
            return Ok(Put::Changed);
        }
        let backup = notebook.back_up(&existing.bytes, now)?;
        let Some(new) = new else {
            fs::remove_file(&self.file).map_err(|error| self.refused(error, "removed"))?;
            self.sync_folder()?;
            return Ok(Put::Done { way: Way::Deleted, backup: Some(backup) });
        };
        let renamed = if existing.names == 1 { self.rename(existing, new)? } else { None };
        let way = match renamed {
            Some(put @ Put::Changed) => return Ok(put),
            Some(_) => Way::Renamed,
            None => {
                let opened = OpenOptions::new().write(true).open(&self.file);
                let opened = opened.map_err(|error| self.refused(error, "written"))?;
                in_place::write(&self.file, &opened, (&existing.bytes, new), notebook, &backup)?;
                Way::InPlace
            }
        };
        let written = fs::read(&self.file).map_err(failed(&self.file, "read"))?;
        let backup = Some(backup);
        Ok(if written == new { Put::Done { way, backup } } else { Put::Changed })
    }

    /// Whether the path still leads to the file that was read, with the same bytes.
    fn is_still(&self, existing: &Existing) -> Result<bool, RoutesError> {
        match Self::take(&self.file) {
            Ok(Self { existing: Some(is), .. }) => {
                let same = (is.device, is.inode) == (existing.device, existing.inode);
                Ok(same && is.bytes == existing.bytes)
            }
            Ok(_) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A new file over the old one; `None` when that is not allowed here.
    fn rename(&self, existing: &Existing, new: &[u8]) -> Result<Option<Put>, RoutesError> {
        let (path, file) = match self.beside() {
            Err(error) if is_denied(&error) => return Ok(None),
            other => other.map_err(failed(&self.file, "written"))?,
        };
        let prepared = (|| {
            let metadata = file.metadata()?;
            if (metadata.uid(), metadata.gid()) != (existing.uid, existing.gid) {
                fchown(&file, Some(existing.uid), Some(existing.gid))?;
            }
            // Behind the change of the owner, which takes bits away.
            file.set_permissions(Permissions::from_mode(existing.mode))?;
            fill(&file, new)
        })();
        let done = match prepared {
            Err(error) if is_denied(&error) => Ok(None),
            Err(error) => Err(failed(&self.file, "written")(error)),
            Ok(()) => self.is_still(existing).and_then(|still| {
                if !still {
                    return Ok(Some(Put::Changed));
                }
                fs::rename(&path, &self.file).map_err(|error| self.refused(error, "replaced"))?;
                self.sync_folder()?;
                Ok(Some(Put::Done { way: Way::Renamed, backup: None }))
            }),
        };
        if !matches!(done, Ok(Some(Put::Done { .. }))) {
            // What counts is why it is not needed any more.
            fs::remove_file(&path).ok();
        }
        done
    }

    fn make(&self, new: &[u8]) -> Result<Put, RoutesError> {
        let (path, file) = self.beside().map_err(|error| self.refused(error, "made"))?;
        let made = (|| {
            self.give_to_web_server(&file)?;
            file.set_permissions(Permissions::from_mode(MODE))?;
            fill(&file, new)?;
            // Unlike a rename, this fails where somebody has made the file meanwhile.
            fs::hard_link(&path, &self.file)
        })();
        fs::remove_file(&path).map_err(failed(&path, "removed"))?;
        match made {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Put::Changed),
            other => other.map_err(failed(&self.file, "made"))?,
        }
        self.sync_folder()?;
        Ok(Put::Done { way: Way::Made, backup: None })
    }

    /// The owner and group of the CRM's own configuration; as far as this user may.
    fn give_to_web_server(&self, file: &File) -> io::Result<()> {
        let model = fs::metadata(self.file.with_file_name("app-config.php"));
        let model = model.or_else(|_| fs::metadata(self.folder()))?;
        for owner in [Some(model.uid()), None] {
            match fchown(file, owner, Some(model.gid())) {
                Err(error) if is_denied(&error) => {}
                other => return other,
            }
        }
        Ok(())
    }

    /// A new, empty file in the same folder. Never one that is there already: the folder may belong to somebody who has put
    /// a link there.
    fn beside(&self) -> io::Result<(PathBuf, File)> {
        let path = self.folder().join(".my_routes.php.perfex-bridge");
        match fs::remove_file(&path) {
            // A leftover of a killed process; only one of ours is here at a time.
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok((path, file))
    }

    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(&self.file)
    }

    fn sync_folder(&self) -> Result<(), RoutesError> {
        let folder = File::open(self.folder()).and_then(|folder| folder.sync_all());
        folder.map_err(failed(self.folder(), "forced to disk"))
    }

    fn refused(&self, error: io::Error, action: &'static str) -> RoutesError {
        if is_denied(&error) {
            let file = self.file.clone();
            let denied = if action == "written" { &self.file } else { self.folder() };
            return RoutesError::Denied { advice: write_advice(denied, error.kind()), file };
        }
        failed(&self.file, action)(error)
    }
}

fn fill(mut file: &File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

fn is_denied(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

pub(super) fn failed(file: &Path, action: &'static str) -> impl FnOnce(io::Error) -> RoutesError {
    move |source| RoutesError::Failed { file: file.to_owned(), action, source }
}
