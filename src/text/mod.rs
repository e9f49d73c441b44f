//! What people read: languages, texts, templates.
//!
//! `locales/*.ftl` is the one source of every text. Mail texts are put together from them by Tera with Perfex's merge
//! fields still in place, so that the same text can be stored in the CRM for staff to edit, or be sent as it is.

mod dates;
mod language;
mod mail_texts;
mod phrases;

pub use dates::write_date;
pub use language::Language;
pub use mail_texts::{MailText, MailTexts, TextError};
pub use phrases::Phrases;
