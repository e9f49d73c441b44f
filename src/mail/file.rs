//! Letters into a folder, one `.eml` each: for demonstrations, tests and sites that collect mail themselves.
//!
//! Invariant: a file with a letter's name is whole. It is written under another name, forced to disk and renamed, so
//! neither a crash nor a second daemon leaves half a letter; a letter that is there already is not written again.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::compose::Composed;
use super::transport::Transport;
use crate::outbox::{Handover, Outcome};
use futures_util::future::BoxFuture;

/// Tells apart the unfinished files of letters that are written at the same time.
static UNFINISHED: AtomicU64 = AtomicU64::new(0);

/// Puts letters into a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    directory: PathBuf,
}

impl Folder {
    /// Letters go into `directory`, which is made when it is missing.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Where the letter with this id is, or will be.
    #[must_use]
    pub fn path_of(&self, message_id: &str) -> PathBuf {
        self.directory.join(format!("{}.eml", file_name(message_id)))
    }
}

impl Transport for Folder {
    fn prepare(self: Arc<Self>, letter: Arc<Composed>) -> BoxFuture<'static, Result<Handover, Outcome>> {
        Box::pin(async move {
            let directory = self.directory.clone();
            // License keys are nobody else's business on a shared machine.
            let made =
                in_background(move || DirBuilder::new().recursive(true).mode(0o750).create(&directory));
            made.await.map_err(|error| {
                Outcome::retry(format!(
                    "the mail folder {} cannot be used: {error}",
                    self.directory.display()
                ))
            })?;
            Ok(Handover::new(async move {
                let path = self.path_of(&letter.message_id);
                let bytes = letter.bytes.clone();
                let target = path.clone();
                match in_background(move || write(&target, &bytes)).await {
                    Ok(()) => Outcome::sent(format!("written to {}", path.display())),
                    // Whatever was left behind does not carry the letter's name.
                    Err(error) => Outcome::retry(format!("{} cannot be written: {error}", path.display())),
                }
            }))
        })
    }
}

async fn in_background(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> io::Result<()> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    if !path.try_exists()? {
        let serial = UNFINISHED.fetch_add(1, Ordering::Relaxed);
        let unfinished = directory.join(format!(".unfinished-{}-{serial}", std::process::id()));
        let written = write_whole(&unfinished, bytes).and_then(|()| std::fs::rename(&unfinished, path));
        if let Err(error) = written {
            // The disk may be full: do not keep what nobody will finish. Its failure adds nothing to the first one.
            std::fs::remove_file(&unfinished).ok();
            return Err(error);
        }
    }
    // Also when the letter was there: the daemon may have died between the rename and this.
    File::open(directory)?.sync_all()
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A leftover of a killed daemon that had the same process id is overwritten.
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The id in characters that are safe in a file name; different ids stay different.
fn file_name(message_id: &str) -> String {
    let mut name = String::with_capacity(message_id.len());
    for (position, byte) in message_id.bytes().enumerate() {
        let safe = byte.is_ascii_alphanumeric()
            || matches!(byte, b'@' | b'-' | b'_' | b'+')
            || (byte == b'.' && position > 0);
        if safe {
            name.push(char::from(byte));
        } else {
            name.push('%');
            name.push_str(&hex::encode([byte]));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::address::Envelope;

    fn letter(id: &str, bytes: &[u8]) -> Composed {
        let envelope = Envelope::new(None, vec!["zoe@example.com".parse().unwrap()]).unwrap();
        Composed { message_id: id.into(), envelope, bytes: bytes.to_vec() }
    }

    async fn send(folder: &Folder, letter: &Composed) -> Outcome {
        Arc::new(folder.clone()).prepare(Arc::new(letter.clone())).await.unwrap().complete().await
    }

    fn names(directory: &Path) -> Vec<String> {
        std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn a_letter_becomes_one_file_however_often_it_is_sent() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = Folder::new(scratch.path().join("mail"));
        let first = send(&folder, &letter("1@crm.example", b"one")).await;
        assert!(matches!(first, Outcome::Sent { .. }), "{first:?}");
        assert_eq!(send(&folder, &letter("1@crm.example", b"two")).await, first);
        assert_eq!(names(&scratch.path().join("mail")), ["1@crm.example.eml"]);
        assert_eq!(std::fs::read(folder.path_of("1@crm.example")).unwrap(), b"one");
    }

    #[tokio::test]
    async fn a_handover_that_is_dropped_writes_nothing() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = Folder::new(scratch.path().to_owned());
        let letter = letter("1@crm.example", b"one");
        drop(Arc::new(folder.clone()).prepare(Arc::new(letter.clone())).await.unwrap());
        assert_eq!(names(scratch.path()), [""; 0]);
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_tried_again_later() {
        let scratch = tempfile::tempdir().unwrap();
        let blocked = scratch.path().join("file");
        std::fs::write(&blocked, "").unwrap();
        let outcome = Arc::new(Folder::new(blocked)).prepare(Arc::new(letter("1@x", b""))).await.unwrap_err();
        assert!(matches!(outcome, Outcome::Retry { .. }), "{outcome:?}");
    }

    #[test]
    fn a_file_name_never_leaves_the_folder() {
        assert_eq!(file_name("../a/b@x"), "%2e.%2fa%2fb@x");
        assert_ne!(file_name("a/b"), file_name("a%2fb"));
    }
}
