//! Waiting for a condition, with a deadline: never for a length of time.

use std::time::Duration;

use tokio::time::{sleep, timeout};

/// Longer than anything takes on a busy machine; whoever waits that long waits for something that does not come.
pub const LIMIT: Duration = Duration::from_secs(30);
/// The time between two looks.
const LOOK: Duration = Duration::from_millis(10);

/// Looks again and again until `look` finds something. `what` completes "there is no ... within 30 s".
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(LIMIT, what, look).await
}

/// Like [`eventually`], with a deadline of its own.
pub async fn within<T>(limit: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = timeout(limit, async {
        loop {
            match look().await {
                Some(found) => return found,
                None => sleep(LOOK).await,
            }
        }
    });
    found.await.unwrap_or_else(|_| panic!("there is no {what} within {limit:?}"))
}
