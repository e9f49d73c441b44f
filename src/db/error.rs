//! What can go wrong with the database, in classes that a caller can act on.

use std::time::Duration;

use mysql_async::Error;

/// An error of the database.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DbError {
    /// The connection URL cannot be read.
    #[error("the database URL cannot be read: {0}")]
    Url(String),
    /// No connection could be had.
    #[error("no connection to the database: {reason}")]
    Connect {
        /// The driver's or server's words.
        reason: String,
        /// The server's error number, when it answered.
        code: Option<u16>,
    },
    /// A connection, or an answer on it, did not come in time.
    #[error("the database did not answer within {} s: {statement}", limit.as_secs_f32())]
    Timeout {
        /// The statement's first words.
        statement: String,
        /// The limit from `database.timeout`.
        limit: Duration,
    },
    /// The server refused a statement.
    #[error("the database refused `{statement}`: {message} (error {code})")]
    Statement {
        /// The statement's first words.
        statement: String,
        /// The server's error number.
        code: u16,
        /// The server's words.
        message: String,
    },
    /// The connection broke during a statement.
    #[error("the connection to the database broke during `{statement}`: {reason}")]
    Lost {
        /// The statement's first words.
        statement: String,
        /// The driver's words.
        reason: String,
    },
    /// A column holds what this program does not expect.
    #[error("column `{column}` holds an unexpected value ({found})")]
    Column {
        /// The column's name.
        column: String,
        /// What stands there, shortened.
        found: String,
    },
}

/// Lock wait timeout and deadlock: the server has rolled back, the transaction may simply be repeated.
const CONFLICTS: [u16; 2] = [1205, 1213];
/// A row with this unique key exists.
const DUPLICATE: u16 = 1062;
/// A table has an index of this name.
const KNOWN_PARTS: [u16; 1] = [1061];
/// A table or column does not exist.
const MISSING: [u16; 3] = [1146, 1054, 1049];
/// The server is going away, or was switched to read-only by a fail-over.
const GOING: [u16; 8] = [1053, 1152, 1158, 1159, 1290, 1792, 1836, 1927];

impl DbError {
    pub(super) fn connect(source: &Error) -> Self {
        let code = match source {
            Error::Server(server) => Some(server.code),
            _ => None,
        };
        Self::Connect { reason: in_words(source), code }
    }

    pub(super) fn statement(sql: &str, source: &Error) -> Self {
        let statement = first_words(sql);
        match source {
            Error::Server(server) if GOING.contains(&server.code) => {
                Self::Lost { statement, reason: server.message.clone() }
            }
            Error::Server(server) => {
                Self::Statement { statement, code: server.code, message: server.message.clone() }
            }
            other => Self::Lost { statement, reason: in_words(other) },
        }
    }

    /// The server's error number, when the server said no.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        match self {
            Self::Statement { code, .. } => Some(*code),
            Self::Connect { code, .. } => *code,
            _ => None,
        }
    }

    /// Whether another transaction was in the way (1205, 1213).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.code().is_some_and(|code| CONFLICTS.contains(&code))
    }

    /// Whether a unique key refused a row (1062).
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        self.code() == Some(DUPLICATE)
    }

    /// Whether an index was to be added that is there already (1061).
    #[must_use]
    pub fn is_known_part(&self) -> bool {
        self.code().is_some_and(|code| KNOWN_PARTS.contains(&code))
    }

    /// Whether a table or column is missing, as while Perfex is being upgraded or before `migrate`.
    #[must_use]
    pub fn is_missing_object(&self) -> bool {
        self.code().is_some_and(|code| MISSING.contains(&code))
    }

    /// Whether the server could not be reached or went away: wait and look again.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Connect { .. } | Self::Timeout { .. } | Self::Lost { .. })
    }
}

/// The driver's words; of an error of the system only the system's, which the driver puts behind its own twice.
fn in_words(error: &Error) -> String {
    match error {
        Error::Io(mysql_async::IoError::Io(system)) => system.to_string(),
        other => other.to_string(),
    }
}

/// The first words of a statement, on one line, for messages.
pub(super) fn first_words(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(80) {
        Some((cut, _)) => format!("{}...", line.get(..cut).unwrap_or_default()),
        None => line,
    }
}
