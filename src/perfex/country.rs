//! Countries of the CRM: its own list, which staff may shorten.

use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::CountryId;

const ALL: &str = "SELECT `country_id`, `iso2`, `short_name` FROM `{p}countries` WHERE `iso2` IS NOT NULL \
     ORDER BY `short_name`, `country_id`";

/// A country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Country {
    /// Its id.
    #[serde(skip)]
    pub id: CountryId,
    /// Its ISO 3166 code of two letters, such as `DE`.
    pub code: String,
    /// Its English name, as the CRM writes it.
    pub name: String,
}

impl Record for Country {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let code: String = row.take("iso2")?;
        Ok(Self {
            id: row.take("country_id")?,
            code: code.to_ascii_uppercase(),
            name: row.take("short_name")?,
        })
    }
}

impl Country {
    /// All countries by name.
    pub async fn all(session: &mut Session) -> Result<Vec<Self>, DbError> {
        session.rows(ALL, ()).await
    }
}
