//! Places an order: customer, invoice and order are one commit.
//!
//! A row lock lets one order be placed at a time, across processes, so that two orders of one new customer do not
//! create two contacts: the CRM has no key that would refuse the second.

use serde::Serialize;

use crate::db::{Session, retry};
use crate::entropy;
use crate::ids::{InvoiceId, OrderId, OrderItemId};
use crate::licensing::{Domain, Term};
use crate::money::Amount;
use crate::perfex::currency::Currency;
use crate::perfex::customer::{Contact, NewCustomer, checked_email};
use crate::perfex::mail_template::ENGLISH;
use crate::perfex::new_invoice::{CreatedInvoice, Line, NewInvoice};
use crate::perfex::numbering::Numbering;
use crate::perfex::options::{LocalZone, Options};
use crate::perfex::schema::Schema;
use crate::text::Language;

use super::ShopError;
use super::charge::Charge;
use super::fulfil::Workshop;
use super::order::{Fulfilment, Item, NewOrder, Order};
use super::package::{Kind, Package};
use super::product::CatalogueState;
use super::settle::settle_locked;
use super::timeline::ORDER_TIMELINE;
use super::trial;

const LOCK: &str = "SELECT `name` FROM `{p}bridge_locks` WHERE `name` = 'place_order' FOR UPDATE";
/// The most units in one order: enough for any buyer, and a typing error is told.
const MOST_UNITS: u32 = 1_000;

/// An order as someone asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// The package's SKU.
    pub package: String,
    /// How many.
    pub quantity: u32,
    /// Where licenses are mailed to; also finds a known contact.
    pub email: String,
    /// First name.
    pub firstname: String,
    /// Last name.
    pub lastname: String,
    /// Company; empty for a person.
    pub company: String,
    /// A language folder of the CRM; `None`: the customer's, else the CRM's.
    pub language: Option<String>,
    /// Where a trial is to be tried; without it only the mail address is kept from a second one.
    pub domain: Option<Domain>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// Its invoice; `null` when nothing is to be paid.
    pub invoice: Option<InvoiceId>,
    /// The invoice's number as it is printed.
    pub number: Option<String>,
    /// What is to be paid.
    pub total: Amount,
    /// The currency's name.
    pub currency: String,
    /// Opens the order's page.
    pub token: String,
    /// How far its licenses are: `open` until it is paid, or until another machine's license server has made them.
    pub fulfilment: Fulfilment,
}

impl PlaceOrder {
    /// Places the order; a free package is fulfilled, or its licenses requested, in the same commit.
    pub async fn place(&self, workshop: &Workshop, schema: &Schema) -> Result<Placed, ShopError> {
        let email = checked_email(&self.email).map_err(|error| ShopError::Refused(error.to_string()))?;
        if !(1..=MOST_UNITS).contains(&self.quantity) {
            return Err(ShopError::Refused(format!(
                "the quantity must be from 1 to {MOST_UNITS}, not {}",
                self.quantity
            )));
        }
        retry(async || self.place_once(workshop, schema, email).await).await
    }

