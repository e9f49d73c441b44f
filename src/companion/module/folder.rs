//! The module's folder on disk: how it stands, put there in one step, taken away in one step.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, RenameFlags, mkdirat, openat, renameat_with};
use rustix::io::Errno;

use crate::perfex::files::companion_module;

use super::{Files, ModuleError, NAME};

/// The CRM's loader skips a folder with a dot in its name, so what stands beside the module is none.
const BESIDE: &str = ".perfex_bridge-";
/// Where staff may have put words of their own: the CRM reads it after ours, and it survives an update.
const STAFF_WORDS: &str = "custom_lang.php";
/// What every file but a program has.
const NOT_EXECUTABLE: u32 = 0o666;
const ALL_BITS: u32 = 0o7777;
const READ_BY_GROUP: u32 = 0o040;
const READ_BY_ALL: u32 = 0o004;

/// How the module stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Missing,
    /// Every file is as it should be.
    Current,
    /// Another version, other settings, or changed by hand.
    Other {
        /// The version in its header.
        version: Option<String>,
    },
}

/// The module's folder in one CRM.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    modules: PathBuf,
}

impl Folder {
    /// The folder in the CRM at `root`.
    #[must_use]
    pub fn in_crm(root: &Path) -> Self {
        let path = companion_module(root);
        let modules = path.parent().unwrap_or(root).to_owned();
        Self { path, modules }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it stands beside `files`; changes nothing.
    pub fn standing(&self, files: &Files) -> Result<Standing, ModuleError> {
        if !self.is_there()? {
            return Ok(Standing::Missing);
        }
        let there = list(&self.path).map_err(|source| self.failed(&self.path, "read", source))?;
        let wanted: Vec<PathBuf> = files.iter().map(|(name, _)| PathBuf::from(name)).collect();
        let alien = there.iter().any(|path| !path.ends_with(STAFF_WORDS) && !wanted.contains(path));
        let same = |(name, text): (&str, &str)| {
            fs::read(self.path.join(name)).is_ok_and(|found| found == text.as_bytes())
        };
        if !alien && files.iter().all(same) {
            return Ok(Standing::Current);
        }
        Ok(Standing::Other { version: self.version() })
    }

    /// Puts the module there, whole, in place of the one that is there.
    pub fn put(&self, files: &Files) -> Result<(), ModuleError> {
        let replaces = self.is_there()?;
        let like =
            fs::metadata(&self.modules).map_err(|source| self.failed(&self.modules, "read", source))?;
        self.sweep()?;
        let beside = self.modules.join(format!("{BESIDE}{}", std::process::id()));
        let placed = self.write(&beside, files, &like).and_then(|()| self.take_place(&beside, replaces));
        match placed {
            Ok(old) => self.keep_words(&old)?,
            Err(error) => {
                // Nothing half-installed; what cannot be removed is swept the next time.
                fs::remove_dir_all(&beside).ok();
                return Err(error);
            }
        }
        self.sweep()
    }

    /// Writes the module's texts again where the module of this very version lacks them; whether anything was to be done.
    pub fn mend_texts(&self, files: &Files) -> Result<bool, ModuleError> {
        if !self.is_there()? || self.version().as_deref() != Some(super::VERSION) {
            return Ok(false);
        }
        let texts = files.iter().filter(|(name, _)| name.starts_with("language/"));
        let whole = |(name, text): (&str, &str)| {
            fs::read(self.path.join(name)).is_ok_and(|found| found == text.as_bytes())
        };
        let lacking = texts.into_iter().any(|file| !whole(file));
        if lacking {
            // Whole again, in one step: also what else was lost.
            self.put(files)?;
        }
        Ok(lacking)
    }

    /// Takes the module away; `true` when there was one.
    pub fn remove(&self) -> Result<bool, ModuleError> {
        if !self.is_there()? {
            return Ok(false);
        }
        let gone = self.modules.join(format!("{BESIDE}{}", std::process::id()));
        self.sweep()?;
        fs::rename(&self.path, &gone).map_err(|source| self.failed(&self.path, "removed", source))?;
        self.sweep()?;
        Ok(true)
    }

    /// Whether the web server, to which the CRM's folder of modules is readable, can read every file of the module.
    pub fn is_readable(&self) -> Result<bool, ModuleError> {
        let like =
            fs::metadata(&self.modules).map_err(|source| self.failed(&self.modules, "read", source))?;
        self.readable_in(&self.path, &like)
    }

    /// The version in the header of the module that is there.
    #[must_use]
    pub fn version(&self) -> Option<String> {
        let text = fs::read_to_string(self.init_file()).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Version:"))?;
        Some(line.trim().to_owned())
    }

    /// Whether there is a module of ours; what else has its name is refused.
    fn is_there(&self) -> Result<bool, ModuleError> {
        if !self.modules.is_dir() {
            return Err(ModuleError::NoModules { path: self.modules.clone() });
        }
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(source) => return Err(self.failed(&self.path, "read", source)),
            Ok(found) if !found.is_dir() => return Err(ModuleError::Foreign { path: self.path.clone() }),
            Ok(_) => {}
        }
        match fs::read_to_string(self.init_file()) {
            Ok(text) if text.contains("\nModule Name: perfex-bridge\n") => Ok(true),
            Err(source) if source.kind() == ErrorKind::PermissionDenied => {
                Err(self.failed(&self.init_file(), "read", source))
            }
            _ => Err(ModuleError::Foreign { path: self.path.clone() }),
        }
    }

