//! What one of a package costs, as the shop says it: what is to be paid in all, and what of it is tax.
//!
//! Computed as an invoice for one computes it, so that shop and invoice agree; written as the reader's language writes money, as in
//! the checkout.

use crate::money::Amount;
use crate::perfex::tax::Tax;
use crate::text::{Language, write_money};

use super::package::{Kind, Package};

/// A price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// Without tax.
    pub net: Amount,
    /// With tax: what a private buyer pays.
    pub gross: Amount,
    /// The tax in it.
    pub tax: Option<Tax>,
    /// The currency's name in the CRM.
    pub currency: String,
}

impl Price {
    pub(super) fn of(package: &Package) -> Self {
        let net = package.price.rounded();
        let tax = package.tax.clone().filter(|_| package.kind == Kind::Paid);
        let gross = tax.as_ref().map_or(net, |tax| (net + net.percent(tax.rate)).rounded());
        Self { net, gross, tax, currency: package.currency.clone() }
    }

    /// An amount in this price's currency, as the language's readers write it.
    #[must_use]
    pub fn write(&self, amount: Amount, language: Language) -> String {
        write_money(amount, &self.currency, language)
    }
}
