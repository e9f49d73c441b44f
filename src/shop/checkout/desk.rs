//! The desk: what a form shows, and the one order that it becomes.
//!
//! In: a cart and a form. Out: a [`View`] with today's prices, then an order. Invariants:
//!
//! - one form token is one order, by the unique key `pm_checkouts_form`, in the order's own transaction;
//! - prices, taxes and totals come from the catalogue; nothing that a form says about them is read;
//! - invoice, order, consent and the request to mail the invoice are one commit; nothing waits for a mail server.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::db::{Session, retry};
use crate::ids::ClientId;
use crate::perfex::country::Country;
use crate::perfex::fitness::Fitness;
use crate::perfex::options::{LocalZone, Options};
use crate::perfex::schema::{Schema, SchemaError};
use crate::text::TextError;

use super::super::ShopError;
use super::super::fulfil::Workshop;
use super::super::placement::{self, Placement};
use super::super::storefront::{Form, ShopPages, ShopVisit};
use super::buyer::{Buyer, read_vat_id};
use super::cart::{Cart, CartLine};
use super::consent::Consent;
use super::invoice_mail;
use super::quote::{Quote, TaxCase};
use super::refusal::Refusal;
use super::store::{Checkout, order_of};

/// The seller's country, ISO 3166, as staff typed it into the CRM's settings.
const SELLER_COUNTRY: &str = "invoice_company_country_code";
/// How long the list of countries is kept.
const FRESH: Duration = Duration::from_mins(1);
/// The longest time that a form waits for its order: less than PHP waits for us.
const PATIENCE: Duration = Duration::from_secs(4);

/// The countries, and when they were read.
type Countries = (Instant, Arc<Vec<Country>>);

/// The desk of one shop.
#[derive(Debug, Clone)]
pub struct Desk {
    workshop: Workshop,
    fitness: Fitness,
    countries: Arc<Mutex<Option<Countries>>>,
}

/// What a form shows.
#[derive(Debug, Clone)]
pub struct View {
    /// What is ordered.
    pub lines: Vec<CartLine>,
    /// What cannot be ordered of the wish.
    pub refusals: Vec<Refusal>,
    /// What it costs for this buyer.
    pub quote: Quote,
    /// The CRM's countries.
    pub countries: Arc<Vec<Country>>,
    /// The country that the prices are for, ISO 3166.
    pub country: String,
    options: Options,
}

/// What a buyer agreed to: the versions of the wordings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The terms.
    pub terms: String,
    /// That the license is delivered at once, which ends the right of withdrawal.
    pub waiver: String,
}

/// Whose order it is, and which form made it.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The form's token.
    pub form: &'a str,
    /// The customer of a contact who is signed in.
    pub signed_in: Option<ClientId>,
    /// What the invoice says about reverse charge, in the buyer's language; plain text.
    pub reverse_charge: &'a str,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An order with this token.
    Placed(String),
    /// The order that this form had made before.
    Again(String),
}

