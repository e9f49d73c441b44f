//! Products: what a license is for.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::{Fields, Record, Session, text_enum};
use crate::ids::ProductId;
use crate::perfex::plain_text::PlainText;

use super::ShopError;

text_enum! {
    /// Whether something is for sale.
    CatalogueState {
        /// For sale.
        Active = "active",
        /// No longer for sale; what was sold keeps working.
        Retired = "retired",
    }
}

/// Names in the catalogue.
pub(super) const NAME: PlainText = PlainText { field: "the name", limit: 191, required: true };
/// The longest slug or SKU.
const LONGEST_SLUG: usize = 64;

const COLUMNS: &str = "SELECT `id`, `slug`, `name`, `state`, `version` FROM `{p}pm_products`";
const INSERT: &str =
    "INSERT INTO `{p}pm_products` (`slug`, `name`, `state`, `created_at`) VALUES (?, ?, 'active', ?)";
const UPDATE: &str = "UPDATE `{p}pm_products` SET `name` = COALESCE(?, `name`), `state` = COALESCE(?, `state`), \
     `version` = `version` + 1 WHERE `slug` = ?";

const UPDATE_FROM: &str = "UPDATE `{p}pm_products` SET `name` = COALESCE(?, `name`), `state` = COALESCE(?, `state`), \
     `version` = `version` + 1 WHERE `slug` = ? AND `version` = ?";
/// Addresses that are pages of their own in the shop, or in its staff area.
const RESERVED: [&str; 6] = ["checkout", "order", "cart", "terms", "new", "sitemap.xml"];

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Its short name in addresses and license keys.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is for sale.
    pub state: CatalogueState,
    /// Counts its changes.
    #[serde(skip)]
    pub version: i64,
}

impl Record for Product {
    fn read(row: &mut Fields) -> Result<Self, crate::db::DbError> {
        Ok(Self {
            id: row.take("id")?,
            slug: row.take("slug")?,
            name: row.take("name")?,
            state: row.take("state")?,
            version: row.take("version")?,
        })
    }
}

/// What to change of a product; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductChange {
    /// A new name.
    pub name: Option<String>,
    /// Retired or for sale again.
    pub state: Option<CatalogueState>,
}

impl Product {
    /// Adds a product for sale.
    pub async fn add(
        session: &mut Session,
        slug: &str,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<ProductId, ShopError> {
        check_slug("slug", slug)?;
        if RESERVED.contains(&slug) {
            return Err(ShopError::Refused(format!(
                "`{slug}` is the address of another page of the shop; choose another slug"
            )));
        }
        let name = NAME.clean(name, true)?;
        match session.run(INSERT, (slug, name, now.naive_utc())).await {
            Ok(done) => Ok(ProductId(done.id)),
            Err(error) if error.is_duplicate() => Err(ShopError::Refused(format!(
                "there is a product `{slug}` already; `product change {slug}` changes it"
            ))),
            Err(error) => Err(error.into()),
        }
    }

    /// Changes a product.
    pub async fn change(session: &mut Session, slug: &str, change: &ProductChange) -> Result<(), ShopError> {
        check_slug("slug", slug)?;
        let name = change.name.as_deref().map(|name| NAME.clean(name, true)).transpose()?;
        if session.run(UPDATE, (name, change.state, slug)).await?.rows == 0 {
            return Err(unknown(slug));
        }
        Ok(())
    }

    /// Changes a product that is still at `version`; `false` when somebody else has changed it since.
    pub async fn change_from(
        session: &mut Session,
        slug: &str,
        version: i64,
        change: &ProductChange,
    ) -> Result<bool, ShopError> {
        let name = change.name.as_deref().map(|name| NAME.clean(name, true)).transpose()?;
        Ok(session.run(UPDATE_FROM, (name, change.state, slug, version)).await?.rows > 0)
    }

    /// The product of this slug, when there is one.
    pub async fn find(session: &mut Session, slug: &str) -> Result<Option<Self>, ShopError> {
        check_slug("slug", slug)?;
        Ok(session.first(&format!("{COLUMNS} WHERE `slug` = ?"), (slug,)).await?)
    }

    /// The product of this slug, which must be there.
    pub async fn named(session: &mut Session, slug: &str) -> Result<Self, ShopError> {
        Self::find(session, slug).await?.ok_or_else(|| unknown(slug))
    }

    /// All products by name.
    pub async fn list(session: &mut Session) -> Result<Vec<Self>, ShopError> {
        Ok(session.rows(&format!("{COLUMNS} ORDER BY `name`, `id`"), ()).await?)
    }
}

fn unknown(slug: &str) -> ShopError {
    ShopError::Refused(format!("there is no product `{slug}`; `product list` shows them"))
}

/// Refuses what cannot stand in an address.
pub(super) fn check_slug(what: &str, text: &str) -> Result<(), ShopError> {
    if is_slug(text) {
        return Ok(());
    }
    Err(ShopError::Refused(format!(
        "`{text}` cannot be a {what}: use up to {LONGEST_SLUG} lower-case letters, digits, dots, dashes and underscores"
    )))
}

/// Whether a text can stand in an address.
pub(super) fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_SLUG
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
}
