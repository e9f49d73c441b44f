//! The module's folder on disk: how it stands, put there in one step, taken away in one step.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::perfex::files::companion_module;

use super::{Files, ModuleError, NAME};

/// The CRM's loader skips a folder with a dot in its name, so what stands beside the module is none.
const BESIDE: &str = ".perfex_bridge-";
/// Where staff may have put words of their own: the CRM reads it after ours, and it survives an update.
const STAFF_WORDS: &str = "custom_lang.php";
/// What every file but a program has.
const NOT_EXECUTABLE: u32 = 0o666;
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
            Ok(()) => self.sweep(),
            Err(error) => {
                // Nothing half-installed; what cannot be removed is swept the next time.
                fs::remove_dir_all(&beside).ok();
                Err(error)
            }
        }
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
        let failed = |path: &Path, source| self.failed(path, "written", source);
        fs::create_dir(beside).map_err(|source| failed(&self.modules, source))?;
        for (name, text) in files.iter() {
            let path = beside.join(name);
            write(&path, text.as_bytes()).map_err(|source| failed(&path, source))?;
        }
        for words in list(&self.path).unwrap_or_default().iter().filter(|path| path.ends_with(STAFF_WORDS)) {
            let path = beside.join(words);
            let kept = fs::read(self.path.join(words)).and_then(|text| write(&path, &text));
            kept.map_err(|source| failed(&path, source))?;
        }
        hand_over(beside, like).map_err(|source| failed(beside, source))?;
        if self.readable_in(beside, like)? {
            Ok(())
        } else {
            Err(ModuleError::Unreadable { path: self.modules.clone() })
        }
    }

    fn take_place(&self, beside: &Path, replaces: bool) -> Result<(), ModuleError> {
        let failed = |source| self.failed(&self.path, "written", source);
        if !replaces {
            return fs::rename(beside, &self.path).map_err(failed);
        }
        match renameat_with(CWD, beside, CWD, &self.path, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(()),
            // A file system without that call: there is no module for a moment, which the CRM takes for an inactive one.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                let old = beside.with_extension("old");
                fs::rename(&self.path, &old).map_err(failed)?;
                fs::rename(beside, &self.path).map_err(failed)
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

/// Writes a file and the folders that it needs.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create_new(path)?;
    file.write_all(text)?;
    file.sync_all()
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

/// Gives everything below `path` the owner and the mode of the CRM's own folder, so that whoever may change that may change
/// this. Only root can give files away; others must be readable as they are.
fn hand_over(path: &Path, like: &Metadata) -> io::Result<()> {
    let found = fs::symlink_metadata(path)?;
    if (found.uid(), found.gid()) != (like.uid(), like.gid()) {
        let given = std::os::unix::fs::chown(path, Some(like.uid()), Some(like.gid()));
        let group = given.or_else(|_| std::os::unix::fs::chown(path, None, Some(like.gid())));
        if let Err(error) = group
            && error.kind() != ErrorKind::PermissionDenied
        {
            return Err(error);
        }
    }
    let mode = like.mode() & if found.is_dir() { 0o7777 } else { NOT_EXECUTABLE };
    if found.is_dir() {
        for entry in fs::read_dir(path)? {
            hand_over(&entry?.path(), like)?;
        }
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}
