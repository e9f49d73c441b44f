//! What is ordered and what it costs, as the form shows it.

use serde::Serialize;

use crate::licensing::Term;
use crate::money::Amount;
use crate::perfex::tax::Tax;
use crate::text::{Language, ShopTexts, TextError, write_money};

use super::super::package::Kind;
use super::super::placement::most_of;
use super::super::storefront::{ShopPage, percent};
use super::desk::View;
use super::quote::TaxCase;

#[derive(Serialize)]
struct ShownLine {
    /// The `id` of its field for the quantity.
    at: String,
    sku: String,
    name: String,
    term: Option<String>,
    /// As it was written.
    quantity: String,
    most: u32,
    /// Whether the quantity is none that can be ordered.
    wrong: bool,
    sum: Option<String>,
}

/// A tax in words, and its sum.
#[derive(Debug, Clone, Serialize)]
pub(in crate::shop) struct ShownTax {
    name: String,
    sum: String,
}

/// The values that `checkout.html` shows an offer with.
pub(super) struct Offer {
    lines: Vec<ShownLine>,
    taxes: Vec<ShownTax>,
    subtotal: String,
    total: String,
    is_paid: bool,
    is_trial: bool,
    reverse_charge: bool,
    button: String,
}

impl Offer {
    /// What a view offers, in words.
    pub fn of(view: &View, texts: &ShopTexts, language: Language) -> Result<Self, TextError> {
        let quote = &view.quote;
        let in_words = |amount: Amount| write_money(amount, &quote.currency, language);
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(&view.lines) {
            let package = &line.package;
            let paid = package.kind == Kind::Paid;
            lines.push(ShownLine {
                at: format!("quantity-{number}"),
                sku: package.sku.clone(),
                name: package.full_name(),
                term: package.term.map(|term| term_in_words(texts, language, term)).transpose()?,
                quantity: line.written.clone(),
                most: if paid { most_of(package) } else { 1 },
                wrong: line.written.parse() != Ok(line.quantity),
                sum: paid.then(|| in_words((package.price * line.quantity).rounded())),
            });
        }
        let taxes = shown_taxes(texts, language, &quote.taxes, &quote.currency)?;
        let button = if quote.is_paid {
            "checkout-order-paid"
        } else if quote.is_trial() {
            "checkout-order-trial"
        } else {
            "checkout-order-free"
        };
        Ok(Self {
            lines,
            taxes,
            subtotal: in_words(quote.subtotal),
            total: in_words(quote.total),
            is_paid: quote.is_paid,
            is_trial: quote.is_trial(),
            reverse_charge: quote.tax_case == TaxCase::ReverseCharge,
            button: texts.say(language, button, &[])?,
        })
    }

    /// The `id` of the first field with a quantity that cannot be ordered.
    pub fn wrong_quantity(&self) -> Option<&str> {
        self.lines.iter().find(|line| line.wrong && line.most > 1).map(|line| line.at.as_str())
    }

    /// Whether there is nothing to order.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Puts the values into a page.
    pub fn on(&self, page: ShopPage) -> ShopPage {
        page.with("lines", &self.lines)
            .with("taxes", &self.taxes)
            .with("subtotal", &self.subtotal)
            .with("total", &self.total)
            .with("is_paid", &self.is_paid)
            .with("is_trial", &self.is_trial)
            .with("reverse_charge", &self.reverse_charge)
            .with("button", &self.button)
    }
}

/// Taxes as lines of a sum.
pub(in crate::shop) fn shown_taxes(
    texts: &ShopTexts,
    language: Language,
    taxes: &[(Tax, Amount)],
    currency: &str,
) -> Result<Vec<ShownTax>, TextError> {
    let shown = taxes.iter().map(|(tax, sum)| {
        let values = [("tax", tax.name.as_str()), ("rate", &percent(language, tax))];
        let name = texts.say(language, "checkout-tax", &values)?;
        Ok(ShownTax { name, sum: write_money(sum.rounded(), currency, language) })
    });
    shown.collect()
}

fn term_in_words(texts: &ShopTexts, language: Language, term: Term) -> Result<String, TextError> {
    let (phrase, count) = term.phrase();
    texts.say(language, phrase, &[("count", &count.to_string())])
}
