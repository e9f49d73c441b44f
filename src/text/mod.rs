//! What people read: languages, texts, templates.
//!
//! `locales/<language>/<area>.ftl` is the one source of every text. Mail texts are put together from them by Tera with Perfex's merge
//! fields still in place, so that the same text can be stored in the CRM for staff to edit, or be sent as it is.
//! Pages are put together when somebody looks at them.

mod alphabet;
mod amounts;
mod dates;
mod language;
mod mail_texts;
mod markdown;
mod pages;
mod phrases;
mod portal_texts;
mod shop_texts;
mod speaking;
mod staff_texts;

pub use alphabet::alphabetical;
pub use amounts::{write_amount, write_money};
pub use dates::{write_date, write_day, write_moment};
pub use language::Language;
pub use mail_texts::{MailText, MailTexts, TextError};
pub use markdown::{is_own_picture, plain_words, write_markdown};
pub use pages::Pages;
pub use phrases::Phrases;
pub use portal_texts::PortalTexts;
pub use shop_texts::{SHOP_STYLE, ShopTexts, source_of};
pub use staff_texts::StaffTexts;
