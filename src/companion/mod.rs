//! What is installed into Perfex.
//!
//! [`module`] is a module of the CRM that shows our pages and tells us of payments, [`routes`] lets the CRM's addresses lead
//! to its controllers. Everything here can be taken out again without a trace, is written only by the operator's command
//! first, and refused rather than risked: an error in one of these files takes down the whole CRM. [`nudge`] is what the
//! module says to the daemon, [`mails_page`] the list of our mail texts.

pub mod alive;
pub mod live;
pub mod mails_page;
pub mod module;
pub mod nudge;
pub mod overview;
pub mod routes;

use crate::http::staff::Feature;

/// What staff need capabilities of to see how the bridge does, and to change that.
pub const FEATURE: Feature = Feature { name: "perfex_bridge", label: "Bridge" };
