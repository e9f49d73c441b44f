//! Places an order for somebody, from the command line or by staff: customer, invoice and order are one commit, with whatever
//! else its caller writes about it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Session, retry};
use crate::ids::{InvoiceId, OrderId};
use crate::licensing::Domain;
use crate::money::Amount;
use crate::perfex::customer::{NewCustomer, checked_email};
use crate::perfex::options::Options;
use crate::perfex::schema::Schema;
use crate::sentence::Sentence;
use crate::text::Language;

use super::ShopError;
use super::fulfil::Workshop;
use super::order::{Fulfilment, Item};
use super::package::Package;
use super::placement::{self, Placement, Written, most_of};
use super::product::CatalogueState;

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
        retry(async || self.write(workshop, schema, false).await?.commit().await).await
    }

    /// Writes the order into a transaction of its own, for whoever has more to write there; lost races are theirs to
    /// [`retry`]. A gift costs nothing, whatever the package does: without an invoice, fulfilled in the same commit.
    pub async fn write<'a>(
        &self,
        workshop: &'a Workshop,
        schema: &'a Schema,
        gift: bool,
    ) -> Result<Placing<'a>, ShopError> {
        let email = checked_email(&self.email).map_err(|error| ShopError::Refused(error.to_string()))?;
        let now = workshop.clock.now();
        let mut session = workshop.database.begin().await?;
        placement::lock(&mut session, email).await?;
        let package = Package::named(&mut session, &self.package).await?;
        if package.state == CatalogueState::Retired {
            return Err(ShopError::told(
                Sentence::of("refusal-package-retired").with("sku", &package.sku),
                format!("the package `{}` is no longer for sale", package.sku),
            ));
        }
        let options = Options::read(&mut session, &placement::option_names()).await?;
        let customer = NewCustomer::clean(
            &self.company,
            &self.firstname,
            &self.lastname,
            email,
            self.checked_language()?,
            schema.wide_text,
        )?;
        let item = Item::of(&package, self.checked_quantity(&package)?);
        let placement = Placement {
            items: vec![if gift { item.given() } else { item }],
            currency: package.currency,
            customer,
            note: String::new(),
            domain: self.domain.clone(),
            billed_to: None,
            signed_in: None,
        };
        let written = placement.write(workshop, &mut session, &options, now).await?;
        Ok(Placing { workshop, schema, session, options, now, written })
    }

    fn checked_quantity(&self, package: &Package) -> Result<u32, ShopError> {
        let most = most_of(package);
        if (1..=most).contains(&self.quantity) {
            return Ok(self.quantity);
        }
        Err(ShopError::told(
            Sentence::of("refusal-quantity").with("most", most),
            format!("the quantity must be from 1 to {most}, not {}", self.quantity),
        ))
    }

    fn checked_language(&self) -> Result<Option<String>, ShopError> {
        match self.language.as_deref() {
            None | Some("") => Ok(None),
            Some(language) if Language::is_folder(language) => Ok(Some(language.to_owned())),
            Some(other) => Err(ShopError::told(
                Sentence::of("refusal-language").with("language", other),
                format!(
                    "`{other}` is not a language of the CRM: write it as its folder is called, such as english or german"
                ),
            )),
        }
    }
}

/// An order that is written and not committed. Dropped, it was never there.
#[derive(Debug)]
pub struct Placing<'a> {
    workshop: &'a Workshop,
    schema: &'a Schema,
    session: Session,
    options: Options,
    now: DateTime<Utc>,
    written: Written,
}

impl Placing<'_> {
    /// The order's number.
    #[must_use]
    pub fn order(&self) -> OrderId {
        self.written.order
    }

    /// What is to be paid, with the currency's name.
    #[must_use]
    pub fn total(&self) -> String {
        self.written.total()
    }

    /// The transaction in which the order is written.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Draws the invoice's number, or fulfils an order with nothing to pay; then commits.
    pub async fn commit(self) -> Result<Placed, ShopError> {
        let Self { workshop, schema, session, options, now, written } = self;
        written.commit(workshop, session, schema, &options, now).await
    }
}
