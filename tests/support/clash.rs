//! Another transaction that is in the way: a statement loses as the victim of a deadlock does.
//!
//! A table's next number remembers that it did: no rollback gives that back.

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;

/// The first `event`, such as `BEFORE UPDATE`, on a row of each of `tables` loses.
pub async fn once(conn: &mut Conn, event: &str, tables: &[&str]) {
    for table in tables {
        once_if(conn, event, table, "TRUE").await;
    }
}

/// The first one of rows for which `condition` holds.
pub async fn once_if(conn: &mut Conn, event: &str, table: &str, condition: &str) {
    let memory = format!("clash {event} {table}");
    conn.query_drop(format!(
        "CREATE TABLE `{memory}` (`n` INT NOT NULL AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB"
    ))
    .await
    .unwrap();
    let lose = format!("INSERT INTO `{memory}` VALUES (NULL); IF LAST_INSERT_ID() = 1 THEN {LOSE} END IF;");
    trigger(conn, event, table, &format!("IF {condition} THEN {lose} END IF;")).await;
}

/// Each of them loses.
pub async fn always(conn: &mut Conn, event: &str, table: &str) {
    trigger(conn, event, table, LOSE).await;
}

const LOSE: &str = "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found';";

async fn trigger(conn: &mut Conn, event: &str, table: &str, body: &str) {
    let create =
        format!("CREATE TRIGGER `clash {event} {table}` {event} ON `{table}` FOR EACH ROW BEGIN {body} END");
    conn.query_drop(create).await.unwrap();
}

/// How many statements lost and were then said again.
pub async fn mended(conn: &mut Conn) -> usize {
    let memories: Vec<String> = conn.query("SHOW TABLES LIKE 'clash %'").await.unwrap();
    let mut mended = 0;
    for memory in memories {
        let first: Option<Option<i64>> =
            conn.query_first(format!("SELECT MIN(`n`) FROM `{memory}`")).await.unwrap();
        mended += usize::from(first.flatten() > Some(1));
    }
    mended
}
