//! Everything that the shop has, read at once: products with their packages and pages.

use crate::db::{DbError, Fields, Record, Session};

use super::ShopError;
use super::package::Package;
use super::package_page::PackagePage;
use super::price::Price;
use super::product::{CatalogueState, Product};
use super::product_page::ProductPage;

/// Rows are never deleted and versions only grow, so any change changes these.
const STAMP: &str = "SELECT \
     (SELECT COUNT(*) FROM `{p}pm_products`) AS `products`, \
     (SELECT CAST(COALESCE(SUM(`version`), 0) AS SIGNED) FROM `{p}pm_products`) AS `product_versions`, \
     (SELECT COUNT(*) FROM `{p}pm_packages`) AS `packages`, \
     (SELECT CAST(COALESCE(SUM(`version`), 0) AS SIGNED) FROM `{p}pm_packages`) AS `package_versions`";

/// Tells one state of the catalogue from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp([i64; 4]);

/// All products, in the order in which they are shown.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Products, also retired ones.
    pub products: Vec<Listed>,
}

/// A product with all that the shop shows of it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The product.
    pub product: Product,
    /// What its page shows.
    pub page: ProductPage,
    /// What is for sale, in the order in which it is shown.
    pub offers: Vec<Offer>,
}

/// A package that is for sale.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The package.
    pub package: Package,
    /// What the shop shows of it.
    pub page: PackagePage,
    /// What one costs.
    pub price: Price,
}

impl Record for Stamp {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self([
            row.take("products")?,
            row.take("product_versions")?,
            row.take("packages")?,
            row.take("package_versions")?,
        ]))
    }
}

impl Stamp {
    /// The present state.
    pub async fn read(session: &mut Session) -> Result<Self, DbError> {
        Ok(session.first(STAMP, ()).await?.unwrap_or(Self([0; 4])))
    }
}

impl Catalogue {
    /// Reads everything; six statements, however many products there are.
    pub async fn read(session: &mut Session) -> Result<Self, ShopError> {
        let products = Product::list(session).await?;
        let mut pages = ProductPage::all(session).await?;
        let mut package_pages = PackagePage::all(session).await?;
        let mut listed: Vec<Listed> = products
            .into_iter()
            .map(|product| Listed {
                page: pages.remove(&product.id).unwrap_or_default(),
                offers: Vec::new(),
                product,
            })
            .collect();
        for package in Package::list(session).await? {
            let page = package_pages.remove(&package.id).unwrap_or_default();
            if package.state == CatalogueState::Retired {
                continue;
            }
            let price = Price::of(&package);
            if let Some(listed) = listed.iter_mut().find(|listed| listed.product.id == package.product_id) {
                listed.offers.push(Offer { package, page, price });
            }
        }
        for listed in &mut listed {
            // The list comes by price, and the sort is stable: what is to be paid comes before what is given.
            listed.offers.sort_by_key(|offer| (offer.page.place, offer.package.kind));
        }
        listed.sort_by_key(|listed| listed.page.place);
        Ok(Self { products: listed })
    }
}
