//! Writes an order into the caller's transaction: customer, invoice, order, items, timeline.
//!
//! In: items that were checked, and a customer. Out: a [`Written`] order, which the caller commits. Invariants: a row lock
//! lets one order of one mail address be written at a time, across processes, because the CRM has no key that would refuse
//! a second contact of a new customer; whoever is known already is linked, and nothing of theirs is changed.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::db::Session;
use crate::entropy;
use crate::ids::{ClientId, CountryId, OrderId};
use crate::licensing::Domain;
use crate::money::Amount;
use crate::perfex::currency::Currency;
use crate::perfex::customer::{Contact, NewCustomer};
use crate::perfex::mail_template::ENGLISH;
use crate::perfex::new_invoice::{CreatedInvoice, Line, NewInvoice, totals};
use crate::perfex::numbering::Numbering;
use crate::perfex::options::{LocalZone, Options};
use crate::perfex::schema::Schema;
use crate::sentence::Sentence;
use crate::text::Language;

use super::ShopError;
use super::charge::Charge;
use super::fulfil::Workshop;
use super::order::{Fulfilment, Item, NewOrder, Order};
use super::package::{Kind, Package};
use super::place::Placed;
use super::settle::settle_locked;
use super::timeline::ORDER_TIMELINE;
use super::trial;

const LOCK: &str = "SELECT `name` FROM `{p}bridge_locks` WHERE `name` = ? FOR UPDATE";
/// The most licenses of one package in one order: enough for any buyer, a typing error is told, and one transaction and
/// one mail can carry them.
const MOST_LICENSES: u32 = 1_000;

/// How many of a package one order may have.
pub(super) fn most_of(package: &Package) -> u32 {
    MOST_LICENSES.checked_div(package.sites).unwrap_or(MOST_LICENSES).max(1)
}

/// An order that is ready to be written.
#[derive(Debug)]
pub(super) struct Placement {
    /// What is ordered, in one currency; ids are given when it is written.
    pub items: Vec<Item>,
    /// The currency's name.
    pub currency: String,
    /// Who orders, and where licenses are mailed to.
    pub customer: NewCustomer,
    /// What the customer reads on the invoice, as HTML.
    pub note: String,
    /// Where a trial is to be tried; without it only the mail address is kept from a second one.
    pub domain: Option<Domain>,
    /// The country to bill to, when the form speaks for the customer and not the CRM's own record.
    pub billed_to: Option<CountryId>,
    /// The customer of whoever is signed in: for them the CRM's own record counts.
    pub signed_in: Option<ClientId>,
}

/// An order that is written and not committed.
#[derive(Debug)]
pub(super) struct Written {
    pub order: OrderId,
    pub contact: Contact,
    /// Whether the contact was there before.
    pub known: bool,
    pub invoice: Option<CreatedInvoice>,
    items: Vec<Item>,
    /// Lines for the timeline behind the first.
    notes: Vec<(&'static str, Sentence)>,
    placed: Placed,
}

/// The settings that writing follows.
pub(super) fn option_names() -> Vec<&'static str> {
    let mut names = vec![LocalZone::OPTION, "active_language"];
    names.extend(NewCustomer::OPTIONS);
    names.extend(NewInvoice::OPTIONS);
    names.extend(Numbering::OPTIONS);
    names
}

/// Keeps two orders of one mail address apart until the transaction ends; different addresses seldom wait for each other.
/// This must be the transaction's first statement: a plain read before it would fix an older view of the tables.
pub(super) async fn lock(session: &mut Session, email: &str) -> Result<(), ShopError> {
    let digest = Sha256::digest(email.to_lowercase().as_bytes());
    let bucket = digest.first().copied().unwrap_or_default();
    session.first::<(String,)>(LOCK, (format!("place_order:{bucket:02x}"),)).await?;
    Ok(())
}

/// Refuses in words what the CRM's columns would refuse with a number.
pub(super) fn check_total(lines: &[Line], currency: &str) -> Result<Amount, ShopError> {
    let (subtotal, tax) = totals(lines);
    let total = (subtotal + tax).rounded();
    if total <= Amount::LARGEST {
        return Ok(total);
    }
    Err(ShopError::told(
        Sentence::of("refusal-total")
            .with("total", format!("{total} {currency}"))
            .with("most", Amount::LARGEST),
        format!(
            "{total} {currency} is more than the CRM's invoices can hold (at most {}): order fewer at a time",
            Amount::LARGEST
        ),
    ))
}

/// An item as it stands on the invoice.
pub(super) fn line(item: &Item) -> Line {
    Line {
        description: item.description.clone(),
        quantity: item.quantity,
        rate: item.unit_price,
        tax: item.tax.clone(),
    }
}

