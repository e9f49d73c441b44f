//! A shop beside a test CRM: the daemon's own parts, built from a configuration file, with a clock that is moved by
//! hand and randomness that repeats.
//!
//! Besides the id types this is the only support that knows the daemon; what it asserts about, tests read back through
//! [`Shop::story`] or with SQL of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::Conn;
use perfex_bridge::app::App;
use perfex_bridge::clock::{Clock as _, ManualClock};
use perfex_bridge::config::{Config, Sources};
use perfex_bridge::db;
use perfex_bridge::entropy::SeededEntropy;
use perfex_bridge::ids::{InvoiceId, OrderId};
use perfex_bridge::licensing::{self, License};
use perfex_bridge::outbox::{self, Message};
use perfex_bridge::perfex::mail_template::{NewTemplate, slug};
use perfex_bridge::perfex::schema::Schema;
use perfex_bridge::shop::{
    self, Kind, NewPackage, Order, Package, PlaceOrder, Placed, Product, Settled, ShopError,
};
use tempfile::TempDir;

use super::mariadb::Database;

/// The CRM's `APP_ENC_KEY`.
pub const ENCRYPTION_KEY: &str = "0123456789abcdef0123456789abcdef";
/// When every test begins: a Monday, 11:00 in Berlin.
pub const START: &str = "2026-03-09T10:00:00Z";

/// Every shop draws its keys and tokens from a seed of its own.
static SEED: AtomicU64 = AtomicU64::new(1_000);

/// The daemon's parts on one test's database.
pub struct Shop {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub schema: Schema,
    pub crm: Database,
    /// The configuration's folder; also a place for a test's own files.
    pub folder: TempDir,
}

impl Shop {
    /// A shop with its catalogue beside a fresh 3.4.1.
    pub async fn open() -> Self {
        Self::beside(Database::perfex_341().await).await
    }

    /// A shop with its catalogue beside this CRM, table prefix `tbl`.
    pub async fn beside(crm: Database) -> Self {
        let shop = Self::with(crm, "tbl", "").await;
        shop.stock().await;
        shop
    }

    /// A shop without a catalogue; `more` is added to its configuration file.
    pub async fn with(crm: Database, prefix: &str, more: &str) -> Self {
        Self::seeded(crm, prefix, more, SEED.fetch_add(1, Ordering::Relaxed)).await
    }

