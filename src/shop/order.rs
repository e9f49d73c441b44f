//! Orders and their items.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;

use crate::db::{Database, DbError, Fields, Record, Session, text_enum};
use crate::ids::{ClientId, ContactId, InvoiceId, OrderId, OrderItemId, PackageId, ProductId};
use crate::licensing::Term;
use crate::money::{Amount, Rate};
use crate::perfex::invoice::Fingerprint;
use crate::perfex::new_invoice::CreatedInvoice;
use crate::perfex::tax::Tax;
use crate::sentence::Sentence;

use super::charge::Charge;
use super::package::{Kind, Package};

text_enum! {
    /// Whether an order stands.
    OrderState {
        /// It stands.
        Placed = "placed",
        /// Its invoice was cancelled or deleted.
        Cancelled = "cancelled",
        /// Nobody has paid it for a long time; a payment opens it again.
        Expired = "expired",
    }
}

text_enum! {
    /// What became of an order's licenses.
    Fulfilment {
        /// Not issued yet.
        Open = "open",
        /// Issued.
        Fulfilled = "fulfilled",
        /// Taken back because the payment was, and the grace has passed.
        Revoked = "revoked",
    }
}

const COLUMNS: &str = "SELECT `id`, `token`, `client_id`, `contact_id`, `invoice_id`, `invoice_hash`, `email`, `firstname`, \
     `lastname`, `language`, `currency`, `total`, `state`, `charge`, `fulfilment`, `invoice_fingerprint`, \
     `look_again_at`, `version`, `placed_at` FROM `{p}pm_orders`";
const INSERT: &str = "INSERT INTO `{p}pm_orders` (`token`, `client_id`, `contact_id`, `invoice_id`, `invoice_hash`, \
     `invoice_fingerprint`, `email`, `firstname`, `lastname`, `language`, `currency`, `total`, `state`, `charge`, `fulfilment`, \
     `placed_at`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'placed', ?, 'open', ?)";
const SAVE: &str = "UPDATE `{p}pm_orders` SET `client_id` = ?, `state` = ?, `charge` = ?, `fulfilment` = ?, \
     `invoice_fingerprint` = ?, `look_again_at` = ?, `version` = `version` + 1 WHERE `id` = ? AND `version` = ?";
const READDRESS: &str = "UPDATE `{p}pm_orders` SET `email` = ?, `version` = `version` + 1 WHERE `id` = ?";
const ITEM_COLUMNS: &str = "SELECT i.`id` AS `id`, i.`package_id` AS `package_id`, i.`product_id` AS `product_id`, \
     k.`sku` AS `sku`, p.`slug` AS `product`, p.`name` AS `product_name`, i.`kind` AS `kind`, i.`description` AS `description`, \
     i.`quantity` AS `quantity`, i.`unit_price` AS `unit_price`, i.`tax_name` AS `tax_name`, \
     i.`tax_rate` AS `tax_rate`, i.`term` AS `term`, COALESCE(s.`sites`, 1) AS `sites` FROM `{p}pm_order_items` i \
     LEFT JOIN `{p}pm_order_item_sites` s ON s.`order_item_id` = i.`id` \
     INNER JOIN `{p}pm_products` p ON p.`id` = i.`product_id` \
     INNER JOIN `{p}pm_packages` k ON k.`id` = i.`package_id` WHERE i.`order_id` = ? ORDER BY i.`id`";
const INSERT_ITEM: &str = "INSERT INTO `{p}pm_order_items` (`order_id`, `package_id`, `product_id`, `kind`, \
     `description`, `quantity`, `unit_price`, `tax_name`, `tax_rate`, `term`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

const INSERT_SITES: &str = "INSERT INTO `{p}pm_order_item_sites` (`order_item_id`, `sites`) VALUES (?, ?)";

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// 128 random bits that open the order's page.
    pub token: String,
    /// Whose it is: the customer of its invoice, without one that of its contact.
    pub client: ClientId,
    /// Who ordered.
    pub contact: ContactId,
    /// The invoice; `null` when nothing is to be paid.
    pub invoice: Option<InvoiceId>,
    /// Where the licenses are mailed to.
    pub email: String,
    /// The recipient's first name.
    pub firstname: String,
    /// The recipient's last name.
    pub lastname: String,
    /// The recipient's language, as a folder of the CRM.
    pub language: String,
    /// The currency's name.
    pub currency: String,
    /// The total at the time of the order.
    pub total: Amount,
    /// Whether it stands.
    pub state: OrderState,
    /// How much is paid.
    pub charge: Charge,
    /// What became of its licenses.
    pub fulfilment: Fulfilment,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// When time alone changes something.
    pub look_again_at: Option<DateTime<Utc>>,
    #[serde(skip)]
    pub(super) invoice_hash: Option<String>,
    #[serde(skip)]
    pub(super) fingerprint: Option<String>,
    #[serde(skip)]
    pub(super) version: i64,
}

