//! A daemon's watch that stands still until a test lets it look.

use std::sync::Arc;

use futures_util::FutureExt as _;
use perfex_bridge::app::App;
use perfex_bridge::ids::InvoiceId;
use perfex_bridge::reconcile::{Key, Queue};
use perfex_bridge::shop::{Orders, settle};
use perfex_bridge::watch::{Poll, sweep};

/// Poller, sweep and queue of one daemon.
pub(super) struct Lookout<'a> {
    app: &'a App,
    poll: Poll,
    queue: Arc<Queue>,
}

impl<'a> Lookout<'a> {
    /// The watch of `app`, which has looked at everything once, as at its start.
    pub(super) async fn posted(app: &'a App) -> Self {
        let queue = Arc::new(Queue::new());
        let orders = Arc::new(Orders::new(app.database.clone()));
        let clock = Arc::clone(&app.clock);
        let poll = Poll::new(app.database.clone(), clock, orders, Arc::clone(&queue));
        let mut lookout = Self { app, poll, queue };
        lookout.poll.anchor().await.unwrap();
        lookout.sweep().await;
        lookout
    }

    /// Looks once for news; returns what it wants looked at again.
    pub(super) async fn seen(&mut self) -> Vec<i64> {
        self.poll.look().await.unwrap();
        self.emptied()
    }

    /// Looks once for news and settles what it found.
    pub(super) async fn look(&mut self) -> Vec<i64> {
        let found = self.seen().await;
        self.settle(&found).await;
        found
    }

    /// Looks at everything and settles what has changed.
    pub(super) async fn sweep(&mut self) -> Vec<i64> {
        let orders = Orders::new(self.app.database.clone());
        sweep(&self.app.database, &orders, &self.queue, |_| {}).await.unwrap();
        let found = self.emptied();
        self.settle(&found).await;
        found
    }

    async fn settle(&self, invoices: &[i64]) {
        for id in invoices {
            settle(&self.app.workshop, InvoiceId(*id)).await.unwrap();
        }
    }

    fn emptied(&self) -> Vec<i64> {
        let mut found = Vec::new();
        while let Some(key) = self.queue.next().now_or_never() {
            self.queue.done(key);
            let Key::Invoice(id) = key;
            found.push(id.0);
        }
        found
    }
}
