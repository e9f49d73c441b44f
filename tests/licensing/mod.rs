//! Licenses: issued once per unit, never stored to be read, changed only along the table of rights; and the license
//! server: what it issues, where it binds, what it refuses, and what races cannot break.

mod binding;
mod checks;
mod client;
mod create;
mod daemon;
mod issue;
mod life;
mod lookups;
mod move_daemon;
mod move_page;
mod moving;
mod openapi;
mod panel_page;
mod renew;
mod requests;
mod right;
mod secrecy;
