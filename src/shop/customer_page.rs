//! What a customer bought, within the customer's profile in the CRM: orders and licenses.
//!
//! In: `shop/customer/{client}` among the pages for staff. Out: two lists, newest first, each with a way to the whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use crate::db::Database;
use crate::http::PageError;
use crate::http::staff::{Feature, StaffAnswer, StaffPage, StaffVisit};
use crate::ids::{ClientId, InvoiceId, LicenseId, OrderId};
use crate::licensing::OwnedLicense;
use crate::perfex::encryption::Cipher;
use crate::perfex::invoice_number::InvoiceName;

use super::portal_page::colour;
use super::{Charge, Order, OrderState};

/// Rows of each list.
const ROWS: u32 = 50;

/// The page.
#[derive(Debug, Clone)]
pub struct CustomerPage {
    /// The database.
    pub database: Database,
    /// Reads keys.
    pub cipher: Arc<Cipher>,
    /// What staff need capabilities of.
    pub feature: Feature,
}

#[derive(Serialize)]
struct OrderRow {
    id: OrderId,
    placed: String,
    total: String,
    state: &'static str,
    colour: &'static str,
    invoice: Option<InvoiceRow>,
}

#[derive(Serialize)]
struct InvoiceRow {
    id: InvoiceId,
    number: String,
}

#[derive(Serialize)]
struct LicenseRow {
    id: LicenseId,
    order: OrderId,
    product: String,
    package: String,
    right: &'static str,
    colour: &'static str,
    domain: Option<String>,
    staging: Option<String>,
    valid_until: Option<String>,
    last_check: Option<String>,
}

impl StaffPage for CustomerPage {
    fn at(&self) -> &'static str {
        "shop/customer"
    }

    fn feature(&self) -> Feature {
        self.feature
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            let client = match visit.below().as_slice() {
                [client] if !visit.sends() => client.parse::<ClientId>().ok(),
                _ => None,
            };
            match client {
                Some(client) => self.page(&visit, client).await,
                None => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl CustomerPage {
    async fn page(&self, visit: &StaffVisit, client: ClientId) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let orders = Order::of_client(&mut session, client, ROWS).await?;
        let owned = OwnedLicense::of_client(&mut session, &self.cipher, client, (0, ROWS), visit.now).await?;
        let invoices: Vec<InvoiceId> = orders.iter().filter_map(|order| order.invoice).collect();
        let names = InvoiceName::of_all(&mut session, &invoices).await?;
        drop(session);
        let orders: Vec<OrderRow> = orders.iter().map(|order| order_row(visit, order, &names)).collect();
        let licenses: Vec<LicenseRow> =
            owned.into_iter().map(|license| license_row(visit, license)).collect();
        let mut context = Context::new();
        context.insert("orders", &orders);
        context.insert("licenses", &licenses);
        visit.page("customer.html", visit.say("customer-title"), context)
    }
}

fn order_row(visit: &StaffVisit, order: &Order, names: &BTreeMap<InvoiceId, InvoiceName>) -> OrderRow {
    let invoice = order.invoice.and_then(|id| {
        let name = names.get(&id)?;
        Some(InvoiceRow { id, number: name.number.clone() })
    });
    let (state, colour) = match (order.state, order.charge) {
        (OrderState::Cancelled, _) => ("cancelled", "default"),
        (OrderState::Expired, _) => ("expired", "default"),
        (OrderState::Placed, Charge::Full | Charge::Over) => (order.charge.as_str(), "success"),
        (OrderState::Placed, Charge::Reversed) => (order.charge.as_str(), "danger"),
        (OrderState::Placed, _) => (order.charge.as_str(), "warning"),
    };
    OrderRow {
        id: order.id,
        placed: visit.formats.day(order.placed_at),
        total: visit.formats.amount(order.total, &order.currency),
        state,
        colour,
        invoice,
    }
}

fn license_row(visit: &StaffVisit, license: OwnedLicense) -> LicenseRow {
    LicenseRow {
        id: license.id,
        order: license.order,
        domain: license.domain_for_people(),
        staging: license.staging_for_people(),
        product: license.product,
        package: license.package,
        right: license.right.as_str(),
        colour: colour(license.right),
        valid_until: license.expires_at.map(|at| visit.formats.day(at)),
        last_check: license.last_check.map(|at| visit.formats.moment(at)),
    }
}