    async fn place_once(
        &self,
        workshop: &Workshop,
        schema: &Schema,
        email: &str,
    ) -> Result<Placed, ShopError> {
        let now = workshop.clock.now();
        let mut session = workshop.database.begin().await?;
        session.first::<(String,)>(LOCK, ()).await?;
        let package = Package::named(&mut session, &self.package).await?;
        if package.state == CatalogueState::Retired {
            return Err(ShopError::Refused(format!("the package `{}` is no longer for sale", package.sku)));
        }
        let options = options(&mut session).await?;
        let at = LocalZone::of(&options).wall_clock(now);
        let wanted = self.checked_language()?;
        let customer = NewCustomer::clean(
            &self.company,
            &self.firstname,
            &self.lastname,
            email,
            wanted.clone(),
            schema.wide_text,
        )?;
        let contact = match Contact::with_email(&mut session, email).await? {
            Some(known) => known,
            None => customer.create(&mut session, &options, at).await?,
        };
        let language = if let Some(language) = wanted {
            language
        } else {
            let own = contact.language(&mut session).await?;
            let own = own.unwrap_or_else(|| options.get("active_language").to_owned());
            if Language::is_folder(&own) { own } else { ENGLISH.to_owned() }
        };
        let item = self.item(&package);
        let invoice = match package.kind {
            Kind::Free | Kind::Trial => None,
            Kind::Paid => {
                let currency = Currency::named(&mut session, &package.currency).await?.ok_or_else(|| {
                    ShopError::Refused(format!(
                        "the CRM no longer has the currency `{}` of this package; add it under Setup > Finance",
                        package.currency
                    ))
                })?;
                let line = Line {
                    description: item.description.clone(),
                    quantity: item.quantity,
                    rate: item.unit_price,
                    tax: item.tax.clone(),
                };
                let new = NewInvoice { client: contact.client, currency: currency.id, lines: vec![line] };
                check_total(&new, &currency.name)?;
                Some(new.create(&mut session, schema, &options, at, &*workshop.entropy).await?)
            }
        };
        let total = invoice.as_ref().map_or(Amount::ZERO, |invoice| invoice.total);
        let token = entropy::hex::<16>(&*workshop.entropy);
        let new = NewOrder {
            token: token.clone(),
            client: contact.client,
            contact: contact.contact,
            invoice: invoice.as_ref().map(|invoice| (invoice.id, invoice.hash.as_str())),
            email,
            firstname: &customer.firstname,
            lastname: &customer.lastname,
            language: &language,
            currency: &package.currency,
            total,
            charge: if invoice.is_some() { Charge::None } else { Charge::Full },
        };
        let order = Order::insert(&mut session, &new, now).await?;
        let written = item.insert(&mut session, order).await?;
        if item.kind == Kind::Trial {
            let wanted = trial::Claim {
                item: written,
                product: item.product_id,
                domain: self.domain.as_ref(),
                email,
                quantity: item.quantity,
            };
            trial::claim(&mut session, workshop, wanted, now).await?;
        }
        let detail = placed_line(&item, invoice.as_ref(), &package.currency);
        ORDER_TIMELINE.add(&mut session, order, now, "placed", &detail).await?;
        let mut fulfilment = Fulfilment::Open;
        if invoice.is_none() {
            let written = Order::find(&mut session, order).await?.ok_or(ShopError::Changed(order))?;
            fulfilment = settle_locked(workshop, &mut session, written).await?.fulfilment;
        }
        if let Err(error) = session.commit().await {
            // The line broke during COMMIT: only the order itself tells whether it is there.
            match Order::find_by_token(&workshop.database, &token).await {
                Ok(true) => {}
                Ok(false) => return Err(error.into()),
                Err(_) => return Err(ShopError::PerhapsPlaced(error)),
            }
        }
        let number = invoice.as_ref().map(|invoice| invoice.number.clone());
        let invoice = invoice.map(|invoice| invoice.id);
        Ok(Placed { order, invoice, number, total, currency: package.currency, token, fulfilment })
    }

    fn item(&self, package: &Package) -> Item {
        let description = if package.name == package.product_name {
            package.product_name.clone()
        } else {
            format!("{} - {}", package.product_name, package.name)
        };
        Item {
            id: OrderItemId(0),
            package: package.id,
            sku: package.sku.clone(),
            product_id: package.product_id,
            product: package.product.clone(),
            product_name: package.product_name.clone(),
            kind: package.kind,
            description,
            quantity: self.quantity,
            unit_price: package.price,
            tax: package.tax.clone(),
            term: package.term,
        }
    }

    fn checked_language(&self) -> Result<Option<String>, ShopError> {
        match self.language.as_deref() {
            None | Some("") => Ok(None),
            Some(language) if Language::is_folder(language) => Ok(Some(language.to_owned())),
            Some(other) => Err(ShopError::Refused(format!(
                "`{other}` is not a language of the CRM: write it as its folder is called, such as english or german"
            ))),
        }
    }
}

/// Refuses in words what the CRM's columns would refuse with a number.
fn check_total(invoice: &NewInvoice, currency: &str) -> Result<(), ShopError> {
    let (subtotal, tax) = invoice.totals();
    let total = (subtotal + tax).rounded();
    if total <= Amount::LARGEST {
        return Ok(());
    }
    Err(ShopError::Refused(format!(
        "{total} {currency} is more than the CRM's invoices can hold (at most {}): order fewer at a time",
        Amount::LARGEST
    )))
}

async fn options(session: &mut Session) -> Result<Options, ShopError> {
    let mut names = vec![LocalZone::OPTION, "active_language"];
    names.extend(NewCustomer::OPTIONS);
    names.extend(NewInvoice::OPTIONS);
    names.extend(Numbering::OPTIONS);
    Ok(Options::read(session, &names).await?)
}

fn placed_line(item: &Item, invoice: Option<&CreatedInvoice>, currency: &str) -> String {
    let what = format!("{} x {}", item.quantity, item.description);
    match invoice {
        Some(invoice) => format!("{what}, invoice {} over {} {currency}", invoice.number, invoice.total),
        None => format!("{what}, {}, nothing to pay{}", item.kind, term_note(item.term)),
    }
}

fn term_note(term: Option<Term>) -> String {
    term.map(|term| format!(", for {term}")).unwrap_or_default()
}
