//! The page of an order: `/shop/order/{token}`.
//!
//! In: 128 random bits that the buyer was led to. Out: where the order stands, the way to pay, and the license keys as soon
//! as they are there. Invariants: an unknown token and an impossible one get the same answer; nothing is stored or listed by
//! anybody; what a known customer has in the CRM is shown to nobody who only typed their mail address; looking changes
//! nothing.

mod live;
mod page;
mod post;
mod view;

pub use live::{Live, News};
pub use page::OrderPage;
