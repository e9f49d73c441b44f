//! The products that visitors can find: by their address, and by words.
//!
//! A search finds a product when it has all of the words, wherever they stand in it: name, tagline, description, packages.
//! Case does not matter; signs that mean something to a database mean nothing here.

use std::collections::HashMap;

use crate::shop::{Catalogue, CatalogueState, Kind, Listed};
use crate::text::Language;

/// The longest search, in characters; what comes after it is not read.
pub const LONGEST_SEARCH: usize = 100;

/// All products, also retired ones, in the order in which they are shown.
#[derive(Debug, Default)]
pub struct Shelf {
    products: Vec<(Listed, String)>,
    by_slug: HashMap<String, usize>,
}

/// What a visitor looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Words, in lower case.
    words: Vec<String>,
    /// Only products with a package of this kind.
    kind: Option<Kind>,
}

impl Search {
    /// A search for the words in `text`.
    #[must_use]
    pub fn new(text: &str, kind: Option<Kind>) -> Self {
        let text: String = text.chars().take(LONGEST_SEARCH).collect();
        Self { words: folded(&text).split_whitespace().map(str::to_owned).collect(), kind }
    }

    /// Whether it finds everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.kind.is_none()
    }
}

impl Shelf {
    /// Puts the catalogue on the shelf.
    #[must_use]
    pub fn of(catalogue: Catalogue) -> Self {
        let products: Vec<(Listed, String)> = catalogue
            .products
            .into_iter()
            .map(|listed| {
                let words = words_of(&listed);
                (listed, words)
            })
            .collect();
        let by_slug = products
            .iter()
            .enumerate()
            .map(|(place, (listed, _))| (listed.product.slug.clone(), place))
            .collect();
        Self { products, by_slug }
    }

    /// The product with this address.
    #[must_use]
    pub fn find(&self, slug: &str) -> Option<&Listed> {
        let place = self.by_slug.get(slug)?;
        self.products.get(*place).map(|(listed, _)| listed)
    }

    /// What can be ordered, in order.
    pub fn for_sale(&self) -> impl Iterator<Item = &Listed> {
        self.search(&Search { words: Vec::new(), kind: None }).into_iter()
    }

    /// What a search finds of what can be ordered, in order. A product without packages, such as a module that this install
    /// licenses for itself, has only its own page.
    #[must_use]
    pub fn search(&self, search: &Search) -> Vec<&Listed> {
        let found = self.products.iter().filter(|(listed, words)| {
            listed.product.state == CatalogueState::Active
                && !listed.offers.is_empty()
                && search.words.iter().all(|word| words.contains(word.as_str()))
                && search.kind.is_none_or(|kind| listed.offers.iter().any(|offer| offer.package.kind == kind))
        });
        found.map(|(listed, _)| listed).collect()
    }
}

fn words_of(listed: &Listed) -> String {
    let mut words = vec![listed.product.slug.as_str(), listed.product.name.as_str()];
    for language in Language::ALL {
        if let Some(text) = listed.page.texts.get(language) {
            words.extend([text.tagline.as_str(), &text.description, &text.requirements]);
        }
    }
    for offer in &listed.offers {
        words.push(&offer.package.name);
        words.extend(offer.page.descriptions.values().map(String::as_str));
    }
    folded(&words.join("\n"))
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}
