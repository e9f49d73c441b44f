//! Taxes of the CRM: a name with a rate. Documents keep a copy, never a reference (`database.md` 3.4).

use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::TaxId;
use crate::money::Rate;

const FIND: &str =
    "SELECT `name`, `taxrate` FROM `{p}taxes` WHERE `name` = ? AND `taxrate` = ? ORDER BY `id` LIMIT 1";
const BY_ID: &str = "SELECT `id`, `name`, `taxrate` FROM `{p}taxes`";
const ALL: &str = "SELECT `name`, `taxrate` FROM `{p}taxes` ORDER BY `name`, `taxrate`";

/// A tax as it is printed on a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tax {
    /// Its name, such as `VAT`.
    pub name: String,
    /// Its rate in percent.
    pub rate: Rate,
}

impl Record for Tax {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { name: row.take("name")?, rate: row.take("taxrate")? })
    }
}

struct Numbered(TaxId, Tax);

impl Record for Numbered {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(row.take("id")?, Tax::read(row)?))
    }
}

impl Tax {
    /// All taxes of the CRM with their numbers.
    pub async fn by_id(session: &mut Session) -> Result<Vec<(TaxId, Self)>, DbError> {
        let rows = session.rows::<Numbered>(BY_ID, ()).await?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }

    /// Finds a tax of the CRM by name and rate.
    pub async fn find(session: &mut Session, name: &str, rate: Rate) -> Result<Option<Self>, DbError> {
        session.first(FIND, (name, rate)).await
    }

    /// All taxes, for a helpful error.
    pub async fn all(session: &mut Session) -> Result<Vec<Self>, DbError> {
        session.rows(ALL, ()).await
    }
}

impl std::fmt::Display for Tax {
    /// Perfex's own composite form, `VAT|19.00`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}|{}", self.name, self.rate)
    }
}
