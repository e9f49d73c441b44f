//! What to do with a key.

use std::fmt;
use std::sync::Arc;

use crate::outbox::Outbox;
use crate::reconcile::{Key, Reconciler};
use crate::shop::order_page::News;
use crate::shop::{self, Settled, ShopError, Workshop};
use futures_util::future::BoxFuture;

/// Hands keys to the modules.
pub struct Settler {
    workshop: Workshop,
    outboxes: Vec<Arc<Outbox>>,
    news: News,
    issued: Box<dyn Fn(u32) + Send + Sync>,
}

impl fmt::Debug for Settler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Settler")
    }
}

impl Settler {
    /// A settler that wakes the outboxes, tells open pages, and tells `issued` how many licenses came to be.
    pub fn new(
        workshop: Workshop,
        outboxes: Vec<Arc<Outbox>>,
        news: News,
        issued: impl Fn(u32) + Send + Sync + 'static,
    ) -> Self {
        Self { workshop, outboxes, news, issued: Box::new(issued) }
    }

    async fn invoice(&self, id: crate::ids::InvoiceId) -> Result<(), ShopError> {
        if let Settled::Changed { issued } = shop::settle(&self.workshop, id).await? {
            tracing::info!(invoice = %id, issued, "settled");
            if issued > 0 {
                (self.issued)(issued);
            }
            self.news.tell(id);
            for outbox in &self.outboxes {
                outbox.nudge();
            }
        }
        Ok(())
    }
}

impl Reconciler for Settler {
    fn reconcile(&self, key: Key) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            match key {
                Key::Invoice(id) => self.invoice(id).await.map_err(|error| error.to_string()),
            }
        })
    }
}
