//! What the state of an invoice means for an order: the truth table, as a function without a database.
//!
//! | invoice | before fulfilment | after fulfilment |
//! |---|---|---|
//! | nothing received | wait | payment reversed |
//! | some received | wait | payment reversed |
//! | total received, by payments, credits or both | fulfil | keep, or restore |
//! | more received | fulfil | keep, or restore |
//! | total is 0 | fulfil | keep, or restore |
//! | cancelled, draft | wait, whatever was received | payment reversed |
//! | deleted | order is cancelled | payment reversed |
//!
//! An order that has some of its licenses and waits for the others is fulfilled when it is paid, and reversed when it is
//! not.

use crate::db::text_enum;
use crate::money::Amount;
use crate::perfex::invoice::{Invoice, Standing};

use super::order::{Fulfilment, OrderState};

text_enum! {
    /// How much of an order's invoice is paid.
    Charge {
        /// Nothing.
        None = "none",
        /// Less than the total.
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
pub enum Step {
    /// Nothing.
    Wait,
    /// Issue them.
    Fulfil,
    /// Make sure that they work.
    Keep,
    /// Their payment is gone: past due, later suspended.
    Reverse,
}

/// What an invoice (`None`: deleted) means for an order that is fulfilled so far as `fulfilment` says; `licensed` when it
/// has a license already.
#[must_use]
pub fn judge(
    invoice: Option<&Invoice>,
    fulfilment: Fulfilment,
    licensed: bool,
) -> (OrderState, Charge, Step) {
    let fulfilled = fulfilment != Fulfilment::Open;
    let (state, received, paid) = match invoice {
        None => (OrderState::Cancelled, Charge::None, false),
        Some(invoice) => {
            let received = of(invoice.total, invoice.received());
            let state = match invoice.standing {
                Standing::Cancelled => OrderState::Cancelled,
                Standing::Issued | Standing::Draft => OrderState::Placed,
            };
            let counts = invoice.standing == Standing::Issued;
            (state, received, counts && matches!(received, Charge::Full | Charge::Over))
        }
    };
    match (paid, fulfilled) {
        (true, false) => (state, received, Step::Fulfil),
        (true, true) => (state, received, Step::Keep),
        (false, _) if fulfilled || licensed => (state, Charge::Reversed, Step::Reverse),
        (false, _) => (state, received, Step::Wait),
    }
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
mod tests {
    use super::*;

    #[test]
    fn charges_compare_at_two_places() {
        let amount = |text: &str| text.parse::<Amount>().unwrap();
        assert_eq!(of(amount("49"), amount("0")), Charge::None);
        assert_eq!(of(amount("49"), amount("48.99")), Charge::Partial);
        assert_eq!(of(amount("49"), amount("49.00")), Charge::Full);
        assert_eq!(of(amount("49"), amount("49.01")), Charge::Over);
        assert_eq!(of(Amount::ZERO, Amount::ZERO), Charge::Full);
        assert_eq!(of(amount("49"), Amount::ZERO - amount("1")), Charge::None);
    }

    #[test]
    fn a_deleted_invoice_cancels_the_order_and_reverses_what_was_fulfilled() {
        assert_eq!(judge(None, Fulfilment::Open, false), (OrderState::Cancelled, Charge::None, Step::Wait));
        assert_eq!(
            judge(None, Fulfilment::Fulfilled, true),
            (OrderState::Cancelled, Charge::Reversed, Step::Reverse)
        );
        assert_eq!(
            judge(None, Fulfilment::Open, true),
            (OrderState::Cancelled, Charge::Reversed, Step::Reverse)
        );
    }
}
