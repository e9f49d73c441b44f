//! How a letter leaves, in two phases.
//!
//! [`Transport::prepare`] does everything that can fail without the mail having left. What it returns, a [`Handover`],
//! is the point of no return: the outbox commits "sending" first and then completes it.

use std::fmt::Debug;
use std::sync::Arc;

use crate::outbox::{Handover, Outcome};
use futures_util::future::BoxFuture;

use super::compose::Composed;

/// A way out of the house.
pub trait Transport: Debug + Send + Sync {
    /// Goes up to the point of no return: connect, TLS, log in, sender and recipients. The error is never
    /// [`Outcome::Sent`] and never [`Outcome::Uncertain`].
    fn prepare(self: Arc<Self>, letter: Arc<Composed>) -> BoxFuture<'static, Result<Handover, Outcome>>;
}
