//! Sessions, as Perfex's PHP leaves them.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;

/// PHP ends a request: the session's row is written, with `data` as PHP encoded it.
pub async fn write_session(conn: &mut Conn, id: &str, address: IpAddr, at: DateTime<Utc>, data: &[u8]) {
    conn.exec_drop(
        "REPLACE INTO `tblsessions` (`id`, `ip_address`, `timestamp`, `data`) VALUES (?, ?, ?, ?)",
        (id, address.to_string(), at.timestamp(), data),
    )
    .await
    .unwrap();
}
