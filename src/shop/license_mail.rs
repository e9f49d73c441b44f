//! A mail about the licenses of one item of an order: what it says, as values of its template's fields.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::db::Session;
use crate::entropy;
use crate::mail::Payload;
use crate::outbox::{self, NewMessage};
use crate::perfex::options::{LocalZone, Options};
use crate::text::{Language, write_date};

use super::ShopError;
use super::fulfil::Workshop;
use super::order::{Item, Order};

/// A mail to be written.
#[derive(Debug)]
pub(super) struct LicenseMail<'a> {
    /// The text it is made from.
    pub template: &'static str,
    /// The fact it tells, once and for all.
    pub dedupe_key: String,
    /// Whose order it is.
    pub order: &'a Order,
    /// What it is about.
    pub item: &'a Item,
    /// The keys, one below the other.
    pub keys: &'a [&'a str],
    /// When the licenses end.
    pub end: Option<DateTime<Utc>>,
    /// Fields that only this mail has.
    pub more: Vec<(&'static str, String)>,
}

impl LicenseMail<'_> {
    /// Writes the mail into the outbox, in the transaction of its fact.
    pub async fn enqueue(
        self,
        session: &mut Session,
        workshop: &Workshop,
        now: DateTime<Utc>,
    ) -> Result<(), ShopError> {
        let Self { order, item, .. } = self;
        let mut values = BTreeMap::from(
            [
                ("contact_firstname", order.firstname.clone()),
                ("contact_lastname", order.lastname.clone()),
                ("contact_email", order.email.clone()),
                ("product_name", item.product_name.clone()),
                ("package_name", item.description.clone()),
                ("order_number", order.id.to_string()),
                // An empty line between: a key that is wrapped must not run into the next.
                ("license_key", self.keys.join("\n\n")),
                ("license_valid_until", valid_until(session, workshop, self.end, &order.language).await?),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        values.extend(self.more.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let message = NewMessage {
            kind: "mail",
            dedupe_key: self.dedupe_key,
            template: self.template,
            recipient: order.email.clone(),
            recipient_name: format!("{} {}", order.firstname, order.lastname).trim().to_owned(),
            language: order.language.clone(),
            message_id: format!("{}@{}", entropy::hex::<16>(&*workshop.entropy), workshop.mail_domain),
            payload: Payload(values).seal(&workshop.cipher, entropy::bytes(&*workshop.entropy)),
        };
        Ok(outbox::enqueue(session, &message, now).await?)
    }
}

/// The last day of a license as the CRM writes dates, in the CRM's own time zone.
async fn valid_until(
    session: &mut Session,
    workshop: &Workshop,
    end: Option<DateTime<Utc>>,
    language: &str,
) -> Result<String, ShopError> {
    let Some(end) = end else {
        return Ok(workshop.texts.without_end(Language::for_folder(language)).to_owned());
    };
    let options = Options::read(session, &["dateformat", LocalZone::OPTION]).await?;
    let end = LocalZone::of(&options).wall_clock(end);
    Ok(write_date(end.date(), options.get("dateformat")))
}
