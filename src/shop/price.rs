//! What one of a package costs, as the shop says it: what is to be paid in all, and what of it is tax.
//!
//! Computed as an invoice for one computes it, and written as the CRM writes money, so that shop and invoice agree.

use crate::money::Amount;
use crate::perfex::currency::MoneyFormat;
use crate::perfex::tax::Tax;

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
    format: Option<MoneyFormat>,
}

impl Price {
    pub(super) fn of(package: &Package, format: Option<&MoneyFormat>) -> Self {
        let net = package.price.rounded();
        let tax = package.tax.clone().filter(|_| package.kind == Kind::Paid);
        let gross = tax.as_ref().map_or(net, |tax| (net + net.percent(tax.rate)).rounded());
        Self { net, gross, tax, currency: package.currency.clone(), format: format.cloned() }
    }

    /// An amount in this price's currency, as people read it.
    #[must_use]
    pub fn write(&self, amount: Amount) -> String {
        match &self.format {
            Some(format) => format.write(amount),
            None => format!("{amount} {}", self.currency),
        }
    }
}
