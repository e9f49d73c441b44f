//! The list of products.

use serde::Serialize;
use tera::Context;

use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::shop::{Catalogue, CatalogueState, Kind, Listed};

use super::ProductsPage;
use super::sequence::Step;

#[derive(Serialize)]
struct Row<'a> {
    slug: &'a str,
    name: &'a str,
    release: &'a str,
    on_sale: bool,
    packages: String,
    price: String,
    step: Step,
}

impl ProductsPage {
    pub(super) async fn list(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.session().await?;
        let catalogue = Catalogue::read(&mut session).await.map_err(PageError::from)?;
        drop(session);
        let count = catalogue.products.len();
        let rows: Vec<Row<'_>> =
            catalogue.products.iter().enumerate().map(|(at, listed)| row(visit, listed, at, count)).collect();
        let mut context = Context::new();
        context.insert("rows", &rows);
        context.insert("shop", &format!("{}shop", self.home));
        visit.page("products.html", visit.say("staff-products"), context)
    }
}

fn row<'a>(visit: &StaffVisit, listed: &'a Listed, at: usize, count: usize) -> Row<'a> {
    let paid = listed.offers.iter().filter(|offer| offer.package.kind == Kind::Paid);
    let cheapest = paid.min_by_key(|offer| offer.price.net);
    Row {
        slug: &listed.product.slug,
        name: &listed.product.name,
        release: &listed.page.release,
        on_sale: listed.product.state == CatalogueState::Active,
        packages: listed.offers.len().to_string(),
        price: cheapest
            .map(|offer| visit.formats.amount(offer.price.net, &offer.price.currency))
            .unwrap_or_default(),
        step: Step::of(at, count),
    }
}
