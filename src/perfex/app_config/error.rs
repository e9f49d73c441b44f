//! Why the configuration of the CRM could not be read.

use std::path::PathBuf;

/// Why the configuration of the CRM could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppConfigError {
    /// There is no such file.
    #[error(
        "{} is not a Perfex root: {} is missing; set perfex.root to the folder that holds index.php",
        root.display(),
        path.display()
    )]
    Missing {
        /// What was taken for the root.
        root: PathBuf,
        /// The file that is not there.
        path: PathBuf,
    },
    /// The file is there, but not for this user.
    #[error("{} may not be read: {advice}", path.display())]
    Denied {
        /// The file.
        path: PathBuf,
        /// What to do.
        advice: String,
    },
    /// The file cannot be read for another reason.
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A constant has several values in the file.
    #[error("{constant} in app-config.php depends on a condition and may have several values; {mend}")]
    Several {
        /// The constant.
        constant: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// A constant is computed.
    #[error(
        "{constant} in app-config.php cannot be read without PHP, because it is computed ({why}); {mend}"
    )]
    Computed {
        /// The constant.
        constant: &'static str,
        /// Why PHP was of no use.
        why: String,
        /// What to do.
        mend: &'static str,
    },
    /// A constant has a value that cannot be used.
    #[error("{constant} in app-config.php is not {expected}; mend it there, or {mend}")]
    Unfit {
        /// The constant.
        constant: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// The address of the site is taken from each request.
    #[error(
        "APP_BASE_URL in app-config.php is made from the name that a visitor calls the site by; set perfex.base_url"
    )]
    AddressOfVisitor,
}
