//! Lets somebody say that there is something to see.

use std::sync::Arc;

use tokio::sync::Notify;

/// Rung by whoever knows of a change, heard by the loop that looks. It says neither what changed nor that something did:
/// who hears it looks at the CRM's own rows.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Rings. However often before somebody listens, it is heard once.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until it rings, or has rung since the last time.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_bell_that_rang_before_anyone_listened_is_heard_once() {
        let bell = Bell::default();
        bell.ring();
        bell.clone().ring();
        bell.rung().await;
        assert!(timeout(Duration::from_secs(1), bell.rung()).await.is_err());
    }
}
