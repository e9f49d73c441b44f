//! Places orders with the program's own command, and pays them with the CRM's own statements.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rust_decimal::Decimal;
use tokio::sync::RwLock;

use crate::support::crm;
use crate::support::daemon::{PACKAGE, Site};
use crate::support::mariadb::Database;

/// Held by everybody who speaks to the database as the CRM does. The CRM's statements are not what is tested: whoever
/// kills the database waits until no such statement is under way.
pub type Gate = RwLock<()>;

/// The ways in which money arrives, or does not.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Nobody pays.
    Never,
    /// One payment over all of it.
    Whole,
    /// Two payments.
    Halves,
    /// The first half only.
    Half,
    /// More than was asked for.
    TooMuch,
    /// A credit note.
    Credit,
    /// A payment and a credit note.
    Both,
    /// A row that somebody's SQL wrote; the CRM's status stays stale.
    RowOnly,
}

const WAYS: [Way; 8] =
    [Way::Never, Way::Whole, Way::Halves, Way::Half, Way::TooMuch, Way::Credit, Way::Both, Way::RowOnly];

/// The people who buy.
pub struct Customers<'a> {
    pub site: &'a Site,
    pub database: &'a Database,
    pub gate: &'a Gate,
    pub random: StdRng,
}

impl<'a> Customers<'a> {
    pub fn new(site: &'a Site, database: &'a Database, gate: &'a Gate, seed: u64) -> Self {
        Self { site, database, gate, random: StdRng::seed_from_u64(seed) }
    }

    /// Places `orders` orders and deals with each. One that an outage cuts off is placed once more; nobody knows
    /// whether the first exists, and nobody pays it.
    pub async fn shop(&mut self, orders: usize) {
        let mut number = 0;
        while number < orders {
            let free = self.random.random_ratio(1, 8);
            let quantity = self.random.random_range(1..=3);
            // Some come again.
            let email = format!("c{}@buyer.example", self.random.random_range(0..=number));
            let way = WAYS[self.random.random_range(0..WAYS.len())];
            let package = if free { "backup-pro-free" } else { PACKAGE };
            let placed = match self.site.try_place(package, &email, quantity).await {
                Ok(placed) => placed,
                Err(said) => {
                    assert_eq!(said.code, 1, "an outage is no wrong usage: {said:?}");
                    drop(self.gate.read().await);
                    continue;
                }
            };
            number += 1;
            if let Some(invoice) = placed.invoice {
                self.pay(invoice, way).await;
            }
        }
    }

    async fn pay(&self, invoice: InvoiceId, way: Way) {
        let _gate = self.gate.read().await;
        let conn = &mut self.database.conn().await;
        let total: Option<Decimal> =
            conn.exec_first("SELECT `total` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
        let total = total.unwrap();
        let part = Decimal::new(1750, 2);
        match way {
            Way::Never => {}
            Way::Whole => drop(crm::record_payment(conn, invoice, total).await),
            Way::Half => drop(crm::record_payment(conn, invoice, part).await),
            Way::TooMuch => drop(crm::record_payment(conn, invoice, total + part).await),
            Way::Credit => drop(crm::apply_credit(conn, invoice, total).await),
            Way::RowOnly => drop(crm::insert_payment_only(conn, invoice, total).await),
            Way::Halves => {
                crm::record_payment(conn, invoice, part).await;
                crm::record_payment(conn, invoice, total - part).await;
            }
            Way::Both => {
                crm::apply_credit(conn, invoice, part).await;
                crm::record_payment(conn, invoice, total - part).await;
            }
        }
    }
}
