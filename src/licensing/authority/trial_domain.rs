//! The domain that a trial is for: until it is bought, its key works there and on no other site in use.
//!
//! Whoever orders names the domain, and each domain has one trial. A name can be mistyped, so the first site that the key is
//! entered on takes the place of the one that was named, unless it had a trial of its own; from then on the trial stays
//! there. An invented name brings nobody a second trial of a site. A trial that staff place without a domain is bound by its
//! activation alone.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;

use super::super::{Domain, Purpose};

const CLAIMED: &str = "SELECT t.`id` AS `id`, t.`domain` AS `domain` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_trials` t ON t.`order_item_id` = l.`order_item_id` \
     WHERE l.`id` = ? AND l.`license_right` = 'trial' AND t.`domain` IS NOT NULL";
/// Whatever took a license off a site has left a row.
const LEFT: &str =
    "SELECT 1 AS `left` FROM `{p}pm_license_moves` WHERE `license_id` = ? AND `slot` = ? LIMIT 1";
const CLAIM: &str = "UPDATE `{p}pm_trials` SET `domain` = ? WHERE `id` = ?";

/// A trial that is for a domain.
struct Claimed {
    trial: i64,
    domain: String,
}

impl Record for Claimed {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { trial: row.take("id")?, domain: row.take("domain")? })
    }
}

/// Whether a license may move to this domain: any may that is no trial of another one.
pub(super) async fn admits(
    session: &mut Session,
    license: LicenseId,
    domain: &Domain,
) -> Result<bool, DbError> {
    let claimed: Option<Claimed> = session.first(CLAIMED, (license,)).await?;
    Ok(claimed.is_none_or(|claimed| domain.registrable() == Some(claimed.domain.as_str())))
}

/// Whether a license that is bound to no site may be bound to this one; a trial that never was claims it. The caller has
/// locked the license, and commits nothing after a no.
pub(super) async fn claim(
    session: &mut Session,
    license: LicenseId,
    domain: &Domain,
) -> Result<bool, DbError> {
    let Some(claimed) = session.first::<Claimed>(CLAIMED, (license,)).await? else { return Ok(true) };
    let Some(wanted) = domain.registrable() else { return Ok(false) };
    if wanted == claimed.domain {
        return Ok(true);
    }
    if session.first::<(i64,)>(LEFT, (license, Purpose::Production.slot())).await?.is_some() {
        return Ok(false);
    }
    match session.run(CLAIM, (wanted, claimed.trial)).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_duplicate() => Ok(false),
        Err(error) => Err(error),
    }
}
