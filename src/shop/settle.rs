//! "Look at invoice 4711 again": makes an order match what the CRM says about its payment.
//!
//! One transaction: the order's row is locked, invoice, payments and credits are read fresh, the truth table of
//! [`super::charge`] decides, licenses and mails and timeline are written, and the ledger remembers which payment rows
//! were taken into account. Nothing here knows why it was called; calling it again changes nothing.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{Session, retry};
use crate::ids::InvoiceId;
use crate::licensing::{self, UnitNumber};
use crate::perfex::changes::{self, Source};
use crate::perfex::invoice::{Fingerprint, Invoice, Receipts};

use super::ShopError;
use super::charge::{Charge, Step, judge, judge_free};
use super::fulfil::{Progress, Workshop};
use super::issuer::Issuer;
use super::license_request;
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
    let mut session = workshop.database.begin().await?;
    let settled = if let Some(order) = Order::lock_by_invoice(&mut session, id).await? {
        settle_locked(workshop, &mut session, order).await?.settled
    } else {
        let receipts = Receipts::read(&mut session, id).await?;
        remember(&mut session, &receipts).await?;
        Settled::Foreign
    };
    session.commit().await?;
    Ok(settled)
}

/// What settling left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// What it did.
    pub settled: Settled,
    /// How far the licenses are.
    pub fulfilment: Fulfilment,
    /// Whether the order should have licenses and some of them are missing.
    pub waits: bool,
}

/// Settles an order whose row this transaction has locked or written.
pub(super) async fn settle_locked(
    workshop: &Workshop,
    session: &mut Session,
    order: Order,
) -> Result<Look, ShopError> {
    let case = Case { workshop, now: workshop.clock.now(), before: order };
    let Some(id) = case.before.invoice else { return case.settle(session, None).await };
    let receipts = Receipts::read(session, id).await?;
    let invoice = Invoice::read(session, id, receipts.clone()).await?;
    let look = case.settle(session, invoice.as_ref()).await?;
    remember(session, &receipts).await?;
    Ok(look)
}

/// Also when the invoice is gone: a row that nobody settles would be looked at every second.
async fn remember(session: &mut Session, receipts: &Receipts) -> Result<(), ShopError> {
    changes::mark(session, Source::Payments, receipts.payments.iter().map(|(id, _)| id.0)).await?;
    changes::mark(session, Source::Credits, receipts.credits.iter().map(|(id, _)| id.0)).await?;
    Ok(())
}

/// One order under its lock.
struct Case<'a> {
    workshop: &'a Workshop,
    before: Order,
    now: DateTime<Utc>,
}

