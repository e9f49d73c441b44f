//! Pages for people outside the CRM: put together from `templates/page` and the phrases of one language.
//!
//! In: a page and its values, which are never trusted to be HTML. Out: a whole document with nothing to load: no
//! script, no image, no font, and one style sheet whose hash a content security policy can name.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tera::{Context, Tera};

use super::mail_texts::template_error;
use super::{Language, Phrases, TextError, speaking};

const TEMPLATES: [(&str, &str); 3] = [
    ("layout.html", include_str!("../../templates/page/layout.html")),
    ("move.html", include_str!("../../templates/page/move.html")),
    ("notice.html", include_str!("../../templates/page/notice.html")),
];
const STYLE: &str = include_str!("../../templates/page/style.css");

/// The pages in every language.
#[derive(Clone)]
pub struct Pages {
    languages: Arc<HashMap<Language, Speaking>>,
    style_source: Arc<str>,
}

struct Speaking {
    phrases: Arc<Phrases>,
    tera: Tera,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pages")
    }
}

impl Pages {
    /// Puts the templates of every language together.
    pub fn load() -> Result<Self, TextError> {
        let mut languages = HashMap::new();
        for language in Language::ALL {
            languages.insert(*language, Speaking::load(*language)?);
        }
        let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
        Ok(Self { languages: Arc::new(languages), style_source: format!("'sha256-{hash}'").into() })
    }

    /// The style sheet, as `style-src` of a content security policy names it.
    #[must_use]
    pub fn style_source(&self) -> &str {
        &self.style_source
    }

    /// A page from its template.
    ///
    /// `values` fill the template, `company` stands above it.
    pub fn page(
        &self,
        template: &str,
        language: Language,
        company: &str,
        values: &[(&'static str, &str)],
    ) -> Result<String, TextError> {
        let mut context = frame(language, company);
        for (name, value) in values {
            context.insert(*name, value);
        }
        self.speaking(language)?.tera.render(template, &context).map_err(|error| template_error(&error))
    }

    /// A page with a heading and some paragraphs, each a phrase; `values` fill the phrases.
    pub fn notice(
        &self,
        language: Language,
        company: &str,
        heading: &str,
        texts: &[&str],
        values: &[(&str, &str)],
    ) -> Result<String, TextError> {
        let speaking = self.speaking(language)?;
        let texts: Vec<String> =
            texts.iter().map(|text| speaking.phrases.say(text, values)).collect::<Result<_, _>>()?;
        let mut context = frame(language, company);
        context.insert("heading", &speaking.phrases.say(heading, values)?);
        context.insert("texts", &texts);
        speaking.tera.render("notice.html", &context).map_err(|error| template_error(&error))
    }

    fn speaking(&self, language: Language) -> Result<&Speaking, TextError> {
        let unknown = || TextError::Template(format!("there are no pages in {language}"));
        self.languages.get(&language).ok_or_else(unknown)
    }
}

fn frame(language: Language, company: &str) -> Context {
    let mut context = Context::new();
    context.insert("lang", language.code());
    context.insert("company", company);
    context.insert("style", STYLE);
    context
}

impl Speaking {
    fn load(language: Language) -> Result<Self, TextError> {
        let phrases = Arc::new(Phrases::load(language)?);
        let tera = speaking::templates(&phrases, &TEMPLATES)?;
        Ok(Self { phrases, tera })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [(&str, &str); 5] = [
        ("product", "<script>alert(1)</script>"),
        ("old_domain", "old.example.com"),
        ("new_domain", "\"><img src=x>"),
        ("until", "2026-03-10 11:00 CET"),
        ("csrf", "' onclick='x"),
    ];

    #[test]
    fn no_value_becomes_markup() {
        let pages = Pages::load().unwrap();
        for language in Language::ALL {
            let page = pages.page("move.html", *language, "<b>Seller</b>", &VALUES).unwrap();
            let notice = pages
                .notice(*language, "<b>Seller</b>", "page-moved", &["page-moved-text"], &VALUES)
                .unwrap();
            for text in [page, notice] {
                assert!(text.contains("&lt;script&gt;"), "{text}");
                for wrong in ["<script", "<img", "<b>", "' onclick"] {
                    assert!(!text.contains(wrong), "{wrong}: {text}");
                }
            }
        }
    }

    #[test]
    fn the_policy_names_the_very_style_sheet_that_stands_in_the_page() {
        let pages = Pages::load().unwrap();
        let page = pages.page("move.html", Language::English, "", &VALUES).unwrap();
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
        assert_eq!(pages.style_source(), format!("'sha256-{hash}'"));
    }

    #[test]
    fn pages_load_nothing() {
        let pages = Pages::load().unwrap();
        let values = VALUES.map(|(name, _)| (name, "x"));
        let page = pages.page("move.html", Language::German, "Seller GmbH", &values).unwrap();
        for wrong in ["src=", "href=", "url(", "@import", "http"] {
            assert!(!page.contains(wrong), "{wrong}");
        }
    }
}
