//! Packages: what has a price.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session, text_enum};
use crate::ids::{PackageId, ProductId};
use crate::licensing::Term;
use crate::money::{Amount, Rate};
use crate::perfex::currency::Currency;
use crate::perfex::tax::Tax;
use crate::sentence::Sentence;

use super::ShopError;
use super::product::{CatalogueState, NAME, Product, check_slug};

text_enum! {
    /// How a package is obtained.
    Kind {
        /// By paying an invoice.
        Paid = "paid",
        /// At once, without an invoice.
        Free = "free",
        /// At once, for a limited time.
        Trial = "trial",
    }
}

/// The term of a trial when none is given.
const TRIAL_TERM: Term = Term::Days(30);

const COLUMNS: &str = "SELECT k.`id` AS `id`, k.`product_id` AS `product_id`, p.`slug` AS `product`, \
     p.`name` AS `product_name`, p.`state` AS `product_state`, k.`sku` AS `sku`, k.`name` AS `name`, \
     k.`kind` AS `kind`, k.`price` AS `price`, k.`currency` AS `currency`, k.`tax_name` AS `tax_name`, \
     k.`tax_rate` AS `tax_rate`, k.`term` AS `term`, k.`state` AS `state`, \
     k.`version` AS `version`, COALESCE(g.`sites`, 1) AS `sites` FROM `{p}pm_packages` k \
     INNER JOIN `{p}pm_products` p ON p.`id` = k.`product_id` \
     LEFT JOIN `{p}pm_package_pages` g ON g.`package_id` = k.`id`";
const INSERT: &str = "INSERT INTO `{p}pm_packages` (`product_id`, `sku`, `name`, `kind`, `price`, `currency`, \
     `tax_name`, `tax_rate`, `term`, `state`, `created_at`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?)";
const UPDATE: &str = "UPDATE `{p}pm_packages` SET `name` = COALESCE(?, `name`), `price` = COALESCE(?, `price`), \
     `state` = COALESCE(?, `state`), `version` = `version` + 1 WHERE `sku` = ?";

const REWRITE: &str = "UPDATE `{p}pm_packages` SET `name` = ?, `price` = ?, `currency` = ?, `tax_name` = ?, \
     `tax_rate` = ?, `term` = ?, `version` = `version` + 1 WHERE `id` = ? AND `version` = ?";

/// A package with its product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// Its id.
    pub id: PackageId,
    /// Its product.
    #[serde(skip)]
    pub product_id: ProductId,
    /// The product's slug.
    pub product: String,
    /// The product's name.
    pub product_name: String,
    /// Its own short name.
    pub sku: String,
    /// Its name.
    pub name: String,
    /// How it is obtained.
    pub kind: Kind,
    /// The price of one, without tax.
    pub price: Amount,
    /// The currency's name in the CRM.
    pub currency: String,
    /// The tax on it.
    pub tax: Option<Tax>,
    /// How long a license lasts; `null` is without end.
    pub term: Option<Term>,
    /// Whether it is for sale; false also when its product is retired.
    pub state: CatalogueState,
    /// Whether it would be for sale if its product were.
    #[serde(skip)]
    pub on_sale: bool,
    /// For how many sites it is; each gets a license.
    #[serde(skip)]
    pub sites: u32,
    /// Counts its changes.
    #[serde(skip)]
    pub version: i64,
}

impl Record for Package {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let tax_name: Option<String> = row.take("tax_name")?;
        let tax_rate: Option<Rate> = row.take("tax_rate")?;
        let product_state: CatalogueState = row.take("product_state")?;
        let state: CatalogueState = row.take("state")?;
        Ok(Self {
            id: row.take("id")?,
            product_id: row.take("product_id")?,
            product: row.take("product")?,
            product_name: row.take("product_name")?,
            sku: row.take("sku")?,
            name: row.take("name")?,
            kind: row.take("kind")?,
            price: row.take("price")?,
            currency: row.take("currency")?,
            tax: tax_name.zip(tax_rate).map(|(name, rate)| Tax { name, rate }),
            term: row.take("term")?,
            state: if product_state == CatalogueState::Retired { product_state } else { state },
            on_sale: state == CatalogueState::Active,
            sites: row.take("sites")?,
            version: row.take("version")?,
        })
    }
}

/// A package to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPackage {
    /// The product's slug.
    pub product: String,
    /// Its own short name.
    pub sku: String,
    /// Its name; the product's when empty.
    pub name: Option<String>,
    /// How it is obtained.
    pub kind: Kind,
    /// The price of one, without tax.
    pub price: Amount,
    /// The currency's name in the CRM.
    pub currency: String,
    /// A tax of the CRM as `NAME|RATE`.
    pub tax: Option<String>,
    /// How long a license lasts.
    pub term: Option<Term>,
}

/// What to change of a package; `None` stays as it is. What was sold keeps its old price.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackageChange {
    /// A new name.
    pub name: Option<String>,
    /// A new price.
    pub price: Option<Amount>,
    /// Retired or for sale again.
    pub state: Option<CatalogueState>,
}

/// What a package offers from now on, whole. What was sold keeps its old terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageTerms {
    /// Its name.
    pub name: String,
    /// The price of one, without tax.
    pub price: Amount,
    /// The currency's name in the CRM.
    pub currency: String,
    /// A tax of the CRM as `NAME|RATE`.
    pub tax: Option<String>,
    /// How long a license lasts.
    pub term: Option<Term>,
}

