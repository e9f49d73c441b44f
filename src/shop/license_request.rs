//! A request for the license of one unit: a row of the outbox, written with the fact that makes it due.
//!
//! What is asked for lies in the row as it was in that moment, so that every attempt sends the same. Its reference comes
//! from the order's secret token: no other shop has it, it reveals nothing, and a request that was taken back and is
//! written anew asks for the same license.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::db::{DbError, Session};
use crate::entropy;
use crate::ids::{OrderId, OrderItemId};
use crate::licensing::{Term, UnitNumber};
use crate::outbox::{self, Family, Message, NewMessage, State};
use crate::perfex::encryption::Cipher;
use crate::sentence::Sentence;
use crate::timeline::Event;

use super::ShopError;
use super::fulfil::Workshop;
use super::order::{Item, Order};
use super::trial;

/// The kind of message in the outbox.
pub const KIND: &str = "license";
/// The longest name that a license server has to know, in characters.
const LONGEST_NAME: usize = 191;

/// What the license server is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wanted {
    pub product: String,
    pub package: String,
    pub email: String,
    pub name: String,
    pub language: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// The key of the buyer's trial, which that server may make a paid one; others give a new key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_key: Option<String>,
    pub reference: String,
}

/// A request with the unit that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LicenseRequest {
    pub order: OrderId,
    pub item: OrderItemId,
    pub unit: u32,
    pub wanted: Wanted,
}

/// A request that cannot be read back.
#[derive(Debug, thiserror::Error)]
#[error("this request cannot be decrypted: was APP_ENC_KEY changed? Put the old one back")]
pub(super) struct RequestError;

impl LicenseRequest {
    fn new(order: &Order, item: &Item, unit: u32, trial_key: Option<String>) -> Self {
        let name: String =
            format!("{} {}", order.firstname, order.lastname).trim().chars().take(LONGEST_NAME).collect();
        let wanted = Wanted {
            product: item.product.clone(),
            package: item.sku.clone(),
            email: order.email.clone(),
            name: name.trim_end().to_owned(),
            language: order.language.clone(),
            term: item.term.map(|term: Term| term.to_string()),
            trial_key,
            reference: reference(&order.token, (item.id, unit)),
        };
        Self { order: order.id, item: item.id, unit, wanted }
    }

    /// Reads a request of the outbox.
    pub fn open(sealed: &str, cipher: &Cipher) -> Result<Self, RequestError> {
        let plain = cipher.decrypt(sealed).map_err(|_| RequestError)?;
        serde_json::from_slice(&plain).map_err(|_| RequestError)
    }

    /// The unit that it is for.
    pub fn number(&self) -> UnitNumber {
        (self.item, self.unit)
    }

    fn message(&self, workshop: &Workshop, server: &str, quantity: u32) -> NewMessage {
        // Texts and numbers always have a JSON form.
        let plain = serde_json::json!(self).to_string();
        NewMessage {
            kind: KIND,
            dedupe_key: key(self.number()),
            template: "license_request",
            recipient: server.chars().take(191).collect(),
            recipient_name: name(self.order, self.unit, quantity),
            language: String::new(),
            message_id: self.wanted.reference.clone(),
            payload: workshop.cipher.encrypt(plain.as_bytes(), entropy::bytes(&*workshop.entropy)),
        }
    }
}

/// The same for the same unit, always; nobody can draw the token from it.
fn reference(token: &str, (item, unit): UnitNumber) -> String {
    let digest = Sha256::digest(format!("license request {token} {item} {unit}").as_bytes());
    hex::encode(digest).chars().take(40).collect()
}

fn family(item: OrderItemId) -> String {
    format!("license:order_item:{item}:unit:")
}

fn key((item, unit): UnitNumber) -> String {
    format!("{}{unit}", family(item))
}

