//! Perfex's table prefix, `tbl` unless someone renamed the tables.

use std::fmt;
use std::str::FromStr;

/// A prefix that is safe to stand in SQL text: letters, digits and underscores only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl Prefix {
    /// Fills the prefix into a statement that names its tables as `{p}name`.
    #[must_use]
    pub fn fill(&self, sql: &str) -> String {
        sql.replace("{p}", &self.0)
    }

    /// The prefix itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("tbl".to_owned())
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A prefix with other characters than letters, digits and underscores.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not a table prefix: up to 20 letters, digits and underscores are allowed")]
pub struct PrefixError(String);

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if fits { Ok(Self(text.to_owned())) } else { Err(PrefixError(text.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_cannot_carry_sql() {
        for wrong in ["tbl`; DROP TABLE x", "a-b", "ä", "x".repeat(21).as_str()] {
            assert!(wrong.parse::<Prefix>().is_err(), "{wrong}");
        }
        assert_eq!("crm_".parse::<Prefix>().unwrap().fill("SELECT 1 FROM `{p}x`"), "SELECT 1 FROM `crm_x`");
    }
}
