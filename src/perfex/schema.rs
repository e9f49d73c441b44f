//! What this CRM's database looks like: version, columns, engines, character sets.
//!
//! Perfex changes its tables between versions and while it is being upgraded. Everything that reads or writes the CRM
//! asks the [`Schema`] first which columns exist; [`Schema::probe`] refuses a database that lacks what we need, with
//! the sentence that an operator should see.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::{DbError, Fields, Record, Session, placeholders};

/// The tables and columns that we read or write in every version, from `database.md` 1.2.
const NEEDED: [(&str, &[&str]); 19] = [
    ("activity_log", &["description", "date", "staffid"]),
    ("clients", &["userid", "company", "country", "datecreated", "active", "default_language", "addedfrom"]),
    ("contact_permissions", &["permission_id", "userid"]),
    (
        "contacts",
        &["id", "userid", "is_primary", "firstname", "lastname", "email", "email_verified_at", "active"],
    ),
    ("countries", &["country_id", "iso2", "short_name"]),
    ("creditnotes", &["id", "clientid", "total", "status", "reference_no"]),
    ("credits", &["id", "invoice_id", "credit_id", "amount"]),
    (
        "currencies",
        &["id", "name", "symbol", "decimal_separator", "thousand_separator", "placement", "isdefault"],
    ),
    (
        "emailtemplates",
        &["type", "slug", "language", "subject", "message", "fromname", "plaintext", "active"],
    ),
    ("invoicepaymentrecords", &["id", "invoiceid", "amount"]),
    ("invoices", &["id", "clientid", "number", "prefix", "number_format", "date", "total", "status", "hash"]),
    ("item_tax", &["itemid", "rel_id", "rel_type", "taxrate", "taxname"]),
    ("itemable", &["id", "rel_id", "rel_type", "description", "qty", "rate"]),
    (
        "notifications",
        &["date", "description", "fromuserid", "from_fullname", "touserid", "fromcompany", "link"],
    ),
    ("options", &["id", "name", "value", "autoload"]),
    ("payment_modes", &["id", "active", "selected_by_default", "expenses_only"]),
    ("sales_activity", &["rel_type", "rel_id", "description", "date"]),
    ("scheduled_emails", &["id", "rel_id", "rel_type", "scheduled_at", "contacts", "attach_pdf", "template"]),
    ("taxes", &["id", "name", "taxrate"]),
];

/// The first supported value of `migrations.version`: Perfex 3.0.0.
const FIRST_VERSION: i64 = 300;

const COLUMNS: &str = "SELECT TABLE_NAME AS `table_name`, COLUMN_NAME AS `column_name`, \
     CHARACTER_SET_NAME AS `charset` FROM information_schema.COLUMNS \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ";
const ENGINES: &str = "SELECT TABLE_NAME AS `table_name`, ENGINE AS `engine` FROM information_schema.TABLES \
     WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ";
const VERSION: &str = "SELECT `version` FROM `{p}migrations` LIMIT 1";

/// What was found in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// `migrations.version`: 300 is Perfex 3.0.0, 341 is 3.4.1.
    pub version: i64,
    /// Whether invoices carry `formatted_number` (since 3.2.0).
    pub formatted_number: bool,
    /// Whether the text of customers may hold characters outside the basic plane, such as emoji.
    pub wide_text: bool,
    /// Tables that are not InnoDB and therefore know no transactions, with their engine.
    pub without_transactions: Vec<(String, String)>,
}

/// Why this database cannot be worked with now.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// There is no Perfex under this prefix.
    #[error(
        "no Perfex tables with the prefix `{prefix}` in this database; set perfex.table_prefix, \
         or point database.url at the CRM's own database"
    )]
    NotPerfex {
        /// The prefix that was looked for.
        prefix: String,
    },
    /// Perfex is older than 3.0.
    #[error("this Perfex is version {}; 3.0 or newer is needed: update the CRM first", dotted(*found))]
    TooOld {
        /// `migrations.version`.
        found: i64,
    },
    /// The CRM's code is newer than its database.
    #[error(
        "a Perfex upgrade is under way: its code expects database version {code}, the database is at {database}; \
         finish it in the CRM's admin area, the bridge waits until then"
    )]
    Upgrade {
        /// What the code expects.
        code: i64,
        /// `migrations.version`.
        database: i64,
    },
    /// Tables without transactions.
    #[error(
        "{tables} know no transactions, so an order could be left half written; open \
         admin/misc/convert_tables_to_innodb_engine in the CRM as administrator"
    )]
    WithoutTransactions {
        /// The tables with their engine.
        tables: String,
    },
    /// A table or column is not there (yet).
    #[error(
        "`{missing}` is missing in the CRM's database: a Perfex upgrade is under way or was cut off; \
         finish it in the CRM, the bridge waits until then"
    )]
    Incomplete {
        /// Table, or table and column.
        missing: String,
    },
}