impl Placement {
    /// Writes everything but licenses; the caller holds the [`lock`] of this address.
    pub(super) async fn write(
        mut self,
        workshop: &Workshop,
        session: &mut Session,
        options: &Options,
        now: DateTime<Utc>,
    ) -> Result<Written, ShopError> {
        let at = LocalZone::of(options).wall_clock(now);
        let found = Contact::with_email(session, &self.customer.email).await?;
        let known = found.is_some();
        let contact = match found {
            Some(contact) => contact,
            None => self.customer.create(session, options, at).await?,
        };
        let language = if let Some(language) = self.customer.language.clone() {
            language
        } else {
            let own = contact.language(session).await?;
            let own = own.unwrap_or_else(|| options.get("active_language").to_owned());
            if Language::is_folder(&own) { own } else { ENGLISH.to_owned() }
        };
        let invoice = if self.items.iter().any(|item| item.kind == Kind::Paid) {
            let lines: Vec<Line> = self.items.iter().map(line).collect();
            check_total(&lines, &self.currency)?;
            let currency = Currency::named(session, &self.currency).await?.ok_or_else(|| {
                ShopError::told(
                    Sentence::of("refusal-currency-gone").with("currency", &self.currency),
                    format!(
                        "the CRM no longer has the currency `{}` of this package; add it under Setup > Finance",
                        self.currency
                    ),
                )
            })?;
            let new = NewInvoice {
                client: contact.client,
                currency: currency.id,
                lines,
                note: std::mem::take(&mut self.note),
                billed_to: self.billed_to.filter(|_| self.signed_in != Some(contact.client)),
            };
            Some(new.create(session, options, at, &*workshop.entropy).await?)
        } else {
            None
        };
        let total = invoice.as_ref().map_or(Amount::ZERO, |invoice| invoice.total);
        let token = entropy::hex::<16>(&*workshop.entropy);
        let new = NewOrder {
            token: token.clone(),
            client: contact.client,
            contact: contact.contact,
            invoice: invoice.as_ref(),
            email: &self.customer.email,
            firstname: &self.customer.firstname,
            lastname: &self.customer.lastname,
            language: &language,
            currency: &self.currency,
            total,
            charge: if invoice.is_some() { Charge::None } else { Charge::Full },
        };
        let order = Order::insert(session, &new, now).await?;
        for item in &mut self.items {
            item.id = item.insert(session, order).await?;
            if item.kind == Kind::Trial {
                let wanted = trial::Claim {
                    item: item.id,
                    product: item.product_id,
                    domain: self.domain.as_ref(),
                    email: &self.customer.email,
                    quantity: item.quantity,
                };
                trial::claim(session, workshop, wanted, now).await?;
            }
        }
        let placed = Placed {
            order,
            invoice: invoice.as_ref().map(|invoice| invoice.id),
            number: None,
            total,
            currency: self.currency,
            token,
            fulfilment: Fulfilment::Open,
        };
        Ok(Written { order, contact, known, invoice, items: self.items, notes: Vec::new(), placed })
    }
}

impl Written {
    /// What is to be paid, with the currency's name.
    pub(super) fn total(&self) -> String {
        format!("{} {}", self.placed.total, self.placed.currency)
    }

    /// Adds a line to the timeline, behind the one that says what was ordered.
    pub(super) fn note(&mut self, event: &'static str, detail: Sentence) {
        self.notes.push((event, detail));
    }

    /// Draws the invoice's number, or fulfils an order with nothing to pay; then commits.
    pub(super) async fn commit(
        mut self,
        workshop: &Workshop,
        mut session: Session,
        schema: &Schema,
        options: &Options,
        now: DateTime<Utc>,
    ) -> Result<Placed, ShopError> {
        if let Some(invoice) = &self.invoice {
            let at = LocalZone::of(options).wall_clock(now);
            self.placed.number = Some(invoice.number(&mut session, schema, options, at).await?);
        }
        let placed = placed_line(&self.items, &self.placed);
        ORDER_TIMELINE.add(&mut session, self.order, now, "placed", placed).await?;
        for (event, detail) in &self.notes {
            ORDER_TIMELINE.add(&mut session, self.order, now, event, detail).await?;
        }
        if self.invoice.is_none() {
            let written = Order::find(&mut session, self.order).await?;
            let written = written.ok_or(ShopError::Changed(self.order))?;
            self.placed.fulfilment = settle_locked(workshop, &mut session, written).await?.fulfilment;
        }
        if let Err(error) = session.commit().await {
            // The line broke during COMMIT: only the order itself tells whether it is there.
            match Order::find_by_token(&workshop.database, &self.placed.token).await {
                Ok(true) => {}
                Ok(false) => return Err(error.into()),
                Err(_) => return Err(ShopError::PerhapsPlaced(error)),
            }
        }
        Ok(self.placed)
    }
}

fn placed_line(items: &[Item], placed: &Placed) -> Sentence {
    let what = |item: &Item| {
        let ordered = match (&placed.number, item.term) {
            (Some(_), _) => Sentence::of("why-ordered"),
            (None, None) => Sentence::of("why-ordered-free"),
            (None, Some(term)) => Sentence::of("why-ordered-free-term").with("term", term),
        };
        ordered
            .with("quantity", item.quantity)
            .with("description", &item.description)
            .within("kind", Sentence::of(format!("why-kind-{}", item.kind)))
    };
    let and = |first, then| Sentence::of("why-and").within("first", first).within("then", then);
    let all = items.iter().map(what).reduce(and).unwrap_or_else(|| Sentence::from(""));
    match &placed.number {
        Some(number) => Sentence::of("why-invoiced")
            .within("items", all)
            .with("number", number)
            .with("total", format!("{} {}", placed.total, placed.currency)),
        None => all,
    }
}
