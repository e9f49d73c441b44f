//! What is wrong with a configuration: each error is one sentence with the place, the key and the mend.

use std::path::PathBuf;

use super::{Origin, Place};

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A file that was named does not exist.
    #[error("{}: there is no such file; write it after config.example.toml, or name another with --config", file.display())]
    Missing {
        /// The file that was named.
        file: PathBuf,
    },
    /// A file or folder exists but cannot be read.
    #[error("{}: this cannot be read ({reason}); let the user that runs perfex-bridge read it", file.display())]
    Unreadable {
        /// The file or folder.
        file: PathBuf,
        /// The operating system's word.
        reason: String,
    },
    /// A file holds bytes that are not text.
    #[error("{}: this is not UTF-8 text; save it as UTF-8", file.display())]
    NotText {
        /// The file.
        file: PathBuf,
    },
    /// A file is not TOML.
    #[error(
        "{origin}: this is not TOML ({reason}); write sections as [name], keys as name = value and texts in quotes"
    )]
    Syntax {
        /// The place.
        origin: Origin,
        /// The parser's word; it never repeats the file's text.
        reason: String,
    },
    /// A value stands where only a section may.
    #[error("{origin}: \"{name}\" stands outside of every section; {mend}")]
    Outside {
        /// The place.
        origin: Origin,
        /// The key.
        name: String,
        /// Where it belongs.
        mend: String,
    },
    /// A section that does not exist.
    #[error("{origin}: there is no section [{section}]; {mend}")]
    UnknownSection {
        /// The place.
        origin: Origin,
        /// The section as written.
        section: String,
        /// The nearest one, or all.
        mend: String,
    },
    /// A key that its section does not have.
    #[error("{}: [{}] has no key \"{}\"; {mend}", place.origin, place.section, place.key)]
    UnknownKey {
        /// The key, and where it was written.
        place: Box<Place>,
        /// The nearest one, or all.
        mend: String,
    },
    /// A credential file whose name is not `<section>.<key>`.
    #[error("{}: a credential is named after its key, such as mail.password; rename it in LoadCredential=", file.display())]
    CredentialName {
        /// The file.
        file: PathBuf,
    },
    /// A value of the wrong type.
    #[error("{place} must be {expected}, not {found}")]
    WrongType {
        /// The key, and where it was written.
        place: Box<Place>,
        /// The type, with a sample.
        expected: String,
        /// What stands there; of a secret only its kind.
        found: String,
    },
    /// A value that has its type but makes no sense, alone or beside another.
    #[error("{place} {problem}")]
    BadValue {
        /// The key, and where it was written.
        place: Box<Place>,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// Neither a Perfex folder nor all that replaces it is given.
    #[error("{}: {problem}", file.display())]
    Incomplete {
        /// The file in which it can be mended.
        file: PathBuf,
        /// What is missing.
        problem: String,
    },
    /// The program asks for a key that the example file lacks.
    #[error(
        "config.example.toml: [{section}] lacks \"{key}\"; this is a fault of this build, install another"
    )]
    Undocumented {
        /// The section.
        section: String,
        /// The key.
        key: String,
    },
}
