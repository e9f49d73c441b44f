//! Durable delivery: what must leave the house is a row first.
//!
//! In: [`enqueue`] writes a message in the transaction of the fact that it tells. Out: a [`Courier`] delivers it
//! afterwards, for as long as it takes. Invariants:
//!
//! - one message per fact, by the unique key `bridge_outbox_dedupe`;
//! - a claim is one `UPDATE` that moves `due_at` to the end of the lease, so a row whose worker died comes back by
//!   itself; attempts are counted before the work, so a message that kills its worker still reaches its limit;
//! - every later write carries the lease token: a worker that lost its lease changes nothing;
//! - `sending` is committed before the point of no return; a row found in it afterwards is uncertain, never repeated
//!   blindly;
//! - each [`Lane`] has its own loop and its own limits, so that no receiver delays the messages of another;
//! - the payload holds keys and names of customers and lies encrypted.

mod backoff;
mod claim;
mod courier;
mod family;
mod lane;
mod message;
mod state;
mod worker;

pub use backoff::Backoff;
pub use courier::{Courier, Handover, Outcome};
pub use family::Family;
pub use lane::Lane;
pub use message::{
    Excerpt, Filter, Message, NewMessage, Overview, about, drop_message, enqueue, excerpt, list, overview,
    prune, retry, show,
};
pub use state::State;
pub use worker::{Outbox, Policy, Round};

use crate::db::DbError;

/// Why a message could not be handled.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbError),
    /// There is no such message.
    #[error("there is no message {0}; `outbox list` shows them")]
    Unknown(crate::ids::MessageId),
    /// The message's state does not allow this.
    #[error("message {id} is {state}: it cannot be {wanted}")]
    NotFrom {
        /// The message.
        id: crate::ids::MessageId,
        /// Its state.
        state: State,
        /// What was asked for.
        wanted: &'static str,
    },
}
