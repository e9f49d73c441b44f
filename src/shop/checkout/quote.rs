//! What an order costs: computed by us from the catalogue, the buyer's country and their VAT id.
//!
//! Prices are without tax; each package names its tax, one of the CRM's own. A business in another member state of the
//! Union owes the tax itself: its invoice has none and says so (Articles 44 and 196 of Directive 2006/112/EC).

use sha2::{Digest as _, Sha256};

use crate::db::text_enum;
use crate::money::Amount;
use crate::perfex::new_invoice::{Line, totals};
use crate::perfex::tax::Tax;

use super::super::ShopError;
use super::super::order::Item;
use super::super::package::Kind;
use super::super::placement::{check_total, line};
use super::cart::CartLine;
use super::vat_id::{VatId, is_member_state};

text_enum! {
    /// Who owes the tax.
    TaxCase {
        /// The seller; the invoice has the packages' taxes.
        Charged = "charged",
        /// The buyer, a business in another member state.
        ReverseCharge = "reverse_charge",
    }
}

impl TaxCase {
    /// The case of a buyer; countries are ISO 3166.
    #[must_use]
    pub fn of(seller_country: &str, buyer_country: &str, vat_id: Option<&VatId>) -> Self {
        let both_in_the_union = is_member_state(seller_country) && is_member_state(buyer_country);
        if both_in_the_union && seller_country != buyer_country && vat_id.is_some() {
            Self::ReverseCharge
        } else {
            Self::Charged
        }
    }
}

/// What an order costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The items, with the taxes that are charged.
    pub(in crate::shop) items: Vec<Item>,
    /// The currency's name; empty when nothing is ordered.
    pub currency: String,
    /// Without tax.
    pub subtotal: Amount,
    /// Each tax with its sum.
    pub taxes: Vec<(Tax, Amount)>,
    /// What is to be paid.
    pub total: Amount,
    /// Who owes the tax.
    pub tax_case: TaxCase,
    /// Whether anything has a price.
    pub is_paid: bool,
}

impl Quote {
    /// What these packages cost.
    pub fn of(cart: &[CartLine], tax_case: TaxCase) -> Result<Self, ShopError> {
        let mut items: Vec<Item> = cart.iter().map(|line| Item::of(&line.package, line.quantity)).collect();
        let has_tax = items.iter().any(|item| item.tax.is_some());
        // Who charges no tax at all has none to pass on.
        let tax_case = if has_tax { tax_case } else { TaxCase::Charged };
        if tax_case == TaxCase::ReverseCharge {
            for item in &mut items {
                item.tax = None;
            }
        }
        let lines: Vec<Line> = items.iter().map(line).collect();
        let currency = cart.first().map(|line| line.package.currency.clone()).unwrap_or_default();
        let total = check_total(&lines, &currency)?;
        let (subtotal, _) = totals(&lines);
        let taxes = taxes(&items);
        let is_paid = items.iter().any(|item| item.kind == Kind::Paid);
        Ok(Self { items, currency, subtotal, taxes, total, tax_case, is_paid })
    }

    /// Whether the order is a trial.
    #[must_use]
    pub fn is_trial(&self) -> bool {
        self.items.iter().any(|item| item.kind == Kind::Trial)
    }

    /// A mark of everything that a buyer agrees to: prices, taxes, and the wordings, whose versions are given.
    #[must_use]
    pub fn mark(&self, wordings: &[&str]) -> String {
        let mut digest = Sha256::new();
        for item in &self.items {
            let tax = item.tax.as_ref().map(ToString::to_string).unwrap_or_default();
            digest.update(format!("{} {} {} {tax}\n", item.sku, item.quantity, item.unit_price));
        }
        digest.update(format!("{} {} {}\n{}", self.currency, self.total, self.tax_case, wordings.join("\n")));
        hex::encode(digest.finalize()).chars().take(16).collect()
    }
}

/// The taxes on these items, each with its sum.
pub(in crate::shop) fn taxes(items: &[Item]) -> Vec<(Tax, Amount)> {
    let mut taxes: Vec<(Tax, Amount)> = Vec::new();
    for item in items {
        let Some(tax) = &item.tax else { continue };
        let part = (item.unit_price * item.quantity).percent(tax.rate);
        match taxes.iter_mut().find(|(known, _)| known == tax) {
            Some((_, sum)) => *sum = *sum + part,
            None => taxes.push((tax.clone(), part)),
        }
    }
    taxes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_business_in_another_member_state_owes_the_tax_itself() {
        let id = |text, country| VatId::parse(text, country).unwrap();
        let austrian = id("ATU13585627", "AT");
        let german = id("DE136695976", "DE");
        let swiss = id("CHE116281710", "CH");
        for (seller, buyer, vat_id, case) in [
            ("DE", "AT", &austrian, TaxCase::ReverseCharge),
            ("DE", "AT", &None, TaxCase::Charged),
            ("DE", "DE", &german, TaxCase::Charged),
            ("DE", "CH", &swiss, TaxCase::Charged),
            ("CH", "AT", &austrian, TaxCase::Charged),
            ("", "AT", &austrian, TaxCase::Charged),
        ] {
            assert_eq!(TaxCase::of(seller, buyer, vat_id.as_ref()), case, "{seller} -> {buyer}");
        }
    }
}
