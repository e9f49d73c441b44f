//! A file written in place: where its folder may not be written, or where it has several names.
//!
//! PHP may see a part of it for a moment, and a crash may leave a part of it. So only what differs is written, in one call;
//! a note ([`Unfinished`]) says beforehand what the file is to become, and whoever has the next turn completes what was cut
//! off. When the system refuses half way, as on a full disk, the old bytes are put back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::RoutesError;
use super::file::failed;
use super::notebook::{Notebook, Unfinished};

/// Makes `new` of the `old` bytes of the open file at `path`; the old ones are also in `backup`.
pub(super) fn write(
    path: &Path,
    file: &File,
    (old, new): (&[u8], &[u8]),
    notebook: &Notebook,
    backup: &Path,
) -> Result<(), RoutesError> {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (kept, old_rest) = old.split_at_checked(same).unwrap_or_default();
    notebook.begin(&Unfinished {
        file: path.to_owned(),
        same,
        digest: digest(kept),
        old: old_rest.to_vec(),
        new: new.get(same..).unwrap_or_default().to_vec(),
    })?;
    let Err(source) = overwrite(file, new, same) else { return notebook.finish() };
    if overwrite(file, old, same).is_err() {
        let (file, backup) = (path.to_owned(), backup.to_owned());
        return Err(RoutesError::HalfWritten { file, backup, source });
    }
    notebook.finish()?;
    Err(failed(path, "written")(source))
}

/// Ends a change in place that was cut off by a crash; returns whether there was one.
///
/// Only what is recognisably half of it is completed: a file that somebody has written since is theirs.
pub(super) fn recover(notebook: &Notebook) -> Result<bool, RoutesError> {
    let Some(change) = notebook.unfinished()? else {
        return Ok(false);
    };
    let Unfinished { file, same, old, new, .. } = &change;
    let bytes = match fs::read(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        other => other.map_err(failed(file, "read"))?,
    };
    let half = bytes.split_at_checked(*same).filter(|(kept, rest)| {
        digest(kept) == change.digest && rest != old && rest != new && is_between(rest, old, new)
    });
    if let Some((kept, _)) = half {
        let opened = OpenOptions::new().write(true).open(file).map_err(failed(file, "written"))?;
        overwrite(&opened, &[kept, new].concat(), *same).map_err(failed(file, "written"))?;
    }
    notebook.finish()?;
    Ok(half.is_some())
}

/// Whether these bytes are the beginning of `new`, and then what was in `old` at the same place, or nothing.
fn is_between(bytes: &[u8], old: &[u8], new: &[u8]) -> bool {
    let done = bytes.iter().zip(new).take_while(|(is, new)| is == new).count();
    let rest = bytes.get(done..).unwrap_or_default();
    rest.is_empty() || old.get(done..).is_some_and(|old| old == rest)
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Makes `bytes` the file's content; its first `same` bytes are so already.
fn overwrite(file: &File, bytes: &[u8], same: usize) -> io::Result<()> {
    let offset = u64::try_from(same).map_err(io::Error::other)?;
    file.write_all_at(bytes.get(same..).unwrap_or_default(), offset)?;
    file.set_len(u64::try_from(bytes.len()).map_err(io::Error::other)?)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_place_that_was_cut_off_is_completed_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let (notebook, path) = (Notebook::in_state(folder.path()), folder.path().join("my_routes.php"));
        // Grown by half of it, ended but not yet shorter, overwritten by half of it, not begun, done, somebody else's twice.
        let cases: [(&str, &str, &str, &str); 7] = [
            ("<?php a", "<?php a block", "<?php a bl", "<?php a block"),
            ("<?php block a", "<?php a", "<?php alock a", "<?php a"),
            ("<?php 12345 a", "<?php abcde a", "<?php abc45 a", "<?php abcde a"),
            ("<?php a", "<?php a block", "<?php a", "<?php a"),
            ("<?php a", "<?php a block", "<?php a block", "<?php a block"),
            ("<?php a", "<?php a block", "<?php theirs", "<?php theirs"),
            ("<?php a", "<?php a block", "<?php b bl", "<?php b bl"),
        ];
        for (old, new, found, left) in cases {
            fs::write(&path, found).unwrap();
            let same = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
            let (kept, old) = old.split_at(same);
            let digest = digest(kept.as_bytes());
            let (old, new) = (old.into(), new[same..].into());
            notebook.begin(&Unfinished { file: path.clone(), same, digest, old, new }).unwrap();
            let half = recover(&notebook).unwrap();
            assert_eq!((half, fs::read_to_string(&path).unwrap()), (found != left, left.to_owned()));
            assert!(!recover(&notebook).unwrap());
        }
    }
}
