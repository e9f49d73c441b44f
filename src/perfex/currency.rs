//! Currencies of the CRM.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::CurrencyId;

const BY_NAME: &str = "SELECT `id`, `name` FROM `{p}currencies` WHERE `name` = ? ORDER BY `id` LIMIT 1";
const NAMES: &str = "SELECT `name` FROM `{p}currencies` ORDER BY `name`";

/// A currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// Its id.
    pub id: CurrencyId,
    /// Its name, usually the ISO code.
    pub name: String,
}

impl Record for Currency {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, name: row.take("name")? })
    }
}

impl Currency {
    /// Finds a currency by its name, such as `EUR`.
    pub async fn named(session: &mut Session, name: &str) -> Result<Option<Self>, DbError> {
        session.first(BY_NAME, (name,)).await
    }

    /// The names of all currencies, for a helpful error.
    pub async fn names(session: &mut Session) -> Result<Vec<String>, DbError> {
        Ok(session.rows::<(String,)>(NAMES, ()).await?.into_iter().map(|row| row.0).collect())
    }
}
