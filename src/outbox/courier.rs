//! Who carries messages away.
//!
//! A courier works in two steps, so that the outbox can write `sending` down between "could still be called back" and
//! "gone". Mail is one kind; whatever leaves the house later is another.

use std::fmt::{self, Debug};
use std::pin::Pin;

use super::message::Message;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// The other side took it.
    Sent,
    /// Certainly not delivered; worth another try.
    Retry(String),
    /// Certainly not delivered; trying again changes nothing.
    Dead(String),
    /// Perhaps delivered.
    Uncertain(String),
}

/// Carries messages of one kind.
pub trait Courier: Debug + Send + Sync {
    /// Does everything that can fail without the message having left; ends within its own deadline.
    fn prepare<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Ready, Delivery>>;

    /// Whether delivering the same message twice is harmless, so that an uncertain one need not wait.
    fn idempotent(&self) -> bool;
}

/// A message at the point of no return; dropped, it stays at home.
#[must_use = "a message that is not handed over stays at home"]
pub struct Ready(BoxFuture<'static, Delivery>);

impl Ready {
    /// The last step; it must do nothing before it is polled, and end within its own deadline.
    pub fn new(step: impl Future<Output = Delivery> + Send + 'static) -> Self {
        Self(Box::pin(step))
    }

    /// Hands the message over.
    pub async fn hand_over(self) -> Delivery {
        self.0.await
    }
}

impl Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ready")
    }
}