/// Why a form cannot become an order now; the buyer may send it again.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// Something in the shop.
    #[error(transparent)]
    Shop(#[from] ShopError),
    /// The CRM cannot be written to.
    #[error(transparent)]
    Crm(#[from] SchemaError),
    /// A text is broken.
    #[error(transparent)]
    Text(#[from] TextError),
    /// Others keep a lock for too long, such as the one of the invoice numbers.
    #[error("the order was not placed within {} s: another process holds a lock in the CRM's database", PATIENCE.as_secs())]
    Busy,
}

impl Desk {
    /// A desk over these.
    #[must_use]
    pub fn new(workshop: Workshop, fitness: Fitness) -> Self {
        Self { workshop, fitness, countries: Arc::default() }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.workshop.clock.now()
    }

    /// What a form for `cart` shows to the buyer who has filled it so far.
    pub async fn look(&self, cart: &Cart, form: &Form) -> Result<View, DeskError> {
        let mut session = self.workshop.database.session().await.map_err(ShopError::from)?;
        let (mut lines, mut refusals) = cart.look_up(&mut session).await?;
        let mut names = placement::option_names();
        names.push(SELLER_COUNTRY);
        let options = Options::read(&mut session, &names).await.map_err(ShopError::from)?;
        let countries = self.countries(&mut session).await?;
        let seller = options.get(SELLER_COUNTRY).trim().to_ascii_uppercase();
        let country = if form.values.contains_key("country") { form.get("country") } else { &seller };
        let country = country.to_owned();
        let vat_id = read_vat_id(form, &country).ok().flatten();
        let tax_case = TaxCase::of(&seller, &country, vat_id.as_ref());
        let quote = match Quote::of(&lines, tax_case) {
            Err(error) if error.is_refusal() => {
                refusals.push(Refusal::new("quantity", "checkout-too-much"));
                for line in &mut lines {
                    line.quantity = 1;
                }
                Quote::of(&lines, tax_case)?
            }
            done => done?,
        };
        Ok(View { lines, refusals, quote, countries, country, options })
    }

    /// What a visitor has to agree to.
    pub async fn consent(&self, pages: &ShopPages, visit: &ShopVisit) -> Result<Consent, DeskError> {
        let mut session = self.workshop.database.session().await.map_err(ShopError::from)?;
        Consent::of(&mut session, pages, visit).await
    }

    /// Whether the CRM's tables can be written to now, and how.
    pub async fn schema(&self) -> Result<Arc<Schema>, DeskError> {
        Ok(self.fitness.schema().await?)
    }

    /// The order that a form has made already.
    pub async fn order_of(&self, form: &str) -> Result<Option<String>, DeskError> {
        let mut session = self.workshop.database.session().await.map_err(ShopError::from)?;
        Ok(order_of(&mut session, form).await.map_err(ShopError::from)?)
    }

    /// Makes an order of a form whose view the buyer has agreed to.
    pub async fn place(
        &self,
        schema: &Schema,
        view: &View,
        buyer: &Buyer,
        agreed: &Agreed,
        sender: Sender<'_>,
    ) -> Result<Outcome, DeskError> {
        let placing = retry(async || self.place_once(schema, view, buyer, agreed, sender).await);
        match timeout(PATIENCE, placing).await {
            Ok(Err(ShopError::Database(error))) if error.is_conflict() => Err(DeskError::Busy),
            Ok(placed) => Ok(placed?),
            // Dropped, the transaction is rolled back; if it was being committed, the form's token finds its order.
            Err(_) => Err(DeskError::Busy),
        }
    }

    async fn place_once(
        &self,
        schema: &Schema,
        view: &View,
        buyer: &Buyer,
        agreed: &Agreed,
        sender: Sender<'_>,
    ) -> Result<Outcome, ShopError> {
        let now = self.workshop.clock.now();
        let mut session = self.workshop.database.begin().await?;
        placement::lock(&mut session, &buyer.customer.email).await?;
        if let Some(order) = order_of(&mut session, sender.form).await? {
            return Ok(Outcome::Again(order));
        }
        let placement = Placement {
            items: view.quote.items.clone(),
            currency: view.quote.currency.clone(),
            customer: buyer.customer.clone(),
            note: note(view, buyer, sender.reverse_charge),
            domain: buyer.domain.clone(),
            billed_to: Some(buyer.country),
            signed_in: sender.signed_in,
        };
        let mut written = placement.write(&self.workshop, &mut session, &view.options, now).await?;
        let proven = !written.known || sender.signed_in == Some(written.contact.client);
        let pay_here = proven || written.contact.is_printed_as(&mut session, &buyer.customer).await?;
        let checkout = Checkout {
            order: written.order,
            form: sender.form,
            company: &buyer.customer.company,
            country: &buyer.country_code,
            vat_id: &buyer.customer.vat,
            tax_case: view.quote.tax_case,
            terms: &agreed.terms,
            waiver: &agreed.waiver,
            agreed_at: now,
            pay_here,
        };
        match checkout.insert(&mut session).await {
            Ok(()) => {}
            // The same form at the same moment under another mail address.
            Err(error) if error.is_duplicate() => {
                drop(session);
                let mut session = self.workshop.database.session().await?;
                return order_of(&mut session, sender.form).await?.map(Outcome::Again).ok_or(error.into());
            }
            Err(error) => return Err(error.into()),
        }
        let detail = checkout.told(written.known);
        written.note("checkout", detail);
        if let Some(invoice) = &written.invoice {
            let at = LocalZone::of(&view.options).wall_clock(now);
            invoice_mail::hand_over(&mut session, written.order, invoice, written.contact, at, now).await?;
        }
        let placed = written.commit(&self.workshop, session, schema, &view.options, now).await?;
        Ok(Outcome::Placed(placed.token))
    }

    async fn countries(&self, session: &mut Session) -> Result<Arc<Vec<Country>>, ShopError> {
        let mut kept = self.countries.lock().await;
        if let Some((at, countries)) = &*kept
            && at.elapsed() < FRESH
        {
            return Ok(Arc::clone(countries));
        }
        let countries = Arc::new(Country::all(session).await?);
        *kept = Some((Instant::now(), Arc::clone(&countries)));
        Ok(countries)
    }
}

/// What the invoice says besides the CRM's own note: why it has no tax, and whose VAT id that rests on.
fn note(view: &View, buyer: &Buyer, reverse_charge: &str) -> String {
    match (view.quote.tax_case, &buyer.vat_id) {
        (TaxCase::ReverseCharge, Some(vat_id)) => {
            format!("{} ({vat_id})", reverse_charge.replace('&', "&amp;").replace('<', "&lt;"))
        }
        _ => String::new(),
    }
}
