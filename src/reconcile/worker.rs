//! Workers that take keys from the queue.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use futures_util::future::BoxFuture;

use super::queue::{Key, Queue};

/// How often an idle worker shows that it is alive.
const IDLE_BEAT: Duration = Duration::from_secs(5);

/// Makes the world match what a key says. Must be safe to repeat, and end within its own time limits.
pub trait Reconciler: Debug + Send + Sync {
    /// Looks at `key`; an error is one sentence, and the key comes back.
    fn reconcile(&self, key: Key) -> BoxFuture<'_, Result<(), String>>;
}

/// How a look at a key ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Whether it succeeded.
    pub ok: bool,
    /// How long it took.
    pub took: Duration,
}

/// Works until `stop`; a key that is being worked on is finished first.
pub async fn run(
    queue: &Queue,
    reconciler: &dyn Reconciler,
    stop: &CancellationToken,
    beat: impl Fn(),
    report: impl Fn(Report),
) {
    loop {
        beat();
        let key = tokio::select! {
            () = stop.cancelled() => return,
            key = queue.next() => key,
            () = tokio::time::sleep(IDLE_BEAT) => continue,
        };
        let begun = Instant::now();
        let result = reconciler.reconcile(key).await;
        report(Report { ok: result.is_ok(), took: begun.elapsed() });
        match result {
            Ok(()) => queue.done(key),
            Err(error) => {
                let pause = queue.failed(key);
                tracing::warn!(%key, error, again_in = ?pause, "reconcile failed");
            }
        }
    }
}
