//! Kill anything at any moment: every paid item ends with exactly one license and one mail.
//!
//! | file | what it does |
//! |---|---|
//! | [`storm`] | everything at once, at random, by a printed seed |
//! | [`points`] | the same, at the moments that matter, one by one |
//! | [`licenses`] | the moments between this daemon and the license server |
//! | [`twins`] | two daemons on one database |
//! | [`customers`] | places orders and pays them, in every way that the CRM knows |
//! | [`chaos`] | kills, freezes and refuses |
//! | [`oracle`] | what must be true when it is quiet again; reads only tables and mails, knows nothing of the daemon |

mod chaos;
mod customers;
mod licenses;
mod oracle;
mod points;
mod storm;
mod twins;
