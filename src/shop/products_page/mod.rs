//! Products and packages within the CRM: list, create, change with a preview, put in order, retire and put on sale again.
//!
//! Invariants: what two people change at once is refused to the second, who sees it; every change is one transaction with a
//! line that says who made it; the shop shows it to the next visitor.

mod edit;
mod list;
mod offer;
mod sequence;

pub(crate) use edit::{Tab, language, tabs};
use sequence::Way;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use url::Url;

use crate::audit::{self, Deed};
use crate::db::{Database, Session};
use crate::http::PageError;
use crate::http::staff::{AuditLine, Capability, Feature, StaffAnswer, StaffPage, StaffVisit};
use crate::shop::storefront::Showcase;
use crate::shop::{CatalogueState, Package, PackageChange, Product, ProductChange};

/// What deeds on these pages are done to.
const PRODUCT: &str = "product";
const PACKAGE: &str = crate::shop::followed_tax::SUBJECT;
/// How many deeds are shown.
const DEEDS: u32 = 20;

/// The pages.
#[derive(Debug, Clone)]
pub struct ProductsPage {
    /// The CRM's database.
    pub database: Database,
    /// What visitors see of it.
    pub showcase: Arc<Showcase>,
    /// The CRM's address.
    pub home: Url,
}

impl StaffPage for ProductsPage {
    fn at(&self) -> &'static str {
        "shop/products"
    }

    fn feature(&self) -> Feature {
        super::FEATURE
    }

    fn needs(&self, below: &[&str]) -> Capability {
        match below {
            ["new"] | [_, "packages", "new"] => Capability::Create,
            _ => Capability::Edit,
        }
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            // The parts live in the visit, which the answer takes.
            let below: Vec<String> = visit.below().into_iter().map(str::to_owned).collect();
            let below: Vec<&str> = below.iter().map(String::as_str).collect();
            match (visit.sends(), below.as_slice()) {
                (false, []) => self.list(&visit).await,
                (false, ["new"]) => Self::blank(&visit),
                (true, ["new"]) => self.create(visit).await,
                (false, [slug]) => self.edit(visit, slug).await,
                (true, [slug]) => self.save(visit, slug).await,
                (true, [slug, "up"]) => self.shift(visit, slug, Way::Up).await,
                (true, [slug, "down"]) => self.shift(visit, slug, Way::Down).await,
                (true, [slug, "retire"]) => self.switch(&visit, slug, CatalogueState::Retired).await,
                (true, [slug, "activate"]) => self.switch(&visit, slug, CatalogueState::Active).await,
                (false, [slug, "packages", "new"]) => self.blank_offer(visit, slug).await,
                (true, [slug, "packages", "new"]) => self.add_offer(visit, slug).await,
                (false, [slug, "packages", sku]) => self.edit_offer(visit, slug, sku).await,
                (true, [slug, "packages", sku]) => self.save_offer(visit, slug, sku).await,
                (true, [slug, "packages", sku, "up"]) => self.shift_offer(visit, slug, sku, Way::Up).await,
                (true, [slug, "packages", sku, "down"]) => {
                    self.shift_offer(visit, slug, sku, Way::Down).await
                }
                (true, [slug, "packages", sku, "retire"]) => {
                    self.switch_offer(&visit, slug, sku, CatalogueState::Retired).await
                }
                (true, [slug, "packages", sku, "activate"]) => {
                    self.switch_offer(&visit, slug, sku, CatalogueState::Active).await
                }
                _ => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl ProductsPage {
    /// Takes a product off sale, or puts it on sale again.
    async fn switch(
        &self,
        visit: &StaffVisit,
        slug: &str,
        state: CatalogueState,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        let Some(product) = found(&mut session, slug).await? else { return Ok(StaffAnswer::Unknown) };
        let change = ProductChange { state: Some(state), ..ProductChange::default() };
        Product::change(&mut session, slug, &change).await.map_err(PageError::from)?;
        let deed = Deed::new(PRODUCT, slug, action(state)).changed("state", Some(product.state), Some(state));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(&format!("shop/products/{slug}"), said(state)))
    }

    /// The same with a package.
    async fn switch_offer(
        &self,
        visit: &StaffVisit,
        slug: &str,
        sku: &str,
        state: CatalogueState,
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.database.begin().await?;
        let Some(package) = package(&mut session, slug, sku).await? else { return Ok(StaffAnswer::Unknown) };
        let change = PackageChange { state: Some(state), ..PackageChange::default() };
        Package::change(&mut session, sku, &change).await.map_err(PageError::from)?;
        let deed = Deed::new(PACKAGE, sku, action(state)).changed("state", Some(package.state), Some(state));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.showcase.changed();
        Ok(visit.done(&format!("shop/products/{slug}"), said(state)))
    }
}

/// The product, if there is one of this name.
async fn found(session: &mut Session, slug: &str) -> Result<Option<Product>, PageError> {
    match Product::find(session, slug).await {
        Ok(product) => Ok(product),
        Err(error) if error.is_refusal() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The package, if this product has one of this name.
async fn package(session: &mut Session, slug: &str, sku: &str) -> Result<Option<Package>, PageError> {
    match Package::named(session, sku).await {
        Ok(package) => Ok(Some(package).filter(|package| package.product == slug)),
        Err(error) if error.is_refusal() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn deeds(
    session: &mut Session,
    visit: &StaffVisit,
    subject: &str,
    id: &str,
) -> Result<Vec<AuditLine>, PageError> {
    Ok(AuditLine::of(visit, &audit::of(session, subject, id, DEEDS).await?))
}

fn action(state: CatalogueState) -> &'static str {
    match state {
        CatalogueState::Active => "activated",
        CatalogueState::Retired => "retired",
    }
}

fn said(state: CatalogueState) -> &'static str {
    match state {
        CatalogueState::Active => "catalogue-activated",
        CatalogueState::Retired => "catalogue-retired",
    }
}
