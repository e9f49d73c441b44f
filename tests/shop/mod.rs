//! Orders and what becomes of them.

mod customers;
mod expiry;
mod place;
mod refusals;
mod remote;
mod storefront;
mod trial;
mod truth_table;
mod walk;
