//! Which units of an order are paid: the money on its invoice, laid on the units one after the other.
//!
//! 1. A package for several sites is as many units. Each unit is worth its share of the invoice's present total, by its price with tax: a discount is everybody's.
//! 2. A credit note for the invoice gives units back. A line that has the text of an item, and at least its price or what it is
//!    worth on the invoice as that stands, gives back as many units of that item as it counts, the last ones first; at a
//!    lower price it makes that item cheaper. What is left of the note's amount gives back a unit
//!    that is worth exactly that, else whole units from the end of the order; less than a unit is a price reduction.
//! 3. What was received covers the other units in their order. What a note put on its own invoice to settle units that it
//!    gives back is no money for the others.

use std::collections::BTreeSet;

use crate::licensing::UnitNumber;
use crate::money::Amount;
use crate::perfex::credit_note::CreditNote;
use crate::perfex::invoice::Invoice;

use super::order::Item;

/// What is paid of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Coverage {
    /// Given back by a credit note.
    pub returned: BTreeSet<UnitNumber>,
    /// Neither given back nor covered by what was received.
    pub uncovered: BTreeSet<UnitNumber>,
    /// Whether something that has a price is paid.
    pub any_paid: bool,
    /// What was received for the units that were not given back.
    pub money: Amount,
}

/// A unit with what it is worth.
#[derive(Debug, Clone, Copy)]
struct Unit<'a> {
    item: &'a Item,
    number: UnitNumber,
    value: Amount,
}

impl Coverage {
    /// What the money on `invoice` covers of `items`.
    pub fn of(invoice: &Invoice, items: &[Item]) -> Self {
        let units = units(invoice.total, items);
        let mut returned = BTreeSet::new();
        for note in &invoice.notes {
            give_back(note, &units, &mut returned);
        }
        let worth = |among: &BTreeSet<UnitNumber>| -> Amount {
            units.iter().filter(|unit| among.contains(&unit.number)).map(|unit| unit.value).sum()
        };
        let applied: Amount = invoice.notes.iter().map(|note| note.applied).sum();
        let money = (invoice.received() - applied.min(worth(&returned))).rounded();
        let (mut sum, mut any_paid) = (Amount::ZERO, false);
        let mut uncovered = BTreeSet::new();
        for unit in units.iter().filter(|unit| !returned.contains(&unit.number)) {
            sum = sum + unit.value;
            if sum.rounded() > money {
                uncovered.insert(unit.number);
            } else {
                any_paid |= unit.value.is_positive() || !invoice.total.is_positive();
            }
        }
        Self { returned, uncovered, any_paid, money }
    }

    /// Nothing of `items` is paid.
    pub fn none(items: &[Item]) -> Self {
        Self { uncovered: numbers(items).collect(), ..Self::default() }
    }

    /// Every unit that is not paid.
    pub fn unpaid(&self) -> BTreeSet<UnitNumber> {
        self.returned.union(&self.uncovered).copied().collect()
    }
}

/// The units of an order, in their order.
pub(super) fn numbers(items: &[Item]) -> impl Iterator<Item = UnitNumber> {
    items.iter().flat_map(|item| (1..=item.units()).map(|unit| (item.id, unit)))
}

/// The units with their shares of `total`, which add up to it.
fn units(total: Amount, items: &[Item]) -> Vec<Unit<'_>> {
    let price = |item: &Item| {
        let tax = item.tax.as_ref().map_or(Amount::ZERO, |tax| item.unit_price.percent(tax.rate));
        item.unit_price + tax
    };
    let whole: Amount = items.iter().map(|item| price(item) * item.quantity).sum();
    let (mut part, mut given) = (Amount::ZERO, Amount::ZERO);
    let mut units = Vec::new();
    for item in items {
        for package in 0..item.quantity {
            part = part + price(item);
            let share = total.share(part, whole);
            let (worth, mut split) = (share - given, Amount::ZERO);
            given = share;
            // A package for several sites is as many units, each worth the same part of it.
            for site in 1..=item.sites {
                let until = if site == item.sites { worth } else { part_of(worth, site, item.sites) };
                let number = (item.id, package * item.sites + site);
                units.push(Unit { item, number, value: until - split });
                split = until;
            }
        }
    }
    units
}

/// So many of `sites` equal parts of what a package is worth.
fn part_of(worth: Amount, parts: u32, sites: u32) -> Amount {
    worth.share(Amount::CENT * parts, Amount::CENT * sites)
}

/// How many units so many packages of an item are.
fn licenses_of(packages: u32, unit: Option<&Unit<'_>>) -> usize {
    let sites = unit.map_or(1, |unit| unit.item.sites);
    usize::try_from(packages.saturating_mul(sites)).unwrap_or(usize::MAX)
}

fn give_back(note: &CreditNote, units: &[Unit<'_>], returned: &mut BTreeSet<UnitNumber>) {
    let mut rest = note.total;
    for line in &note.lines {
        let same = |unit: &&Unit<'_>| unit.item.description.trim() == line.description.trim();
        if let Some(unit) = units.iter().find(same) {
            let tax = unit.item.tax.as_ref().map_or(Amount::ZERO, |tax| line.rate.percent(tax.rate));
            let price = line.rate + tax;
            // A discount, or staff who wrote another price on the invoice: its copy on the note has that price.
            let of_item = units.iter().filter(same).take(licenses_of(1, Some(unit)));
            let worth: Amount = of_item.map(|unit| unit.value).sum();
            if line.rate < unit.item.unit_price && price.rounded() + Amount::CENT < worth {
                // That item got cheaper; nothing of it is given back.
                rest = rest - price * line.quantity;
                continue;
            }
        }
        let chosen: Vec<&Unit<'_>> = units
            .iter()
            .rev()
            .filter(same)
            .filter(|unit| !returned.contains(&unit.number))
            .take(licenses_of(line.quantity, units.iter().find(same)))
            .collect();
        for unit in chosen {
            rest = rest - unit.value;
            returned.insert(unit.number);
        }
    }
    let priced = || units.iter().rev().filter(|unit| unit.value.is_positive());
    let exact = priced().find(|unit| !returned.contains(&unit.number) && unit.value == rest.rounded());
    if let Some(unit) = exact {
        returned.insert(unit.number);
        return;
    }
    for unit in priced() {
        if returned.contains(&unit.number) {
            continue;
        }
        if unit.value > rest.rounded() {
            return;
        }
        rest = rest - unit.value;
        returned.insert(unit.number);
    }
}
