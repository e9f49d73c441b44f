//! Places an order from the command line: customer, invoice and order are one commit.

use serde::Serialize;

use crate::db::retry;
use crate::ids::{InvoiceId, OrderId};
use crate::licensing::Domain;
use crate::money::Amount;
use crate::perfex::customer::{NewCustomer, checked_email};
use crate::perfex::options::Options;
use crate::perfex::schema::Schema;
use crate::text::Language;

use super::ShopError;
use super::fulfil::Workshop;
use super::order::{Fulfilment, Item};
use super::package::Package;
use super::placement::{self, MOST_UNITS, Placement};
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
        let email = self.checked()?;
        retry(async || self.place_once(workshop, schema, email, false).await).await
    }

    /// Gives the package free of charge, whatever it costs: without an invoice, fulfilled in the same commit.
    pub async fn give(&self, workshop: &Workshop, schema: &Schema) -> Result<Placed, ShopError> {
        let email = self.checked()?;
        retry(async || self.place_once(workshop, schema, email, true).await).await
    }

    /// The mail address, when nothing about the order is out of bounds.
    fn checked(&self) -> Result<&str, ShopError> {
        let email = checked_email(&self.email).map_err(|error| ShopError::Refused(error.to_string()))?;
        if !(1..=MOST_UNITS).contains(&self.quantity) {
            return Err(ShopError::Refused(format!(
                "the quantity must be from 1 to {MOST_UNITS}, not {}",
                self.quantity
            )));
        }
        Ok(email)
    }

    async fn place_once(
        &self,
        workshop: &Workshop,
        schema: &Schema,
        email: &str,
        gift: bool,
    ) -> Result<Placed, ShopError> {
        let now = workshop.clock.now();
        let mut session = workshop.database.begin().await?;
        placement::lock(&mut session, email).await?;
        let package = Package::named(&mut session, &self.package).await?;
        if package.state == CatalogueState::Retired {
            return Err(ShopError::Refused(format!("the package `{}` is no longer for sale", package.sku)));
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
        let placement = Placement {
            items: vec![if gift {
                Item::of(&package, self.quantity).given()
            } else {
                Item::of(&package, self.quantity)
            }],
            currency: package.currency,
            customer,
            note: String::new(),
            domain: self.domain.clone(),
            billed_to: None,
            signed_in: None,
        };
        let written = placement.write(workshop, &mut session, &options, now).await?;
        written.commit(workshop, session, schema, &options, now).await
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
