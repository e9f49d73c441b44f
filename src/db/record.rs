//! Rows become records, column by column and by name; a value of the wrong shape is an error, never a panic.

use mysql_async::prelude::FromValue;
use mysql_async::{Row, Value};

use super::DbError;

/// The columns of one row, taken by name.
#[derive(Debug)]
pub struct Fields(Row);

impl Fields {
    pub(super) fn new(row: Row) -> Self {
        Self(row)
    }

    /// Takes the value of `column`, which must be in the statement's column list.
    pub fn take<T: FromValue>(&mut self, column: &str) -> Result<T, DbError> {
        match self.0.take_opt::<T, _>(column) {
            Some(Ok(value)) => Ok(value),
            Some(Err(wrong)) => {
                Err(DbError::Column { column: column.to_owned(), found: shortened(&wrong.0) })
            }
            None => Err(DbError::Column { column: column.to_owned(), found: "no such column".to_owned() }),
        }
    }
}

fn shortened(value: &Value) -> String {
    value.as_sql(true).chars().take(60).collect()
}

/// Something that one row describes.
pub trait Record: Sized {
    /// Reads the record from a row that has its columns.
    fn read(row: &mut Fields) -> Result<Self, DbError>;
}

/// A single column, whatever its name.
impl<T: FromValue> Record for (T,) {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let column = row.0.columns_ref().first().map(|column| column.name_str().into_owned());
        row.take(&column.unwrap_or_default()).map(|value| (value,))
    }
}
