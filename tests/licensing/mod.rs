//! The license server: what it issues, where it binds, what it refuses, and what races cannot break.

mod binding;
mod create;
mod daemon;
mod requests;
