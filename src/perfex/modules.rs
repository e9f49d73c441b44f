//! The CRM's list of modules (table `modules`): which folders below `modules/` are switched on.
//!
//! No key keeps a module's rows apart, and of several the last one counts: with `active` 0 in it the module is off. So rows
//! are looked at under a lock, all of them are written, and there is never a second one of ours.

use crate::db::{DbError, Fields, Record, Session};

/// Locks the table's rows and the room behind them: two commands at a time cannot both find none.
const FIND: &str =
    "SELECT `installed_version`, `active` FROM `{p}modules` WHERE `module_name` = ? ORDER BY `id` FOR UPDATE";
const READ: &str = "SELECT `installed_version`, `active` FROM `{p}modules` WHERE `module_name` = ? ORDER BY `id` DESC LIMIT 1";
const ADD: &str = "INSERT INTO `{p}modules` (`module_name`, `installed_version`, `active`) VALUES (?, ?, 1)";
const CHANGE: &str = "UPDATE `{p}modules` SET `installed_version` = ?, `active` = 1 WHERE `module_name` = ?";
const REMOVE: &str = "DELETE FROM `{p}modules` WHERE `module_name` = ?";

/// A module's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRow {
    /// The version that the CRM believes in; another one than the header's makes it ask staff for an upgrade.
    pub version: String,
    /// Whether it is switched on.
    pub active: bool,
}

impl Record for ModuleRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { version: row.take("installed_version")?, active: row.take("active")? })
    }
}

impl ModuleRow {
    /// The row that counts.
    pub async fn find(session: &mut Session, name: &str) -> Result<Option<Self>, DbError> {
        session.first(READ, (name,)).await
    }

    /// Switches a module on, in the caller's transaction; `true` when something was to be written.
    pub async fn activate(session: &mut Session, name: &str, version: &str) -> Result<bool, DbError> {
        let rows: Vec<Self> = session.rows(FIND, (name,)).await?;
        let good = |row: &Self| row.active && row.version == version;
        if rows.is_empty() {
            session.run(ADD, (name, version)).await?;
        } else if rows.iter().all(good) {
            return Ok(false);
        } else {
            session.run(CHANGE, (version, name)).await?;
        }
        Ok(true)
    }

    /// Takes a module out of the list; how many rows that were.
    pub async fn remove(session: &mut Session, name: &str) -> Result<u64, DbError> {
        Ok(session.run(REMOVE, (name,)).await?.rows)
    }
}
