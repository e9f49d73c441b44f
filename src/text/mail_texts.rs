//! The mails' own texts, one per template and language, with merge fields in place.

use std::collections::HashMap;
use std::sync::Arc;

use tera::{Context, Kwargs, State, Tera};

use super::{Language, Phrases};

/// What one mail says: its template, and the phrases for it by name.
#[derive(Debug, Clone, Copy)]
struct Source {
    slug: &'static str,
    name: &'static str,
    subject: &'static str,
    template: &'static str,
    /// Phrases that the template leaves open, each under the name that it has there.
    open: &'static [(&'static str, &'static str)],
}

const SOURCES: [Source; 6] = [
    Source {
        slug: "license_issued",
        name: "mail-license-issued-name",
        subject: "mail-license-issued-subject",
        template: LICENSE.0,
        open: &[("intro", "mail-license-issued-intro"), ("keep", "mail-keep")],
    },
    Source {
        slug: "trial_started",
        name: "mail-trial-started-name",
        subject: "mail-trial-started-subject",
        template: LICENSE.0,
        open: &[("intro", "mail-trial-started-intro"), ("keep", "mail-keep-trial")],
    },
    Source {
        slug: "license_move",
        name: "mail-license-move-name",
        subject: "mail-license-move-subject",
        template: LICENSE_MOVE.0,
        open: &[],
    },
    Source {
        slug: "trial_reminder",
        name: "mail-trial-reminder-name",
        subject: "mail-trial-reminder-subject",
        template: TRIAL.0,
        open: &[
            ("intro", "mail-trial-reminder-intro"),
            ("more", "mail-trial-reminder-more"),
            ("last", "mail-trial-reminder-last"),
        ],
    },
    Source {
        slug: "trial_ended",
        name: "mail-trial-ended-name",
        subject: "mail-trial-ended-subject",
        template: TRIAL.0,
        open: &[
            ("intro", "mail-trial-ended-intro"),
            ("more", "mail-trial-ended-more"),
            ("last", "mail-trial-ended-last"),
        ],
    },
    Source {
        slug: "trial_bought",
        name: "mail-trial-bought-name",
        subject: "mail-trial-bought-subject",
        template: TRIAL_BOUGHT.0,
        open: &[],
    },
];
const LICENSE: (&str, &str) = ("license.html", include_str!("../../templates/mail/license.html"));
const LICENSE_MOVE: (&str, &str) =
    ("license_move.html", include_str!("../../templates/mail/license_move.html"));
const TRIAL: (&str, &str) = ("trial.html", include_str!("../../templates/mail/trial.html"));
const TRIAL_BOUGHT: (&str, &str) =
    ("trial_bought.html", include_str!("../../templates/mail/trial_bought.html"));
const LAYOUT: (&str, &str) = ("layout.html", include_str!("../../templates/mail/layout.html"));

/// Fields that the phrases of a mail may name; each stands for itself until the mail is sent.
const FIELDS: [&str; 12] = [
    "contact_firstname",
    "contact_lastname",
    "companyname",
    "product_name",
    "package_name",
    "order_number",
    "license_key",
    "license_valid_until",
    "holder_name",
    "new_domain",
    "move_valid_until",
    "time_left",
];

/// Why a text cannot be put together; all texts are compiled in, so only a broken build shows this.
#[derive(Debug, thiserror::Error)]
pub enum TextError {
    /// A phrase is missing or broken.
    #[error("locales: {0}")]
    Phrase(String),
    /// A template is broken.
    #[error("templates: {0}")]
    Template(String),
}

/// One mail's text in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// The template's slug.
    pub slug: &'static str,
    /// The language.
    pub language: Language,
    /// What staff see in the CRM's list of templates.
    pub name: String,
    /// The subject with merge fields.
    pub subject: String,
    /// The message as HTML with merge fields.
    pub message: String,
    /// The sender's name with merge fields.
    pub from_name: String,
}

/// All mails' texts.
#[derive(Debug, Clone)]
pub struct MailTexts {
    texts: Arc<HashMap<(&'static str, Language), MailText>>,
    phrases: Arc<HashMap<Language, Arc<Phrases>>>,
    without_end: Arc<HashMap<Language, String>>,
    layout: Arc<Tera>,
}

impl MailTexts {
    /// Puts every text together.
    pub fn load() -> Result<Self, TextError> {
        let mut texts = HashMap::new();
        let mut spoken = HashMap::new();
        let mut without_end = HashMap::new();
        for language in Language::ALL {
            let phrases = Arc::new(Phrases::load(*language)?);
            without_end.insert(*language, say(&phrases, "valid-without-end")?);
            let tera = tera(&phrases)?;
            for source in SOURCES {
                let text = put_together(&tera, &phrases, source, *language)?;
                texts.insert((source.slug, *language), text);
            }
            spoken.insert(*language, phrases);
        }
        let mut layout = Tera::default();
        layout.add_raw_template(LAYOUT.0, LAYOUT.1).map_err(|error| template_error(&error))?;
        Ok(Self {
            texts: Arc::new(texts),
            phrases: Arc::new(spoken),
            without_end: Arc::new(without_end),
            layout: Arc::new(layout),
        })
    }

