//! The list of products, and their order.

use serde::Serialize;
use tera::Context;

use crate::audit::Deed;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::shop::{Catalogue, CatalogueState, Kind, Listed, ProductPage, ProductPageChange, Stamp};

use super::{PRODUCT, ProductsPage, broken};

#[derive(Serialize)]
struct Row<'a> {
    slug: &'a str,
    name: &'a str,
    release: &'a str,
    on_sale: bool,
    packages: String,
    price: String,
    first: bool,
    last: bool,
}

impl ProductsPage {
    pub(super) async fn list(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let catalogue = self.catalogue().await?;
        let count = catalogue.products.len();
        let rows: Vec<Row<'_>> =
            catalogue.products.iter().enumerate().map(|(at, listed)| row(listed, at, count)).collect();
        let mut context = Context::new();
        context.insert("rows", &rows);
        context.insert("shop", &format!("{}shop", self.home));
        visit.page("products.html", visit.say("staff-products"), context)
    }

    /// Moves a product up or down by one place; all places are numbered anew, so that each has its own.
    pub(super) async fn shift(
        &self,
        visit: &StaffVisit,
        slug: &str,
        up: bool,
    ) -> Result<StaffAnswer, PageError> {
        let mut products = self.catalogue().await?.products;
        let Some(at) = products.iter().position(|listed| listed.product.slug == slug) else {
            return Ok(StaffAnswer::Unknown);
        };
        let to = if up { at.saturating_sub(1) } else { (at + 1).min(products.len() - 1) };
        products.swap(at, to);
        let mut session = self.database.begin().await?;
        for (place, listed) in (1..).zip(&products) {
            if listed.page.place != place {
                let change = ProductPageChange { place: Some(place), ..ProductPageChange::default() };
                ProductPage::change(&mut session, listed.product.id, &change, &self.home)
                    .await
                    .map_err(broken)?;
            }
        }
        visit.record(&mut session, &Deed::new(PRODUCT, slug, "moved")).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done("shop/products", "product-moved"))
    }

    async fn catalogue(&self) -> Result<Catalogue, PageError> {
        let mut session = self.database.session().await?;
        let stamp = Stamp::read(&mut session).await?;
        Catalogue::read(&mut session, &stamp).await.map_err(broken)
    }
}

fn row(listed: &Listed, at: usize, count: usize) -> Row<'_> {
    let paid = listed.offers.iter().filter(|offer| offer.package.kind == Kind::Paid);
    let cheapest = paid.min_by_key(|offer| offer.price.net);
    Row {
        slug: &listed.product.slug,
        name: &listed.product.name,
        release: &listed.page.release,
        on_sale: listed.product.state == CatalogueState::Active,
        packages: listed.offers.len().to_string(),
        price: cheapest.map(|offer| offer.price.write(offer.price.net)).unwrap_or_default(),
        first: at == 0,
        last: at + 1 == count,
    }
}