impl Package {
    /// Adds a package for sale.
    pub async fn add(
        session: &mut Session,
        new: &NewPackage,
        now: DateTime<Utc>,
    ) -> Result<PackageId, ShopError> {
        check_slug("SKU", &new.sku)?;
        check_price(new.kind, new.price)?;
        let product = Product::named(session, &new.product).await?;
        let name = NAME.clean(new.name.as_deref().unwrap_or(&product.name), true)?;
        let currency = known_currency(session, &new.currency).await?;
        let tax = match &new.tax {
            Some(text) => Some(known_tax(session, text).await?),
            None => None,
        };
        let term = new.term.or((new.kind == Kind::Trial).then_some(TRIAL_TERM));
        let row: Vec<mysql_async::Value> = vec![
            product.id.into(),
            new.sku.as_str().into(),
            name.into(),
            new.kind.into(),
            new.price.into(),
            currency.name.into(),
            tax.as_ref().map(|tax| tax.name.as_str()).into(),
            tax.as_ref().map(|tax| tax.rate).into(),
            term.into(),
            now.naive_utc().into(),
        ];
        match session.run(INSERT, row).await {
            Ok(done) => Ok(PackageId(done.id)),
            Err(error) if error.is_duplicate() => Err(ShopError::told(
                Sentence::of("refusal-package-taken").with("sku", &new.sku),
                format!("there is a package `{0}` already; `package change {0}` changes it", new.sku),
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes a package.
    pub async fn change(session: &mut Session, sku: &str, change: &PackageChange) -> Result<(), ShopError> {
        let package = Self::named(session, sku).await?;
        if let Some(price) = change.price {
            check_price(package.kind, price)?;
        }
        let name = change.name.as_deref().map(|name| NAME.clean(name, true)).transpose()?;
        session.run(UPDATE, (name, change.price, change.state, sku)).await?;
        Ok(())
    }

    /// Changes what a package offers, unless somebody else has changed it since it was read: then `false`.
    pub async fn rewrite(
        session: &mut Session,
        package: &Self,
        terms: &PackageTerms,
    ) -> Result<bool, ShopError> {
        check_price(package.kind, terms.price)?;
        let name = NAME.clean(&terms.name, true)?;
        let currency = known_currency(session, &terms.currency).await?;
        let tax = match &terms.tax {
            Some(text) => Some(known_tax(session, text).await?),
            None => None,
        };
        let term = terms.term.or((package.kind == Kind::Trial).then_some(TRIAL_TERM));
        let row: Vec<mysql_async::Value> = vec![
            name.into(),
            terms.price.into(),
            currency.name.into(),
            tax.as_ref().map(|tax| tax.name.as_str()).into(),
            tax.as_ref().map(|tax| tax.rate).into(),
            term.into(),
            package.id.into(),
            package.version.into(),
        ];
        Ok(session.run(REWRITE, row).await?.rows > 0)
    }

    /// Finds a package by its SKU.
    pub async fn named(session: &mut Session, sku: &str) -> Result<Self, ShopError> {
        check_slug("SKU", sku)?;
        let found = session.first(&format!("{COLUMNS} WHERE k.`sku` = ?"), (sku,)).await?;
        found.ok_or_else(|| {
            ShopError::told(
                Sentence::of("refusal-no-package").with("sku", sku),
                format!("there is no package `{sku}`; `package list` shows them"),
            )
        })
    }

    /// What stands on an invoice: product and package.
    #[must_use]
    pub fn full_name(&self) -> String {
        if self.name == self.product_name {
            self.product_name.clone()
        } else {
            format!("{} - {}", self.product_name, self.name)
        }
    }

    /// All packages by product.
    pub async fn list(session: &mut Session) -> Result<Vec<Self>, ShopError> {
        Ok(session.rows(&format!("{COLUMNS} ORDER BY p.`slug`, k.`price`, k.`id`"), ()).await?)
    }
}

fn check_price(kind: Kind, price: Amount) -> Result<(), ShopError> {
    match kind {
        Kind::Paid if !price.is_positive() => Err(ShopError::Refused(
            "a paid package needs a price above 0; use --kind free to give it away".into(),
        )),
        Kind::Free | Kind::Trial if price.is_positive() => {
            Err(ShopError::Refused(format!("a {kind} package costs nothing: use --price 0 or --kind paid")))
        }
        _ => Ok(()),
    }
}

async fn known_currency(session: &mut Session, name: &str) -> Result<Currency, ShopError> {
    if let Some(currency) = Currency::named(session, name).await? {
        return Ok(currency);
    }
    let known = Currency::names(session).await?.join(", ");
    Err(ShopError::told(
        Sentence::of("refusal-currency").with("currency", name).with("known", &known),
        format!("the CRM has no currency `{name}`, only {known}; add it under Setup > Finance > Currencies"),
    ))
}

async fn known_tax(session: &mut Session, text: &str) -> Result<Tax, ShopError> {
    let parts = text.rsplit_once('|').and_then(|(name, rate)| Some((name, rate.parse::<Rate>().ok()?)));
    if let Some((name, rate)) = parts
        && let Some(tax) = Tax::find(session, name, rate).await?
    {
        return Ok(tax);
    }
    let known: Vec<String> = Tax::all(session).await?.iter().map(Tax::to_string).collect();
    let known = if known.is_empty() { "none yet".to_owned() } else { known.join(", ") };
    Err(ShopError::told(
        Sentence::of("refusal-tax").with("tax", text),
        format!(
            "the CRM has no tax `{text}` (it has {known}); write it as NAME|RATE, or add it under Setup > Finance > Taxes"
        ),
    ))
}
