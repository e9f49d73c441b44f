//! A trial that is bought: its key becomes the key of the paid unit.
//!
//! The trial is found by the buyer's mailbox, else by the customer of the CRM. From that moment it is not reminded of any
//! more, whatever becomes of its license.

use chrono::{DateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::{LicenseId, OrderId, OrderItemId};
use crate::licensing::{self, PaidEnd, TrialLicense};
use crate::sentence::Sentence;

use super::super::ShopError;
use super::super::fulfil::Workshop;
use super::super::order::{Item, Order};
use super::super::package::Kind;
use super::super::timeline::ORDER_TIMELINE;
use super::mailbox::Mailbox;

const BY_MAILBOX: &str = "SELECT `id` FROM `{p}pm_trials` WHERE `product_id` = ? AND `mailbox` = ? \
     AND `state` <> 'bought'";
const BY_CLIENT: &str = "SELECT t.`id` AS `id` FROM `{p}pm_orders` o \
     INNER JOIN `{p}pm_order_items` i ON i.`order_id` = o.`id` \
     INNER JOIN `{p}pm_trials` t ON t.`order_item_id` = i.`id` \
     WHERE o.`client_id` = ? AND o.`client_id` > 0 AND t.`product_id` = ? AND t.`state` <> 'bought' \
     ORDER BY t.`id` DESC LIMIT 1";
const LOCK: &str = "SELECT t.`id` AS `id`, t.`order_item_id` AS `item`, \
     (SELECT i.`order_id` FROM `{p}pm_order_items` i WHERE i.`id` = t.`order_item_id`) AS `order_id` \
     FROM `{p}pm_trials` t WHERE t.`id` = ? AND t.`state` <> 'bought' FOR UPDATE";
const BUY: &str = "UPDATE `{p}pm_trials` SET `state` = 'bought', `bought_item_id` = ? WHERE `id` = ?";
const BOUGHT_BY: &str =
    "SELECT t.`order_item_id` AS `item` FROM `{p}pm_trials` t WHERE t.`bought_item_id` = ?";
/// The license has left the trial's own item.
const KEPT: &str = "SELECT t.`id` FROM `{p}pm_trials` t \
     LEFT JOIN `{p}pm_licenses` l ON l.`order_item_id` = t.`order_item_id` \
     WHERE t.`bought_item_id` = ? AND l.`id` IS NULL";

struct Trial {
    id: i64,
    item: OrderItemId,
    order: OrderId,
}

impl Record for Trial {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, item: row.take("item")?, order: row.take("order_id")? })
    }
}

/// Marks the buyer's trial of a paid item's product as bought, in the caller's transaction; returns its license, which may
/// go on as the paid one. The same item gets the same answer again.
pub(in super::super) async fn buy(
    session: &mut Session,
    workshop: &Workshop,
    order: &Order,
    item: &Item,
    now: DateTime<Utc>,
) -> Result<Option<TrialLicense>, ShopError> {
    if item.kind != Kind::Paid {
        return Ok(None);
    }
    if let Some((bought,)) = session.first::<(OrderItemId,)>(BOUGHT_BY, (item.id,)).await? {
        return Ok(TrialLicense::of_unit(session, (bought, 1)).await?);
    }
    let mailbox = Mailbox::of(&order.email, &workshop.cipher);
    let mut found = session.first::<(i64,)>(BY_MAILBOX, (item.product_id, mailbox)).await?;
    if found.is_none() {
        found = session.first::<(i64,)>(BY_CLIENT, (order.client, item.product_id)).await?;
    }
    let Some((id,)) = found else { return Ok(None) };
    // Another order of this customer may have been paid at the same moment.
    let Some(trial) = session.first::<Trial>(LOCK, (id,)).await? else { return Ok(None) };
    session.run(BUY, (item.id, trial.id)).await?;
    let detail = Sentence::of("why-bought-by").with("order", order.id).with("description", &item.description);
    ORDER_TIMELINE.add(session, trial.order, now, "bought", detail).await?;
    Ok(TrialLicense::of_unit(session, (trial.item, 1)).await?)
}

/// Makes a trial's license that of a paid unit; `false` when it cannot become one.
pub(in super::super) async fn convert(
    session: &mut Session,
    order: &Order,
    item: &Item,
    (license, unit): (LicenseId, u32),
    end: PaidEnd,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let reason = Sentence::of("why-paid-by").within("unit", item.unit_of(order.id, unit));
    let to = Some((item.id, unit));
    Ok(licensing::convert_trial(session, license, to, end, now, &reason).await?.is_some())
}

/// Whether an item's license is one that was a trial.
pub(in super::super) async fn kept_its_key(
    session: &mut Session,
    item: OrderItemId,
) -> Result<bool, DbError> {
    Ok(session.first::<(i64,)>(KEPT, (item,)).await?.is_some())
}
