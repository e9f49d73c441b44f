//! Which database server this is.

use std::fmt;

use super::{DbError, Fields, Record, Session};

/// MySQL or one of its descendants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// Oracle's server, or Percona's.
    MySql,
    /// MariaDB.
    MariaDb,
}

/// What the server says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// MySQL or MariaDB.
    pub flavour: Flavour,
    /// Major and minor version.
    pub version: (u32, u32),
    /// The version as the server writes it.
    pub text: String,
    /// Whether changes are written to a binary log.
    pub binlog: bool,
    /// `ROW`, `MIXED` or `STATEMENT`.
    pub binlog_format: String,
}

const PROBE: &str =
    "SELECT VERSION() AS version, @@log_bin AS log_bin, CAST(@@binlog_format AS CHAR) AS binlog_format";
/// MySQL 9 no longer has the variable: its binary log is always in row format.
const PROBE_WITHOUT_FORMAT: &str =
    "SELECT VERSION() AS version, @@log_bin AS log_bin, 'ROW' AS binlog_format";
/// "Unknown system variable".
const UNKNOWN_VARIABLE: u16 = 1193;

impl Server {
    /// Asks the server.
    pub async fn probe(session: &mut Session) -> Result<Self, DbError> {
        let answer = match session.first::<Self>(PROBE, ()).await {
            Err(error) if error.code() == Some(UNKNOWN_VARIABLE) => {
                session.first::<Self>(PROBE_WITHOUT_FORMAT, ()).await?
            }
            other => other?,
        };
        answer.ok_or_else(|| DbError::Column { column: "version".to_owned(), found: "no row".to_owned() })
    }

    /// Whether this is MySQL 5.7 or MariaDB 10.3, or newer.
    #[must_use]
    pub fn is_supported(&self) -> bool {
        match self.flavour {
            Flavour::MySql => self.version >= (5, 7),
            Flavour::MariaDb => self.version >= (10, 3),
        }
    }

    /// Statement-based logging refuses writes in READ COMMITTED (error 1665).
    #[must_use]
    pub fn refuses_read_committed(&self) -> bool {
        self.binlog && self.binlog_format == "STATEMENT"
    }
}

impl Record for Server {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let text: String = row.take("version")?;
        let flavour =
            if text.to_ascii_lowercase().contains("mariadb") { Flavour::MariaDb } else { Flavour::MySql };
        Ok(Self {
            flavour,
            version: version(&text),
            binlog: row.take("log_bin")?,
            binlog_format: row.take("binlog_format")?,
            text,
        })
    }
}

/// Major and minor of `10.11.19-MariaDB-0+deb12u1` or `5.5.5-10.3.39-MariaDB` (the replication-safe spelling).
fn version(text: &str) -> (u32, u32) {
    let text = text.strip_prefix("5.5.5-").unwrap_or(text);
    let mut numbers = text.split(['.', '-']).map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let flavour = match self.flavour {
            Flavour::MySql => "MySQL",
            Flavour::MariaDb => "MariaDB",
        };
        write!(f, "{flavour} {}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_both_spellings() {
        assert_eq!(version("10.11.19-MariaDB-0+deb12u1"), (10, 11));
        assert_eq!(version("5.5.5-10.3.39-MariaDB"), (10, 3));
        assert_eq!(version("8.0.36"), (8, 0));
        assert_eq!(version("9.7.4-1"), (9, 7));
    }
}
