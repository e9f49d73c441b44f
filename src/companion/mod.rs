//! What is installed into Perfex.
//!
//! [`routes`] lets the CRM's addresses lead to our controllers. Everything here can be taken out again without a trace, is
//! written only by the operator's command first, and refused rather than risked: an error in one of these files takes down
//! the whole CRM.

pub mod routes;
