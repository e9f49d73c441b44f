//! Who is told about a license: whoever was named when it was given, else the contact of its order.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;
use crate::perfex::customer::checked_email;
use crate::perfex::plain_text::PlainText;
use crate::text::Language;

/// Names as mails greet with them.
const NAME: PlainText = PlainText { field: "the name", limit: 191, required: false };

const INSERT: &str =
    "INSERT INTO `{p}pm_license_holders` (`license_id`, `email`, `name`, `language`) VALUES (?, ?, ?, ?)";
const READ: &str = "SELECT COALESCE(h.`email`, o.`email`) AS `email`, \
     COALESCE(h.`name`, CONCAT(o.`firstname`, ' ', o.`lastname`)) AS `name`, \
     COALESCE(h.`language`, o.`language`) AS `language` FROM `{p}pm_licenses` l \
     LEFT JOIN `{p}pm_license_holders` h ON h.`license_id` = l.`id` \
     LEFT JOIN `{p}pm_order_items` i ON i.`id` = l.`order_item_id` \
     LEFT JOIN `{p}pm_orders` o ON o.`id` = i.`order_id` \
     WHERE l.`id` = ? AND COALESCE(h.`email`, o.`email`) IS NOT NULL";

/// A person who gets mail about a license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Their address.
    pub email: String,
    /// Their name; empty when nobody said it.
    pub name: String,
    /// A language folder of the CRM; `None` follows the CRM's own.
    pub language: Option<String>,
}

/// Why somebody cannot be the holder of a license; never repeats what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolderError {
    /// Not an address, or too long for the CRM's columns.
    #[error("this is not a mail address of at most 100 characters, such as eva@example.com")]
    Email,
    /// Longer than the column.
    #[error("this is longer than the {} characters that can be kept", NAME.limit)]
    Name,
    /// Not a language folder.
    #[error("this is not a language of the CRM: write it as its folder is called, such as english or german")]
    Language,
}

impl HolderError {
    /// The field that is wrong, as requests and options call it.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Language => "language",
        }
    }
}

impl Record for Holder {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let name: String = row.take("name")?;
        Ok(Self { email: row.take("email")?, name: name.trim().to_owned(), language: row.take("language")? })
    }
}

impl Holder {
    /// Takes what somebody typed.
    pub fn checked(email: &str, name: Option<&str>, language: Option<&str>) -> Result<Self, HolderError> {
        let email = checked_email(email).map_err(|_| HolderError::Email)?.to_owned();
        let name = NAME.clean(name.unwrap_or_default(), true).map_err(|_| HolderError::Name)?;
        if language.is_some_and(|folder| !Language::is_folder(folder)) {
            return Err(HolderError::Language);
        }
        Ok(Self { email, name, language: language.map(str::to_owned) })
    }

    /// Writes down who holds a license that has no order, in the caller's transaction.
    pub async fn save(&self, session: &mut Session, license: LicenseId) -> Result<(), DbError> {
        let row = (license, self.email.as_str(), self.name.as_str(), self.language.as_deref());
        session.run(INSERT, row).await?;
        Ok(())
    }

    /// The holder of a license; `None` when it was given to nobody in particular.
    pub async fn of(session: &mut Session, license: LicenseId) -> Result<Option<Self>, DbError> {
        session.first(READ, (license,)).await
    }
}