impl Record for Order {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            token: row.take("token")?,
            client: row.take("client_id")?,
            contact: row.take("contact_id")?,
            invoice: row.take("invoice_id")?,
            email: row.take("email")?,
            firstname: row.take("firstname")?,
            lastname: row.take("lastname")?,
            language: row.take("language")?,
            currency: row.take("currency")?,
            total: row.take("total")?,
            state: row.take("state")?,
            charge: row.take("charge")?,
            fulfilment: row.take("fulfilment")?,
            placed_at: row.take::<NaiveDateTime>("placed_at")?.and_utc(),
            look_again_at: row.take::<Option<NaiveDateTime>>("look_again_at")?.map(|at| at.and_utc()),
            invoice_hash: row.take("invoice_hash")?,
            fingerprint: row.take("invoice_fingerprint")?,
            version: row.take("version")?,
        })
    }
}

/// Which orders to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those with this charge.
    pub charge: Option<Charge>,
    /// At most so many, newest first.
    pub limit: u32,
}

/// An order about to be written.
#[derive(Debug, Clone)]
pub(super) struct NewOrder<'a> {
    pub token: String,
    pub client: ClientId,
    pub contact: ContactId,
    pub invoice: Option<&'a CreatedInvoice>,
    pub email: &'a str,
    pub firstname: &'a str,
    pub lastname: &'a str,
    pub language: &'a str,
    pub currency: &'a str,
    pub total: Amount,
    pub charge: Charge,
}

impl Order {
    pub(super) async fn insert(
        session: &mut Session,
        new: &NewOrder<'_>,
        now: DateTime<Utc>,
    ) -> Result<OrderId, DbError> {
        // There is nothing to settle until it is paid; with nothing to pay it is settled at once.
        let awaited = new.invoice.filter(|invoice| invoice.total.is_positive());
        let row: Vec<mysql_async::Value> = vec![
            new.token.as_str().into(),
            new.client.into(),
            new.contact.into(),
            new.invoice.map(|invoice| invoice.id).into(),
            new.invoice.map(|invoice| invoice.hash.as_str()).into(),
            awaited.map(|invoice| invoice.fingerprint().as_str().to_owned()).into(),
            new.email.into(),
            new.firstname.into(),
            new.lastname.into(),
            new.language.into(),
            new.currency.into(),
            new.total.into(),
            new.charge.into(),
            now.naive_utc().into(),
        ];
        Ok(OrderId(session.run(INSERT, row).await?.id))
    }

    /// Finds an order.
    pub async fn find(session: &mut Session, id: OrderId) -> Result<Option<Self>, DbError> {
        session.first(&format!("{COLUMNS} WHERE `id` = ?"), (id,)).await
    }

    /// The order that a token opens.
    pub(super) async fn of_token(session: &mut Session, token: &str) -> Result<Option<Self>, DbError> {
        session.first(&format!("{COLUMNS} WHERE `token` = ?"), (token,)).await
    }

    /// The version of the order that a token opens.
    pub(super) async fn version_of(session: &mut Session, token: &str) -> Result<Option<i64>, DbError> {
        let sql = "SELECT `version` FROM `{p}pm_orders` WHERE `token` = ?";
        Ok(session.first::<(i64,)>(sql, (token,)).await?.map(|row| row.0))
    }

    /// Corrects where its mails go; the caller holds its lock.
    pub(super) async fn set_email(&self, session: &mut Session, email: &str) -> Result<(), DbError> {
        let sql = "UPDATE `{p}pm_orders` SET `email` = ?, `version` = `version` + 1 WHERE `id` = ?";
        session.run(sql, (email, self.id)).await?;
        Ok(())
    }

    /// Whether there is an order with this token.
    pub(super) async fn find_by_token(database: &Database, token: &str) -> Result<bool, DbError> {
        let mut session = database.session().await?;
        let sql = "SELECT `id` FROM `{p}pm_orders` WHERE `token` = ?";
        Ok(session.first::<(OrderId,)>(sql, (token,)).await?.is_some())
    }

    /// Finds the order of an invoice and locks its row until the transaction ends.
    pub(super) async fn lock_by_invoice(
        session: &mut Session,
        invoice: InvoiceId,
    ) -> Result<Option<Self>, DbError> {
        session.first(&format!("{COLUMNS} WHERE `invoice_id` = ? FOR UPDATE"), (invoice,)).await
    }

    /// Locks an order's row until the transaction ends.
    pub(super) async fn lock(session: &mut Session, id: OrderId) -> Result<Option<Self>, DbError> {
        session.first(&format!("{COLUMNS} WHERE `id` = ? FOR UPDATE"), (id,)).await
    }

    /// The newest orders of a customer.
    pub async fn of_client(
        session: &mut Session,
        client: ClientId,
        limit: u32,
    ) -> Result<Vec<Self>, DbError> {
        let sql = format!("{COLUMNS} WHERE `client_id` = ? ORDER BY `id` DESC LIMIT ?");
        session.rows(&sql, (client, limit)).await
    }

