//! Rows as text, to be compared column by column, and whole databases as checksums.

use std::collections::BTreeMap;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Row, Value};

/// Every row of a query, one line a column: `number = 1`; rows are parted by an empty line.
pub async fn written_out(conn: &mut Conn, sql: &str) -> String {
    let rows: Vec<Row> = conn.query(sql).await.unwrap();
    let written: Vec<String> = rows.into_iter().map(columns).collect();
    written.join("\n\n")
}

fn columns(row: Row) -> String {
    let names: Vec<String> = row.columns_ref().iter().map(|column| column.name_str().into_owned()).collect();
    let line = |(name, value): (String, Value)| match value {
        Value::NULL => format!("{name} = NULL"),
        Value::Bytes(bytes) => format!("{name} = {}", String::from_utf8(bytes).unwrap()),
        other => format!("{name} = {}", other.as_sql(false)),
    };
    names.into_iter().zip(row.unwrap()).map(line).collect::<Vec<_>>().join("\n")
}

/// A checksum of the content of each table, so that two moments can be compared.
pub async fn checksums(conn: &mut Conn) -> BTreeMap<String, Option<u64>> {
    let tables: Vec<String> = conn
        .query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
        .await
        .unwrap();
    let list: Vec<String> = tables.iter().map(|table| format!("`{table}`")).collect();
    let rows: Vec<(String, Option<u64>)> =
        conn.query(format!("CHECKSUM TABLE {}", list.join(", "))).await.unwrap();
    rows.into_iter().collect()
}
