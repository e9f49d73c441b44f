//! Why the module could not be put into the CRM, or taken out.

use std::io;
use std::path::PathBuf;

use crate::text::TextError;

/// Why the module stays as it was. Each is one sentence with the mend.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// No folder for modules.
    #[error(
        "there is no folder {}; set perfex.root to the folder that holds the CRM's index.php", path.display()
    )]
    NoModules {
        /// Where it should be.
        path: PathBuf,
    },
    /// Something else has our name.
    #[error("{} is not a module of ours; move it away, then try again", path.display())]
    Foreign {
        /// What it is.
        path: PathBuf,
    },
    /// The system says no.
    #[error("{} cannot be {verb} ({source}); run this as root, or let this user write to {}", path.display(), folder.display())]
    System {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        verb: &'static str,
        /// The folder that would have to be writable.
        folder: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// What was written could not be read by PHP.
    #[error(
        "the web server could not read what this user writes to {}, so nothing was put there; run this as root", path.display()
    )]
    Unreadable {
        /// The folder of modules.
        path: PathBuf,
    },
    /// A compiled-in text is broken.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The work was cut off.
    #[error("the work on the module was cut off; try again")]
    CutOff(#[from] tokio::task::JoinError),
}
