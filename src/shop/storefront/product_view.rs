//! A product's page: what stands where.

use serde::Serialize;
use url::Url;

use crate::licensing::Term;
use crate::shop::{Kind, Listed, Offer};
use crate::text::{Language, ShopTexts, TextError, plain_words, write_markdown};

use super::page::ShopPage;
use super::pages::ShopPages;
use super::structured::{Described, product};
use super::visit::ShopVisit;

/// What search engines show of a description, in characters.
const SUMMARY: usize = 155;

#[derive(Serialize)]
struct ShownOffer<'a> {
    sku: &'a str,
    name: &'a str,
    kind: Kind,
    price: String,
    note: String,
    facts: Vec<String>,
    description: String,
    button: String,
}

/// The page of a product that is for sale.
pub(super) fn product_page(
    pages: &ShopPages,
    visit: &ShopVisit,
    listed: &Listed,
) -> Result<ShopPage, TextError> {
    let language = visit.language;
    let home = pages.home();
    let tagline = listed.page.text(language, |text| &text.tagline);
    let description = listed.page.text(language, |text| &text.description);
    let html = |markdown: &str| write_markdown(markdown, home);
    let summary = if tagline.is_empty() { plain_words(description, SUMMARY) } else { tagline.to_owned() };
    let offers = listed
        .offers
        .iter()
        .map(|offer| shown(&pages.texts, language, home, offer))
        .collect::<Result<Vec<_>, _>>()?;
    let picture = &listed.page.picture;
    let structured = product(&Described {
        listed,
        description: &summary,
        company: &visit.snapshot.look.branding.company,
        address: &pages.address(&format!("shop/{}", listed.product.slug)),
        picture: &home.join(picture).map(String::from).unwrap_or_default(),
        checkout: &pages.address("shop/checkout?package="),
    });
    let mut page = ShopPage::new("product.html", listed.product.name.as_str())
        .with("name", &listed.product.name)
        .with("tagline", &tagline)
        .with("release", &listed.page.release)
        .with("picture", &picture)
        .with("about", &html(description))
        .with("requirements", &html(listed.page.text(language, |text| &text.requirements)))
        .with("changelog", &html(listed.page.text(language, |text| &text.changelog)))
        .with("paid", &listed.offers.iter().any(|offer| offer.package.kind == Kind::Paid))
        .with("offers", &offers)
        .with("structured", &structured);
    page.description = (!summary.is_empty()).then_some(summary);
    page.listed = Some(String::new());
    page.place = "shop";
    Ok(page)
}

fn shown<'a>(
    texts: &ShopTexts,
    language: Language,
    home: &Url,
    offer: &'a Offer,
) -> Result<ShownOffer<'a>, TextError> {
    let say = |name: &str| texts.say(language, name, &[]);
    let Offer { package, page, price } = offer;
    let (cost, note, button) = match package.kind {
        Kind::Paid => (price.write(price.gross, language), tax_note(texts, language, offer)?, "shop-buy"),
        Kind::Free => (say("shop-free")?, say("shop-nothing-to-pay")?, "shop-get-free"),
        Kind::Trial => (say("shop-free")?, say("shop-nothing-to-pay")?, "shop-start-trial"),
    };
    let mut facts = vec![term(texts, language, package.kind, package.term)?];
    if package.kind == Kind::Trial {
        facts.push(say("shop-trial-ends")?);
    }
    facts.push(counted(texts, language, "shop-sites", page.sites)?);
    Ok(ShownOffer {
        sku: &package.sku,
        name: &package.name,
        kind: package.kind,
        price: cost,
        note,
        facts,
        description: write_markdown(page.description(language), home),
        button: say(button)?,
    })
}

/// What of the price is tax.
fn tax_note(texts: &ShopTexts, language: Language, offer: &Offer) -> Result<String, TextError> {
    let price = &offer.price;
    let Some(tax) = &price.tax else { return texts.say(language, "shop-no-tax", &[]) };
    let values = [
        ("rate", percent(language, tax)),
        ("tax", tax.name.clone()),
        ("net", price.write(price.net, language)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    texts.say(language, "shop-tax", &values)
}

/// A rate without needless places, with the language's own sign between them: 19, 7.5, 7,5.
pub(in crate::shop) fn percent(language: Language, tax: &crate::perfex::tax::Tax) -> String {
    let text = tax.rate.to_string();
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match language {
        Language::English => short.to_owned(),
        Language::German => short.replace('.', ","),
    }
}

/// A tax with its rate: `19% VAT`, `19 % VAT`.
pub(in crate::shop) fn named_tax(language: Language, tax: &crate::perfex::tax::Tax) -> String {
    match language {
        Language::English => format!("{}% {}", percent(language, tax), tax.name),
        Language::German => format!("{}\u{a0}% {}", percent(language, tax), tax.name),
    }
}

/// How long the license lasts.
fn term(texts: &ShopTexts, language: Language, kind: Kind, term: Option<Term>) -> Result<String, TextError> {
    let what = if kind == Kind::Trial { "shop-trial" } else { "shop-term" };
    let (unit, count) = match term {
        None => return texts.say(language, "shop-term-forever", &[]),
        Some(Term::Days(days)) => ("d", days),
        // A year is what people call twelve months.
        Some(Term::Months(months)) if months.is_multiple_of(12) => ("y", months / 12),
        Some(Term::Months(months)) => ("m", months),
        Some(Term::Years(years)) => ("y", years),
    };
    counted(texts, language, &format!("{what}-{unit}"), count)
}

/// The phrase for one or for many.
pub(super) fn counted(
    texts: &ShopTexts,
    language: Language,
    phrase: &str,
    count: u32,
) -> Result<String, TextError> {
    let number = if count == 1 { "one" } else { "many" };
    texts.say(language, &format!("{phrase}-{number}"), &[("count", &count.to_string())])
}
