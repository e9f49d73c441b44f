//! Why the routes could not be read, written or removed.

use std::io;
use std::path::PathBuf;

use crate::perfex::my_routes::{Refusal, RouteError};
use crate::perfex::php_check::CheckError;

/// Why nothing was done. The file is as it was, unless the sentence says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum RoutesError {
    /// One of our own entries is none.
    #[error(transparent)]
    Entry(#[from] RouteError),
    /// The folder is not there.
    #[error("{} is not there; set perfex.root to the folder that holds index.php", folder.display())]
    NoFolder {
        /// `application/config`.
        folder: PathBuf,
    },
    /// It leads to nothing.
    #[error("{} is a link that leads nowhere; remove it, or restore the file that it led to", file.display())]
    Dangling {
        /// The link.
        file: PathBuf,
    },
    /// It is a folder, a pipe or the like.
    #[error("{} is not a file; move it away", file.display())]
    NotAFile {
        /// What it should be.
        file: PathBuf,
    },
    /// It is larger than any such file.
    #[error("{} has {size} bytes and cannot be what it should be; restore it from a backup", file.display())]
    TooLarge {
        /// The file.
        file: PathBuf,
        /// In bytes.
        size: u64,
    },
    /// Somebody has protected it.
    #[error("{} is write-protected (mode {mode:o}); chmod 664 it if perfex-bridge shall write it", file.display())]
    Protected {
        /// The file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// This user may not.
    #[error("{} may not be written: {advice}", file.display())]
    Denied {
        /// The file.
        file: PathBuf,
        /// Who owns it, and what mends it.
        advice: String,
    },
    /// The system said no.
    #[error("{} cannot be {action}: {source}", file.display())]
    Failed {
        /// The file.
        file: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// It was half written and could not be put back.
    #[error(
        "{} is half written ({source}) and could not be put back; copy {} over it", file.display(), backup.display()
    )]
    HalfWritten {
        /// The file.
        file: PathBuf,
        /// Where its bytes are.
        backup: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// It is not as it must be for our block.
    #[error("{} is left alone: {refusal}", file.display())]
    Refused {
        /// The file.
        file: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// PHP does not accept it as it is.
    #[error("{} is left alone, PHP does not accept it as it is: {said}; mend it by hand, the whole CRM depends on it", file.display())]
    Broken {
        /// The file.
        file: PathBuf,
        /// PHP's words.
        said: String,
    },
    /// PHP would not accept what we would write.
    #[error("{} is left alone, PHP would not accept it afterwards: {said}; please report this, with the file", file.display())]
    WouldBreak {
        /// The file.
        file: PathBuf,
        /// PHP's words.
        said: String,
    },
    /// PHP is there and cannot be asked.
    #[error("nothing is written unchecked: {0}")]
    Unchecked(#[from] CheckError),
    /// Someone else holds its lock.
    #[error("{} is locked by another program; try again in a moment", file.display())]
    Busy {
        /// The file.
        file: PathBuf,
    },
    /// It changes faster than we write.
    #[error("{} is being changed by another program again and again; try again later", file.display())]
    Restless {
        /// The file.
        file: PathBuf,
    },
    /// The CRM does not work anyway.
    #[error("{address} answers with 500 already, so nothing was written; look into the CRM's PHP log first")]
    BrokenBefore {
        /// The CRM's address.
        address: String,
    },
    /// The CRM did not work with what was written.
    #[error(
        "{address} answered with 500 afterwards, so {} is as it was before; look into the CRM's PHP log", file.display()
    )]
    TakenBack {
        /// The file.
        file: PathBuf,
        /// The CRM's address.
        address: String,
    },
    /// Our own notes.
    #[error("{} cannot be {action}: {source}; check [state] directory", path.display())]
    State {
        /// The file in the state folder.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// The system's words.
        source: io::Error,
    },
    /// A thread of ours ended.
    #[error("the work on the file was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}
