//! "Look at invoice 4711 again": makes an order match what the CRM says about its payment.
//!
//! One transaction: the order's row is locked, invoice, payments and credits are read fresh, the truth table of
//! [`super::charge`] decides, licenses and mails and timeline are written, and the ledger remembers which payment rows
//! were taken into account. Nothing here knows why it was called; calling it again changes nothing.

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{Session, retry};
use crate::ids::InvoiceId;
use crate::licensing;
use crate::perfex::changes::{self, Source};
use crate::perfex::invoice::{Fingerprint, Invoice, Receipts};

use super::ShopError;
use super::charge::{Step, judge};
use super::fulfil::{Recipient, Workshop};
use super::order::{Fulfilment, Order, OrderState};
use super::timeline::ORDER_TIMELINE;

/// What settling found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The invoice belongs to no order of the shop.
    Foreign,
    /// Nothing had to change.
    Unchanged,
    /// The order was brought up to date.
    Changed {
        /// Licenses that were issued.
        issued: u32,
    },
}

/// Settles the order of an invoice.
pub async fn settle(workshop: &Workshop, invoice: InvoiceId) -> Result<Settled, ShopError> {
    retry(async || settle_once(workshop, invoice).await).await
}

async fn settle_once(workshop: &Workshop, id: InvoiceId) -> Result<Settled, ShopError> {
    let now = workshop.clock.now();
    let mut session = workshop.database.begin().await?;
    let order = Order::lock_by_invoice(&mut session, id).await?;
    let receipts = Receipts::read(&mut session, id).await?;
    let invoice = Invoice::read(&mut session, id, receipts.clone()).await?;
    let settled = match order {
        None => Settled::Foreign,
        Some(order) => Case { workshop, before: order, now }.settle(&mut session, invoice.as_ref()).await?,
    };
    // Also when the invoice is gone: a row that nobody settles would be looked at every second.
    changes::mark(&mut session, Source::Payments, receipts.payments.iter().map(|(id, _)| id.0)).await?;
    changes::mark(&mut session, Source::Credits, receipts.credits.iter().map(|(id, _)| id.0)).await?;
    session.commit().await?;
    Ok(settled)
}

/// One order under its lock.
struct Case<'a> {
    workshop: &'a Workshop,
    before: Order,
    now: DateTime<Utc>,
}

impl Case<'_> {
    async fn settle(&self, session: &mut Session, found: Option<&Invoice>) -> Result<Settled, ShopError> {
        // Another hash under the same id is another customer's invoice: ours was deleted.
        let invoice = found.filter(|found| Some(&found.hash) == self.before.invoice_hash.as_ref());
        let (state, charge, step) = judge(invoice, self.before.fulfilment);
        let mut order = Order { state, charge, ..self.before.clone() };
        let seen = received(invoice, &order.currency);
        let mut issued = 0;
        if order.state != self.before.state {
            let event = if order.state == OrderState::Cancelled { "cancelled" } else { "reopened" };
            ORDER_TIMELINE.add(session, order.id, self.now, event, &seen).await?;
        }
        if order.charge != self.before.charge {
            let detail = format!("{} -> {charge}: {seen}", self.before.charge);
            ORDER_TIMELINE.add(session, order.id, self.now, "charge", &detail).await?;
        }
        match step {
            Step::Wait => {}
            Step::Fulfil => {
                let items = order.items(session).await?;
                let recipient = Recipient {
                    email: &order.email,
                    firstname: &order.firstname,
                    lastname: &order.lastname,
                    language: &order.language,
                };
                issued = self.workshop.fulfil(session, order.id, &items, recipient, self.now).await?;
                order.fulfilment = Fulfilment::Fulfilled;
                let detail = format!("{issued} licenses issued: {seen}");
                ORDER_TIMELINE.add(session, order.id, self.now, "fulfilled", &detail).await?;
            }
            Step::Keep => self.restore(session, &mut order, &seen).await?,
            Step::Reverse => self.reverse(session, &mut order, &seen).await?,
        }
        let print = found.map_or_else(Fingerprint::gone, Invoice::fingerprint);
        let unchanged = order == self.before && self.before.fingerprint.as_deref() == Some(print.as_str());
        if unchanged {
            return Ok(Settled::Unchanged);
        }
        if !order.save(session, Some(&print)).await? {
            return Err(ShopError::Changed(order.id));
        }
        Ok(Settled::Changed { issued })
    }

    /// Paid again: what a missing payment had taken comes back.
    async fn restore(&self, session: &mut Session, order: &mut Order, seen: &str) -> Result<(), ShopError> {
        order.look_again_at = None;
        order.fulfilment = Fulfilment::Fulfilled;
        if self.before.look_again_at.is_none() && self.before.fulfilment == Fulfilment::Fulfilled {
            return Ok(());
        }
        let restored =
            licensing::restore_paid(session, order.id, self.now, &format!("paid again: {seen}")).await?;
        let detail = format!("{restored} licenses restored: {seen}");
        Ok(ORDER_TIMELINE.add(session, order.id, self.now, "restored", &detail).await?)
    }

    /// Not paid any more: past due first, suspended when the grace has passed.
    async fn reverse(&self, session: &mut Session, order: &mut Order, seen: &str) -> Result<(), ShopError> {
        let grace = TimeDelta::from_std(self.workshop.reversal_grace).unwrap_or(TimeDelta::MAX);
        match (self.before.fulfilment, self.before.look_again_at) {
            (Fulfilment::Fulfilled, None) => {
                let until = self.now.checked_add_signed(grace).unwrap_or(DateTime::<Utc>::MAX_UTC);
                order.look_again_at = Some(until);
                let why = format!(
                    "the payment was taken back: {seen}; suspended from {} UTC",
                    until.format("%Y-%m-%d %H:%M")
                );
                let changed = licensing::mark_past_due(session, order.id, self.now, &why).await?;
                let detail = format!("{changed} licenses past due: {why}");
                ORDER_TIMELINE.add(session, order.id, self.now, "reversed", &detail).await?;
            }
            (Fulfilment::Fulfilled, Some(until)) if until <= self.now => {
                order.look_again_at = None;
                order.fulfilment = Fulfilment::Revoked;
                let why = format!("the grace for the missing payment has passed: {seen}");
                let changed = licensing::suspend_unpaid(session, order.id, self.now, &why).await?;
                let detail = format!("{changed} licenses suspended: {why}");
                ORDER_TIMELINE.add(session, order.id, self.now, "suspended", &detail).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// What was read, for the timeline: `received 20.00 of 49.00 EUR (1 payments, 0 credits)`.
fn received(invoice: Option<&Invoice>, currency: &str) -> String {
    match invoice {
        None => "the invoice was deleted".to_owned(),
        Some(invoice) => format!(
            "received {} of {} {currency} ({} payments, {} credits), invoice {}",
            invoice.received(),
            invoice.total,
            invoice.receipts.payments.len(),
            invoice.receipts.credits.len(),
            invoice.standing,
        ),
    }
}
