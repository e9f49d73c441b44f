//! Up and down: the order in which products, and the packages of one product, stand in the shop.
//!
//! A button carries the place at which its page has shown the thing. Whoever presses it after somebody else has moved
//! things is told so, and nothing moves. All places are numbered anew, so that each has its own.

use serde::Serialize;

use crate::audit::Deed;
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::shop::saved_rules;
use crate::shop::{
    Catalogue, Package, PackagePage, PackagePageChange, Product, ProductPage, ProductPageChange,
};

use super::{PACKAGE, PRODUCT, ProductsPage, found};

/// Where something stands in its list, for the buttons that move it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    /// Its place, from 1.
    at: usize,
    first: bool,
    last: bool,
}

/// A direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

impl Step {
    /// The step of what stands at `index` among `count`.
    pub(super) fn of(index: usize, count: usize) -> Self {
        Self { at: index + 1, first: index == 0, last: index + 1 == count }
    }
}

impl Way {
    /// The neighbour with which something at `index` among `count` changes places; `None` at the end of the list.
    fn from(self, index: usize, count: usize) -> Option<usize> {
        match self {
            Self::Up => index.checked_sub(1),
            Self::Down => Some(index + 1).filter(|next| *next < count),
        }
    }
}

/// A product's packages in the order in which the shop shows them, retired ones among them.
pub(super) async fn packages(
    session: &mut Session,
    product: &Product,
) -> Result<Vec<(Package, i32)>, PageError> {
    let mut pages = PackagePage::all(session).await?;
    let all = Package::list(session).await.map_err(PageError::from)?;
    let mut own: Vec<(Package, i32)> = all
        .into_iter()
        .filter(|package| package.product_id == product.id)
        .map(|package| {
            let place = pages.remove(&package.id).unwrap_or_default().place;
            (package, place)
        })
        .collect();
    // By price already, and the sort is stable.
    own.sort_by_key(|(package, place)| (*place, package.kind));
    Ok(own)
}

/// The place of a package that joins these: behind all, once staff have put them in order.
pub(super) fn behind(packages: &[(Package, i32)]) -> i32 {
    match packages.iter().map(|(_, place)| *place).max() {
        None | Some(0) => 0,
        Some(last) => last.saturating_add(1),
    }
}

impl ProductsPage {
    /// Moves a product by one place.
    pub(super) async fn shift(
        &self,
        mut visit: StaffVisit,
        slug: &str,
        way: Way,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        saved_rules::lock(&mut session).await?;
        let mut products = Catalogue::read(&mut session).await.map_err(PageError::from)?.products;
        let Some(index) = products.iter().position(|listed| listed.product.slug == slug) else {
            return Ok(StaffAnswer::Unknown);
        };
        let Some(to) = way.from(index, products.len()).filter(|_| still_at(&visit, index)) else {
            drop(session);
            visit.refuse("order", "staff-order-changed", &[]);
            return self.list(&visit).await;
        };
        products.swap(index, to);
        for (place, listed) in (1..).zip(&products) {
            if listed.page.place != place {
                let change = ProductPageChange { place: Some(place), ..ProductPageChange::default() };
                ProductPage::change(&mut session, listed.product.id, &change, &self.home)
                    .await
                    .map_err(PageError::from)?;
            }
        }
        let deed = Deed::new(PRODUCT, slug, "moved").changed("place", Some(index + 1), Some(to + 1));
        self.moved(&visit, session, &deed).await?;
        Ok(visit.done("shop/products", "product-moved"))
    }

    /// Moves a package by one place.
    pub(super) async fn shift_offer(
        &self,
        mut visit: StaffVisit,
        slug: &str,
        sku: &str,
        way: Way,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        saved_rules::lock(&mut session).await?;
        let Some(product) = found(&mut session, slug).await? else { return Ok(StaffAnswer::Unknown) };
        let mut packages = packages(&mut session, &product).await?;
        let Some(index) = packages.iter().position(|(package, _)| package.sku == sku) else {
            return Ok(StaffAnswer::Unknown);
        };
        let Some(to) = way.from(index, packages.len()).filter(|_| still_at(&visit, index)) else {
            visit.refuse("order", "staff-order-changed", &[]);
            return self.form(&mut session, visit, &product, None).await;
        };
        packages.swap(index, to);
        for (place, (package, before)) in (1..).zip(&packages) {
            if *before != place {
                let change = PackagePageChange { place: Some(place), ..PackagePageChange::default() };
                PackagePage::change(&mut session, package.id, change).await.map_err(PageError::from)?;
            }
        }
        let deed = Deed::new(PACKAGE, sku, "moved").changed("place", Some(index + 1), Some(to + 1));
        self.moved(&visit, session, &deed).await?;
        Ok(visit.done(&format!("shop/products/{slug}"), "product-moved"))
    }

    async fn moved(&self, visit: &StaffVisit, mut session: Session, deed: &Deed) -> Result<(), PageError> {
        visit.record(&mut session, deed).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(())
    }
}

/// Whether something stands where the page has shown it.
fn still_at(visit: &StaffVisit, index: usize) -> bool {
    visit.form.text("at").parse() == Ok(index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_moves_out_of_its_list() {
        assert_eq!((Way::Up.from(0, 3), Way::Up.from(2, 3)), (None, Some(1)));
        assert_eq!((Way::Down.from(0, 3), Way::Down.from(2, 3)), (Some(1), None));
    }
}
