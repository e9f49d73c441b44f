//! Our mail texts, within the CRM's own page Setup > Email Templates, whose list knows only the CRM's groups.
//!
//! In: `mails` among the pages for staff. Out: each mail with the way into the CRM's editor, whether it is switched on, what
//! became of each of its languages, and the merge fields that it has.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use super::FEATURE;
use crate::db::Database;
use crate::http::PageError;
use crate::http::staff::{Feature, StaffAnswer, StaffPage, StaffVisit};
use crate::perfex::mail_template::{self, ENGLISH, Listed};
use crate::text::{Language, MailText, MailTexts};

/// The fields that every mail has, beside its own.
const COMMON: [&str; 10] = [
    "companyname",
    "main_domain",
    "crm_url",
    "admin_url",
    "terms_and_conditions_url",
    "privacy_policy_url",
    "logo_url",
    "logo_image_with_url",
    "dark_logo_image_with_url",
    "email_signature",
];

/// The page.
#[derive(Debug, Clone)]
pub struct MailsPage {
    /// The database.
    pub database: Database,
    /// The texts as they are delivered.
    pub texts: MailTexts,
}

#[derive(Serialize)]
struct Group {
    name: String,
    mails: Vec<Mail>,
}

#[derive(Serialize)]
struct Mail {
    name: String,
    slug: String,
    /// The row that the CRM's editor opens, with all languages on one page; none before `install`.
    id: Option<i64>,
    active: bool,
    languages: Vec<Spoken>,
    fields: Vec<Field>,
}

#[derive(Serialize)]
struct Spoken {
    language: &'static str,
    /// `delivered`, `edited` or `missing`.
    state: &'static str,
}

#[derive(Serialize)]
struct Field {
    name: String,
    about: Option<String>,
}

impl StaffPage for MailsPage {
    fn at(&self) -> &'static str {
        "mails"
    }

    fn feature(&self) -> Feature {
        FEATURE
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            match (visit.sends(), visit.below().as_slice()) {
                (false, []) => self.page(&visit).await,
                _ => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl MailsPage {
    async fn page(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let rows = mail_template::listed(&mut session).await?;
        drop(session);
        let mut groups: BTreeMap<&str, Vec<Mail>> = BTreeMap::new();
        for text in self.texts.all().filter(|text| text.language == visit.language) {
            let group = text.slug.split('_').next().unwrap_or_default();
            groups.entry(group).or_default().push(self.mail(visit, text, &rows));
        }
        let groups: Vec<Group> = groups
            .into_iter()
            .map(|(group, mails)| Group { name: group_name(visit, group), mails })
            .collect();
        let common: Vec<Field> = COMMON.iter().map(|name| field(visit, name)).collect();
        let mut context = Context::new();
        context.insert("groups", &groups);
        context.insert("common", &common);
        visit.page("mails.html", visit.say("mails-title"), context)
    }

    fn mail(&self, visit: &StaffVisit, text: &MailText, rows: &[Listed]) -> Mail {
        let slug = mail_template::slug(text.slug);
        let row = |language: &str| rows.iter().find(|row| row.slug == slug && row.language == language);
        let english = row(ENGLISH);
        let languages = Language::ALL.iter().map(|language| {
            let delivered = self.texts.get(text.slug, *language);
            let state = match (row(language.as_str()), delivered) {
                (Some(row), _) if row.message.trim().is_empty() => "missing",
                (Some(row), Some(text)) if row.subject == text.subject && row.message == text.message => {
                    "delivered"
                }
                (Some(_), _) => "edited",
                (None, _) => "missing",
            };
            Spoken { language: language.as_str(), state }
        });
        Mail {
            name: text.name.clone(),
            id: english.map(|row| row.id),
            active: english.is_some_and(|row| row.active),
            languages: languages.collect(),
            fields: fields_of(text).iter().map(|name| field(visit, name)).collect(),
            slug,
        }
    }
}

fn group_name(visit: &StaffVisit, group: &str) -> String {
    let known = visit.perhaps(&format!("mails-group-{group}"), &[]);
    known.unwrap_or_else(|| visit.say("mails-group-other"))
}

fn field(visit: &StaffVisit, name: &str) -> Field {
    Field { name: name.to_owned(), about: visit.perhaps(&format!("mails-field-{name}"), &[]) }
}

/// The fields that a text uses, beside the common ones.
fn fields_of(text: &MailText) -> BTreeSet<&str> {
    let mut fields = BTreeSet::new();
    for part in text.subject.split('{').skip(1).chain(text.message.split('{').skip(1)) {
        let Some((name, _)) = part.split_once('}') else { continue };
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        if is_name(name) && !COMMON.contains(&name) {
            fields.insert(name);
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Phrases;

    #[test]
    fn every_field_of_every_mail_is_explained_in_both_languages_and_every_group_has_a_name() {
        let texts = MailTexts::load().unwrap();
        for language in Language::ALL {
            let phrases = Phrases::load(*language).unwrap();
            let said = |name: &str| phrases.say(name, &[]).unwrap();
            for text in texts.all() {
                for name in fields_of(text).into_iter().chain(COMMON) {
                    assert!(!said(&format!("mails-field-{name}")).is_empty(), "{name}");
                }
                let group = text.slug.split('_').next().unwrap();
                assert!(!said(&format!("mails-group-{group}")).is_empty(), "{group}");
            }
        }
    }
}
