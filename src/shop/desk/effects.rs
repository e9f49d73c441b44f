//! What would happen to an order's licenses if money went back: told before anybody does it, by the very rule that
//! settles orders.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::ids::{CreditId, PaymentId};
use crate::money::Amount;
use crate::perfex::invoice::{Invoice, Standing};
use crate::shop::charge::{Before, Charge, judge};
use crate::shop::order::Item;

/// What somebody could do in the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undo {
    /// Delete a recorded payment.
    Payment(PaymentId, Amount),
    /// Take a credit from the invoice.
    Credit(CreditId, Amount),
    /// Cancel the invoice.
    Cancel,
}

/// What would follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effect {
    pub undo: Undo,
    /// How much would be paid then.
    pub charge: Charge,
    /// How many units would lose their payment.
    pub lost: usize,
    /// When the licenses of those would stop working; `None`: there are none.
    pub suspended: Option<DateTime<Utc>>,
}

/// Each thing that could be undone about an invoice, and what would follow at `now`.
pub(super) fn effects(
    invoice: &Invoice,
    items: &[Item],
    before: Before,
    grace: Duration,
    now: DateTime<Utc>,
) -> Vec<Effect> {
    let receipts = &invoice.receipts;
    let unpaid = judge(Some(invoice), items, before).unpaid;
    let payments = receipts.payments.iter().map(|(id, amount)| Undo::Payment(*id, *amount));
    let credits = receipts.credits.iter().map(|(id, amount)| Undo::Credit(*id, *amount));
    let cancel = (invoice.standing == Standing::Issued).then_some(Undo::Cancel);
    payments
        .chain(credits)
        .chain(cancel)
        .map(|undo| {
            let verdict = judge(Some(&without(invoice, undo)), items, before);
            let lost = if before.licensed { verdict.unpaid.difference(&unpaid).count() } else { 0 };
            let grace = TimeDelta::from_std(grace).unwrap_or(TimeDelta::MAX);
            let end = || now.checked_add_signed(grace).unwrap_or(DateTime::<Utc>::MAX_UTC);
            Effect { undo, charge: verdict.charge, lost, suspended: (lost > 0).then(end) }
        })
        .collect()
}

fn without(invoice: &Invoice, undo: Undo) -> Invoice {
    let mut left = invoice.clone();
    match undo {
        Undo::Payment(gone, _) => left.receipts.payments.retain(|(id, _)| *id != gone),
        Undo::Credit(gone, _) => left.receipts.credits.retain(|(id, _)| *id != gone),
        Undo::Cancel => left.standing = Standing::Cancelled,
    }
    left
}
