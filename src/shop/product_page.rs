//! What the shop shows of a product beside its name.
//!
//! Invariant: whatever changes here also counts up the product's version, in the same transaction: that is how every daemon
//! notices. A text that one language lacks is shown in the other.

use std::collections::BTreeMap;

use serde::Serialize;
use url::Url;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::ProductId;
use crate::perfex::plain_text::PlainText;
use crate::text::{Language, is_own_picture};

use super::ShopError;

/// The product's current version, as its changelog calls it.
const RELEASE: PlainText = PlainText { field: "the version", limit: 40, required: false };
const TAGLINE: PlainText = PlainText { field: "the tagline", limit: 191, required: false };
const LONGEST_PICTURE: usize = 500;
/// The longest text in characters; a form with the largest ones still fits a request.
const LONGEST_TEXT: usize = 16_000;

const COLUMNS: &str = "SELECT `product_id`, `release_name`, `picture`, `place` FROM `{p}pm_product_pages`";
const TEXTS: &str = "SELECT `product_id`, `language`, `tagline`, `description`, `requirements`, `changelog` \
     FROM `{p}pm_product_texts`";
const CHANGE: &str = "INSERT INTO `{p}pm_product_pages` (`product_id`, `release_name`, `picture`, `place`) \
     VALUES (?, COALESCE(?, ''), COALESCE(?, ''), COALESCE(?, 0)) ON DUPLICATE KEY UPDATE \
     `release_name` = COALESCE(?, `release_name`), `picture` = COALESCE(?, `picture`), `place` = COALESCE(?, `place`)";
const CHANGE_TEXT: &str = "INSERT INTO `{p}pm_product_texts` (`product_id`, `language`, `tagline`, `description`, \
     `requirements`, `changelog`) VALUES (?, ?, COALESCE(?, ''), COALESCE(?, ''), COALESCE(?, ''), COALESCE(?, '')) \
     ON DUPLICATE KEY UPDATE `tagline` = COALESCE(?, `tagline`), `description` = COALESCE(?, `description`), \
     `requirements` = COALESCE(?, `requirements`), `changelog` = COALESCE(?, `changelog`)";
const TOUCH: &str = "UPDATE `{p}pm_products` SET `version` = `version` + 1 WHERE `id` = ?";

/// What a product's page shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProductPage {
    /// The current version, such as `2.4.1`.
    pub release: String,
    /// The address of a picture at the seller's own site; empty for none.
    pub picture: String,
    /// The place among the products; equal ones go by name.
    pub place: i32,
    /// The texts by language.
    pub texts: BTreeMap<Language, ProductText>,
}

/// A product's texts in one language; all but the tagline are Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ProductText {
    /// One line below the name.
    pub tagline: String,
    /// What it is.
    pub description: String,
    /// What it needs.
    pub requirements: String,
    /// What is new.
    pub changelog: String,
}

/// What to change; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductPageChange {
    /// The current version.
    pub release: Option<String>,
    /// The picture's address; empty takes it away.
    pub picture: Option<String>,
    /// The place among the products.
    pub place: Option<i32>,
}

/// What to change of the texts in one language; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductTextChange {
    /// The line below the name.
    pub tagline: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// What it needs.
    pub requirements: Option<String>,
    /// What is new.
    pub changelog: Option<String>,
}

struct PageRow(ProductId, ProductPage);

impl Record for PageRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(
            row.take("product_id")?,
            ProductPage {
                release: row.take("release_name")?,
                picture: row.take("picture")?,
                place: row.take("place")?,
                texts: BTreeMap::new(),
            },
        ))
    }
}

struct TextRow(ProductId, Language, ProductText);

impl Record for TextRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(
            row.take("product_id")?,
            row.take("language")?,
            ProductText {
                tagline: row.take("tagline")?,
                description: row.take("description")?,
                requirements: row.take("requirements")?,
                changelog: row.take("changelog")?,
            },
        ))
    }
}

