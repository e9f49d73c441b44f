//! Pages of the shop: whole documents from `templates/shop` and the phrases of one language.
//!
//! In: a template and its values, which are never trusted to be HTML. Out: a document that loads nothing but the seller's own
//! pictures: its style sheet and its scripts stand in it, and a content security policy names them by their hashes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use tera::{Context, Tera};

use super::mail_texts::template_error;
use super::{Language, Phrases, TextError, speaking};

const TEMPLATES: [(&str, &str); 7] = [
    ("parts.html", include_str!("../../templates/shop/parts.html")),
    ("layout.html", include_str!("../../templates/shop/layout.html")),
    ("listing.html", include_str!("../../templates/shop/listing.html")),
    ("notice.html", include_str!("../../templates/shop/notice.html")),
    ("product.html", include_str!("../../templates/shop/product.html")),
    ("checkout.html", include_str!("../../templates/shop/checkout.html")),
    ("order.html", include_str!("../../templates/shop/order.html")),
];

/// The style sheet of every page; the seller's colours come in front of it.
pub const SHOP_STYLE: &str = include_str!("../../templates/shop/style.css");

/// The pages in every language.
#[derive(Clone)]
pub struct ShopTexts(Arc<HashMap<Language, (Arc<Phrases>, Tera)>>);

impl fmt::Debug for ShopTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShopTexts")
    }
}

impl ShopTexts {
    /// Puts the templates of every language together.
    pub fn load() -> Result<Self, TextError> {
        let mut languages = HashMap::new();
        for language in Language::ALL {
            let phrases = Arc::new(Phrases::load(*language)?);
            let tera = speaking::templates(&phrases, &TEMPLATES)?;
            languages.insert(*language, (phrases, tera));
        }
        Ok(Self(Arc::new(languages)))
    }

    /// The phrase `name` with its variables filled in.
    pub fn say(&self, language: Language, name: &str, values: &[(&str, &str)]) -> Result<String, TextError> {
        self.speaking(language)?.0.say(name, values)
    }

    /// What the country with this code (ISO 3166, two letters) is called; `None` when the code is in no standard.
    pub fn country(&self, language: Language, code: &str) -> Result<Option<String>, TextError> {
        let phrases = &self.speaking(language)?.0;
        let name = format!("country-{code}");
        phrases.knows(&name).then(|| phrases.say(&name, &[])).transpose()
    }

    /// A page from its template.
    pub fn page(&self, language: Language, template: &str, context: &Context) -> Result<String, TextError> {
        self.speaking(language)?.1.render(template, context).map_err(|error| template_error(&error))
    }

    fn speaking(&self, language: Language) -> Result<&(Arc<Phrases>, Tera), TextError> {
        let unknown = || TextError::Template(format!("there are no pages in {language}"));
        self.0.get(&language).ok_or_else(unknown)
    }
}

/// A style sheet or script that stands in a page, as a content security policy names it.
#[must_use]
pub fn source_of(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Every component, with values that want to be markup.
    const FORM: &str = r#"
{% <notice kind="good"> %}<p>{{ evil }}</p>{% </notice> %}
{{ <errors.summary mistakes={mistakes} heading="What is wrong" /> }}
{{ <form.text name="email" label="Mail" values={values} errors={errors} hint="For the key" type="email" autocomplete="email" /> }}
{{ <form.text name="company" label="Company" values={values} errors={errors} required={false} optional="optional" /> }}
{{ <form.choice name="country" label="Country" options={options} values={values} errors={errors} empty="Choose" /> }}
{% <form.tick name="terms" values={values} errors={errors}> %}I accept <a href="/terms">the terms</a> of {{ evil }}{% </form.tick> %}
{{ <form.hidden fields={hidden} /> }}"#;
    const EVIL: &str = "\"><script>alert('x')</script>";

    fn form(values: &BTreeMap<&str, &str>, errors: &BTreeMap<&str, &str>) -> String {
        let phrases = Arc::new(Phrases::load(Language::English).unwrap());
        let mut tera = speaking::templates(&phrases, &TEMPLATES).unwrap();
        tera.add_raw_template("form.html", FORM).unwrap();
        let mut context = Context::new();
        context.insert("evil", EVIL);
        context.insert("values", values);
        context.insert("errors", errors);
        let mistakes: Vec<_> = errors
            .iter()
            .map(|(name, text)| BTreeMap::from([("at", *name), ("label", "Mail"), ("text", *text)]))
            .collect();
        context.insert("mistakes", &mistakes);
        context.insert("options", &[BTreeMap::from([("value", "DE"), ("text", "Germany & more")])]);
        context.insert("hidden", &[BTreeMap::from([("name", "a"), ("value", EVIL)])]);
        tera.render("form.html", &context).unwrap()
    }

    #[test]
    fn a_form_that_was_refused_comes_back_filled_and_says_why() {
        let values = BTreeMap::from([("email", EVIL), ("country", "DE"), ("terms", "1")]);
        let errors =
            BTreeMap::from([("email", "No mail address: \"><b>"), ("terms", "Please accept the terms.")]);
        let html = form(&values, &errors);
        for wrong in ["<script", "<b>", "\"><"] {
            assert!(!html.contains(wrong), "{wrong}: {html}");
        }
        insta::assert_snapshot!(html);
    }

    #[test]
    fn an_empty_form_has_no_sentence_about_mistakes() {
        let html = form(&BTreeMap::new(), &BTreeMap::new());
        for wrong in ["error", "aria-invalid", "selected", " checked"] {
            assert!(!html.contains(wrong), "{wrong}: {html}");
        }
    }
}
