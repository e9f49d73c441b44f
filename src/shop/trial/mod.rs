//! Trials: one per product and customer, ever.
//!
//! In: an order of a trial package. Out: a claim, or a refusal that says nothing about anybody else. Invariants:
//!
//! - one trial a product for each mailbox and for each registrable domain, by the unique keys `pm_trials_mailbox` and
//!   `pm_trials_domain`; the claim outlives the license and whatever names the person.

mod claim;
mod mailbox;

pub use claim::{Claim, TrialRefusal, claim};
