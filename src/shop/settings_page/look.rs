//! How the shop looks: colour, logo, links.

use crate::audit::Deed;
use crate::db::{DbError, Session};
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::perfex::options::Options;
use crate::shop::storefront::{ACCENT, Colour, FOOTER_LINKS, HEADER_LINKS, LOGO, Link};
use crate::text::is_own_picture;

use super::{SUBJECT, SettingsPage};

/// The fields with the settings that they fill.
const FIELDS: [(&str, &str); 4] =
    [("accent", ACCENT), ("logo", LOGO), ("header_links", HEADER_LINKS), ("footer_links", FOOTER_LINKS)];

/// Fills the form.
pub(super) async fn show(session: &mut Session, visit: &mut StaffVisit) -> Result<(), DbError> {
    let options = Options::read(session, &FIELDS.map(|(_, name)| name)).await?;
    for (field, name) in FIELDS {
        let saved = options.get(name);
        let shown = if field == "accent" && saved.is_empty() {
            Colour::default().to_string()
        } else {
            saved.to_owned()
        };
        visit.form.fill(field, &shown);
    }
    Ok(())
}

impl SettingsPage {
    pub(super) async fn save_look(&self, mut visit: StaffVisit) -> Result<StaffAnswer, PageError> {
        let accent = visit.required("accent", 7);
        if !accent.is_empty() && accent.parse::<Colour>().is_err() {
            visit.refuse("accent", "staff-settings-accent-wrong", &[]);
        }
        let logo = visit.text("logo", 500);
        if !logo.is_empty() && !is_own_picture(&logo, &self.home) {
            visit.refuse("logo", "staff-product-picture-wrong", &[("home", self.home.as_str())]);
        }
        for field in ["header_links", "footer_links"] {
            if let Err(error) = Link::parse_lines(visit.form.text(field)) {
                let sentence = visit.tell(&error.sentence());
                visit.form.refuse(field, sentence);
            }
        }
        if visit.form.is_refused() {
            return self.page(visit, None).await;
        }
        let mut session = self.alone().await?;
        let before = Options::read(&mut session, &FIELDS.map(|(_, name)| name)).await?;
        let mut deed = Deed::new(SUBJECT, "look", "changed");
        for (field, name) in FIELDS {
            let value = visit.form.text(field).replace("\r\n", "\n");
            deed = deed.changed(field, Some(before.get(name)), Some(&value));
            Options::put(&mut session, name, &value).await?;
        }
        self.finish(&visit, session, deed).await
    }
}
