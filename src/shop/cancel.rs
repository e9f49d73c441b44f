//! Cancels an order by hand. An order with an invoice follows that invoice; one without has only staff to cancel it.

use chrono::{DateTime, Utc};

use crate::db::Session;
use crate::licensing::{self, Standing};
use crate::perfex::encryption::Cipher;
use crate::sentence::Sentence;

use super::ShopError;
use super::license_request;
use super::order::{Fulfilment, Order, OrderState};
use super::timeline::ORDER_TIMELINE;

/// Cancels an order that has no invoice, in the caller's transaction, which has locked it: its licenses are suspended, and
/// what was requested of another machine is taken back. Returns the order as it is then.
pub(super) async fn without_invoice(
    session: &mut Session,
    cipher: &Cipher,
    order: &Order,
    now: DateTime<Utc>,
    why: &Sentence,
) -> Result<Order, ShopError> {
    let items = order.items(session).await?;
    let of_order = licensing::Filter { order: Some(order.id), limit: u32::MAX };
    license_request::withdraw(session, &items).await?;
    let mut suspended = 0;
    for license in licensing::list(session, cipher, of_order, now).await? {
        if matches!(license.right, Standing::Active | Standing::Trial | Standing::PastDue) {
            licensing::suspend(session, license.id, now, why).await?;
            suspended += 1;
        }
    }
    // Revoked also where nothing was issued yet: an order without an invoice that is open is fulfilled.
    let cancelled = Order { state: OrderState::Cancelled, fulfilment: Fulfilment::Revoked, ..order.clone() };
    if !cancelled.save(session, None).await? {
        return Err(ShopError::Changed(order.id));
    }
    let detail = Sentence::of("why-cancelled").with("count", suspended).within("why", why.clone());
    ORDER_TIMELINE.add(session, order.id, now, "cancelled", detail).await?;
    Ok(cancelled)
}
