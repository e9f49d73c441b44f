//! "Look at invoice 4711 again": makes an order match what the CRM says about its payment.
//!
//! One transaction: the order's row is locked, invoice, payments and credits are read fresh, the truth table of
//! [`super::charge`] decides, licenses and mails and timeline are written, and the ledger remembers which payment rows
//! were taken into account. Nothing here knows why it was called; calling it again changes nothing.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::db::{Session, retry};
use crate::ids::{ClientId, InvoiceId};
use crate::licensing::{self, UnitNumber};
use crate::money::Amount;
use crate::perfex::changes::{self, Source};
use crate::perfex::invoice::{Fingerprint, Invoice, Receipts};
use crate::sentence::Sentence;

use super::ShopError;
use super::bell;
use super::charge::{Before, Step, Verdict, judge, judge_free};
use super::coverage::numbers;
use super::fulfil::{Progress, Workshop};
use super::issuer::Issuer;
use super::license_request;
use super::order::{Fulfilment, Item, Order, OrderState};
use super::reversal::Reversal;
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
        let there = licensing::unit_numbers(session, self.before.id).await?;
        let items = self.before.items(session).await?;
        let Verdict { state, charge, step, unpaid } = self.judge(invoice, &items, !there.is_empty());
        let client = self.client_of(invoice);
        let mut order = Order { client, state, charge, ..self.before.clone() };
        let seen = self.received(invoice);
        if client != self.before.client {
            let detail =
                Sentence::of("why-customer").with("before", self.before.client).with("after", client);
            self.note(session, "customer", detail).await?;
        }
        let mut done = Progress::Complete { issued: 0, kept: 0 };
        if order.state != self.before.state {
            let event = if order.state == OrderState::Cancelled { "cancelled" } else { "reopened" };
            self.note(session, event, seen.clone()).await?;
        }
        if order.charge != self.before.charge {
            let word = |charge| Sentence::of(format!("why-charge-{charge}"));
            let detail = Sentence::of("why-charge")
                .within("before", word(self.before.charge))
                .within("after", word(charge))
                .within("seen", seen.clone());
            self.note(session, "charge", detail).await?;
        }
        match step {
            Step::Wait => self.withdraw(session, &items, &seen).await?,
            Step::Fulfil => {
                if !there.is_empty() {
                    self.follow(session, &mut order, &items, &unpaid, &seen).await?;
                }
                done = self.fulfil(session, &mut order, &there, &unpaid, &seen).await?;
            }
            Step::Follow => {
                self.follow(session, &mut order, &items, &unpaid, &seen).await?;
                let given = |unit| there.contains(&unit) || unpaid.contains(&unit);
                if self.before.fulfilment == Fulfilment::Open {
                    self.withdraw(session, &items, &seen).await?;
                } else if !numbers(&items).all(given) {
                    // A unit that was given back before it had a license is paid again.
                    done = self.fulfil(session, &mut order, &there, &unpaid, &seen).await?;
                }
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

    /// The customer of the invoice: staff may give it to another one, as when two customers become one. Once the CRM has
    /// deleted that customer, the order stays with whom it was.
    fn client_of(&self, invoice: Option<&Invoice>) -> ClientId {
        invoice.map(|invoice| invoice.client).filter(|client| client.0 > 0).unwrap_or(self.before.client)
    }

    fn judge(&self, invoice: Option<&Invoice>, items: &[Item], licensed: bool) -> Verdict {
        let Order { state, charge, fulfilment, .. } = self.before;
        match self.before.invoice {
            Some(_) => judge(invoice, items, Before { state, fulfilment, licensed }),
            None => Verdict { state, charge, step: judge_free(fulfilment), unpaid: BTreeSet::new() },
        }
    }

    async fn note(&self, session: &mut Session, event: &str, detail: Sentence) -> Result<(), ShopError> {
        Ok(ORDER_TIMELINE.add(session, self.before.id, self.now, event, detail).await?)
    }

    /// Paid for: licenses, and once all are there the mails.
    async fn fulfil(
        &self,
        session: &mut Session,
        order: &mut Order,
        there: &BTreeSet<UnitNumber>,
        unpaid: &BTreeSet<UnitNumber>,
        seen: &Sentence,
    ) -> Result<Progress, ShopError> {
        let progress = self.workshop.fulfil(session, order, there, unpaid, self.now).await?;
        let server = self.workshop.issuer.name();
        match progress {
            Progress::Complete { issued, kept } => {
                order.fulfilment = Fulfilment::Fulfilled;
                let detail = match there.len() {
                    0 if kept > 0 => Sentence::of("why-issued-kept").with("kept", kept),
                    0 => Sentence::of("why-issued"),
                    before if issued == 0 => Sentence::of("why-issued-before").with("before", before),
                    before => Sentence::of("why-issued-beside").with("before", before),
                };
                let detail = detail.with("issued", issued).within("seen", seen.clone());
                self.note(session, "fulfilled", detail).await?;
            }
            Progress::Waiting { requested: 0 } => {}
            Progress::Waiting { requested } => {
                let detail = Sentence::of("why-requested")
                    .with("count", requested)
                    .with("server", server)
                    .within("seen", seen.clone());
                self.note(session, "requested", detail).await?;
            }
        }
        Ok(progress)
    }

    /// Not paid: nothing is asked for any more.
    async fn withdraw(
        &self,
        session: &mut Session,
        items: &[Item],
        seen: &Sentence,
    ) -> Result<(), ShopError> {
        let asks = matches!(self.workshop.issuer, Issuer::Remote { .. });
        if !asks || self.before.fulfilment != Fulfilment::Open {
            return Ok(());
        }
        let withdrawn = license_request::withdraw(session, items).await?;
        if withdrawn > 0 {
            let detail = Sentence::of("why-withdrawn").with("count", withdrawn).within("seen", seen.clone());
            self.note(session, "withdrawn", detail).await?;
        }
        Ok(())
    }

    /// Licenses of units that are not paid any more become past due, and are suspended when their grace has passed; those of
    /// units that are paid again are restored.
    async fn follow(
        &self,
        session: &mut Session,
        order: &mut Order,
        items: &[Item],
        unpaid: &BTreeSet<UnitNumber>,
        seen: &Sentence,
    ) -> Result<(), ShopError> {
        let grace = TimeDelta::from_std(self.workshop.reversal_grace).unwrap_or(TimeDelta::MAX);
        let reversal = Reversal { order: order.id, unpaid, grace, now: self.now, seen };
        let done = reversal.follow(session).await?;
        order.look_again_at = done.next_end;
        let fulfilled = self.before.fulfilment != Fulfilment::Open;
        if fulfilled {
            let nothing_left = numbers(items).all(|unit| unpaid.contains(&unit)) && done.next_end.is_none();
            order.fulfilment = if nothing_left { Fulfilment::Revoked } else { Fulfilment::Fulfilled };
        }
        if done.past_due > 0 || (fulfilled && done.lost > 0) {
            let until = done.next_end.unwrap_or(self.now);
            let detail = Sentence::of("why-reversed")
                .with("count", done.past_due)
                .within("seen", seen.clone())
                .with("until", until.format("%Y-%m-%d %H:%M"));
            self.note(session, "reversed", detail).await?;
        }
        if done.past_due > 0 {
            bell::reversed(session, self.workshop, order, &done, self.now).await?;
        }
        if done.suspended > 0
            || (order.fulfilment == Fulfilment::Revoked && order.fulfilment != self.before.fulfilment)
        {
            let detail =
                Sentence::of("why-suspended").with("count", done.suspended).within("seen", seen.clone());
            self.note(session, "suspended", detail).await?;
        }
        if done.restored > 0 || (fulfilled && done.regained > 0) {
            let detail =
                Sentence::of("why-restored").with("count", done.restored).within("seen", seen.clone());
            self.note(session, "restored", detail).await?;
        }
        Ok(())
    }

    /// What was read, for the timeline: `received 20.00 of 49.00 EUR (1 payments, 0 credits), invoice issued`.
    fn received(&self, invoice: Option<&Invoice>) -> Sentence {
        let Some(invoice) = invoice else {
            let known = self.before.invoice.is_some();
            return Sentence::of(if known { "why-invoice-deleted" } else { "why-nothing-to-pay" });
        };
        let received = match invoice.notes.as_slice() {
            [] => Sentence::of("why-received"),
            notes => {
                let total: Amount = notes.iter().map(|note| note.total).sum();
                Sentence::of("why-received-noted").with("noted", total)
            }
        };
        received
            .with("received", invoice.received())
            .with("total", format!("{} {}", invoice.total, self.before.currency))
            .with("payments", invoice.receipts.payments.len())
            .with("credits", invoice.receipts.credits.len())
            .within("standing", Sentence::of(format!("why-invoice-{}", invoice.standing)))
    }
}
