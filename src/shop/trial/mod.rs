//! Trials: one per product and customer, ever; reminded of, ended, and bought.
//!
//! In: an order of a trial package, time, and an order that pays for the same product. Out: a claim, or a refusal that says
//! nothing about anybody else; mails; the trial's key as that of the paid license. Invariants:
//!
//! - one trial a product for each mailbox and for each registrable domain, by the unique keys `pm_trials_mailbox` and
//!   `pm_trials_domain`; the claim outlives the license and whatever names the person;
//! - no reminder twice, none out of its order, none once the trial is bought, ended or taken away;
//! - a trial is bought once, under the lock of its row.

mod claim;
mod mailbox;
mod mails;
pub(super) mod purchase;
pub mod reminder_days;

pub use claim::{Claim, TrialRefusal, claim};
pub use mails::TrialMails;
