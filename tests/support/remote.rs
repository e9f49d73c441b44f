//! A shop whose licenses another machine's license server makes, over real HTTP.

use perfex_bridge::ids::{InvoiceId, OrderId};
use perfex_bridge::licensing::{self, License};
use perfex_bridge::outbox::{Message, State};
use perfex_bridge::shop::{self, Kind, NewPackage, ORDER_TIMELINE, Package, Product};
use rust_decimal::Decimal;

use super::api::LicenseServer;
use super::crm;
use super::daemon::{PACKAGE, Site};
use super::english::in_english;
use super::mariadb::Database;
use super::rogue::Rogue;
use super::shop::{Shop, eva};

/// Shop and license server, each with a database of its own.
pub struct RemoteShop {
    pub shop: Shop,
    pub server: LicenseServer,
    /// What the shop's requests meet first.
    pub way: Rogue,
}

impl RemoteShop {
    /// A shop with a catalogue; both sides have the product `booking`.
    pub async fn open() -> Self {
        // Requests are made by this process's one provider; a second call finds it there.
        rustls::crypto::ring::default_provider().install_default().ok();
        let server = LicenseServer::start().await;
        let way = Rogue::before(server.address()).await;
        let shop = Shop::with(Database::perfex_341().await, "tbl", &config(&way, &server.api_key)).await;
        shop.stock().await;
        Self { shop, server, way }
    }

    /// The configuration for a second daemon.
    pub fn config(&self) -> String {
        config(&self.way, &self.server.api_key)
    }

    /// Eva's paid order over so many of `package`, settled: its licenses are requested.
    pub async fn paid(&self, package: &str, quantity: u32) -> (OrderId, InvoiceId) {
        let mut wanted = eva(package);
        wanted.quantity = quantity;
        let placed = self.shop.place(&wanted).await.unwrap();
        let invoice = placed.invoice.unwrap();
        self.pay(invoice).await;
        self.shop.settle(invoice).await;
        (placed.order, invoice)
    }

    /// Pays an invoice, and more.
    pub async fn pay(&self, invoice: InvoiceId) {
        crm::record_payment(&mut self.shop.conn().await, invoice, Decimal::from(1_000)).await;
    }

    /// Takes all payments of an invoice back, and lets the shop notice.
    pub async fn unpay(&self, invoice: InvoiceId) {
        use mysql_async::prelude::Queryable as _;
        let conn = &mut self.shop.conn().await;
        let sql = "SELECT `id` FROM `tblinvoicepaymentrecords` WHERE `invoiceid` = ?";
        for payment in conn.exec(sql, (invoice,)).await.unwrap() {
            crm::delete_payment(conn, payment).await;
        }
        self.shop.settle(invoice).await;
    }

    /// Makes the requests that are due, and returns the states that this left.
    pub async fn bring(&self) -> Vec<Option<State>> {
        let rounds = self.shop.app.license_requests.drain().await.unwrap();
        rounds.into_iter().map(|round| round.state).collect()
    }

    /// The license requests, oldest first.
    pub async fn requests(&self) -> Vec<Message> {
        let all = self.shop.messages().await;
        all.into_iter().filter(|message| message.kind == "license").collect()
    }

    /// An order in one line, with its own licenses and all mails: `placed over open, no license, 0 mails`.
    pub async fn story(&self, order: OrderId) -> String {
        let found = self.shop.order(order).await;
        let rights: Vec<String> =
            self.shop.licenses(order).await.iter().map(|license| license.right.to_string()).collect();
        let rights = if rights.is_empty() { "no license".to_owned() } else { rights.join(" ") };
        let mails = self.shop.messages().await.iter().filter(|message| message.kind == "mail").count();
        format!("{} {} {}, {rights}, {mails} mails", found.state, found.charge, found.fulfilment)
    }

    /// What `order why` tells: the timeline, and where open requests stand.
    pub async fn why(&self, order: OrderId) -> Vec<String> {
        let mut session = self.shop.app.database.session().await.unwrap();
        let mut events = ORDER_TIMELINE.read(&mut session, order).await.unwrap();
        let items = self.shop.order(order).await.items(&mut session).await.unwrap();
        let open = shop::open_requests(&mut session, &items).await.unwrap();
        events.extend(open.iter().map(|request| shop::standing(request, self.shop.now())));
        in_english(events)
    }

    /// The keys of an order here, sorted.
    pub async fn keys(&self, order: OrderId) -> Vec<String> {
        sorted(self.shop.licenses(order).await)
    }

    /// All keys that the license server has made, sorted.
    pub async fn made(&self) -> Vec<String> {
        let shop = &self.server.shop;
        let mut session = shop.app.database.session().await.unwrap();
        let filter = licensing::Filter { order: None, limit: 10_000 };
        sorted(licensing::list(&mut session, &shop.app.cipher, filter, shop.now()).await.unwrap())
    }
}

fn sorted(licenses: Vec<License>) -> Vec<String> {
    let mut keys: Vec<String> = licenses.into_iter().map(|license| license.key.unwrap()).collect();
    keys.sort();
    keys
}

fn config(way: &Rogue, api_key: &str) -> String {
    format!("[licensing]\nserver = \"{}\"\napi_key = \"{api_key}\"\n", way.url())
}

/// The real binary, whose licenses come from a license server with the same product.
pub async fn remote_site(database: &Database) -> (Site, LicenseServer, Rogue) {
    let server = LicenseServer::start().await;
    sell(&server.shop, "backup-pro", &[PACKAGE, "backup-pro-free"]).await;
    let way = Rogue::before(server.address()).await;
    let mut site = Site::new(database);
    site.set("licensing", "server", way.url());
    site.set("licensing", "api_key", server.api_key.clone());
    site.stock().await;
    (site, server, way)
}

/// Puts a product on sale, with free packages of these SKUs.
pub async fn sell(shop: &Shop, product: &str, packages: &[&str]) {
    let mut session = shop.app.database.session().await.unwrap();
    Product::add(&mut session, product, product, shop.now()).await.unwrap();
    for sku in packages {
        let package = NewPackage {
            product: product.into(),
            sku: (*sku).into(),
            name: None,
            kind: Kind::Free,
            price: "0".parse().unwrap(),
            currency: "EUR".into(),
            tax: None,
            term: None,
        };
        Package::add(&mut session, &package, shop.now()).await.unwrap();
    }
}
