//! How a letter leaves, in two phases.
//!
//! [`Transport::prepare`] does everything that can fail without the mail having left. What it returns, a [`Handover`],
//! is the point of no return: the caller commits "sending" first and then completes it. A handover that is dropped
//! instead sends nothing.

use std::fmt::{self, Debug};
use std::pin::Pin;

use super::compose::Composed;
use super::outcome::Outcome;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A way out of the house.
pub trait Transport: Debug + Send + Sync {
    /// Goes up to the point of no return: connect, TLS, log in, sender and recipients. The error is never
    /// [`Outcome::Sent`] and never [`Outcome::Uncertain`].
    fn prepare<'a>(&'a self, letter: &'a Composed) -> BoxFuture<'a, Result<Handover<'a>, Outcome>>;

    /// Whether sending the same Message-ID twice is harmless, so that an uncertain letter may simply be repeated.
    fn idempotent(&self) -> bool;

    /// Its name in the configuration and in metrics.
    fn name(&self) -> &'static str;
}

/// The last step, ready to be taken. Nothing of it has begun.
#[must_use = "a handover that is dropped sends nothing"]
pub struct Handover<'a>(BoxFuture<'a, Outcome>);

impl<'a> Handover<'a> {
    /// A last step; `step` must do nothing before it is polled.
    pub fn new(step: impl Future<Output = Outcome> + Send + 'a) -> Self {
        Self(Box::pin(step))
    }

    /// Hands the letter over. Ends within the transport's own deadline.
    pub async fn complete(self) -> Outcome {
        self.0.await
    }
}

impl Debug for Handover<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handover")
    }
}
