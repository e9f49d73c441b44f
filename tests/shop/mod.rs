//! Orders and what becomes of them.

mod backoffice;
pub mod checkout;
mod customer_page;
mod customers;
mod expiry;
pub mod order_page;
mod place;
mod portal_page;
mod refusals;
mod remote;
mod reversals;
mod seen;
mod sentences;
mod storefront;
mod taxes;
mod trial;
mod truth_table;
mod walk;
mod world;
