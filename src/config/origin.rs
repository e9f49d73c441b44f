//! Where a value was written.

use std::fmt;
use std::path::PathBuf;

/// The place of a value, as an error names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A line of a TOML file.
    Line {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
    },
    /// An environment variable, by its name.
    Variable(String),
    /// A file of `$CREDENTIALS_DIRECTORY`.
    Credential(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{}, line {line}", file.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Credential(file) => write!(f, "credential {}", file.display()),
        }
    }
}

/// A key and where its value was written; displayed as `config.toml, line 3: [watch] interval`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where the value was written.
    pub origin: Origin,
    /// The section.
    pub section: String,
    /// The key.
    pub key: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: [{}] {}", self.origin, self.section, self.key)
    }
}