    fn init_file(&self) -> PathBuf {
        self.path.join(format!("{NAME}.php"))
    }

    fn write(&self, beside: &Path, files: &Files, like: &Metadata) -> Result<(), ModuleError> {
        let failed = |path: &Path, source: io::Error| self.failed(path, "written", source);
        let top = create_folder(&self.modules, beside).map_err(|source| failed(&self.modules, source))?;
        let mut folders = BTreeMap::from([(PathBuf::new(), top)]);
        for (name, text) in files.iter() {
            write(&mut folders, Path::new(name), text.as_bytes(), like)
                .map_err(|source| failed(&beside.join(name), source))?;
        }
        // The outermost last: until then nobody else gets into it.
        for (name, folder) in folders.iter().rev() {
            hand_over(folder, like, ALL_BITS).map_err(|source| failed(&beside.join(name), source))?;
        }
        if self.readable_in(beside, like)? {
            Ok(())
        } else {
            Err(ModuleError::Unreadable { path: self.modules.clone() })
        }
    }

    /// Moves the words of the staff from the old folder to the new one.
    fn keep_words(&self, old: &Path) -> Result<(), ModuleError> {
        for words in list(old).unwrap_or_default().iter().filter(|path| path.ends_with(STAFF_WORDS)) {
            let target = self.path.join(words);
            match fs::rename(old.join(words), &target) {
                // Words for a language that we do not have: the CRM does not look for them there.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                moved => moved.map_err(|source| self.failed(&target, "written", source))?,
            }
        }
        Ok(())
    }

    /// Puts what stands beside into its place; gives where the module is that was there, if any.
    fn take_place(&self, beside: &Path, replaces: bool) -> Result<PathBuf, ModuleError> {
        let failed = |source| self.failed(&self.path, "written", source);
        if !replaces {
            fs::rename(beside, &self.path).map_err(failed)?;
            return Ok(beside.to_owned());
        }
        match renameat_with(CWD, beside, CWD, &self.path, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(beside.to_owned()),
            // A file system without that call: there is no module for a moment, which the CRM takes for an inactive one.
            Err(Errno::INVAL | Errno::NOSYS) => {
                let old = beside.with_extension("old");
                fs::rename(&self.path, &old).map_err(failed)?;
                fs::rename(beside, &self.path).map_err(failed)?;
                Ok(old)
            }
            Err(error) => Err(failed(error.into())),
        }
    }