    /// The text of a template in the best language we have.
    #[must_use]
    pub fn get(&self, slug: &str, language: Language) -> Option<&MailText> {
        let slug = SOURCES.iter().find(|source| source.slug == slug)?.slug;
        self.texts.get(&(slug, language))
    }

    /// What stands in place of a date when a license has no end.
    #[must_use]
    pub fn without_end(&self, language: Language) -> &str {
        self.without_end.get(&language).map_or("", String::as_str)
    }

    /// So many whole days, as a part of a sentence.
    pub fn days_left(&self, language: Language, days: i64) -> Result<String, TextError> {
        match days {
            ..=0 => self.say(language, "trial-left-hours", &[]),
            1 => self.say(language, "trial-left-day", &[]),
            days => self.say(language, "trial-left-days", &[("days", &days.to_string())]),
        }
    }

    /// A phrase that is no mail's own.
    pub fn say(&self, language: Language, name: &str, values: &[(&str, &str)]) -> Result<String, TextError> {
        let phrases = self.phrases.get(&language);
        phrases.ok_or_else(|| TextError::Phrase(format!("no phrases in {language}")))?.say(name, values)
    }

    /// Every text, in a fixed order.
    pub fn all(&self) -> impl Iterator<Item = &MailText> {
        SOURCES
            .iter()
            .flat_map(|source| Language::ALL.iter().map(|language| (source.slug, *language)))
            .filter_map(|key| self.texts.get(&key))
    }

    /// Puts a page around a message, for a CRM whose mail header and footer are empty.
    pub fn framed(&self, message: &str, company: &str, language: Language) -> Result<String, TextError> {
        let mut context = Context::new();
        context.insert("message", message);
        context.insert("company", company);
        context.insert("lang", language.code());
        self.layout.render(LAYOUT.0, &context).map_err(|error| template_error(&error))
    }
}

/// A Tera whose function `say(name=...)` speaks one language; fields stand for themselves.
fn tera(phrases: &Arc<Phrases>) -> Result<Tera, TextError> {
    let mut tera = Tera::default();
    let phrases = Arc::clone(phrases);
    tera.register_function("say", move |args: Kwargs, _: &State<'_>| -> tera::TeraResult<String> {
        let name: &str = args.must_get("name")?;
        say(&phrases, name).map_err(|error| tera::Error::message(error.to_string()))
    });
    tera.add_raw_templates([LICENSE, LICENSE_MOVE, TRIAL, TRIAL_BOUGHT])
        .map_err(|error| template_error(&error))?;
    Ok(tera)
}

fn put_together(
    tera: &Tera,
    phrases: &Phrases,
    source: Source,
    language: Language,
) -> Result<MailText, TextError> {
    let mut context = Context::new();
    for (name, phrase) in source.open {
        context.insert(*name, phrase);
    }
    let message = tera.render(source.template, &context).map_err(|error| template_error(&error))?;
    Ok(MailText {
        slug: source.slug,
        language,
        name: say(phrases, source.name)?,
        subject: say(phrases, source.subject)?,
        message: message.trim().to_owned(),
        from_name: "{companyname} | CRM".to_owned(),
    })
}

fn say(phrases: &Phrases, name: &str) -> Result<String, TextError> {
    let fields: Vec<(String, String)> =
        FIELDS.iter().map(|field| ((*field).to_owned(), format!("{{{field}}}"))).collect();
    let values: Vec<(&str, &str)> =
        fields.iter().map(|(field, value)| (field.as_str(), value.as_str())).collect();
    phrases.say(name, &values)
}

pub(super) fn template_error(error: &tera::Error) -> TextError {
    TextError::Template(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_has_a_text_in_every_language_and_they_differ() {
        let texts = MailTexts::load().unwrap();
        assert_eq!(texts.all().count(), SOURCES.len() * Language::ALL.len());
        for source in SOURCES {
            let english = texts.get(source.slug, Language::English).unwrap();
            let german = texts.get(source.slug, Language::German).unwrap();
            assert_ne!(english.subject, german.subject);
            for text in [english, german] {
                let field = if source.slug == "license_move" { "{move_link}" } else { "{license_key}" };
                assert!(text.message.contains(field), "{}", source.slug);
            }
        }
    }

    #[test]
    fn the_texts_stay_as_they_were_agreed() {
        let texts = MailTexts::load().unwrap();
        let shown: Vec<String> = texts
            .all()
            .map(|text| format!("{} ({})\n{}\n\n{}\n", text.name, text.language, text.subject, text.message))
            .collect();
        insta::assert_snapshot!(shown.join("\n----\n"));
    }
}
