//! What somebody wants to order: packages by their SKU, and how many of each.
//!
//! In: the pairs `package=SKU&quantity=N` of an address or a form; they may repeat. Out: the packages as they are sold now.
//! Prices never come from outside.

use std::borrow::Cow;

use crate::db::Session;

use super::super::ShopError;
use super::super::package::{Kind, Package};
use super::super::placement::most_of;
use super::super::product::CatalogueState;
use super::refusal::Refusal;

/// The most packages in one order.
const MOST_PACKAGES: usize = 20;
/// The longest SKU that can exist.
const LONGEST_SKU: usize = 64;

/// What is wanted, as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cart(Vec<(String, String)>);

/// A package that can be ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// The package.
    pub package: Package,
    /// How many.
    pub quantity: u32,
    /// How many, as it was written.
    pub written: String,
}

impl Cart {
    /// Reads the pairs of an address or a form; a quantity belongs to the package before it.
    #[must_use]
    pub fn of<'a>(pairs: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut wanted: Vec<(String, String)> = Vec::new();
        for (name, value) in pairs {
            match (name.as_ref(), wanted.last_mut()) {
                ("package", _) if value.len() <= LONGEST_SKU => {
                    wanted.push((value.into_owned(), String::new()));
                }
                ("package", _) => wanted.push((String::new(), String::new())),
                ("quantity", Some((_, quantity))) if quantity.is_empty() => {
                    *quantity = value.trim().chars().take(12).collect();
                }
                _ => {}
            }
        }
        Self(wanted)
    }

    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The SKUs, sorted.
    #[must_use]
    pub fn skus(&self) -> Vec<&str> {
        let mut skus: Vec<&str> = self.0.iter().map(|(sku, _)| sku.as_str()).collect();
        skus.sort_unstable();
        skus.dedup();
        skus
    }

    /// The packages as they are now, and what cannot be ordered of the wish. What is not for sale is left out.
    pub async fn look_up(&self, session: &mut Session) -> Result<(Vec<CartLine>, Vec<Refusal>), ShopError> {
        let (mut lines, mut refusals) = (Vec::<CartLine>::new(), Vec::new());
        if self.0.len() > MOST_PACKAGES {
            refusals.push(Refusal::new("package", "checkout-too-many-packages").with("most", MOST_PACKAGES));
        }
        for (sku, written) in self.0.iter().take(MOST_PACKAGES) {
            let package = match Package::named(session, sku).await {
                Ok(package) => package,
                Err(error) if error.is_refusal() => {
                    refusals.push(Refusal::new("package", "checkout-unknown-package"));
                    continue;
                }
                Err(error) => return Err(error),
            };
            if package.state == CatalogueState::Retired {
                let name = package.full_name();
                refusals.push(Refusal::new("package", "checkout-retired").with("package", name));
                continue;
            }
            let most = if package.kind == Kind::Paid { most_of(&package) } else { 1 };
            let quantity = if written.is_empty() { Some(1) } else { written.parse::<u32>().ok() };
            let quantity = quantity.filter(|quantity| (1..=most).contains(quantity));
            if quantity.is_none() {
                let phrase = if most == 1 { "checkout-one-only" } else { "checkout-quantity" };
                refusals.push(Refusal::new("quantity", phrase).with("most", most));
            }
            let written = if written.is_empty() { "1".to_owned() } else { written.clone() };
            let quantity = quantity.unwrap_or(1);
            match lines.iter_mut().find(|line| line.package.id == package.id) {
                Some(line) if most > 1 => {
                    line.quantity = line.quantity.saturating_add(quantity).min(most);
                    line.written = line.quantity.to_string();
                }
                Some(_) => {}
                None => lines.push(CartLine { package, quantity, written }),
            }
        }
        if let Some(first) = lines.first() {
            let currency = first.package.currency.clone();
            if lines.iter().any(|line| line.package.currency != currency) {
                lines.retain(|line| line.package.currency == currency);
                refusals.push(Refusal::new("package", "checkout-one-currency"));
            }
        }
        if lines.len() > 1 && lines.iter().any(|line| line.package.kind == Kind::Trial) {
            lines.retain(|line| line.package.kind != Kind::Trial);
            refusals.push(Refusal::new("package", "checkout-trial-alone"));
        }
        Ok((lines, refusals))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_belongs_to_the_package_before_it() {
        let cart = |text: &str| Cart::of(url::form_urlencoded::parse(text.as_bytes())).0;
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(sku, quantity)| ((*sku).to_owned(), (*quantity).to_owned())).collect()
        };
        assert_eq!(cart("package=a&quantity=2&package=b"), pairs(&[("a", "2"), ("b", "")]));
        assert_eq!(cart("quantity=9&package=a&x=1&quantity=-3&quantity=4"), pairs(&[("a", "-3")]));
        assert_eq!(cart(&format!("package={}", "x".repeat(65))), pairs(&[("", "")]));
        assert_eq!(cart(""), []);
    }
}