    /// Lists orders, newest first.
    pub async fn list(session: &mut Session, filter: Filter) -> Result<Vec<Self>, DbError> {
        match filter.charge {
            Some(charge) => {
                let sql = format!("{COLUMNS} WHERE `charge` = ? ORDER BY `id` DESC LIMIT ?");
                session.rows(&sql, (charge, filter.limit)).await
            }
            None => session.rows(&format!("{COLUMNS} ORDER BY `id` DESC LIMIT ?"), (filter.limit,)).await,
        }
    }

    /// Writes whose it is, the three axes, and what was seen; the version keeps two writers apart.
    pub(super) async fn save(
        &self,
        session: &mut Session,
        print: Option<&Fingerprint>,
    ) -> Result<bool, DbError> {
        let row = (
            self.client,
            self.state,
            self.charge,
            self.fulfilment,
            print.map(Fingerprint::as_str),
            self.look_again_at.map(|at| at.naive_utc()),
            self.id,
            self.version,
        );
        Ok(session.run(SAVE, row).await?.rows == 1)
    }

    /// Corrects where this order's mails go.
    pub(super) async fn readdress(&self, session: &mut Session, email: &str) -> Result<(), DbError> {
        session.run(READDRESS, (email, self.id)).await?;
        Ok(())
    }

    /// The items of this order.
    pub async fn items(&self, session: &mut Session) -> Result<Vec<Item>, DbError> {
        session.rows(ITEM_COLUMNS, (self.id,)).await
    }
}

/// A line of an order: a copy of its package at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its id.
    pub id: OrderItemId,
    /// The package it copies.
    pub package: PackageId,
    /// The package's SKU.
    #[serde(skip)]
    pub sku: String,
    /// The product.
    #[serde(skip)]
    pub product_id: ProductId,
    /// The product's slug.
    pub product: String,
    /// The product's name.
    pub product_name: String,
    /// How it is obtained.
    pub kind: Kind,
    /// What stands on the invoice.
    pub description: String,
    /// How many.
    pub quantity: u32,
    /// The price of one, without tax.
    pub unit_price: Amount,
    /// The tax on it.
    pub tax: Option<Tax>,
    /// How long each license lasts.
    pub term: Option<Term>,
    /// For how many sites each of them is; each site gets a license.
    #[serde(skip)]
    pub sites: u32,
}

impl Record for Item {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let tax_name: Option<String> = row.take("tax_name")?;
        let tax_rate: Option<Rate> = row.take("tax_rate")?;
        Ok(Self {
            id: row.take("id")?,
            package: row.take("package_id")?,
            sku: row.take("sku")?,
            product_id: row.take("product_id")?,
            product: row.take("product")?,
            product_name: row.take("product_name")?,
            kind: row.take("kind")?,
            description: row.take("description")?,
            quantity: row.take("quantity")?,
            unit_price: row.take("unit_price")?,
            tax: tax_name.zip(tax_rate).map(|(name, rate)| Tax { name, rate }),
            term: row.take("term")?,
            sites: row.take("sites")?,
        })
    }
}

impl Item {
    /// The same free of charge.
    pub(super) fn given(self) -> Self {
        let kind = if self.kind == Kind::Paid { Kind::Free } else { self.kind };
        Self { kind, unit_price: Amount::ZERO, tax: None, ..self }
    }

    /// So many of `package` as it is now; not written yet.
    pub(super) fn of(package: &Package, quantity: u32) -> Self {
        Self {
            id: OrderItemId(0),
            package: package.id,
            sku: package.sku.clone(),
            product_id: package.product_id,
            product: package.product.clone(),
            product_name: package.product_name.clone(),
            kind: package.kind,
            description: package.full_name(),
            quantity,
            unit_price: package.price,
            tax: package.tax.clone(),
            term: package.term,
            sites: package.sites,
        }
    }

    /// How many licenses it takes: one for each site of each.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.quantity.saturating_mul(self.sites)
    }

    /// One of its units, for timelines.
    pub(super) fn unit_of(&self, order: OrderId, unit: u32) -> Sentence {
        Sentence::of("why-unit")
            .with("order", order)
            .with("unit", unit)
            .with("units", self.units())
            .with("description", &self.description)
    }

    /// Writes this item for an order; its own id is not looked at.
    pub(super) async fn insert(&self, session: &mut Session, order: OrderId) -> Result<OrderItemId, DbError> {
        let row: Vec<mysql_async::Value> = vec![
            order.into(),
            self.package.into(),
            self.product_id.into(),
            self.kind.into(),
            self.description.as_str().into(),
            self.quantity.into(),
            self.unit_price.into(),
            self.tax.as_ref().map(|tax| tax.name.as_str()).into(),
            self.tax.as_ref().map(|tax| tax.rate).into(),
            self.term.into(),
        ];
        let id = OrderItemId(session.run(INSERT_ITEM, row).await?.id);
        if self.sites > 1 {
            session.run(INSERT_SITES, (id, self.sites)).await?;
        }
        Ok(id)
    }
}
