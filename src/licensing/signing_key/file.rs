//! One file a key: `<kid>.json`, mode 0600, in a folder of mode 0700.
//!
//! Invariants: a file with a key's name is whole: it is written under another name, forced to disk and renamed. Folder and
//! files belong to whom the state folder belongs to, also when root writes them: the daemon must be able to read them.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown,
};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ed25519_dalek::VerifyingKey;
use secrecy::zeroize::{Zeroize as _, Zeroizing};
use serde::{Deserialize, Serialize};

use super::super::public_keys::{self, Kid};
use super::{KeyState, RingError, SigningKey};

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
/// More than any key file has.
const LONGEST: u64 = 4096;
/// What unfinished files begin with; a leftover is overwritten or removed.
const UNFINISHED: &str = ".unfinished-";

/// A key as it lies in its file.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    /// The public half.
    pub(super) public: VerifyingKey,
    /// The key that signs; none once it is retired.
    pub(super) signing: Option<SigningKey>,
    /// What it is used for.
    pub(super) state: KeyState,
    /// When it was made.
    pub(super) created_at: DateTime<Utc>,
    /// When it came into this state.
    pub(super) since: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    kid: Kid,
    state: KeyState,
    created_at: DateTime<Utc>,
    since: DateTime<Utc>,
    public: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl Stored {
    pub(super) fn kid(&self) -> Kid {
        Kid::of(&self.public)
    }

    fn read(path: &Path) -> Result<Self, RingError> {
        let broken = |reason| RingError::Broken { path: path.to_owned(), reason };
        let mut text = Zeroizing::new(String::new());
        let file = File::open(path).map_err(failed(path, "opened"))?;
        refuse_exposed(path, &file, FILE_MODE)?;
        file.take(LONGEST).read_to_string(&mut text).map_err(failed(path, "read"))?;
        // The parser's own sentence could quote the secret.
        let written: Written =
            serde_json::from_str(&text).map_err(|_| broken("it is not the JSON of one"))?;
        let public = public_keys::read(&written.public).map_err(|_| broken("its public half is damaged"))?;
        let signing = match written.secret.map(Zeroizing::new) {
            Some(secret) => {
                let secret = secret_from(&secret).ok_or_else(|| broken("its secret half is damaged"))?;
                Some(SigningKey::from_secret(&secret))
            }
            None => None,
        };
        if signing.as_ref().is_some_and(|key| key.public() != public) {
            return Err(broken("its secret and its public half do not belong together"));
        }
        // The file's name counts too: a copy beside the original would be a second key of that name.
        if Kid::of(&public) != written.kid
            || path.file_stem().is_none_or(|stem| *stem != *written.kid.to_string())
        {
            return Err(broken("its name (kid) does not belong to it"));
        }
        if signing.is_none() && written.state != KeyState::Retired {
            return Err(broken("it has no secret half, and is to sign"));
        }
        let Written { state, created_at, since, .. } = written;
        Ok(Self { public, signing, state, created_at, since })
    }

    /// Writes the key into its file, in place of what is there. A retired key is written without its secret.
    pub(super) fn write(&self, folder: &Path) -> Result<(), RingError> {
        let path = folder.join(format!("{}.json", self.kid()));
        let signing = self.signing.as_ref().filter(|_| self.state != KeyState::Retired);
        let mut written = Written {
            kid: self.kid(),
            state: self.state,
            created_at: self.created_at,
            since: self.since,
            public: public_keys::written(&self.public),
            secret: signing.map(secret_of),
        };
        let bytes = serde_json::to_vec(&written).map(Zeroizing::new);
        written.secret.zeroize();
        let written = bytes.map_err(io::Error::from).and_then(|bytes| write_whole(folder, &path, &bytes));
        written.map_err(failed(&path, "written"))
    }

    /// Removes the key's file.
    pub(super) fn remove(&self, folder: &Path) -> Result<(), RingError> {
        let path = folder.join(format!("{}.json", self.kid()));
        std::fs::remove_file(&path).map_err(failed(&path, "removed"))
    }
}

