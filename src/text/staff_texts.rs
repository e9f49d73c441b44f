//! Pages for staff: put together from `templates/staff` and the phrases of one language, as fragments for the CRM's layout.
//!
//! Values are never trusted to be HTML. All texts are compiled in, so what cannot be said or rendered is a broken build:
//! the tests render every template in every language, and a page that fails all the same is logged and empty.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use tera::{Context, Tera};

use super::mail_texts::template_error;
use super::{Language, Phrases, TextError, speaking};

const TEMPLATES: [(&str, &str); 2] = [
    ("licenses.html", include_str!("../../templates/staff/licenses.html")),
    ("notice.html", include_str!("../../templates/staff/notice.html")),
];

/// The pages in every language.
#[derive(Clone)]
pub struct StaffTexts(Arc<HashMap<Language, (Arc<Phrases>, Tera)>>);

impl fmt::Debug for StaffTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffTexts")
    }
}

impl StaffTexts {
    /// Puts the templates of every language together.
    pub fn load() -> Result<Self, TextError> {
        let mut languages = HashMap::new();
        for language in Language::ALL {
            let phrases = Arc::new(Phrases::load(*language)?);
            let tera = speaking::templates(&phrases, TEMPLATES)?;
            languages.insert(*language, (phrases, tera));
        }
        Ok(Self(Arc::new(languages)))
    }

    /// A phrase without variables.
    #[must_use]
    pub fn say(&self, language: Language, name: &str) -> String {
        self.say_with(language, name, &[]).unwrap_or_default()
    }

    /// A phrase with its variables; `None` where there is no such phrase.
    #[must_use]
    pub fn say_with(&self, language: Language, name: &str, values: &[(&str, &str)]) -> Option<String> {
        self.0.get(&language)?.0.say(name, values).ok()
    }

    /// A page from its template.
    pub fn page(&self, language: Language, template: &str, context: &Context) -> Result<String, TextError> {
        let unknown = || TextError::Template(format!("there are no pages in {language}"));
        let (_, tera) = self.0.get(&language).ok_or_else(unknown)?;
        tera.render(template, context).map_err(|error| template_error(&error))
    }

    /// A page with one sentence: the phrase `phrase`.
    #[must_use]
    pub fn notice(&self, language: Language, phrase: &str) -> String {
        let mut context = Context::new();
        context.insert("text", &self.say(language, phrase));
        self.page(language, "notice.html", &context).unwrap_or_default()
    }
}
