//! A page of the shop before it is written.

use serde::Serialize;
use tera::Context;

/// A page before it is written.
#[derive(Debug, Clone)]
pub struct ShopPage {
    /// The template in `templates/shop`.
    pub template: &'static str,
    /// What the page is called.
    pub title: String,
    /// What search engines show below the title.
    pub description: Option<String>,
    /// The page's values.
    pub context: Context,
    /// Set when search engines may list it: then it also says its address in every language. What follows the path's question
    /// mark in that address; usually nothing.
    pub listed: Option<String>,
    /// Scripts that the page is quick with; it works without them.
    pub scripts: Vec<&'static str>,
    /// The part of the shop that the page belongs to: `shop`, or empty.
    pub place: &'static str,
}

impl ShopPage {
    /// A page that search engines do not list.
    #[must_use]
    pub fn new(template: &'static str, title: impl Into<String>) -> Self {
        Self {
            template,
            title: title.into(),
            description: None,
            context: Context::new(),
            listed: None,
            scripts: Vec::new(),
            place: "",
        }
    }

    /// The same with a value for its template.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &impl Serialize) -> Self {
        self.context.insert(name, value);
        self
    }
}