impl Case<'_> {
    async fn settle(&self, session: &mut Session, found: Option<&Invoice>) -> Result<Look, ShopError> {
        // Another hash under the same id is another customer's invoice: ours was deleted.
        let invoice = found.filter(|found| Some(&found.hash) == self.before.invoice_hash.as_ref());
        let there = match self.before.fulfilment {
            Fulfilment::Open => licensing::unit_numbers(session, self.before.id).await?,
            _ => BTreeSet::new(),
        };
        let (state, charge, step) = match self.before.invoice {
            Some(_) => judge(invoice, self.before.fulfilment, !there.is_empty()),
            None => (self.before.state, self.before.charge, judge_free(self.before.fulfilment)),
        };
        // Only a payment opens an expired order again.
        let sleeps = self.before.state == OrderState::Expired && charge == Charge::None && step == Step::Wait;
        let state = if sleeps && state == OrderState::Placed { OrderState::Expired } else { state };
        let mut order = Order { state, charge, ..self.before.clone() };
        let seen = self.received(invoice);
        let mut done = Progress::Complete { issued: 0, kept: 0 };
        if order.state != self.before.state {
            let event = if order.state == OrderState::Cancelled { "cancelled" } else { "reopened" };
            self.note(session, event, &seen).await?;
        }
        if order.charge != self.before.charge {
            self.note(session, "charge", &format!("{} -> {charge}: {seen}", self.before.charge)).await?;
        }
        match step {
            Step::Wait => self.withdraw(session, &seen).await?,
            Step::Fulfil => {
                done = self.fulfil(session, &mut order, &there, &seen).await?;
            }
            Step::Keep => self.restore(session, &mut order, &seen).await?,
            Step::Reverse => {
                self.withdraw(session, &seen).await?;
                self.reverse(session, &mut order, &seen).await?;
            }
        }
        let print = self.before.invoice.map(|_| found.map_or_else(Fingerprint::gone, Invoice::fingerprint));
        let same = order == self.before
            && self.before.fingerprint.as_deref() == print.as_ref().map(Fingerprint::as_str);
        let (issued, requested) = match done {
            Progress::Complete { issued, .. } => (issued, 0),
            Progress::Waiting { requested } => (0, requested),
        };
        if !same && !order.save(session, print.as_ref()).await? {
            return Err(ShopError::Changed(order.id));
        }
        let settled = if same && requested == 0 { Settled::Unchanged } else { Settled::Changed { issued } };
        let waits = matches!(done, Progress::Waiting { .. });
        Ok(Look { settled, fulfilment: order.fulfilment, waits })
    }

    async fn note(&self, session: &mut Session, event: &str, detail: &str) -> Result<(), ShopError> {
        Ok(ORDER_TIMELINE.add(session, self.before.id, self.now, event, detail).await?)
    }

    /// Paid for: licenses, and once all are there the mails.
    async fn fulfil(
        &self,
        session: &mut Session,
        order: &mut Order,
        there: &BTreeSet<UnitNumber>,
        seen: &str,
    ) -> Result<Progress, ShopError> {
        // Licenses that came while the payment was missing.
        if !there.is_empty() {
            self.restore(session, order, seen).await?;
        }
        let progress = self.workshop.fulfil(session, order, there, self.now).await?;
        let server = self.workshop.issuer.name();
        match progress {
            Progress::Complete { issued, kept } => {
                order.fulfilment = Fulfilment::Fulfilled;
                let detail = match there.len() {
                    0 if kept > 0 => format!("{issued} licenses issued, {kept} was a trial: {seen}"),
                    0 => format!("{issued} licenses issued: {seen}"),
                    before if issued == 0 => format!("{before} licenses are there: {seen}"),
                    before => format!("{issued} licenses issued beside {before}: {seen}"),
                };
                self.note(session, "fulfilled", &detail).await?;
            }
            Progress::Waiting { requested: 0 } => {}
            Progress::Waiting { requested } => {
                let detail = format!("{requested} licenses requested from {server}: {seen}");
                self.note(session, "requested", &detail).await?;
            }
        }
        Ok(progress)
    }

    /// Not paid: nothing is asked for any more.
    async fn withdraw(&self, session: &mut Session, seen: &str) -> Result<(), ShopError> {
        let asks = matches!(self.workshop.issuer, Issuer::Remote { .. });
        if !asks || self.before.fulfilment != Fulfilment::Open {
            return Ok(());
        }
        let items = self.before.items(session).await?;
        let withdrawn = license_request::withdraw(session, &items).await?;
        if withdrawn > 0 {
            let detail = format!("{withdrawn} license requests taken back: {seen}");
            self.note(session, "withdrawn", &detail).await?;
        }
        Ok(())
    }

    /// Paid again: what a missing payment had taken comes back.
    async fn restore(&self, session: &mut Session, order: &mut Order, seen: &str) -> Result<(), ShopError> {
        order.look_again_at = None;
        let was_open = self.before.fulfilment == Fulfilment::Open;
        if !was_open {
            order.fulfilment = Fulfilment::Fulfilled;
            if self.before.look_again_at.is_none() && self.before.fulfilment == Fulfilment::Fulfilled {
                return Ok(());
            }
        }
        let restored =
            licensing::restore_paid(session, order.id, self.now, &format!("paid again: {seen}")).await?;
        if was_open && restored == 0 {
            return Ok(());
        }
        self.note(session, "restored", &format!("{restored} licenses restored: {seen}")).await
    }

    /// Not paid any more: past due first, suspended when the grace has passed.
    async fn reverse(&self, session: &mut Session, order: &mut Order, seen: &str) -> Result<(), ShopError> {
        let grace = TimeDelta::from_std(self.workshop.reversal_grace).unwrap_or(TimeDelta::MAX);
        let ends = self.before.look_again_at;
        if ends.is_some_and(|until| until <= self.now) {
            order.look_again_at = None;
            let why = format!("the grace for the missing payment has passed: {seen}");
            // An order that waits for licenses stays open: they come, and are mailed, when it is paid again.
            if self.before.fulfilment == Fulfilment::Open {
                licensing::mark_past_due(session, order.id, self.now, &why).await?;
            } else {
                order.fulfilment = Fulfilment::Revoked;
            }
            let changed = licensing::suspend_unpaid(session, order.id, self.now, &why).await?;
            return self.note(session, "suspended", &format!("{changed} licenses suspended: {why}")).await;
        }
        if self.before.fulfilment == Fulfilment::Revoked
            || (self.before.fulfilment == Fulfilment::Fulfilled && ends.is_some())
        {
            return Ok(());
        }
        let until = ends.or_else(|| self.now.checked_add_signed(grace)).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let why = format!(
            "the payment was taken back: {seen}; suspended from {} UTC",
            until.format("%Y-%m-%d %H:%M")
        );
        let changed = licensing::mark_past_due(session, order.id, self.now, &why).await?;
        // Only a license that came after the reversal has a grace of its own; without one there is nothing new.
        if self.before.fulfilment == Fulfilment::Open && changed == 0 {
            return Ok(());
        }
        order.look_again_at = Some(until);
        self.note(session, "reversed", &format!("{changed} licenses past due: {why}")).await
    }

    /// What was read, for the timeline: `received 20.00 of 49.00 EUR (1 payments, 0 credits)`.
    fn received(&self, invoice: Option<&Invoice>) -> String {
        match invoice {
            None if self.before.invoice.is_none() => "nothing to pay".to_owned(),
            None => "the invoice was deleted".to_owned(),
            Some(invoice) => format!(
                "received {} of {} {} ({} payments, {} credits), invoice {}",
                invoice.received(),
                invoice.total,
                self.before.currency,
                invoice.receipts.payments.len(),
                invoice.receipts.credits.len(),
                invoice.standing,
            ),
        }
    }
}
