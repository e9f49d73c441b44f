//! The list of products: what stands where.

use serde::Serialize;
use url::form_urlencoded;

use crate::shop::{Kind, Listed};
use crate::text::{Language, ShopTexts, TextError};

use super::page::ShopPage;
use super::pages::ShopPages;
use super::product_view::{counted, named_tax};
use super::shelf::{LONGEST_SEARCH, Search};
use super::visit::ShopVisit;

/// Products on one page of the list.
const PER_PAGE: usize = 24;
const SCRIPT: &str = include_str!("../../../templates/shop/search.js");
/// The filters, each with its phrase.
const FILTERS: [(&str, Option<Kind>, &str); 4] = [
    ("", None, "shop-filter-all"),
    ("paid", Some(Kind::Paid), "shop-filter-paid"),
    ("trial", Some(Kind::Trial), "shop-filter-trial"),
    ("free", Some(Kind::Free), "shop-filter-free"),
];

/// What a visitor wants to see of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    text: String,
    show: &'static str,
    search: Search,
    /// The page, from 1.
    pub page: usize,
}

#[derive(Serialize)]
struct Card<'a> {
    slug: &'a str,
    name: &'a str,
    tagline: &'a str,
    picture: &'a str,
    letter: String,
    price: String,
    note: String,
    trial: bool,
}

#[derive(Serialize)]
struct Filter {
    value: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Turn {
    number: String,
    address: String,
    current: bool,
}

impl Wanted {
    /// What the address asks for; what makes no sense in it counts as not said.
    pub(super) fn of(visit: &ShopVisit) -> Self {
        let text: String =
            visit.parameter("q").unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect();
        let show = visit.parameter("show").unwrap_or_default();
        let (show, kind, _) = FILTERS.into_iter().find(|(word, ..)| *word == show).unwrap_or(FILTERS[0]);
        let page = visit.parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self { search: Search::new(&text, kind), text, show, page: std::cmp::max(page, 1) }
    }

    /// Whether it is a page of the whole list.
    pub(super) fn is_plain(&self) -> bool {
        self.search.is_empty() && self.text.is_empty()
    }

    /// The address's part behind the question mark for a page of the same list.
    fn query(&self, page: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.text.is_empty() {
            query.append_pair("q", &self.text);
        }
        if !self.show.is_empty() {
            query.append_pair("show", self.show);
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        query.finish()
    }
}

/// A page of the list; `None` when it has fewer pages.
pub(super) fn listing_page(
    pages: &ShopPages,
    visit: &ShopVisit,
    wanted: &Wanted,
) -> Result<Option<ShopPage>, TextError> {
    let texts = &pages.texts;
    let language = visit.language;
    let shelf = &visit.snapshot.shelf;
    let found = shelf.search(&wanted.search);
    let turns = found.len().div_ceil(PER_PAGE).max(1);
    if wanted.page > turns {
        return Ok(None);
    }
    let here = found.iter().skip((wanted.page - 1) * PER_PAGE).take(PER_PAGE);
    let cards = here.map(|listed| card(texts, language, listed)).collect::<Result<Vec<_>, _>>()?;
    let filters = FILTERS
        .into_iter()
        .map(|(value, _, phrase)| Ok(Filter { value, text: texts.say(language, phrase, &[])? }))
        .collect::<Result<Vec<_>, TextError>>()?;
    let address = |page| {
        let query = wanted.query(page);
        format!("{}shop{}{query}", pages.root(), if query.is_empty() { "" } else { "?" })
    };
    let turn = |number: usize| Turn {
        number: number.to_string(),
        address: address(number),
        current: number == wanted.page,
    };
    let numbers: Vec<Turn> = if turns > 1 { (1..=turns).map(turn).collect() } else { Vec::new() };
    let count = counted(texts, language, "shop-found", u32::try_from(found.len()).unwrap_or(u32::MAX))?;
    let mut page = ShopPage::new("listing.html", texts.say(language, "shop-title", &[])?)
        .with("any", &shelf.for_sale().next().is_some())
        .with("searched", &!wanted.is_plain())
        .with("q", &wanted.text)
        .with("show", &wanted.show)
        .with("filters", &filters)
        .with("count", &count)
        .with("cards", &cards)
        .with("pages", &numbers);
    page.description = Some(texts.say(language, "shop-lead", &[])?);
    page.listed = wanted.is_plain().then(|| wanted.query(wanted.page));
    page.place = "shop";
    page.scripts = vec![SCRIPT];
    Ok(Some(page))
}

fn card<'a>(texts: &ShopTexts, language: Language, listed: &'a Listed) -> Result<Card<'a>, TextError> {
    let has = |kind| listed.offers.iter().any(|offer| offer.package.kind == kind);
    let mut paid: Vec<_> = listed.offers.iter().filter(|offer| offer.package.kind == Kind::Paid).collect();
    paid.sort_by_key(|offer| offer.price.gross);
    let (price, note) = match paid.first() {
        Some(offer) => {
            let price = offer.price.write(offer.price.gross, language);
            let price =
                if paid.len() > 1 { texts.say(language, "shop-from", &[("price", &price)])? } else { price };
            let tax = offer.price.tax.as_ref();
            let tax = tax.map(|tax| named_tax(language, tax));
            let note = tax.map(|tax| texts.say(language, "shop-tax-short", &[("tax", &tax)])).transpose()?;
            (price, note.unwrap_or_default())
        }
        None if has(Kind::Free) => (texts.say(language, "shop-free", &[])?, String::new()),
        None if has(Kind::Trial) => (texts.say(language, "shop-free-trial", &[])?, String::new()),
        None => (String::new(), String::new()),
    };
    Ok(Card {
        slug: &listed.product.slug,
        name: &listed.product.name,
        tagline: listed.page.text(language, |text| &text.tagline),
        picture: &listed.page.picture,
        letter: initials(&listed.product.name),
        trial: !paid.is_empty() && has(Kind::Trial),
        price,
        note,
    })
}

/// What stands where there is no picture: the first letters of the first two words.
fn initials(name: &str) -> String {
    let letters =
        name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    letters.take(2).flat_map(char::to_uppercase).collect()
}
