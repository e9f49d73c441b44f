//! Pages for contacts in the client portal: put together from `templates/portal` and the phrases of one language, as
//! fragments for the portal's theme. Values are never trusted to be HTML.

use std::fmt;

use tera::Context;

use super::speaking::Speakers;
use super::{Language, TextError};

const TEMPLATES: [(&str, &str); 2] = [
    ("licenses.html", include_str!("../../templates/portal/licenses.html")),
    ("notice.html", include_str!("../../templates/portal/notice.html")),
];

/// The pages in every language.
#[derive(Clone)]
pub struct PortalTexts(Speakers);

impl fmt::Debug for PortalTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortalTexts")
    }
}

impl PortalTexts {
    /// Puts the templates of every language together.
    pub fn load() -> Result<Self, TextError> {
        Speakers::load(&TEMPLATES).map(Self)
    }

    /// A phrase without variables.
    #[must_use]
    pub fn say(&self, language: Language, name: &str) -> String {
        self.say_with(language, name, &[]).unwrap_or_default()
    }

    /// A phrase with its variables; `None` where there is no such phrase.
    #[must_use]
    pub fn say_with(&self, language: Language, name: &str, values: &[(&str, &str)]) -> Option<String> {
        self.0.say_with(language, name, values)
    }

    /// A page from its template.
    pub fn page(&self, language: Language, template: &str, context: &Context) -> Result<String, TextError> {
        self.0.page(language, template, context)
    }

    /// A page with one sentence: the phrase `phrase`.
    #[must_use]
    pub fn notice(&self, language: Language, phrase: &str) -> String {
        let mut context = Context::new();
        context.insert("text", &self.say(language, phrase));
        self.page(language, "notice.html", &context).unwrap_or_default()
    }
}
