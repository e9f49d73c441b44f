//! Packages follow the CRM's tax table.
//!
//! A package has a copy of its tax, as documents have. When staff change a tax in the CRM, its rate or its name, the
//! packages with that tax follow, and what is ordered from then on is charged so; orders keep what they were placed with.
//! A package whose tax was deleted there keeps its copy, and [`lost`] names it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::audit::{self, Deed};
use crate::db::{Database, DbError, Fields, Record, Session, retry};
use crate::ids::{PackageId, StaffId, TaxId};
use crate::perfex::tax::Tax;

/// What deeds on packages are done to.
pub(super) const SUBJECT: &str = "package";
/// Who changed a package that follows: nobody of the staff.
const ACTOR: (StaffId, &str) = (StaffId(0), "Perfex CRM");

const TAXED: &str = "SELECT k.`id` AS `id`, k.`sku` AS `sku`, k.`tax_name` AS `tax_name`, k.`tax_rate` AS `tax_rate`, \
     t.`tax_id` AS `known_id`, t.`name` AS `known_name`, t.`rate` AS `known_rate` FROM `{p}pm_packages` k \
     LEFT JOIN `{p}pm_package_taxes` t ON t.`package_id` = k.`id` \
     WHERE k.`tax_name` IS NOT NULL AND k.`tax_rate` IS NOT NULL ORDER BY k.`id`";
const KNOW: &str = "INSERT INTO `{p}pm_package_taxes` (`package_id`, `tax_id`, `name`, `rate`) VALUES (?, ?, ?, ?) \
     ON DUPLICATE KEY UPDATE `tax_id` = VALUES(`tax_id`), `name` = VALUES(`name`), `rate` = VALUES(`rate`)";
const FOLLOW: &str = "UPDATE `{p}pm_packages` SET `tax_name` = ?, `tax_rate` = ?, `version` = `version` + 1 \
     WHERE `id` = ? AND `tax_name` = ? AND `tax_rate` = ?";

/// A package with a tax.
struct Taxed {
    package: PackageId,
    sku: String,
    own: Tax,
    /// The CRM's tax that it was compared with, and what that was then.
    known: Option<(TaxId, Tax)>,
}

impl Record for Taxed {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let id: Option<TaxId> = row.take("known_id")?;
        let (name, rate): (Option<String>, _) = (row.take("known_name")?, row.take("known_rate")?);
        let then = name.zip(rate).map(|(name, rate)| Tax { name, rate });
        Ok(Self {
            package: row.take("id")?,
            sku: row.take("sku")?,
            own: Tax { name: row.take("tax_name")?, rate: row.take("tax_rate")? },
            known: id.zip(then),
        })
    }
}

/// What a package has to do.
enum Step<'a> {
    /// Nothing.
    Stay,
    /// Remember this tax as its own.
    Know(TaxId, &'a Tax),
    /// Take over what this tax has become.
    Follow(TaxId, &'a Tax),
    /// Its tax is gone.
    Lost,
}

impl Taxed {
    fn step<'a>(&self, taxes: &'a HashMap<TaxId, Tax>) -> Step<'a> {
        // Staff who choose another tax for the package leave the known one behind.
        let known = self.known.as_ref().filter(|(_, then)| *then == self.own);
        if let Some((id, now)) = known.and_then(|(id, _)| taxes.get_key_value(id)) {
            return if *now == self.own { Step::Stay } else { Step::Follow(*id, now) };
        }
        let alike = taxes.iter().filter(|(_, tax)| **tax == self.own).min_by_key(|(id, _)| **id);
        alike.map_or(Step::Lost, |(id, tax)| Step::Know(*id, tax))
    }
}

/// Lets packages follow; returns how many did.
pub async fn follow(database: &Database, now: DateTime<Utc>) -> Result<u32, DbError> {
    let mut session = database.session().await?;
    let (packages, taxes) = read(&mut session).await?;
    drop(session);
    let mut followed = 0;
    for package in &packages {
        match package.step(&taxes) {
            Step::Stay | Step::Lost => {}
            Step::Know(id, tax) => {
                retry(async || {
                    let mut session = database.session().await?;
                    session.run(KNOW, (package.package, id, tax.name.as_str(), tax.rate)).await
                })
                .await?;
            }
            Step::Follow(id, tax) => {
                if retry(async || change(database, package, (id, tax), now).await).await? {
                    tracing::info!(sku = package.sku, before = %package.own, after = %tax, "a package follows its tax");
                    followed += 1;
                }
            }
        }
    }
    Ok(followed)
}

async fn change(
    database: &Database,
    package: &Taxed,
    (id, tax): (TaxId, &Tax),
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let mut session = database.begin().await?;
    let Tax { name, rate } = &package.own;
    let row = (tax.name.as_str(), tax.rate, package.package, name.as_str(), *rate);
    let followed = session.run(FOLLOW, row).await?.rows > 0;
    session.run(KNOW, (package.package, id, tax.name.as_str(), tax.rate)).await?;
    if followed {
        let deed = Deed::new(SUBJECT, &package.sku, "changed").changed("tax", Some(&package.own), Some(tax));
        audit::record(&mut session, ACTOR, now, &deed).await?;
    }
    session.commit().await?;
    Ok(followed)
}

/// The packages whose tax the CRM does not have any more, each with its SKU.
pub async fn lost(session: &mut Session) -> Result<Vec<(String, Tax)>, DbError> {
    let (packages, taxes) = read(session).await?;
    let lost = packages.into_iter().filter(|package| matches!(package.step(&taxes), Step::Lost));
    Ok(lost.map(|package| (package.sku, package.own)).collect())
}

async fn read(session: &mut Session) -> Result<(Vec<Taxed>, HashMap<TaxId, Tax>), DbError> {
    let packages = session.rows::<Taxed>(TAXED, ()).await?;
    Ok((packages, Tax::by_id(session).await?.into_iter().collect()))
}
