//! The domain that a trial was ordered for: until it is bought, its key works there and on no other.
//!
//! Whoever orders names the domain, and each domain has one trial. Were the key good anywhere else, a name that nobody owns
//! would do, again and again. A trial that staff place without a domain is bound by its first activation alone.

use crate::db::{DbError, Session};
use crate::ids::LicenseId;

use super::super::Domain;

const CLAIMED: &str = "SELECT t.`domain` AS `domain` FROM `{p}pm_licenses` l \
     INNER JOIN `{p}pm_trials` t ON t.`order_item_id` = l.`order_item_id` \
     WHERE l.`id` = ? AND l.`license_right` = 'trial' AND t.`domain` IS NOT NULL";

/// Whether a license may have this as its production domain: any does that is no trial of another one.
pub(super) async fn admits(
    session: &mut Session,
    license: LicenseId,
    domain: &Domain,
) -> Result<bool, DbError> {
    let claimed: Option<(String,)> = session.first(CLAIMED, (license,)).await?;
    Ok(claimed.is_none_or(|(claimed,)| domain.registrable() == Some(claimed.as_str())))
}
