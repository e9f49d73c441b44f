//! The only room that knows the CRM: its tables, columns, files and PHP formats.
//!
//! Everything above speaks the field's words (invoice, payment, contact, staff member); how Perfex writes them down
//! is said here and nowhere else. Facts come from running installs of 3.0 and 3.4; columns that exist only in some
//! versions are asked of the [`schema`].

pub mod activity;
pub mod app_config;
pub mod branding;
pub mod changes;
pub mod country;
pub mod credit_note;
pub mod cron_runs;
pub mod currency;
pub mod customer;
pub mod encryption;
pub mod file_access;
pub mod files;
pub mod fitness;
pub mod formats;
pub mod invoice;
pub mod invoice_number;
pub mod mail_options;
pub mod mail_template;
pub mod modules;
pub mod my_routes;
pub mod new_invoice;
pub mod notification;
pub mod numbering;
pub mod options;
pub mod payment_modes;
pub mod php_check;
mod php_source;
pub mod php_value;
pub mod plain_text;
pub mod portal_contact;
pub mod portal_theme;
pub mod scheduled_mail;
pub mod schema;
pub mod session;
pub mod staff_member;
pub mod tax;
