//! How the CRM's owner presents itself: name, logo, language, and which legal texts there are (`database.md` 6.2).

use crate::db::{DbError, Session};

use super::options::Options;

const NAMES: [&str; 4] = ["companyname", "company_logo", "favicon", "active_language"];
/// Texts of the CRM that have a page of their own once they are written.
const LEGAL: [(Legal, &str); 2] =
    [(Legal::Terms, "terms_and_conditions"), (Legal::Privacy, "privacy_policy")];
/// Where staff's uploads for the whole company lie, below the CRM's address.
const UPLOADS: &str = "uploads/company/";

/// A legal text that the CRM has a page for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Legal {
    /// Terms and conditions.
    Terms,
    /// The privacy policy.
    Privacy,
}

/// How the CRM's owner presents itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branding {
    /// The company's name.
    pub company: String,
    /// The logo's file name, as it lies among the company's uploads.
    logo: String,
    favicon: String,
    /// The CRM's own language, as its folder is called.
    pub language: String,
    /// The legal texts that are written.
    pub legal: Vec<Legal>,
}

impl Legal {
    /// The text's page, below the CRM's address.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Terms => "terms-and-conditions",
            Self::Privacy => "privacy-policy",
        }
    }
}

impl Branding {
    /// Reads it.
    pub async fn read(session: &mut Session) -> Result<Self, DbError> {
        let options = Options::read(session, &NAMES).await?;
        let written = Options::written(session, &LEGAL.map(|(_, name)| name)).await?;
        let legal = LEGAL.into_iter().filter(|(_, name)| written.iter().any(|found| found == name));
        Ok(Self {
            company: options.get("companyname").to_owned(),
            logo: options.get("company_logo").to_owned(),
            favicon: options.get("favicon").to_owned(),
            language: options.get("active_language").to_owned(),
            legal: legal.map(|(text, _)| text).collect(),
        })
    }

    /// The logo, below the CRM's address.
    #[must_use]
    pub fn logo(&self) -> Option<String> {
        upload(&self.logo)
    }

    /// The little picture for the browser's tab, below the CRM's address.
    #[must_use]
    pub fn favicon(&self) -> Option<String> {
        upload(&self.favicon)
    }
}

fn upload(file: &str) -> Option<String> {
    let escaped: String = url::form_urlencoded::byte_serialize(file.as_bytes()).collect();
    // A blank is a plus only behind a question mark.
    (!file.is_empty()).then(|| format!("{UPLOADS}{}", escaped.replace('+', "%20")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_leave_its_folder() {
        let branding = Branding { logo: "a b/../\"x.png".to_owned(), ..Branding::default() };
        assert_eq!(branding.logo().as_deref(), Some("uploads/company/a%20b%2F..%2F%22x.png"));
        assert_eq!(branding.favicon(), None);
    }
}