impl SchemaError {
    /// Whether waiting may help: an outage, or an upgrade that is still running.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(error) => error.is_outage() || error.is_missing_object(),
            Self::Incomplete { .. } | Self::Upgrade { .. } | Self::WithoutTransactions { .. } => true,
            Self::NotPerfex { .. } | Self::TooOld { .. } => false,
        }
    }
}

struct ColumnRow {
    table: String,
    column: String,
    charset: Option<String>,
}

impl Record for ColumnRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            table: row.take("table_name")?,
            column: row.take("column_name")?,
            charset: row.take("charset")?,
        })
    }
}

struct EngineRow {
    table: String,
    engine: Option<String>,
}

impl Record for EngineRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { table: row.take("table_name")?, engine: row.take("engine")? })
    }
}

impl Schema {
    /// Looks at the database; reads only `information_schema` and the version.
    pub async fn probe(session: &mut Session, prefix: &str) -> Result<Self, SchemaError> {
        let names: Vec<String> = NEEDED.iter().map(|(table, _)| format!("{prefix}{table}")).collect();
        let list = format!("({})", placeholders(names.len()));
        let columns: Vec<ColumnRow> = session.rows(&format!("{COLUMNS}{list}"), names.clone()).await?;
        if columns.is_empty() {
            return Err(SchemaError::NotPerfex { prefix: prefix.to_owned() });
        }
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut narrow = false;
        for row in columns {
            let table = row.table.strip_prefix(prefix).unwrap_or(&row.table).to_owned();
            let customer_text = matches!(
                (table.as_str(), row.column.as_str()),
                ("clients", "company") | ("contacts", "firstname") | ("itemable", "description")
            );
            narrow |= customer_text && row.charset.as_deref() != Some("utf8mb4");
            found.entry(table).or_default().insert(row.column);
        }
        let version: (i64,) = session
            .first(VERSION, ())
            .await?
            .ok_or_else(|| SchemaError::Incomplete { missing: format!("{prefix}migrations.version") })?;
        if version.0 < FIRST_VERSION {
            return Err(SchemaError::TooOld { found: version.0 });
        }
        for (table, columns) in NEEDED {
            let Some(present) = found.get(table) else {
                return Err(SchemaError::Incomplete { missing: format!("{prefix}{table}") });
            };
            if let Some(column) = columns.iter().find(|column| !present.contains(**column)) {
                return Err(SchemaError::Incomplete { missing: format!("{prefix}{table}.{column}") });
            }
        }
        let engines: Vec<EngineRow> = session.rows(&format!("{ENGINES}{list}"), names).await?;
        let without_transactions = engines
            .into_iter()
            .map(|row| (row.table, row.engine.unwrap_or_default()))
            .filter(|(_, engine)| !engine.eq_ignore_ascii_case("innodb"))
            .collect();
        let formatted_number =
            found.get("invoices").is_some_and(|columns| columns.contains("formatted_number"));
        Ok(Self { version: version.0, formatted_number, wide_text: !narrow, without_transactions })
    }

    /// The version in the database right now.
    pub async fn version_now(session: &mut Session) -> Result<i64, SchemaError> {
        let row = session.first::<(i64,)>(VERSION, ()).await?;
        row.map(|row| row.0)
            .ok_or_else(|| SchemaError::Incomplete { missing: "migrations.version".to_owned() })
    }

    /// Refuses a CRM that must not be written to: in the middle of an upgrade, or without transactions.
    pub fn fit_to_work(&self, code: Option<i64>) -> Result<(), SchemaError> {
        match code {
            Some(code) if code != self.version => {
                return Err(SchemaError::Upgrade { code, database: self.version });
            }
            _ => {}
        }
        if self.without_transactions.is_empty() {
            return Ok(());
        }
        Err(SchemaError::WithoutTransactions { tables: self.tables_without_transactions() })
    }

    /// `tblclients (MyISAM), ...`.
    #[must_use]
    pub fn tables_without_transactions(&self) -> String {
        let named: Vec<String> =
            self.without_transactions.iter().map(|(table, engine)| format!("{table} ({engine})")).collect();
        named.join(", ")
    }

    /// The version as people write it: 3.4.1.
    #[must_use]
    pub fn version_text(&self) -> String {
        dotted(self.version)
    }
}

fn dotted(version: i64) -> String {
    version.to_string().chars().map(String::from).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    #[test]
    fn versions_read_as_people_write_them() {
        assert_eq!(super::dotted(341), "3.4.1");
    }
}