impl ProductPage {
    /// The pages of all products that have any; two statements.
    pub async fn all(session: &mut Session) -> Result<BTreeMap<ProductId, Self>, DbError> {
        let rows = session.rows::<PageRow>(COLUMNS, ()).await?;
        let mut pages: BTreeMap<ProductId, Self> = rows.into_iter().map(|row| (row.0, row.1)).collect();
        for TextRow(product, language, text) in session.rows(TEXTS, ()).await? {
            pages.entry(product).or_default().texts.insert(language, text);
        }
        Ok(pages)
    }

    /// The page of one product.
    pub async fn of(session: &mut Session, product: ProductId) -> Result<Self, DbError> {
        let found = session.first(&format!("{COLUMNS} WHERE `product_id` = ?"), (product,)).await?;
        let mut page = found.map(|PageRow(_, page)| page).unwrap_or_default();
        let texts = session.rows(&format!("{TEXTS} WHERE `product_id` = ?"), (product,)).await?;
        page.texts = texts.into_iter().map(|TextRow(_, language, text)| (language, text)).collect();
        Ok(page)
    }

    /// Changes what is the same in every language, in the caller's transaction; `home` is the seller's own address.
    pub async fn change(
        session: &mut Session,
        product: ProductId,
        change: &ProductPageChange,
        home: &Url,
    ) -> Result<(), ShopError> {
        let release = change.release.as_deref().map(|release| RELEASE.clean(release, true)).transpose()?;
        let picture = change.picture.as_deref().map(|picture| picture_at(picture, home)).transpose()?;
        let row: Vec<mysql_async::Value> = vec![
            product.into(),
            release.as_deref().into(),
            picture.into(),
            change.place.into(),
            release.as_deref().into(),
            picture.into(),
            change.place.into(),
        ];
        session.run(CHANGE, row).await?;
        session.run(TOUCH, (product,)).await?;
        Ok(())
    }

    /// Changes the texts of one language, in the caller's transaction.
    pub async fn change_text(
        session: &mut Session,
        product: ProductId,
        language: Language,
        change: &ProductTextChange,
    ) -> Result<(), ShopError> {
        let tagline = change.tagline.as_deref().map(|tagline| TAGLINE.clean(tagline, true)).transpose()?;
        let description = long("description", change.description.as_deref(), LONGEST_TEXT)?;
        let requirements = long("requirements", change.requirements.as_deref(), LONGEST_TEXT)?;
        let changelog = long("changelog", change.changelog.as_deref(), LONGEST_TEXT)?;
        let texts: [mysql_async::Value; 4] =
            [tagline.into(), description.into(), requirements.into(), changelog.into()];
        let mut row: Vec<mysql_async::Value> = vec![product.into(), language.into()];
        row.extend(texts.clone());
        row.extend(texts);
        session.run(CHANGE_TEXT, row).await?;
        session.run(TOUCH, (product,)).await?;
        Ok(())
    }

    /// A text in this language; where it is empty, in the other.
    #[must_use]
    pub fn text(&self, language: Language, part: impl Fn(&ProductText) -> &String) -> &str {
        let own = self.texts.get(&language).into_iter();
        let mut found = own.chain(self.texts.values()).map(part);
        found.find(|text| !text.is_empty()).map_or("", String::as_str)
    }
}

/// A picture's address, checked.
fn picture_at<'a>(address: &'a str, home: &Url) -> Result<&'a str, ShopError> {
    let address = address.trim();
    if address.is_empty() || (address.len() <= LONGEST_PICTURE && is_own_picture(address, home)) {
        return Ok(address);
    }
    Err(ShopError::Refused(format!(
        "the picture must lie at {home}, so that no other site learns who looks at the shop: upload it to the CRM \
         (Media, folder public) and give its address, such as /media/public/picture.png"
    )))
}

/// A Markdown text with line feeds alone, checked for its length.
pub(super) fn long(field: &str, text: Option<&str>, limit: usize) -> Result<Option<String>, ShopError> {
    let Some(text) = text else { return Ok(None) };
    let text = text.replace("\r\n", "\n").replace('\0', "").trim().to_owned();
    let length = text.chars().count();
    if length > limit {
        return Err(ShopError::Refused(format!(
            "the {field} has {length} characters; at most {limit} are taken"
        )));
    }
    Ok(Some(text))
}
