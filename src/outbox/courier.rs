//! Who carries messages away, and what comes back.
//!
//! Carrying takes two steps, so that the outbox can write `sending` down between "could still be called back" and
//! "gone". Mail is one kind of message; whatever leaves the house later is another.

use std::fmt::{self, Debug};

use futures_util::future::BoxFuture;

use super::message::Message;

/// What became of a message. Reasons are one short line with the other side's own words, and never contain a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other side took responsibility.
    Sent {
        /// Its answer.
        response: String,
    },
    /// Certainly not sent; worth another try later.
    Retry {
        /// What failed.
        reason: String,
    },
    /// Certainly not sent; another try would fail the same way.
    Dead {
        /// What was refused.
        reason: String,
    },
    /// Perhaps sent: the line broke or fell silent after the content began to leave.
    Uncertain {
        /// What was seen last.
        reason: String,
    },
}

/// Carries messages of one kind.
pub trait Courier: Debug + Send + Sync {
    /// Does everything that can fail without the message having left; ends within its own deadline. The error is
    /// never [`Outcome::Sent`] and never [`Outcome::Uncertain`].
    fn prepare<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Handover, Outcome>>;

    /// Whether delivering the same message twice is harmless, so that an uncertain one need not wait.
    fn idempotent(&self) -> bool;
}

/// The last step, ready to be taken. Nothing of it has begun.
#[must_use = "a handover that is dropped sends nothing"]
pub struct Handover(BoxFuture<'static, Outcome>);

impl Handover {
    /// A last step; `step` must do nothing before it is polled, and end within its own deadline.
    pub fn new(step: impl Future<Output = Outcome> + Send + 'static) -> Self {
        Self(Box::pin(step))
    }

    /// Hands the message over.
    pub async fn complete(self) -> Outcome {
        self.0.await
    }
}

impl Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handover")
    }
}
