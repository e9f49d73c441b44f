//! A form becomes one order, or comes back.

mod daemon;
mod mails;
mod once;
mod orders;
pub mod passage;
mod people;
mod refused;
mod sites;
pub mod till;
mod visitor;
