//! What happened to a license: `issued` (`received` when another machine's license server made it), `past_due`,
//! `suspended`, `restored`, `revoked`, `renewed`, `activated`, `released`, `move_requested`, `moved`.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{LicenseId, OrderId};
use crate::timeline::{Event, Timeline};

/// The licenses' table.
pub const LICENSE_TIMELINE: Timeline = Timeline {
    add: "INSERT INTO `{p}pm_license_events` (`license_id`, `at`, `event`, `detail`) VALUES (?, ?, ?, ?)",
    read: "SELECT `at`, `event`, `detail` FROM `{p}pm_license_events` WHERE `license_id` = ? ORDER BY `id`",
};

const OF_ORDER: &str = "SELECT e.`license_id`, e.`at`, e.`event`, e.`detail` FROM `{p}pm_order_items` i
  JOIN `{p}pm_licenses` l ON l.`order_item_id` = i.`id`
  JOIN `{p}pm_license_events` e ON e.`license_id` = l.`id`
  WHERE i.`order_id` = ? AND l.`id` >= ? ORDER BY e.`license_id` DESC, e.`id`";

struct Told(LicenseId, Event);

impl Record for Told {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self(row.take("license_id")?, Event::read(row)?))
    }
}

/// What happened to the licenses of an order from `first` on, in one statement: the newest license first, of each the oldest
/// line first.
pub async fn timelines(
    session: &mut Session,
    order: OrderId,
    first: LicenseId,
) -> Result<Vec<(LicenseId, Event)>, DbError> {
    let rows: Vec<Told> = session.rows(OF_ORDER, (order, first)).await?;
    Ok(rows.into_iter().map(|Told(license, event)| (license, event)).collect())
}
