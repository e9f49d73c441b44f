//! Orders and what becomes of them.

mod customer_page;
mod customers;
mod expiry;
mod place;
mod portal_page;
mod refusals;
mod remote;
mod storefront;
mod trial;
mod truth_table;
mod walk;
