//! Pages for staff: put together from `templates/staff` and the phrases of one language, as fragments for the CRM's layout.
//!
//! Values are never trusted to be HTML. All texts are compiled in, so what cannot be said or rendered is a broken build:
//! the tests render every template in every language, and a page that fails all the same is logged and empty.

use std::fmt;

use tera::Context;

use super::speaking::Speakers;
use super::{Language, TextError};
use crate::sentence::Sentence;

const TEMPLATES: &[(&str, &str)] = &[
    ("style.css", include_str!("../../templates/staff/style.css")),
    ("parts.html", include_str!("../../templates/staff/parts.html")),
    ("frame.html", include_str!("../../templates/staff/frame.html")),
    ("customer.html", include_str!("../../templates/staff/customer.html")),
    ("mails.html", include_str!("../../templates/staff/mails.html")),
    ("licenses.html", include_str!("../../templates/staff/licenses.html")),
    ("message.html", include_str!("../../templates/staff/message.html")),
    ("outbox.html", include_str!("../../templates/staff/outbox.html")),
    ("overview.html", include_str!("../../templates/staff/overview.html")),
    ("widget.html", include_str!("../../templates/staff/widget.html")),
    ("locked.html", include_str!("../../templates/staff/locked.html")),
    ("order.html", include_str!("../../templates/staff/order.html")),
    ("order_new.html", include_str!("../../templates/staff/order_new.html")),
    ("orders.html", include_str!("../../templates/staff/orders.html")),
    ("shop.html", include_str!("../../templates/staff/shop.html")),
    ("notice.html", include_str!("../../templates/staff/notice.html")),
    ("package.html", include_str!("../../templates/staff/package.html")),
    ("product.html", include_str!("../../templates/staff/product.html")),
    ("product_new.html", include_str!("../../templates/staff/product_new.html")),
    ("products.html", include_str!("../../templates/staff/products.html")),
    ("shop_settings.html", include_str!("../../templates/staff/shop_settings.html")),
];

/// The pages in every language.
#[derive(Clone)]
pub struct StaffTexts(Speakers);

impl fmt::Debug for StaffTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffTexts")
    }
}

impl StaffTexts {
    /// Puts the templates of every language together.
    pub fn load() -> Result<Self, TextError> {
        Speakers::load(TEMPLATES).map(Self)
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

    /// A sentence.
    #[must_use]
    pub fn tell(&self, language: Language, sentence: &Sentence) -> String {
        self.0.tell(language, sentence)
    }

    /// A page from its template.
    pub fn page(&self, language: Language, template: &str, context: &Context) -> Result<String, TextError> {
        self.0.page(language, template, context)
    }

    /// A page with one sentence: the phrase `phrase`.
    #[must_use]
    pub fn notice(&self, language: Language, phrase: &str, values: &[(&str, &str)]) -> String {
        let mut context = Context::new();
        context.insert("text", &self.say_with(language, phrase, values).unwrap_or_default());
        self.page(language, "notice.html", &context).unwrap_or_default()
    }
}
