//! The shop's pages for staff within the CRM.

mod locked;
mod products;
mod reload;
mod settings;
