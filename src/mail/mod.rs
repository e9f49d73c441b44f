//! Mail: from a template's text to a server's answer.
//!
//! In: a template with `{fields}` and their values, addresses, settings. Out: for each letter exactly one [`Outcome`](crate::outbox::Outcome).
//! Only the [`postman`] knows the database and the CRM; the outbox calls it and keeps the books.
//!
//! ```text
//! merge (fields into subject, name, html) -> compose (Letter -> bytes) -> Transport::prepare -> Handover::complete
//! ```
//!
//! Invariants:
//!
//! - The same [`Letter`] always becomes the same bytes, Message-ID included: a repeat is recognisable as one.
//! - Customer text never opens an HTML tag and never starts a header line.
//! - Whatever can fail without the mail having left fails in [`Transport::prepare`]; so the caller can write down
//!   "sending" between the two phases, and a crash leaves doubt only where there is doubt.
//! - Every phase has a deadline; no server can hold a caller for longer.
//! - No reason and no `Debug` output contains a password.

pub mod compose;
pub mod file;
pub mod merge;
mod outcome;
pub mod plain;
pub mod postman;
pub mod sendmail;
pub mod settings;
pub mod smtp;
pub mod transport;

pub use compose::{ComposeError, Composed, Letter, Mailbox};
pub use merge::{Escape, Fields, MergeError, Value, merge};
pub use postman::{Payload, Postman};
pub use settings::{CrmOptions, MailSettings, SettingsError, TransportSettings, transport};
pub use smtp::{Security, SmtpSettings};
pub use transport::Transport;
