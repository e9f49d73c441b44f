//! The database: pool, sessions, transactions, server probe, own migrations.
//!
//! In: a connection URL and Perfex's table prefix. Out: [`Session`]s that run written-out SQL with parameters, each
//! statement under a time limit. Invariants:
//!
//! - a session runs in UTC, in strict mode and in READ COMMITTED: a row lock is always followed by a fresh read;
//! - a session that timed out or was left inside a transaction never returns to the pool as it is;
//! - SQL names tables as `{p}name`; the prefix is the only thing ever filled into a statement's text.

mod error;
mod migrate;
mod prefix;
mod record;
mod retry;
mod server;
mod session;
mod text_enum;

use std::fmt;
use std::time::Duration;

use mysql_async::{Conn, Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts};

pub use error::DbError;
pub use migrate::{MigrateError, Migration, TABLES, drop_all, is_new, migrate, pending};
pub use prefix::{Prefix, PrefixError};
pub use record::{Fields, Record};
pub use retry::{Transient, retry};
pub use server::{Flavour, Server};
pub use session::{Done, Session, placeholders};
pub(crate) use text_enum::text_enum;

/// Statements that every new connection starts with; some servers are configured otherwise.
const SETUP: [&str; 4] = [
    "SET autocommit = 1",
    "SET time_zone = '+00:00'",
    "SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/// A handle on the database; clones share one pool. `Debug` shows no part of the access.
#[derive(Clone)]
pub struct Database {
    pool: Pool,
    prefix: Prefix,
    timeout: Duration,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("prefix", &self.prefix.as_str()).finish_non_exhaustive()
    }
}

impl Database {
    /// Prepares a pool; nothing connects until the first session.
    ///
    /// `timeout` limits both the wait for a connection and each statement.
    pub fn new(url: &str, prefix: Prefix, connections: usize, timeout: Duration) -> Result<Self, DbError> {
        let opts = Opts::from_url(url).map_err(|source| DbError::Url(source.to_string()))?;
        Ok(Self::from_opts(opts, prefix, connections, timeout))
    }

    /// Like [`Database::new`], from options that were put together field by field.
    #[must_use]
    pub fn from_opts(opts: Opts, prefix: Prefix, connections: usize, timeout: Duration) -> Self {
        let bounds = PoolConstraints::new(0, connections.max(1)).unwrap_or_default();
        let pool_opts = PoolOpts::new()
            .with_constraints(bounds)
            .with_inactive_connection_ttl(Duration::from_mins(1))
            // Session state is set once and never changed; open transactions are rolled back by Session itself.
            .with_reset_connection(false);
        let opts = OptsBuilder::from_opts(opts)
            .pool_opts(pool_opts)
            .prefer_socket(false)
            .tcp_keepalive(Some(Duration::from_secs(30)))
            // `UPDATE` reports matched rows: compare-and-set must not take "already so" for "lost the race".
            .client_found_rows(true)
            .setup(SETUP.map(str::to_owned).into_iter().chain([lock_wait(timeout)]).collect::<Vec<_>>());
        Self { pool: Pool::new(opts), prefix, timeout }
    }

    /// The prefix of all tables.
    #[must_use]
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// The name of the database.
    pub async fn name(&self) -> Result<String, DbError> {
        let row = self.session().await?.first::<(String,)>("SELECT DATABASE() AS `name`", ()).await?;
        Ok(row.map(|row| row.0).unwrap_or_default())
    }

    /// A session in autocommit mode.
    pub async fn session(&self) -> Result<Session, DbError> {
        Ok(Session::new(self.connect().await?, self.prefix.clone(), self.timeout))
    }

    /// A session inside a transaction; dropped without [`Session::commit`], it is rolled back.
    pub async fn begin(&self) -> Result<Session, DbError> {
        let mut session = self.session().await?;
        session.begin().await?;
        Ok(session)
    }

    /// Closes the pool after the sessions in use have come back, or after the statement limit.
    pub async fn close(self) -> Result<(), DbError> {
        match tokio::time::timeout(self.timeout, self.pool.disconnect()).await {
            Ok(result) => result.map_err(|source| DbError::connect(&source)),
            Err(_) => Err(DbError::Timeout { statement: "close the pool".to_owned(), limit: self.timeout }),
        }
    }

    async fn connect(&self) -> Result<Conn, DbError> {
        match tokio::time::timeout(self.timeout, self.pool.get_conn()).await {
            Ok(connected) => connected.map_err(|source| DbError::connect(&source)),
            Err(_) => Err(DbError::Timeout { statement: "connect".to_owned(), limit: self.timeout }),
        }
    }
}

/// The lock wait stays below the statement limit, so that a lock conflict is told by the server (1205, which is
/// retried) and not by our own clock. Whole seconds, at least one.
fn lock_wait(timeout: Duration) -> String {
    format!("SET innodb_lock_wait_timeout = {}", (timeout.as_secs() / 2).clamp(1, 5))
}
