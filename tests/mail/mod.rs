//! Mails from the outbox to a real SMTP server, and what customers read.

mod delivery;
mod templates;
mod texts;
mod way_out;
