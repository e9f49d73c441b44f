//! Repeats a transaction that lost against another one.

use std::time::Duration;

use super::DbError;

/// How often a transaction is tried in all.
const TRIES: u32 = 6;

/// An error that may mean "another transaction was in the way, try again".
pub trait Transient {
    /// Whether repeating the whole transaction may succeed.
    fn is_transient(&self) -> bool;
}

impl Transient for DbError {
    fn is_transient(&self) -> bool {
        self.is_conflict()
    }
}

/// Runs `attempt`, which must open its own transaction, again after a deadlock or a lock wait timeout.
///
/// The pauses (10, 20, 40 ms ...) let the other transaction finish.
pub async fn retry<T, E, F, A>(mut attempt: F) -> Result<T, E>
where
    E: Transient,
    F: FnMut() -> A,
    A: Future<Output = Result<T, E>>,
{
    let mut pause = Duration::from_millis(10);
    for _ in 1..TRIES {
        match attempt().await {
            Err(error) if error.is_transient() => tokio::time::sleep(pause).await,
            done => return done,
        }
        pause *= 2;
    }
    attempt().await
}
