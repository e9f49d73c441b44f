//! Everything in a database, as names and checksums.

use std::collections::BTreeMap;

use mysql_async::prelude::Queryable as _;

use crate::support::mariadb::Database;

/// Each table with the checksum of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Option<u64>>);

impl Contents {
    /// What is in `database` now.
    pub async fn of(database: &Database) -> Self {
        let mut conn = database.conn().await;
        let tables: Vec<String> = conn.query("SHOW TABLES").await.unwrap();
        let quoted: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
        let sums: Vec<(String, Option<u64>)> =
            conn.query(format!("CHECKSUM TABLE {} EXTENDED", quoted.join(", "))).await.unwrap();
        Self(tables.into_iter().zip(sums.into_iter().map(|(_, sum)| sum)).collect())
    }

    /// The tables that one has and the other has not, or that differ.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let all = self.0.keys().chain(other.0.keys());
        let mut different: Vec<String> =
            all.filter(|table| self.0.get(*table) != other.0.get(*table)).cloned().collect();
        different.sort();
        different.dedup();
        different
    }
}
