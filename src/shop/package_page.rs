//! What the shop shows of a package beside its name and price.
//!
//! Invariant: whatever changes here also counts up the package's version, in the same transaction.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::PackageId;
use crate::text::Language;

use super::ShopError;
use super::product_page::long;

/// The most sites that one package is for.
const MOST_SITES: u32 = 100;
/// The longest description in characters.
const LONGEST_DESCRIPTION: usize = 4_000;

const COLUMNS: &str = "SELECT `package_id`, `sites`, `place` FROM `{p}pm_package_pages`";
const TEXTS: &str = "SELECT `package_id`, `language`, `description` FROM `{p}pm_package_texts`";
const CHANGE: &str = "INSERT INTO `{p}pm_package_pages` (`package_id`, `sites`, `place`) \
     VALUES (?, COALESCE(?, 1), COALESCE(?, 0)) \
     ON DUPLICATE KEY UPDATE `sites` = COALESCE(?, `sites`), `place` = COALESCE(?, `place`)";
const CHANGE_TEXT: &str = "INSERT INTO `{p}pm_package_texts` (`package_id`, `language`, `description`) \
     VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE `description` = ?";
const TOUCH: &str = "UPDATE `{p}pm_packages` SET `version` = `version` + 1 WHERE `id` = ?";

/// What a package shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackagePage {
    /// For how many sites it is; each gets a license.
    pub sites: u32,
    /// The place among its product's packages; equal ones go by price.
    pub place: i32,
    /// What it is, in Markdown, by language.
    pub descriptions: BTreeMap<Language, String>,
}

impl Default for PackagePage {
    fn default() -> Self {
        Self { sites: 1, place: 0, descriptions: BTreeMap::new() }
    }
}

/// What to change; `None` stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PackagePageChange {
    /// For how many sites it is.
    pub sites: Option<u32>,
    /// The place among the packages.
    pub place: Option<i32>,
}

struct PageRow(PackageId, PackagePage);

impl Record for PageRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let page = PackagePage {
            sites: row.take("sites")?,
            place: row.take("place")?,
            descriptions: BTreeMap::new(),
        };
        Ok(Self(row.take("package_id")?, page))
    }
}

struct TextRow(PackageId, Language, String);

impl Record for TextRow {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(row.take("package_id")?, row.take("language")?, row.take("description")?))
    }
}

impl PackagePage {
    /// The pages of all packages that have any; two statements.
    pub async fn all(session: &mut Session) -> Result<BTreeMap<PackageId, Self>, DbError> {
        let rows = session.rows::<PageRow>(COLUMNS, ()).await?;
        let mut pages: BTreeMap<PackageId, Self> = rows.into_iter().map(|row| (row.0, row.1)).collect();
        for TextRow(package, language, text) in session.rows(TEXTS, ()).await? {
            pages.entry(package).or_default().descriptions.insert(language, text);
        }
        Ok(pages)
    }

    /// The page of one package.
    pub async fn of(session: &mut Session, package: PackageId) -> Result<Self, DbError> {
        let found = session.first(&format!("{COLUMNS} WHERE `package_id` = ?"), (package,)).await?;
        let mut page = found.map(|PageRow(_, page)| page).unwrap_or_default();
        let texts = session.rows(&format!("{TEXTS} WHERE `package_id` = ?"), (package,)).await?;
        page.descriptions = texts.into_iter().map(|TextRow(_, language, text)| (language, text)).collect();
        Ok(page)
    }

    /// Changes what is the same in every language, in the caller's transaction.
    pub async fn change(
        session: &mut Session,
        package: PackageId,
        change: PackagePageChange,
    ) -> Result<(), ShopError> {
        if let Some(sites) = change.sites
            && !(1..=MOST_SITES).contains(&sites)
        {
            return Err(ShopError::Refused(format!("a package is for 1 to {MOST_SITES} sites, not {sites}")));
        }
        let row = (package, change.sites, change.place, change.sites, change.place);
        session.run(CHANGE, row).await?;
        session.run(TOUCH, (package,)).await?;
        Ok(())
    }

    /// Changes the description in one language, in the caller's transaction.
    pub async fn describe(
        session: &mut Session,
        package: PackageId,
        language: Language,
        description: &str,
    ) -> Result<(), ShopError> {
        let text = long("description", Some(description), LONGEST_DESCRIPTION)?;
        session.run(CHANGE_TEXT, (package, language, text.as_deref(), text.as_deref())).await?;
        session.run(TOUCH, (package,)).await?;
        Ok(())
    }

    /// The description in this language; where it is empty, in the other.
    #[must_use]
    pub fn description(&self, language: Language) -> &str {
        let own = self.descriptions.get(&language).into_iter();
        let mut found = own.chain(self.descriptions.values());
        found.find(|text| !text.is_empty()).map_or("", String::as_str)
    }
}