    /// A shop whose keys and tokens are the same in every run.
    pub async fn seeded(crm: Database, prefix: &str, more: &str, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::starting_at(START.parse().unwrap()));
        let app = build(&crm, prefix, more, &folder, &clock, seed).await;
        db::migrate(&app.database, clock.now()).await.unwrap();
        let schema = app.schema().await.unwrap();
        Self { app, clock, schema, crm, folder }
    }

    /// The parts of a second daemon on the same database, with the same clock and a seed of its own.
    pub async fn second_daemon(&self, more: &str) -> App {
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        build(&self.crm, self.app.database.prefix().as_str(), more, &self.folder, &self.clock, seed).await
    }

    /// Product `booking` with the packages `pro` (49.00 EUR, 12 months), `taxed` (49.00 EUR and 19 % VAT, without
    /// end), `gift` (free) and `taste` (trial).
    pub async fn stock(&self) {
        let mut session = self.app.database.session().await.unwrap();
        let now = self.now();
        Product::add(&mut session, "booking", "Booking", now).await.unwrap();
        for (sku, name, kind, price, tax, term) in [
            ("pro", "Pro", Kind::Paid, "49.00", None, Some("12m")),
            ("taxed", "Taxed", Kind::Paid, "49.00", Some("VAT|19"), None),
            ("gift", "Gift", Kind::Free, "0", None, None),
            ("taste", "Taste", Kind::Trial, "0", None, None),
        ] {
            let new = NewPackage {
                product: "booking".into(),
                sku: sku.into(),
                name: Some(name.into()),
                kind,
                price: price.parse().unwrap(),
                currency: "EUR".into(),
                tax: tax.map(str::to_owned),
                term: term.map(|term| term.parse().unwrap()),
            };
            Package::add(&mut session, &new, now).await.unwrap();
        }
    }

    /// Writes the mail templates into the CRM, as `install` does.
    pub async fn install_templates(&self) {
        let mut session = self.app.database.session().await.unwrap();
        for text in self.app.texts.all() {
            let template = NewTemplate {
                slug: &slug(text.slug),
                language: text.language.as_str(),
                name: &text.name,
                subject: &text.subject,
                message: &text.message,
                from_name: &text.from_name,
            };
            assert!(template.ensure(&mut session).await.unwrap().is_some());
        }
    }

    /// A new connection to the CRM's database, as Perfex's PHP has one.
    pub async fn conn(&self) -> Conn {
        self.crm.conn().await
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, span: TimeDelta) {
        self.clock.advance(span);
    }

    /// Sets the clock.
    pub fn set_clock(&self, to: &str) {
        let to: DateTime<Utc> = to.parse().unwrap();
        self.clock.advance(to - self.now());
    }

    /// Places an order.
    pub async fn place(&self, order: &PlaceOrder) -> Result<Placed, ShopError> {
        order.place(&self.app.workshop, &self.schema).await
    }

    /// Eva orders one of a paid package; returns the order and its invoice.
    pub async fn invoiced(&self, package: &str) -> (OrderId, InvoiceId) {
        let placed = self.place(&eva(package)).await.unwrap();
        (placed.order, placed.invoice.unwrap())
    }

    /// Looks at an invoice.
    pub async fn settle(&self, invoice: InvoiceId) -> Settled {
        shop::settle(&self.app.workshop, invoice).await.unwrap()
    }

    /// An order as it stands.
    pub async fn order(&self, order: OrderId) -> Order {
        let mut session = self.app.database.session().await.unwrap();
        Order::find(&mut session, order).await.unwrap().unwrap()
    }

    /// The licenses of an order, oldest first.
    pub async fn licenses(&self, order: OrderId) -> Vec<License> {
        let mut session = self.app.database.session().await.unwrap();
        let filter = licensing::Filter { order: Some(order), limit: 1_000 };
        let mut found = licensing::list(&mut session, &self.app.cipher, filter, self.now()).await.unwrap();
        found.reverse();
        found
    }

    /// All messages, oldest first.
    pub async fn messages(&self) -> Vec<Message> {
        let mut session = self.app.database.session().await.unwrap();
        let filter = outbox::Filter { state: None, limit: 10_000 };
        let mut found = outbox::list(&mut session, filter).await.unwrap();
        found.reverse();
        found
    }

    /// An order in one line: `placed full fulfilled, active, 1 mail`. Mails are all of this database.
    pub async fn story(&self, order: OrderId) -> String {
        let found = self.order(order).await;
        let rights: Vec<String> =
            self.licenses(order).await.iter().map(|license| license.right.to_string()).collect();
        let rights = if rights.is_empty() { "no license".to_owned() } else { rights.join(" ") };
        let mails = match self.messages().await.len() {
            0 => "no mail".to_owned(),
            1 => "1 mail".to_owned(),
            n => format!("{n} mails"),
        };
        format!("{} {} {}, {rights}, {mails}", found.state, found.charge, found.fulfilment)
    }

    /// What happened to an order, as the names of its timeline.
    pub async fn events(&self, order: OrderId) -> Vec<String> {
        let mut session = self.app.database.session().await.unwrap();
        let timeline = shop::ORDER_TIMELINE.read(&mut session, order).await.unwrap();
        timeline.into_iter().map(|event| event.event).collect()
    }
}

/// Eva, a person in the CRM's own language, wants one of `package`.
pub fn eva(package: &str) -> PlaceOrder {
    PlaceOrder {
        package: package.into(),
        quantity: 1,
        email: "eva@buyer.example".into(),
        firstname: "Eva".into(),
        lastname: "Müller".into(),
        company: String::new(),
        language: None,
        domain: None,
    }
}

async fn build(
    crm: &Database,
    prefix: &str,
    more: &str,
    folder: &TempDir,
    clock: &Arc<ManualClock>,
    seed: u64,
) -> App {
    let file = folder.path().join(format!("config-{seed}.toml"));
    let text = format!(
        "[perfex]\ntable_prefix = \"{prefix}\"\nbase_url = \"https://crm.example/\"\n\
         encryption_key = \"{ENCRYPTION_KEY}\"\n[state]\ndirectory = \"{}\"\n[database]\nurl = \"{}\"\n{more}",
        folder.path().display(),
        crm.url(),
    );
    std::fs::write(&file, text).unwrap();
    let sources = Sources { file: Some(file), environment: Vec::new(), credentials_directory: None };
    let config = Config::load(&sources).unwrap();
    let clock: Arc<ManualClock> = Arc::clone(clock);
    App::build(config, clock, Arc::new(SeededEntropy::new(seed))).await.unwrap()
}
