//! Fulfilment: a license for every unit of an order, and the mails that carry them once all are there.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use url::Url;

use crate::clock::SharedClock;
use crate::db::{Database, Session};
use crate::entropy::SharedEntropy;
use crate::licensing::{self, Grant, KeyMint, PaidEnd, Standing, Unit, UnitNumber};
use crate::perfex::encryption::Cipher;
use crate::text::MailTexts;

use super::ShopError;
use super::issuer::Issuer;
use super::license_mail::LicenseMail;
use super::license_request;
use super::order::{Fulfilment, Item, Order};
use super::package::Kind;
use super::trial;

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
    /// The shop's own address, with a slash at its end.
    pub shop_url: Url,
    /// How long a license works after its payment was taken back.
    pub reversal_grace: Duration,
}

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Every unit has its license, and the mails are written; so many licenses were issued just now, and so many were a
    /// trial until now.
    Complete { issued: u32, kept: u32 },
    /// Licenses are missing and requested; so many were not requested before.
    Waiting { requested: u32 },
}

impl Workshop {
    /// Brings a license for each unit that is neither `there` nor `unpaid`; once each has one, writes one mail an item. In an
    /// order that was fulfilled before, the units that are paid only now have a mail of their own.
    pub(super) async fn fulfil(
        &self,
        session: &mut Session,
        order: &Order,
        there: &BTreeSet<UnitNumber>,
        unpaid: &BTreeSet<UnitNumber>,
        now: DateTime<Utc>,
    ) -> Result<Progress, ShopError> {
        let items = order.items(session).await?;
        let units = items.iter().flat_map(|item| (1..=item.units()).map(move |unit| (item, unit)));
        let done = |number: &UnitNumber| there.contains(number) || unpaid.contains(number);
        let missing: Vec<(&Item, u32)> = units.filter(|(item, unit)| !done(&(item.id, *unit))).collect();
        let (mut licenses, mut kept) = (Vec::new(), 0);
        match &self.issuer {
            Issuer::Remote { server } if !missing.is_empty() => {
                let requested = license_request::ensure(session, self, server, order, &missing, now).await?;
                return Ok(Progress::Waiting { requested });
            }
            Issuer::Remote { .. } => {}
            Issuer::Builtin => {
                for (item, unit) in &missing {
                    if self.keep_trial(session, order, item, *unit, now).await? {
                        kept += 1;
                    } else {
                        licenses.push(self.issue(session, order, item, *unit, now).await?);
                    }
                }
            }
        }
        let issued = u32::try_from(licenses.len()).unwrap_or(u32::MAX);
        if !there.is_empty() || kept > 0 {
            licenses = licensing::units(session, &self.cipher, order.id).await?;
        }
        let told_before = order.fulfilment != Fulfilment::Open;
        for item in &items {
            let own = licenses.iter().filter(|unit| unit.number.0 == item.id);
            if told_before {
                let fresh: Vec<&Unit> = own.filter(|unit| !there.contains(&unit.number)).collect();
                self.announce_further(session, order, item, &fresh, now).await?;
            } else {
                let own: Vec<&Unit> = own.collect();
                if !own.is_empty() {
                    self.announce(session, order, item, &own, now).await?;
                }
            }
        }
        Ok(Progress::Complete { issued, kept })
    }

    /// Whether the buyer's trial becomes this unit, which is the first of its item.
    async fn keep_trial(
        &self,
        session: &mut Session,
        order: &Order,
        item: &Item,
        unit: u32,
        now: DateTime<Utc>,
    ) -> Result<bool, ShopError> {
        if unit != 1 {
            return Ok(false);
        }
        let Some(trial) = trial::purchase::buy(session, self, order, item, now).await? else {
            return Ok(false);
        };
        let end = PaidEnd::After(item.term);
        Ok(trial::purchase::convert(session, order, item, (trial.id, unit), end, now).await?)
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
            reason: &item.unit_of(order.id, unit),
        };
        let (_, key) =
            licensing::issue(session, &self.mint, &self.cipher, &*self.entropy, now, grant).await?;
        Ok(Unit {
            number: (item.id, unit),
            key: key.to_string(),
            expires_at: item.term.map(|term| term.end(now)),
        })
    }

    /// One mail an item, with all its keys.
    async fn announce(
        &self,
        session: &mut Session,
        order: &Order,
        item: &Item,
        licenses: &[&Unit],
        now: DateTime<Utc>,
    ) -> Result<(), ShopError> {
        let template = match item.kind {
            Kind::Trial => "trial_started",
            Kind::Paid if item.units() == 1 && trial::purchase::kept_its_key(session, item.id).await? => {
                "trial_bought"
            }
            Kind::Paid | Kind::Free => "license_issued",
        };
        let keys: Vec<&str> = licenses.iter().map(|unit| unit.key.as_str()).collect();
        let mail = LicenseMail {
            template,
            // The same fact, whichever text it has.
            dedupe_key: format!(
                "{}:order_item:{}",
                if item.kind == Kind::Trial { template } else { "license_issued" },
                item.id
            ),
            order,
            item,
            keys: &keys,
            // Units that another machine made one after the other may end seconds apart: the first end is the safe promise.
            end: licenses.iter().filter_map(|unit| unit.expires_at).min(),
            more: Vec::new(),
        };
        mail.enqueue(session, self, now).await
    }

    /// A mail with the keys of units that came after the item's other keys had been announced; none without units.
    pub(super) async fn announce_further(
        &self,
        session: &mut Session,
        order: &Order,
        item: &Item,
        units: &[&Unit],
        now: DateTime<Utc>,
    ) -> Result<(), ShopError> {
        let Some(first) = units.first() else { return Ok(()) };
        let keys: Vec<&str> = units.iter().map(|unit| unit.key.as_str()).collect();
        let template = "license_issued";
        let mail = LicenseMail {
            template,
            dedupe_key: format!("{template}:order_item:{}:unit:{}", item.id, first.number.1),
            order,
            item,
            keys: &keys,
            end: units.iter().filter_map(|unit| unit.expires_at).min(),
            more: Vec::new(),
        };
        mail.enqueue(session, self, now).await
    }
}
