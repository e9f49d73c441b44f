//! Fulfilment: licenses for every unit of an order, and the mails that carry them, in one commit.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::SharedClock;
use crate::db::{Database, Session};
use crate::entropy::{self, SharedEntropy};
use crate::ids::OrderId;
use crate::licensing::{self, Grant, KeyMint, Standing};
use crate::mail::Payload;
use crate::outbox::{self, NewMessage};
use crate::perfex::encryption::Cipher;
use crate::perfex::options::{LocalZone, Options};
use crate::text::{Language, MailTexts, write_date};

use super::ShopError;
use super::order::Item;
use super::package::Kind;

/// What the shop works with.
#[derive(Debug, Clone)]
pub struct Workshop {
    /// The database of shop and CRM.
    pub database: Database,
    /// The time.
    pub clock: SharedClock,
    /// Randomness for keys and tokens.
    pub entropy: SharedEntropy,
    /// The CRM's own encryption.
    pub cipher: Arc<Cipher>,
    /// Makes license keys.
    pub mint: KeyMint,
    /// Words that stand in mails.
    pub texts: MailTexts,
    /// The host name that mail identities end with.
    pub mail_domain: String,
    /// How long a license works after its payment was taken back.
    pub reversal_grace: Duration,
}

/// Whom a mail goes to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recipient<'a> {
    pub email: &'a str,
    pub firstname: &'a str,
    pub lastname: &'a str,
    pub language: &'a str,
}

impl Workshop {
    /// Issues a license for each unit of each item, and writes one mail an item; returns how many licenses.
    pub(super) async fn fulfil(
        &self,
        session: &mut Session,
        order: OrderId,
        items: &[Item],
        recipient: Recipient<'_>,
        now: DateTime<Utc>,
    ) -> Result<u32, ShopError> {
        let mut issued = 0;
        for item in items {
            let standing = if item.kind == Kind::Trial { Standing::Trial } else { Standing::Active };
            let mut keys = Vec::new();
            for unit in 1..=item.quantity {
                let grant = Grant {
                    unit: Some((item.id, unit)),
                    product: item.product_id,
                    slug: &item.product,
                    term: item.term,
                    standing,
                    reason: &format!("order {order}, unit {unit} of {} {}", item.quantity, item.description),
                };
                let (_, key) =
                    licensing::issue(session, &self.mint, &self.cipher, &*self.entropy, now, grant).await?;
                keys.push(key.to_string());
                issued += 1;
            }
            self.announce(session, order, item, &keys, recipient, now).await?;
        }
        Ok(issued)
    }

    async fn announce(
        &self,
        session: &mut Session,
        order: OrderId,
        item: &Item,
        keys: &[String],
        recipient: Recipient<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), ShopError> {
        let template = if item.kind == Kind::Trial { "trial_started" } else { "license_issued" };
        let values = BTreeMap::from(
            [
                ("contact_firstname", recipient.firstname.to_owned()),
                ("contact_lastname", recipient.lastname.to_owned()),
                ("contact_email", recipient.email.to_owned()),
                ("product_name", item.product_name.clone()),
                ("package_name", item.description.clone()),
                ("order_number", order.to_string()),
                // An empty line between: a key that is wrapped must not run into the next.
                ("license_key", keys.join("\n\n")),
                ("license_valid_until", self.valid_until(session, item, recipient.language, now).await?),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let message = NewMessage {
            kind: "mail",
            dedupe_key: format!("{template}:order_item:{}", item.id),
            template,
            recipient: recipient.email.to_owned(),
            recipient_name: format!("{} {}", recipient.firstname, recipient.lastname).trim().to_owned(),
            language: recipient.language.to_owned(),
            message_id: format!("{}@{}", entropy::hex::<16>(&*self.entropy), self.mail_domain),
            payload: Payload(values).seal(&self.cipher, entropy::bytes(&*self.entropy)),
        };
        Ok(outbox::enqueue(session, &message, now).await?)
    }

    /// The last day of a license as the CRM writes dates, in the CRM's own time zone.
    async fn valid_until(
        &self,
        session: &mut Session,
        item: &Item,
        language: &str,
        now: DateTime<Utc>,
    ) -> Result<String, ShopError> {
        let Some(term) = item.term else {
            return Ok(self.texts.without_end(Language::for_folder(language)).to_owned());
        };
        let options = Options::read(session, &["dateformat", LocalZone::OPTION]).await?;
        let end = LocalZone::of(&options).wall_clock(term.end(now));
        Ok(write_date(end.date(), options.get("dateformat")))
    }
}
