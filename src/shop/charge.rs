//! What the state of an invoice means for an order: the truth table, as a function without a database.
//!
//! | invoice | before fulfilment | after fulfilment |
//! |---|---|---|
//! | nothing received | wait | every unit is taken back |
//! | some received | wait | units that it does not cover are taken back |
//! | total received, by payments, credits or both | fulfil | keep, or restore |
//! | more received | fulfil | keep, or restore |
//! | total is 0 | fulfil | keep, or restore |
//! | a credit note gives units back, the rest is received | fulfil the rest | those units are taken back |
//! | a credit note gives all units back | wait | every unit is taken back |
//! | cancelled, draft | wait, whatever was received | every unit is taken back |
//! | deleted | order is cancelled | every unit is taken back |
//!
//! An order that has some of its licenses and waits for the others is fulfilled when it is paid, and taken back when it is
//! not. Which units money covers says [`super::coverage`].

use std::collections::BTreeSet;

use crate::db::text_enum;
use crate::licensing::UnitNumber;
use crate::money::Amount;
use crate::perfex::invoice::{Invoice, Standing};

use super::coverage::{Coverage, numbers};
use super::order::{Fulfilment, Item, OrderState};

text_enum! {
    /// How much of an order's invoice is paid.
    Charge {
        /// Nothing.
        None = "none",
        /// Less than the total; on a fulfilled order: some of its units are paid, others were taken back.
        Partial = "partial",
        /// The total.
        Full = "full",
        /// More than the total.
        Over = "over",
        /// It was paid, and is not any more.
        Reversed = "reversed",
    }
}

/// What has to happen to the order's licenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Wait,
    /// Issue those of the units that are paid.
    Fulfil,
    /// Make sure that those of paid units work, and take the others back: past due, later suspended.
    Follow,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// Whether it stood so far.
    pub state: OrderState,
    /// How far it is fulfilled.
    pub fulfilment: Fulfilment,
    /// Whether it has a license already.
    pub licensed: bool,
}

/// What follows for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub state: OrderState,
    pub charge: Charge,
    pub step: Step,
    /// The units that are not paid.
    pub unpaid: BTreeSet<UnitNumber>,
}

/// What an invoice (`None`: deleted) means for an order of `items`.
pub(super) fn judge(invoice: Option<&Invoice>, items: &[Item], before: Before) -> Verdict {
    let fulfilled = before.fulfilment != Fulfilment::Open;
    let begun = fulfilled || before.licensed;
    let (state, received, counts) = match invoice {
        None => (OrderState::Cancelled, Charge::None, false),
        Some(invoice) => {
            let state = match invoice.standing {
                Standing::Cancelled => OrderState::Cancelled,
                Standing::Issued | Standing::Draft => OrderState::Placed,
            };
            let counts = invoice.standing == Standing::Issued;
            (state, of(invoice.total, invoice.received()), counts)
        }
    };
    let coverage = match invoice.filter(|_| counts) {
        Some(invoice) => Coverage::of(invoice, items),
        None => Coverage::none(items),
    };
    let unpaid = coverage.unpaid();
    let some_left = numbers(items).any(|unit| !coverage.returned.contains(&unit));
    let rest_paid = counts && coverage.uncovered.is_empty() && some_left;
    let charge = if counts && unpaid.is_empty() {
        received
    } else if begun || rest_paid {
        if coverage.any_paid { Charge::Partial } else { Charge::Reversed }
    } else if !counts {
        received
    } else if some_left && coverage.money.is_positive() {
        Charge::Partial
    } else {
        Charge::None
    };
    let step = match (fulfilled, rest_paid) {
        (true, _) => Step::Follow,
        (false, true) => Step::Fulfil,
        (false, false) if before.licensed => Step::Follow,
        (false, false) => Step::Wait,
    };
    // Only a payment opens an expired order again.
    let sleeps = before.state == OrderState::Expired && charge == Charge::None && step == Step::Wait;
    let state = if sleeps && state == OrderState::Placed { OrderState::Expired } else { state };
    Verdict { state, charge, step, unpaid }
}

/// What an order without an invoice needs.
pub(super) fn judge_free(fulfilment: Fulfilment) -> Step {
    if fulfilment == Fulfilment::Open { Step::Fulfil } else { Step::Wait }
}

/// Compared at two places, as Perfex does.
fn of(total: Amount, received: Amount) -> Charge {
    let (total, received) = (total.rounded(), received.rounded());
    if received > total {
        Charge::Over
    } else if received == total {
        Charge::Full
    } else if received > Amount::ZERO {
        Charge::Partial
    } else {
        Charge::None
    }
}

#[cfg(test)]
mod tests;
