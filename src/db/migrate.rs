//! Versioned migrations of our own tables.
//!
//! `sql/migrations/NNNN_name.sql` are compiled in. Statements end with a semicolon at the end of a line. DDL commits
//! by itself on these servers, so every statement is safe to run again: a migration that was cut in the middle, or
//! that two daemons run at once, ends the same. The ledger `bridge_migrations` remembers what ran, with a checksum.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::{Database, DbError, Fields, Record, Session};

/// One step of our schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its place in the order, from 1.
    pub version: u32,
    /// What it brings.
    pub name: &'static str,
    sql: &'static str,
}

/// All migrations, in order.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "shop_and_licenses",
        sql: include_str!("../../sql/migrations/0001_shop_and_licenses.sql"),
    },
    Migration {
        version: 2,
        name: "license_authority",
        sql: include_str!("../../sql/migrations/0002_license_authority.sql"),
    },
    Migration {
        version: 3,
        name: "license_checks",
        sql: include_str!("../../sql/migrations/0003_license_checks.sql"),
    },
    Migration {
        version: 4,
        name: "license_moves",
        sql: include_str!("../../sql/migrations/0004_license_moves.sql"),
    },
    Migration {
        version: 5,
        name: "license_client",
        sql: include_str!("../../sql/migrations/0005_license_client.sql"),
    },
    Migration { version: 7, name: "gateway", sql: include_str!("../../sql/migrations/0007_gateway.sql") },
    Migration { version: 8, name: "staff", sql: include_str!("../../sql/migrations/0008_staff.sql") },
    Migration { version: 9, name: "catalogue", sql: include_str!("../../sql/migrations/0009_catalogue.sql") },
    Migration { version: 10, name: "checkout", sql: include_str!("../../sql/migrations/0010_checkout.sql") },
    Migration {
        version: 11,
        name: "trials_and_schedule",
        sql: include_str!("../../sql/migrations/0011_trials_and_schedule.sql"),
    },
    Migration {
        version: 13,
        name: "shop_settings",
        sql: include_str!("../../sql/migrations/0013_shop_settings.sql"),
    },
    Migration {
        version: 14,
        name: "package_taxes",
        sql: include_str!("../../sql/migrations/0014_package_taxes.sql"),
    },
];

/// Our tables, children first: the order in which they can be dropped.
pub const TABLES: [&str; 33] = [
    "pm_invoice_mails",
    "pm_checkouts",
    "bridge_audit",
    "pm_license_prefixes",
    "pm_license_checks",
    "pm_license_move_requests",
    "pm_api_key_products",
    "pm_license_holders",
    "pm_license_requests",
    "pm_api_keys",
    "pm_license_moves",
    "pm_license_bindings",
    "pm_wordings",
    "pm_order_item_sites",
    "pm_package_taxes",
    "pm_package_texts",
    "pm_package_pages",
    "pm_product_texts",
    "pm_product_pages",
    "pm_trials",
    "pm_unpaid_units",
    "bridge_schedule",
    "bridge_outbox",
    "bridge_seen",
    "bridge_locks",
    "pm_license_events",
    "pm_licenses",
    "pm_order_events",
    "pm_order_items",
    "pm_orders",
    "pm_packages",
    "pm_products",
    "bridge_migrations",
];

const CREATE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS `{p}bridge_migrations` (
  `version` INT NOT NULL PRIMARY KEY,
  `name` VARCHAR(100) CHARACTER SET ascii NOT NULL,
  `checksum` CHAR(64) CHARACTER SET ascii NOT NULL,
  `applied_at` DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci";
const READ_LEDGER: &str = "SELECT `version`, `checksum` FROM `{p}bridge_migrations` ORDER BY `version`";
const RECORD: &str = "INSERT IGNORE INTO `{p}bridge_migrations` (`version`, `name`, `checksum`, `applied_at`) VALUES (?, ?, ?, ?)";

/// Why our tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// A newer program has been here.
    #[error(
        "this database was migrated to version {found} by a newer perfex-bridge, this one knows version {known}: \
         install the newer version"
    )]
    TooNew {
        /// Version in the database.
        found: u32,
        /// Version compiled in.
        known: u32,
    },
    /// A migration was changed after it ran.
    #[error(
        "migration {0} in this database differs from the one in this program: restore the released version"
    )]
    Changed(u32),
}

struct Applied {
    version: u32,
    checksum: String,
}

impl Record for Applied {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { version: row.take("version")?, checksum: row.take("checksum")? })
    }
}

/// Whether no migration has ever run in this database, or all that was there is gone.
pub async fn is_new(database: &Database) -> Result<bool, MigrateError> {
    Ok(pending(database).await?.len() == MIGRATIONS.len())
}

/// The migrations that have not run in this database yet; creates nothing.
pub async fn pending(database: &Database) -> Result<Vec<Migration>, MigrateError> {
    let mut session = database.session().await?;
    missing(&mut session).await
}

/// Brings our tables up to date and returns what had to be done.
pub async fn migrate(database: &Database, now: DateTime<Utc>) -> Result<Vec<Migration>, MigrateError> {
    let mut session = database.session().await?;
    let todo = missing(&mut session).await?;
    if !todo.is_empty() {
        session.run_text(CREATE_LEDGER).await?;
    }
    for migration in &todo {
        for statement in statements(migration.sql) {
            match session.run_text(statement).await {
                // Only MariaDB can say IF NOT EXISTS for it.
                Err(error) if error.is_known_part() => {}
                other => other?,
            }
        }
        let row = (migration.version, migration.name, checksum(migration.sql), now.naive_utc());
        session.run(RECORD, row).await?;
    }
    Ok(todo)
}

/// Drops all our tables, and with them every order and license.
pub async fn drop_all(database: &Database) -> Result<(), DbError> {
    let mut session = database.session().await?;
    for table in TABLES {
        session.run_text(&format!("DROP TABLE IF EXISTS `{{p}}{table}`")).await?;
    }
    Ok(())
}

async fn missing(session: &mut Session) -> Result<Vec<Migration>, MigrateError> {
    let applied = match session.rows::<Applied>(READ_LEDGER, ()).await {
        Err(error) if error.is_missing_object() => Vec::new(),
        other => other?,
    };
    let known = MIGRATIONS.last().map_or(0, |last| last.version);
    for row in &applied {
        let Some(migration) = MIGRATIONS.iter().find(|migration| migration.version == row.version) else {
            return Err(MigrateError::TooNew { found: row.version, known });
        };
        if checksum(migration.sql) != row.checksum {
            return Err(MigrateError::Changed(row.version));
        }
    }
    let ran = |migration: &Migration| applied.iter().any(|row| row.version == migration.version);
    Ok(MIGRATIONS.iter().copied().filter(|migration| !ran(migration)).collect())
}

fn statements(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(";\n").map(str::trim).filter(|statement| {
        statement.lines().any(|line| !line.trim().is_empty() && !line.trim_start().starts_with("--"))
    })
}

fn checksum(sql: &str) -> String {
    hex::encode(Sha256::digest(sql.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_created_table_is_known_to_purge() {
        for migration in MIGRATIONS {
            for statement in statements(migration.sql) {
                let Some((_, rest)) = statement.split_once("CREATE TABLE IF NOT EXISTS `{p}") else {
                    continue;
                };
                let table = rest.split('`').next().unwrap();
                assert!(TABLES.contains(&table), "{table}");
            }
        }
    }
}
