//! The only room that knows the CRM: its tables, columns, files and PHP formats.
//!
//! Everything above speaks the field's words (invoice, payment, contact, staff member); how Perfex writes them down
//! is said here and nowhere else.

pub mod encryption;
pub mod php_value;
