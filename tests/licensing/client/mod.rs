//! The licenses of an install's own modules, checked against another install's daemon over real HTTP.

mod cache;
mod clock;
mod commands;
mod grace;
mod keys;
mod lies;

use std::sync::Arc;

use chrono::TimeDelta;
use perfex_bridge::clock::{Clock as _, ManualClock};
use perfex_bridge::licensing::authority::{ApiKey, CreateLicense};
use perfex_bridge::licensing::client::{Module, NewKeys, Panel};
use perfex_bridge::shop::Product;

use crate::support::install::{Install, Running};
use crate::support::shop::START;

/// A vendor whose daemon runs, and a customer who bought a license for PM Shop.
pub struct Market {
    /// The vendor's clock, which is right.
    pub truth: Arc<ManualClock>,
    /// The customer's clock.
    pub clock: Arc<ManualClock>,
    pub vendor: Install,
    pub server: Running,
    pub customer: Install,
    /// The customer's key.
    pub key: String,
}

impl Market {
    pub async fn open() -> Self {
        let [truth, clock] = [(); 2].map(|()| Arc::new(ManualClock::starting_at(START.parse().unwrap())));
        let vendor = Install::at("https://licenses.vendor.com/", "", &truth).await;
        let server = vendor.run().await;
        let customer = Install::at("https://www.buyer.com/crm/", &asks(&vendor.url()), &clock).await;
        let key = sold(&vendor, Module::Shop).await;
        Self { truth, clock, vendor, server, customer, key }
    }

    /// A market whose customer's license is activated, and the customer's daemon.
    pub async fn activated() -> (Self, perfex_bridge::app::App) {
        let market = Self::open().await;
        let app = market.customer.app().await;
        app.licenses.activate(Module::Shop, &market.key, NewKeys::Refuse).await.unwrap();
        (market, app)
    }

    /// Lets time pass for both.
    pub fn pass(&self, time: TimeDelta) {
        self.truth.advance(time);
        self.clock.advance(time);
    }
}

/// Lines of `[licensing]` for an install that belongs to the license server at `url`.
pub fn asks(url: &str) -> String {
    format!("server = \"{url}\"\napi_key = \"pmk_none\"\ntimeout = \"5s\"\n")
}

/// Issues a license without end for a module, and returns its key.
pub async fn sold(vendor: &Install, module: Module) -> String {
    let app = vendor.app().await;
    let now = vendor.clock.now();
    let mut session = app.database.session().await.unwrap();
    Product::add(&mut session, module.product(), module.title(), now).await.unwrap();
    let name = format!("seller-of-{module}");
    ApiKey::add(&mut session, &name, &[], &*app.entropy, now).await.unwrap();
    let caller = ApiKey::list(&mut session).await.unwrap().into_iter().find(|key| key.name == name).unwrap();
    let wanted = CreateLicense {
        product: module.product().to_owned(),
        term: None,
        trial: None,
        reference: "1".to_owned(),
        package: None,
        holder: None,
    };
    app.authority.create(&caller, &wanted).await.unwrap().license_key
}

/// State, code and reason of a panel.
pub fn told(panel: &Panel) -> (&str, &str, &str) {
    (panel.state.as_str(), panel.code, &panel.reason)
}