/// All keys of a folder, in no order.
pub(super) fn read_all(folder: &Path) -> Result<Vec<Stored>, RingError> {
    let opened = match File::open(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(RingError::Missing(folder.to_owned()));
        }
        other => other.map_err(failed(folder, "opened"))?,
    };
    refuse_exposed(folder, &opened, FOLDER_MODE)?;
    let mut keys = Vec::new();
    for path in paths(folder)? {
        // Half a file is no key, whatever its name ends in.
        if path.extension().is_some_and(|extension| extension == "json") && !is_unfinished(&path) {
            keys.push(Stored::read(&path)?);
        }
    }
    if keys.is_empty() { Err(RingError::Missing(folder.to_owned())) } else { Ok(keys) }
}

/// Writes several keys into a folder that does not exist yet, or is empty: all of them or none.
pub(super) fn write_first(folder: &Path, keys: &[Stored]) -> Result<(), RingError> {
    let parent = folder.parent().ok_or_else(|| RingError::Missing(folder.to_owned()))?;
    let made = DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(parent);
    made.map_err(|source| RingError::State { folder: parent.to_owned(), source })?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = parent.join(format!("{UNFINISHED}{name}-{}", std::process::id()));
    // A leftover of a killed process that had the same id.
    std::fs::remove_dir_all(&unfinished).ok();
    DirBuilder::new().mode(FOLDER_MODE).create(&unfinished).map_err(failed(&unfinished, "made"))?;
    hand_over(&unfinished, parent).map_err(failed(&unfinished, "made"))?;
    let written = keys.iter().try_for_each(|key| key.write(&unfinished)).and_then(|()| {
        // Succeeds only where nothing or an empty folder is: of two daemons that start together, one wins.
        std::fs::rename(&unfinished, folder).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists => {
                RingError::Exists(folder.to_owned())
            }
            _ => failed(folder, "made")(error),
        })
    });
    if written.is_err() {
        // The first failure is what counts.
        std::fs::remove_dir_all(&unfinished).ok();
    }
    written?;
    File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed(parent, "forced to disk"))
}

/// Keeps other processes of this machine from changing the folder until the returned file is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, RingError> {
    let path = folder.join(".lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(FILE_MODE).open(&path);
    let file = file.map_err(failed(&path, "opened"))?;
    hand_over(&path, folder).map_err(failed(&path, "opened"))?;
    file.lock().map_err(failed(&path, "locked"))?;
    Ok(file)
}

/// Removes what killed processes left behind; only under the lock.
pub(super) fn tidy(folder: &Path) -> Result<(), RingError> {
    for path in paths(folder)? {
        if is_unfinished(&path) {
            std::fs::remove_file(&path).map_err(failed(&path, "removed"))?;
        }
    }
    Ok(())
}

fn is_unfinished(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(UNFINISHED))
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>, RingError> {
    let entries = std::fs::read_dir(folder).map_err(failed(folder, "read"))?;
    entries.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>().map_err(failed(folder, "read"))
}

fn refuse_exposed(path: &Path, opened: &File, wanted: u32) -> Result<(), RingError> {
    let mode = opened.metadata().map_err(failed(path, "examined"))?.permissions().mode() & 0o777;
    let open_to_others = mode & 0o077;
    if open_to_others == 0 { Ok(()) } else { Err(RingError::Exposed { path: path.to_owned(), mode, wanted }) }
}

fn write_whole(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!("{UNFINISHED}{name}"));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).open(&unfinished)?;
    file.write_all(bytes)?;
    hand_over(&unfinished, folder)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    File::open(folder)?.sync_all()
}

/// Gives what root made to the owner of the folder that it lies in.
fn hand_over(made: &Path, folder: &Path) -> io::Result<()> {
    let (made_by, owner) = (std::fs::metadata(made)?, std::fs::metadata(folder)?);
    if made_by.uid() == owner.uid() { Ok(()) } else { chown(made, Some(owner.uid()), Some(owner.gid())) }
}

fn secret_of(key: &SigningKey) -> String {
    URL_SAFE_NO_PAD.encode(key.key.as_bytes())
}

fn secret_from(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> RingError {
    move |source| RingError::File { path: path.to_owned(), action, source }
}
