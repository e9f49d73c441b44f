//! The nightly job about orders: those that nobody has paid expire, and those without an invoice follow their contact.
//!
//! An expired order is out of the way of those who look after orders, and nothing else: its invoice in the CRM stays as it
//! is, and a payment opens the order again as if it had been placed today.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;

use crate::db::retry;
use crate::ids::OrderId;
use crate::schedule::Job;
use crate::sentence::Sentence;

use super::ShopError;
use super::fulfil::Workshop;
use super::moved_contact;
use super::order::Order;
use super::settle::settle_locked;
use super::timeline::ORDER_TIMELINE;

/// Orders that are read at once.
const PAGE: u32 = 500;

/// Each page has what the one before left: an order that expired is no longer among them. The id passes over those that
/// could not expire.
const WAITING: &str = "SELECT `id` FROM `{p}pm_orders` WHERE `charge` = 'none' AND `state` = 'placed' \
     AND `placed_at` < ? AND `id` > ? AND `fulfilment` = 'open' ORDER BY `id` LIMIT ?";
const EXPIRE: &str = "UPDATE `{p}pm_orders` SET `state` = 'expired', `version` = `version` + 1 \
     WHERE `id` = ? AND `charge` = 'none' AND `state` = 'placed' AND `fulfilment` = 'open'";

/// The job.
pub struct OrderExpiry {
    workshop: Workshop,
    after: Duration,
}

impl fmt::Debug for OrderExpiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrderExpiry").field("after", &self.after).finish_non_exhaustive()
    }
}

impl OrderExpiry {
    /// The job for a shop whose orders wait for their payment so long.
    #[must_use]
    pub fn new(workshop: Workshop, after: Duration) -> Self {
        Self { workshop, after }
    }

    async fn look(&self) -> Result<u32, ShopError> {
        let after = TimeDelta::from_std(self.after).unwrap_or(TimeDelta::MAX);
        let before = self.workshop.clock.now().checked_sub_signed(after).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let (mut passed, mut expired) = (OrderId(0), 0);
        loop {
            let mut session = self.workshop.database.session().await?;
            let page = session.rows::<(OrderId,)>(WAITING, (before.naive_utc(), passed, PAGE)).await?;
            drop(session);
            let Some(last) = page.last() else { return Ok(expired) };
            passed = last.0;
            for (order,) in page {
                expired += u32::from(retry(async || self.expire(order).await).await?);
            }
        }
    }

    /// Looks at the payment once more, and expires the order if there is none.
    async fn expire(&self, id: OrderId) -> Result<bool, ShopError> {
        let now = self.workshop.clock.now();
        let mut session = self.workshop.database.begin().await?;
        let Some(order) = Order::lock(&mut session, id).await? else { return Ok(false) };
        let detail = Sentence::of("why-expired").with("date", order.placed_at.format("%Y-%m-%d"));
        settle_locked(&self.workshop, &mut session, order).await?;
        let expired = session.run(EXPIRE, (id,)).await?.rows == 1;
        if expired {
            ORDER_TIMELINE.add(&mut session, id, now, "expired", detail).await?;
        }
        session.commit().await?;
        Ok(expired)
    }
}

impl Job for OrderExpiry {
    fn name(&self) -> &'static str {
        "orders"
    }

    fn run(&self) -> BoxFuture<'_, Result<String, String>> {
        Box::pin(async move {
            let expired = self.look().await.map_err(|error| error.to_string())?;
            let followed = moved_contact::follow(&self.workshop).await.map_err(|error| error.to_string())?;
            Ok(match followed {
                0 => format!("{expired} orders expired"),
                _ => {
                    format!("{expired} orders expired, {followed} followed their contact to another customer")
                }
            })
        })
    }
}
