//! Copies of the module's texts below the CRM's own `application/language`.
//!
//! The CRM reads a module's texts in the module's folder first; where none is, it looks below `application/language` at
//! `<language>/perfex_bridge/perfex_bridge_lang.php`, and a language without any is an error of every page. The copies are
//! what is left when somebody empties the module's folder. Every language folder of the CRM has one: German in German, all
//! others in English. Invariants: English first; a file is there whole or not at all; nothing but our own is ever removed.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, mkdirat, openat, renameat, unlinkat};
use rustix::io::Errno;

use crate::perfex::files;
use crate::text::Language;

use super::folder::hand_over;
use super::{Files, ModuleError, NAME};

/// The copy's name.
const FILE: &str = "perfex_bridge_lang.php";
/// The same while it is written.
const NEW: &str = ".perfex_bridge_lang.php.new";
const ALL_BITS: u32 = 0o7777;
const NOT_EXECUTABLE: u32 = 0o666;

/// The language folders of one CRM.
#[derive(Debug, Clone)]
pub struct Languages(PathBuf);

impl Languages {
    /// Those of the CRM at `root`.
    #[must_use]
    pub fn in_crm(root: &Path) -> Self {
        Self(files::languages(root))
    }

    /// Writes every copy that is missing or another one; how many those were.
    pub fn sync(&self, texts: &Files) -> Result<usize, ModuleError> {
        let mut written = 0;
        for folder in self.folders()? {
            let text = texts.language(Language::for_folder(&folder));
            let path = self.0.join(&folder);
            if fs::read(path.join(NAME).join(FILE)).is_ok_and(|found| found == text.as_bytes()) {
                continue;
            }
            write(&path, text).map_err(|source| self.failed(&path, "written", source))?;
            written += 1;
        }
        Ok(written)
    }

    /// Takes every copy away; how many there were. A folder of that name with something of somebody else's in it stays.
    pub fn remove(&self) -> Result<usize, ModuleError> {
        let mut removed = 0;
        for folder in self.folders()? {
            let path = self.0.join(&folder);
            let gone = take_out(&path).map_err(|source| self.failed(&path, "cleaned up", source))?;
            removed += usize::from(gone);
        }
        Ok(removed)
    }

    /// The names of the folders, English first; none where the CRM has none.
    fn folders(&self) -> Result<Vec<String>, ModuleError> {
        let failed = |source| self.failed(&self.0, "read", source);
        let entries = match fs::read_dir(&self.0) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(failed)?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Links are somebody's own arrangement.
            if Language::is_folder(&name) && entry.file_type().map_err(failed)?.is_dir() {
                names.push(name);
            }
        }
        names.sort_by_key(|name| (name != Language::English.as_str(), name.clone()));
        Ok(names)
    }

    fn failed(&self, path: &Path, verb: &'static str, source: io::Error) -> ModuleError {
        ModuleError::System { path: path.to_owned(), verb, folder: self.0.clone(), source }
    }
}

/// Everything is made through handles: whoever owns the folder could put a link in the place of any path while root
/// writes.
fn write(language: &Path, text: &str) -> io::Result<()> {
    let outer = open(language)?;
    let like = outer.metadata()?;
    match mkdirat(&outer, NAME, Mode::RWXU) {
        Ok(()) => hand_over(&open_in(&outer, NAME)?, &like, ALL_BITS)?,
        Err(Errno::EXIST) => {}
        Err(error) => return Err(error.into()),
    }
    let inner = open_in(&outer, NAME)?;
    match unlinkat(&inner, NEW, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(&inner, NEW, flags, Mode::RUSR | Mode::WUSR)?);
    file.write_all(text.as_bytes())?;
    hand_over(&file, &like, NOT_EXECUTABLE)?;
    file.sync_all()?;
    renameat(&inner, NEW, &inner, FILE)?;
    inner.sync_all()
}

/// Takes our copy out of one language; `false` when there was none.
fn take_out(language: &Path) -> io::Result<bool> {
    let outer = open(language)?;
    let inner = match open_in(&outer, NAME) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    let mut gone = false;
    for name in [NEW, FILE] {
        match unlinkat(&inner, name, AtFlags::empty()) {
            Ok(()) => gone = true,
            Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
    }
    match unlinkat(&outer, NAME, AtFlags::REMOVEDIR) {
        Ok(()) | Err(Errno::NOENT | Errno::NOTEMPTY | Errno::EXIST) => Ok(gone),
        Err(error) => Err(error.into()),
    }
}

fn open(folder: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(folder, flags, Mode::empty())?.into())
}

fn open_in(folder: &File, name: &str) -> io::Result<File> {
    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(openat(folder, name, flags, Mode::empty())?.into())
}
