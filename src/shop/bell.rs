//! What staff are told by the CRM's bell: a payment was taken back.

use chrono::{DateTime, Utc};

use crate::db::Session;
use crate::perfex::notification::Recipient;
use crate::perfex::options::{LocalZone, Options};
use crate::text::{Language, write_date};

use super::fulfil::Workshop;
use super::order::Order;
use super::reversal::Followed;
use super::{FEATURE, ShopError};

/// Tells everybody who may look at orders that licenses of one lost their payment, in the transaction of that fact.
pub(super) async fn reversed(
    session: &mut Session,
    workshop: &Workshop,
    order: &Order,
    done: &Followed,
    now: DateTime<Utc>,
) -> Result<(), ShopError> {
    let options = Options::read(session, &["dateformat", LocalZone::OPTION]).await?;
    let zone = LocalZone::of(&options);
    let until = zone.wall_clock(done.next_end.unwrap_or(now)).date();
    let (number, count) = (order.id.to_string(), done.past_due.to_string());
    let until = write_date(until, options.get("dateformat"));
    let link = format!("perfex_bridge/staff_gateway/shop/orders/{}", order.id);
    for recipient in Recipient::all(session, FEATURE.name).await? {
        let language = Language::for_folder(&recipient.language);
        let values = [("order", number.as_str()), ("count", count.as_str()), ("until", until.as_str())];
        let text = workshop.texts.say(language, "bell-reversed", &values)?;
        recipient.tell(session, &text, &link, zone.wall_clock(now)).await?;
    }
    Ok(())
}
