//! Fulfilment: a license for every unit of an order, and the mails that carry them once all are there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::SharedClock;
use crate::db::{Database, Session};
use crate::entropy::{self, SharedEntropy};
use crate::licensing::{self, Grant, KeyMint, Standing, Unit, UnitNumber};
use crate::mail::Payload;
use crate::outbox::{self, NewMessage};
use crate::perfex::encryption::Cipher;
use crate::perfex::options::{LocalZone, Options};
use crate::text::{Language, MailTexts, write_date};

use super::ShopError;
use super::issuer::Issuer;
use super::license_request;
use super::order::{Item, Order};
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
    /// Who makes the licenses.
    pub issuer: Issuer,
    /// Makes license keys.
    pub mint: KeyMint,
    /// Words that stand in mails.
    pub texts: MailTexts,
    /// The host name that mail identities end with.
    pub mail_domain: String,
    /// How long a license works after its payment was taken back.
    pub reversal_grace: Duration,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Every unit has its license, and the mails are written; so many licenses were issued just now.
    Complete { issued: u32 },
    /// Licenses are missing and requested; so many were not requested before.
    Waiting { requested: u32 },
}

impl Workshop {
    /// Brings a license for each unit that is not in `there`; once each unit has one, writes one mail an item.
    pub(super) async fn fulfil(
        &self,
        session: &mut Session,
        order: &Order,
        there: &BTreeSet<UnitNumber>,
        now: DateTime<Utc>,
    ) -> Result<Progress, ShopError> {
        let items = order.items(session).await?;
        let units = items.iter().flat_map(|item| (1..=item.quantity).map(move |unit| (item, unit)));
        let missing: Vec<(&Item, u32)> =
            units.filter(|(item, unit)| !there.contains(&(item.id, *unit))).collect();
        let mut licenses = Vec::new();
        match &self.issuer {
            Issuer::Remote { server } if !missing.is_empty() => {
                let requested = license_request::ensure(session, self, server, order, &missing, now).await?;
                return Ok(Progress::Waiting { requested });
            }
            Issuer::Remote { .. } => {}
            Issuer::Builtin => {
                for (item, unit) in &missing {
                    licenses.push(self.issue(session, order, item, *unit, now).await?);
                }
            }
        }
        let issued = u32::try_from(licenses.len()).unwrap_or(u32::MAX);
        if !there.is_empty() {
            licenses = licensing::units(session, &self.cipher, order.id).await?;
        }
        for item in &items {
            let own: Vec<&Unit> = licenses.iter().filter(|unit| unit.item == item.id).collect();
            self.announce(session, order, item, &own, now).await?;
        }
        Ok(Progress::Complete { issued })
    }

    async fn issue(
        &self,
        session: &mut Session,
        order: &Order,
        item: &Item,
        unit: u32,
        now: DateTime<Utc>,
    ) -> Result<Unit, ShopError> {
        let grant = Grant {
            unit: Some((item.id, unit)),
            product: item.product_id,
            slug: &item.product,
            term: item.term,
            standing: if item.kind == Kind::Trial { Standing::Trial } else { Standing::Active },
            reason: &format!("order {}, unit {unit} of {} {}", order.id, item.quantity, item.description),
        };
        let (_, key) =
            licensing::issue(session, &self.mint, &self.cipher, &*self.entropy, now, grant).await?;
        Ok(Unit { item: item.id, key: key.to_string(), expires_at: item.term.map(|term| term.end(now)) })
    }

    async fn announce(
        &self,
        session: &mut Session,
        order: &Order,
        item: &Item,
        licenses: &[&Unit],
        now: DateTime<Utc>,
    ) -> Result<(), ShopError> {
        let template = if item.kind == Kind::Trial { "trial_started" } else { "license_issued" };
        let keys: Vec<&str> = licenses.iter().map(|unit| unit.key.as_str()).collect();
        // Units that another machine made one after the other may end seconds apart: the first end is the safe promise.
        let end = licenses.iter().filter_map(|unit| unit.expires_at).min();
        let values = BTreeMap::from(
            [
                ("contact_firstname", order.firstname.clone()),
                ("contact_lastname", order.lastname.clone()),
                ("contact_email", order.email.clone()),
                ("product_name", item.product_name.clone()),
                ("package_name", item.description.clone()),
                ("order_number", order.id.to_string()),
                // An empty line between: a key that is wrapped must not run into the next.
                ("license_key", keys.join("\n\n")),
                ("license_valid_until", self.valid_until(session, end, &order.language).await?),
            ]
            .map(|(name, value)| (name.to_owned(), value)),
        );
        let message = NewMessage {
            kind: "mail",
            dedupe_key: format!("{template}:order_item:{}", item.id),
            template,
            recipient: order.email.clone(),
            recipient_name: format!("{} {}", order.firstname, order.lastname).trim().to_owned(),
            language: order.language.clone(),
            message_id: format!("{}@{}", entropy::hex::<16>(&*self.entropy), self.mail_domain),
            payload: Payload(values).seal(&self.cipher, entropy::bytes(&*self.entropy)),
        };
        Ok(outbox::enqueue(session, &message, now).await?)
    }

    /// The last day of a license as the CRM writes dates, in the CRM's own time zone.
    async fn valid_until(
        &self,
        session: &mut Session,
        end: Option<DateTime<Utc>>,
        language: &str,
    ) -> Result<String, ShopError> {
        let Some(end) = end else {
            return Ok(self.texts.without_end(Language::for_folder(language)).to_owned());
        };
        let options = Options::read(session, &["dateformat", LocalZone::OPTION]).await?;
        let end = LocalZone::of(&options).wall_clock(end);
        Ok(write_date(end.date(), options.get("dateformat")))
    }
}
