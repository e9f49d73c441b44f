//! One connection in use: statements with parameters, each under a time limit.

use std::fmt;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Params, Row};

use super::{DbError, Fields, Prefix, Record};

/// How long a rollback or a good-bye may take before the connection is simply dropped.
const FAREWELL: Duration = Duration::from_secs(2);

/// What a statement that changes rows did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Rows that matched an `UPDATE`, or that were inserted or deleted.
    pub rows: u64,
    /// The id that an `AUTO_INCREMENT` column gave, or 0.
    pub id: i64,
}

/// A connection taken from the pool. `Debug` shows no part of the access.
pub struct Session {
    /// `None` only after the connection was given up.
    conn: Option<Conn>,
    prefix: Prefix,
    timeout: Duration,
    in_transaction: bool,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("in_transaction", &self.in_transaction).finish_non_exhaustive()
    }
}

impl Session {
    pub(super) fn new(conn: Conn, prefix: Prefix, timeout: Duration) -> Self {
        Self { conn: Some(conn), prefix, timeout, in_transaction: false }
    }

    /// All rows of a statement.
    pub async fn rows<T: Record>(
        &mut self,
        sql: &str,
        params: impl Into<Params> + Send,
    ) -> Result<Vec<T>, DbError> {
        let filled = self.prefix.fill(sql);
        let params = params.into();
        let rows: Vec<Row> = self.limited(sql, async |conn| conn.exec(filled, params).await).await?;
        rows.into_iter().map(|row| T::read(&mut Fields::new(row))).collect()
    }

    /// The first row of a statement, if there is one.
    pub async fn first<T: Record>(
        &mut self,
        sql: &str,
        params: impl Into<Params> + Send,
    ) -> Result<Option<T>, DbError> {
        let filled = self.prefix.fill(sql);
        let params = params.into();
        let row: Option<Row> = self.limited(sql, async |conn| conn.exec_first(filled, params).await).await?;
        row.map(|row| T::read(&mut Fields::new(row))).transpose()
    }

    /// Runs a statement that changes rows.
    pub async fn run(&mut self, sql: &str, params: impl Into<Params> + Send) -> Result<Done, DbError> {
        let filled = self.prefix.fill(sql);
        let params = params.into();
        self.limited(sql, async |conn| {
            conn.exec_drop(filled, params).await?;
            Ok(Done {
                rows: conn.affected_rows(),
                id: conn.last_insert_id().and_then(|id| i64::try_from(id).ok()).unwrap_or_default(),
            })
        })
        .await
    }

    /// Runs a statement that cannot be prepared (DDL on old servers).
    pub async fn run_text(&mut self, sql: &str) -> Result<(), DbError> {
        let filled = self.prefix.fill(sql);
        self.limited(sql, async |conn| conn.query_drop(filled).await).await
    }

    /// All rows of a statement that cannot be prepared, such as `SHOW GRANTS`.
    pub async fn rows_text<T: Record>(&mut self, sql: &str) -> Result<Vec<T>, DbError> {
        let filled = self.prefix.fill(sql);
        let rows: Vec<Row> = self.limited(sql, async |conn| conn.query(filled).await).await?;
        rows.into_iter().map(|row| T::read(&mut Fields::new(row))).collect()
    }

    pub(super) async fn begin(&mut self) -> Result<(), DbError> {
        self.in_transaction = true;
        self.run_text("START TRANSACTION").await
    }

    /// Commits the transaction and gives the connection back.
    ///
    /// An error leaves open whether the commit happened: the caller's effects must be safe to repeat.
    pub async fn commit(mut self) -> Result<(), DbError> {
        self.run_text("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    async fn limited<T>(
        &mut self,
        sql: &str,
        work: impl AsyncFnOnce(&mut Conn) -> Result<T, Error>,
    ) -> Result<T, DbError> {
        let Some(conn) = self.conn.as_mut() else {
            return Err(DbError::statement(sql, &Error::Driver(mysql_async::DriverError::ConnectionClosed)));
        };
        match tokio::time::timeout(self.timeout, work(conn)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(source)) => {
                if source.is_fatal() {
                    self.give_up();
                }
                Err(DbError::statement(sql, &source))
            }
            Err(_) => {
                self.give_up();
                let statement = super::error::first_words(sql);
                Err(DbError::Timeout { statement, limit: self.timeout })
            }
        }
    }

    /// Takes a connection whose state is unknown out of circulation: the server rolls back when it closes.
    fn give_up(&mut self) {
        self.in_transaction = false;
        let Some(conn) = self.conn.take() else { return };
        farewell(async move {
            if let Err(error) = conn.disconnect().await {
                tracing::debug!(%error, "closing a broken database connection");
            }
        });
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.in_transaction {
            return;
        }
        // Whoever waited for a statement went away before its answer came: on this connection the answer to `ROLLBACK`
        // would be taken for the next one's. `Conn::is_disconnected` is true from the moment a statement leaves.
        if self.conn.as_ref().is_some_and(Conn::is_disconnected) {
            return self.give_up();
        }
        let Some(mut conn) = self.conn.take() else { return };
        farewell(async move {
            if let Err(error) = conn.query_drop("ROLLBACK").await {
                tracing::debug!(%error, "rolling back");
                if let Err(error) = conn.disconnect().await {
                    tracing::debug!(%error, "closing a broken database connection");
                }
            }
        });
    }
}

/// Finishes a connection in the background, for a limited time.
fn farewell(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(async move {
            if tokio::time::timeout(FAREWELL, work).await.is_err() {
                tracing::debug!("a database connection did not say good-bye in time");
            }
        });
    }
}

/// `?, ?, ?` for an `IN` list or a row of values.
#[must_use]
pub fn placeholders(count: usize) -> String {
    vec!["?"; count].join(", ")
}
