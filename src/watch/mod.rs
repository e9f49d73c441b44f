//! Changes become keys.
//!
//! In: the CRM's tables. Out: keys in the reconcile queue. Three ways lead to the same key, each mends what the one
//! before may miss:
//!
//! - **poll**, every second: new payment and credit rows that the ledger does not know (an anti-join over a window, so
//!   that a row which becomes visible late is still found), one stretch of all orders whose invoices are compared with
//!   what was last settled (edits and deletions), and orders for which time has come;
//! - **sweep**, at start, after an outage and every ten minutes: all orders, credits included;
//! - whoever knows earlier rings the [`Bell`]: the CRM's companion does; the binary log may when it comes.
//!
//! A hint that is lost costs time, never a license.

mod bell;
mod poll;
mod sweep;
mod watched;

pub use bell::Bell;
pub use poll::Poll;
pub use sweep::{Swept, sweep};
pub use watched::{Stretch, Watched};
