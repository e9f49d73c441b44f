//! A form becomes one order, or comes back.

mod daemon;
mod mails;
mod once;
mod orders;
mod people;
mod refused;
mod sites;
pub mod till;
pub mod visitor;
