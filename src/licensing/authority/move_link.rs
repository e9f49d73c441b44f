//! The mailed link that moves a license: looked at as often as somebody likes, used once.
//!
//! A link that never was, one that was replaced, and one that is too old are the same: nothing is found. One that was
//! used says so while the license is where it led, for whoever presses twice; then it is like the others. Looking changes
//! nothing, because mail programs and scanners open links by themselves.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::db::{DbError, Fields, Record, Session, retry};
use crate::entropy::{self, Entropy};
use crate::ids::LicenseId;
use crate::sentence::Sentence;

use super::super::lease::Code;
use super::super::{Holder, LICENSE_TIMELINE, Purpose, Standing};
use super::binding::Binding;
use super::{Authority, Mover, moves, stray};

/// Where links lead to, below the address of the license API.
pub const PATH: &str = "api/move/";

const FIND: &str = "SELECT r.`license_id` AS `license_id`, r.`from_domain` AS `from_domain`, \
     r.`to_domain` AS `to_domain`, r.`expires_at` AS `until`, r.`used_at` IS NOT NULL AS `used`, \
     p.`name` AS `product`, \
     l.`license_right` AS `license_right`, l.`expires_at` AS `ends_at` FROM `{p}pm_license_move_requests` r \
     INNER JOIN `{p}pm_licenses` l ON l.`id` = r.`license_id` \
     INNER JOIN `{p}pm_products` p ON p.`id` = l.`product_id` WHERE r.`token_hash` = ? AND r.`expires_at` > ?";
const USE: &str = "UPDATE `{p}pm_license_move_requests` SET `used_at` = ? WHERE `license_id` = ?";

/// The secret of a link: 128 random bits as 32 hexadecimal characters. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct MoveToken(String);

impl MoveToken {
    pub(super) fn draw(entropy: &dyn Entropy) -> Self {
        Self(entropy::hex::<16>(entropy))
    }

    /// Reads what stands behind [`PATH`]; `None` for what can be no token.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The SHA-256 under which it is found.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    pub(super) fn link(&self, public_url: &Url) -> String {
        format!("{}{PATH}{}", public_url.as_str(), self.0)
    }
}

impl fmt::Debug for MoveToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MoveToken")
    }
}

/// Where a link that works leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveLink {
    /// The license can be moved.
    Open,
    /// The license is on the new domain.
    Moved,
    /// The license was moved as often as its holder may.
    TooOften,
    /// The license does not work, so there is nothing to be moved.
    Idle,
}

/// What a link offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The product's name.
    pub product: String,
    /// The domain that loses the license.
    pub old_domain: String,
    /// The domain that gets it.
    pub new_domain: String,
    /// Until when the link works.
    pub until: DateTime<Utc>,
    /// The holder's language, a folder of the CRM; `None` follows the CRM's own.
    pub language: Option<String>,
}

/// A request with its license.
struct Found {
    license: LicenseId,
    offer: Offer,
    used: bool,
    right: Standing,
    ends_at: Option<DateTime<Utc>>,
}

impl Record for Found {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let offer = Offer {
            product: row.take("product")?,
            old_domain: row.take("from_domain")?,
            new_domain: row.take("to_domain")?,
            until: row.take::<NaiveDateTime>("until")?.and_utc(),
            language: None,
        };
        Ok(Self {
            license: row.take("license_id")?,
            offer,
            used: row.take("used")?,
            right: row.take("license_right")?,
            ends_at: row.take::<Option<NaiveDateTime>>("ends_at")?.map(|at| at.and_utc()),
        })
    }
}

