//! How the CRM sends mail and what it puts around every letter (`database.md` 6.2, 7.1).

use secrecy::SecretString;

use crate::db::{DbError, Session};

use super::encryption::{Cipher, DecryptError};
use super::options::Options;

const NAMES: [&str; 18] = [
    "email_protocol",
    "smtp_host",
    "smtp_port",
    "smtp_username",
    "smtp_email",
    "smtp_password",
    "smtp_encryption",
    "bcc_emails",
    "email_header",
    "email_footer",
    "email_signature",
    "companyname",
    "main_domain",
    "company_logo",
    "company_logo_dark",
    "active_language",
    "dateformat",
    "default_timezone",
];

/// The CRM's mail settings, read anew for every batch so that staff's changes count at once.
#[derive(Debug, Clone)]
pub struct MailOptions {
    options: Options,
    password: Result<Option<SecretString>, DecryptError>,
}

impl MailOptions {
    /// Reads the settings and decrypts the SMTP password.
    pub async fn read(session: &mut Session, cipher: &Cipher) -> Result<Self, DbError> {
        let options = Options::read(session, &NAMES).await?;
        let password = match options.get("smtp_password") {
            "" => Ok(None),
            stored => cipher
                .decrypt(stored)
                .map(|plain| Some(SecretString::from(String::from_utf8_lossy(&plain).into_owned()))),
        };
        Ok(Self { options, password })
    }

    /// A setting by its name in the CRM.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.options.get(name)
    }

    /// The SMTP password; an error when it was encrypted under another key.
    pub fn password(&self) -> Result<Option<SecretString>, DecryptError> {
        self.password.clone()
    }

    /// The settings themselves, for dates and languages.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }
}