/// Makes sure that each unit of `missing` is requested, in the caller's transaction; returns how many were not before.
pub(super) async fn ensure(
    session: &mut Session,
    workshop: &Workshop,
    server: &str,
    order: &Order,
    missing: &[(&Item, u32)],
    now: DateTime<Utc>,
) -> Result<u32, ShopError> {
    let mut known = BTreeSet::new();
    let mut asked: Option<OrderItemId> = None;
    let mut written = 0;
    for (item, unit) in missing {
        if asked.replace(item.id) != Some(item.id) {
            known = Family::of(&family(item.id)).keys(session).await?.into_iter().collect();
        }
        if !known.contains(&key((item.id, *unit))) {
            let trial = match unit {
                1 => trial::purchase::buy(session, workshop, order, item, now).await?,
                _ => None,
            };
            let trial_key = trial.map(|trial| trial.key(&workshop.cipher)).transpose()?;
            let request = LicenseRequest::new(order, item, *unit, trial_key);
            outbox::enqueue(session, &request.message(workshop, server, item.units()), now).await?;
            written += 1;
        }
    }
    Ok(written)
}

/// Takes back the requests of an order that nobody is making right now, in the caller's transaction; returns how many.
pub(super) async fn withdraw(session: &mut Session, items: &[Item]) -> Result<u64, DbError> {
    let mut withdrawn = 0;
    for item in items {
        withdrawn += Family::of(&family(item.id)).withdraw(session).await?;
    }
    Ok(withdrawn)
}

/// The requests of an order's items that have not been answered with a license.
pub async fn open_requests(session: &mut Session, items: &[Item]) -> Result<Vec<Message>, DbError> {
    let mut open = Vec::new();
    for item in items {
        open.extend(Family::of(&family(item.id)).messages(session).await?);
    }
    open.retain(|message| message.state != State::Sent);
    Ok(open)
}

/// Where an open request stands at `now`, as the last line of its order's timeline.
#[must_use]
pub fn standing(request: &Message, now: DateTime<Utc>) -> Event {
    let last = match request.last_error.as_deref() {
        Some(error) => Sentence::from(error),
        None => Sentence::of("why-no-answer"),
    };
    let (event, detail) = match request.state {
        State::Dead => {
            ("refused", Sentence::of("why-request-refused").within("last", last).with("id", request.id))
        }
        State::Retry => {
            let again = request.due_at.unwrap_or(now).format("%Y-%m-%d %H:%M:%S");
            let detail = Sentence::of("why-request-retry").within("last", last).with("again", again);
            ("waiting", detail.with("attempts", request.attempts))
        }
        _ => ("waiting", Sentence::of("why-request-waits")),
    };
    let detail = detail.within("unit", named(&request.recipient_name)).with("server", &request.recipient);
    Event { at: now, event: event.to_owned(), detail }
}

/// What a request is called where mails have the name of a person.
fn name(order: OrderId, unit: u32, units: u32) -> String {
    format!("order {order}, unit {unit} of {units}")
}

/// The same as a sentence.
fn named(name: &str) -> Sentence {
    let parts = || {
        let (order, unit) = name.strip_prefix("order ")?.split_once(", unit ")?;
        let (unit, units) = unit.split_once(" of ")?;
        Some(Sentence::of("why-request-unit").with("order", order).with("unit", unit).with("units", units))
    };
    parts().unwrap_or_else(|| Sentence::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_called_by_its_unit_in_every_language() {
        let unit = Sentence::of("why-request-unit").with("order", 7).with("unit", 1).with("units", 2);
        assert_eq!(named(&name(OrderId(7), 1, 2)), unit);
        assert_eq!(named("Eva"), Sentence::from("Eva"));
    }

    #[test]
    fn a_reference_is_the_same_for_the_same_unit_only_and_fits_a_license_server() {
        let of = |token, item, unit| reference(token, (OrderItemId(item), unit));
        assert_eq!(of("a", 1, 1), of("a", 1, 1));
        let all =
            [of("a", 1, 1), of("b", 1, 1), of("a", 2, 1), of("a", 1, 2), of("a", 11, 1), of("a", 1, 11)];
        let different: BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert!(all.iter().all(|reference| reference.len() == 40));
    }
}
