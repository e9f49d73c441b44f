//! Keys become work, one at a time per key.
//!
//! In: a [`Key`] that says "look at this again"; nobody says why. Out: a [`Reconciler`] has looked. Invariants: a key
//! that is queued twice is worked on once; a key is never worked on by two workers of this process at the same time
//! (a second call while it is worked on queues it again); a failure comes back by itself, later each time.

mod queue;
mod worker;

pub use queue::{Key, Queue};
pub use worker::{Reconciler, Report, run};
