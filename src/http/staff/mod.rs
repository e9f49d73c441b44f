//! The frame of every page for staff within the CRM.
//!
//! In: requests through the companion's gateway below `/bridge/staff`. Out: fragments for the CRM's own layout, the way
//! back after a form, or files. A module writes one [`StaffPage`] a page; what all pages need is here, once:
//!
//! | what | where |
//! |---|---|
//! | who gets in, with which [`Capability`] of which [`Feature`]; our check of forms | [`StaffDoor`] |
//! | finding the page, failures, methods | [`StaffDesk`] |
//! | the person, words, dates, what was sent, what to answer | [`StaffVisit`] |
//! | fields that come back filled, with a sentence each | [`Form`] |
//! | lists with columns that sort, pages, and those too long for page numbers | [`Listing`], [`Keyset`] |
//! | who changed what, when, from what to what | [`StaffVisit::record`], [`AuditLine`] |
//!
//! The parts that pages are made of lie in `templates/staff/parts.html`.

mod audit_line;
mod capability;
mod desk;
mod door;
mod form;
mod keyset;
mod listing;
mod page;
mod visit;

pub use audit_line::AuditLine;
pub use capability::{Capability, Feature};
pub use desk::StaffDesk;
pub use door::StaffDoor;
pub use form::Form;
pub use keyset::{Keyset, Place};
pub use listing::{Column, Listing, Pager, Table};
pub use page::{StaffAnswer, StaffPage};
pub use visit::StaffVisit;

/// Below which all pages for staff lie.
pub const PATH: &str = "/bridge/staff";
