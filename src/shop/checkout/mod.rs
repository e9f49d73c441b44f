//! Checkout: a form becomes one order.
pub mod vat_id;