impl Found {
    async fn of(
        session: &mut Session,
        token: &MoveToken,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, DbError> {
        let found: Option<Self> = session.first(FIND, (token.hash().to_vec(), now.naive_utc())).await?;
        let Some(mut found) = found else { return Ok(None) };
        let holder = Holder::of(session, found.license).await?;
        found.offer.language = holder.and_then(|holder| holder.language);
        Ok(Some(found))
    }

    /// Where the link leads while these domains are bound; `None` when a third domain has the license by now, or when the
    /// link was used and the license has gone on since.
    async fn stands(
        &self,
        session: &mut Session,
        bound: &[Binding],
        now: DateTime<Utc>,
    ) -> Result<Option<MoveLink>, DbError> {
        let production = production(bound).map(|binding| binding.domain.as_str());
        let is_old = production == Some(&self.offer.old_domain);
        if production == Some(&self.offer.new_domain) {
            return Ok(Some(MoveLink::Moved));
        }
        if self.used || (production.is_some() && !is_old) {
            return Ok(None);
        }
        if !Code::from(self.right.at(self.ends_at, now)).allows() {
            return Ok(Some(MoveLink::Idle));
        }
        // A domain that has released the license by itself was counted then.
        if is_old && moves::is_used_up(session, self.license, now).await? {
            return Ok(Some(MoveLink::TooOften));
        }
        Ok(Some(MoveLink::Open))
    }
}

fn production(bound: &[Binding]) -> Option<&Binding> {
    bound.iter().find(|binding| binding.slot == Purpose::Production)
}

impl Authority {
    /// Where a link leads; changes nothing. `None` when it leads nowhere.
    pub async fn look_at_move(&self, token: &MoveToken) -> Result<Option<(MoveLink, Offer)>, DbError> {
        let now = self.clock.now();
        let mut session = self.database.session().await?;
        let Some(found) = Found::of(&mut session, token, now).await? else { return Ok(None) };
        let bound = Binding::of(&mut session, found.license).await?;
        let link = found.stands(&mut session, &bound, now).await?;
        Ok(link.map(|link| (link, found.offer)))
    }

    /// Moves the license, when the link is still open; returns where it has led. `None` when it leads nowhere.
    pub async fn follow_move(&self, token: &MoveToken) -> Result<Option<(MoveLink, Offer)>, DbError> {
        retry(async || self.follow_move_once(token).await).await
    }

    async fn follow_move_once(&self, token: &MoveToken) -> Result<Option<(MoveLink, Offer)>, DbError> {
        let now = self.clock.now();
        let mut session = self.database.begin().await?;
        let Some(Found { license, .. }) = Found::of(&mut session, token, now).await? else { return Ok(None) };
        // Of many at once, each reads what the one before has left.
        moves::lock(&mut session, license).await?;
        let Some(found) = Found::of(&mut session, token, now).await? else { return Ok(None) };
        let bound = Binding::of(&mut session, license).await?;
        let Some(link) = found.stands(&mut session, &bound, now).await? else { return Ok(None) };
        if link != MoveLink::Open {
            return Ok(Some((link, found.offer)));
        }
        if !bind(&mut session, &found, &bound, now).await? {
            return Ok(None);
        }
        session.run(USE, (now.naive_utc(), license)).await?;
        let Offer { old_domain, new_domain, .. } = &found.offer;
        let detail = Sentence::of("why-moved").with("from", old_domain).with("to", new_domain);
        LICENSE_TIMELINE.add(&mut session, license, now, "moved", detail).await?;
        stray::release(&mut session, license, Some(new_domain), now).await?;
        session.commit().await?;
        Ok(Some((MoveLink::Moved, found.offer)))
    }
}

/// Gives the production slot to the new domain; `false` when it was given away in between.
async fn bind(
    session: &mut Session,
    found: &Found,
    bound: &[Binding],
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let (license, domain) = (found.license, found.offer.new_domain.as_str());
    // What was the staging name becomes the production domain, and leaves its slot free.
    if let Some(staging) = bound.iter().find(|binding| binding.domain == domain) {
        staging.release(session, license).await?;
    }
    let Some(old) = production(bound) else {
        Binding::take(session, license, Purpose::Production, domain, now).await?;
        return Ok(true);
    };
    moves::note(session, license, old.slot, &old.domain, Mover::Holder, now).await?;
    old.replace(session, license, domain, now).await
}
