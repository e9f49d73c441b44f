//! A page for staff of a module, closed while the module has no license that counts.
//!
//! The license panels and the settings stay open: there a license is entered.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tera::Context;

use super::client::{Area, Client, Module};
use crate::http::PageError;
use crate::http::staff::{Capability, Feature, StaffAnswer, StaffPage, StaffVisit};

/// A page behind a module's license.
pub struct LockedPage<P> {
    /// The page.
    pub page: P,
    /// The module that it is of.
    pub module: Module,
    /// Checks licenses.
    pub licenses: Arc<Client>,
}

impl<P: StaffPage> StaffPage for LockedPage<P> {
    fn at(&self) -> &'static str {
        self.page.at()
    }

    fn feature(&self) -> Feature {
        self.page.feature()
    }

    fn needs(&self, below: &[&str]) -> Capability {
        self.page.needs(below)
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            let panel = self.licenses.panel(self.module).await?;
            if panel.allows(Area::Staff) {
                return self.page.answer(visit).await;
            }
            let name = format!("license-reason-{}", panel.code);
            let domain = panel.domain.as_ref().map(|domain| domain.as_str().to_owned()).unwrap_or_default();
            let reason = visit.perhaps(&name, &[("domain", &domain)]).unwrap_or(panel.reason);
            let mut context = Context::new();
            context.insert("module", self.module.title());
            context.insert("reason", &reason);
            visit.page("locked.html", self.module.title().to_owned(), context)
        })
    }
}