    /// Removes what stands beside the module: an older one, or what was left by a command that was cut off.
    fn sweep(&self) -> Result<(), ModuleError> {
        let failed = |source| self.failed(&self.modules, "cleaned up", source);
        for entry in fs::read_dir(&self.modules).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with(BESIDE) {
                fs::remove_dir_all(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn readable_in(&self, folder: &Path, like: &Metadata) -> Result<bool, ModuleError> {
        let readable = |path: &Path| {
            let found = fs::metadata(path)?;
            Ok(found.mode() & READ_BY_ALL != 0
                || found.uid() == like.uid()
                || found.gid() == like.gid() && found.mode() & READ_BY_GROUP != 0)
        };
        let all = || -> io::Result<bool> {
            for path in list(folder)? {
                if !readable(&folder.join(path))? {
                    return Ok(false);
                }
            }
            readable(folder)
        };
        all().map_err(|source| self.failed(folder, "read", source))
    }

    fn failed(&self, path: &Path, verb: &'static str, source: io::Error) -> ModuleError {
        ModuleError::System { path: path.to_owned(), verb, folder: self.modules.clone(), source }
    }
}

/// Makes a folder that only this user may enter, and holds it.
///
/// Everything in it is made through such handles: the folder of modules may belong to the web server, and whoever owns that
/// could put a link to somewhere else in the place of any path while root writes.
fn create_folder(parent: &Path, folder: &Path) -> io::Result<File> {
    let parent = File::open(parent)?;
    let name = folder.file_name().unwrap_or_default();
    mkdirat(&parent, name, Mode::RWXU)?;
    open_folder(&parent, Path::new(name))
}

fn open_folder(parent: &File, name: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(openat(parent, name, flags, Mode::empty())?.into())
}

/// Writes a file into the folders that are held, and makes those that it needs.
fn write(folders: &mut BTreeMap<PathBuf, File>, path: &Path, text: &[u8], like: &Metadata) -> io::Result<()> {
    let missing = || io::Error::from(ErrorKind::NotFound);
    let inner = path.parent().unwrap_or(Path::new(""));
    let mut above = PathBuf::new();
    for name in inner {
        let here = above.join(name);
        if !folders.contains_key(&here) {
            let parent = folders.get(&above).ok_or_else(missing)?;
            mkdirat(parent, name, Mode::RWXU)?;
            let made = open_folder(parent, Path::new(name))?;
            folders.insert(here.clone(), made);
        }
        above = here;
    }
    let folder = folders.get(inner).ok_or_else(missing)?;
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let name = path.file_name().ok_or_else(missing)?;
    let mut file = File::from(openat(folder, name, flags, Mode::RUSR | Mode::WUSR)?);
    file.write_all(text)?;
    file.sync_all()?;
    hand_over(&file, like, NOT_EXECUTABLE)
}

/// Gives a file or folder the owner and the mode of the CRM's own folder, so that whoever may change that may change this.
/// Only root can give files away; those of others must be readable as they are.
pub(super) fn hand_over(file: &File, like: &Metadata, bits: u32) -> io::Result<()> {
    let given = fchown(file, Some(like.uid()), Some(like.gid()));
    match given.or_else(|_| fchown(file, None, Some(like.gid()))) {
        Err(error) if error.kind() != ErrorKind::PermissionDenied => return Err(error),
        _ => {}
    }
    file.set_permissions(fs::Permissions::from_mode(like.mode() & bits))
}

/// Every file below a folder, by its path within it.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut left = vec![PathBuf::new()];
    while let Some(inner) = left.pop() {
        for entry in fs::read_dir(folder.join(&inner))? {
            let entry = entry?;
            let path = inner.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                left.push(path);
            } else {
                found.push(path);
            }
        }
    }
    Ok(found)
}
