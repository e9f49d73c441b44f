//! The license server: issues, binds and judges licenses for whoever asks.
//!
//! In: a key, a product and a domain. Out: a [`Verdict`], which the API signs as a lease. Invariants: one production
//! domain and one staging name a license, by primary key; a real name is the staging name only while it lies under the
//! production domain; an answer never contains personal data, and has the same form for unknown keys; a validation writes
//! nothing and shares its query ([`Lookups`]), and who asked is written down later ([`CheckLog`]).

mod action;
mod api_key;
mod binding;
mod case;
mod check;
mod check_log;
mod create;
mod lookups;
mod move_link;
mod move_request;
mod moves;
mod signed;
mod stray;
mod trial_domain;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use url::Url;

use crate::clock::SharedClock;
use crate::db::{Database, DbError, Session, retry};
use crate::entropy::SharedEntropy;
use crate::ids::LicenseId;
use crate::perfex::encryption::Cipher;
use crate::sentence::Sentence;

use super::lease::Code;
use super::{Domain, KeyMint, LicenseKey, Purpose};

pub use action::Action;
pub use api_key::{ApiKey, ApiKeyError};
pub use binding::Binding;
use case::Case;
pub use check::Check;
pub use check_log::{CheckLog, Round};
pub use create::{CreateError, CreateLicense, CreatedLicense, LONGEST_REFERENCE};
pub use lookups::Lookups;
pub use move_link::{MoveLink, MoveToken, Offer, PATH as MOVE_PATH};
pub use move_request::VALID_FOR as MOVE_VALID_FOR;
use moves::Released;
pub use moves::{MOST as MOST_MOVES, Mover, PERIOD as MOVE_PERIOD};
pub use signed::signed;

/// The license server's parts.
#[derive(Debug, Clone)]
pub struct Authority {
    /// The database.
    pub database: Database,
    /// The look-ups of validations.
    pub lookups: Lookups,
    /// The time.
    pub clock: SharedClock,
    /// Randomness for keys.
    pub entropy: SharedEntropy,
    /// Reads stored keys.
    pub cipher: Arc<Cipher>,
    /// Makes keys.
    pub mint: KeyMint,
    /// Where the web server passes the license API on; links in mails begin with it. It ends with a slash.
    pub public_url: Url,
    /// The host name that mail identities end with.
    pub mail_domain: String,
    /// Whether this is a demonstration, where nobody from outside creates anything.
    pub read_only: bool,
}

/// What somebody asks about a license.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The key, well-formed.
    pub key: LicenseKey,
    /// The product's slug.
    pub product: String,
    /// The domain that asks.
    pub domain: Domain,
}

/// What the answer is, before it is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Why it is valid or not.
    pub code: Code,
    /// The license; `None` when there is none, or when the key is none of ours.
    pub license: Option<LicenseId>,
    /// Where the domain is bound.
    pub slot: Option<Purpose>,
    /// When the license ends.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Verdict {
    /// The answer about a key that nobody has.
    #[must_use]
    pub fn unknown() -> Self {
        Self { code: Code::Unknown, license: None, slot: None, expires_at: None }
    }

    fn of(case: &Case, code: Code, slot: Option<Purpose>) -> Self {
        Self { code, license: Some(case.id), slot, expires_at: case.expires_at }
    }
}

impl Authority {
    /// Does what clients ask for, in the order of the questions.
    pub async fn answer(
        &self,
        action: Action,
        questions: &[&Question],
        mover: Mover,
    ) -> Result<Vec<Verdict>, DbError> {
        if action == Action::Validate {
            return self.validate(questions).await;
        }
        let mut verdicts = Vec::with_capacity(questions.len());
        for question in questions {
            verdicts.push(match action {
                Action::Activate => self.activate(question).await?,
                Action::Deactivate | Action::Validate => self.deactivate(question, mover).await?,
            });
        }
        Ok(verdicts)
    }

    /// Whether each license works on its domain; one look-up, nothing is written.
    pub async fn validate(&self, questions: &[&Question]) -> Result<Vec<Verdict>, DbError> {
        let keys = questions.iter().map(|question| question.key.hash()).collect();
        let cases = self.lookups.cases(keys).await?;
        let now = self.clock.now();
        let judged = cases.iter().zip(questions).map(|(case, question)| match case {
            Some(case) => judge(case, question, now),
            None => Verdict::unknown(),
        });
        Ok(judged.collect())
    }

    /// Binds the license to the domain, when it has a place for it.
    pub async fn activate(&self, question: &Question) -> Result<Verdict, DbError> {
        retry(async || self.activate_once(question).await).await
    }

    async fn activate_once(&self, question: &Question) -> Result<Verdict, DbError> {
        let now = self.clock.now();
        let mut session = self.database.begin().await?;
        let Some(case) = Case::find(&mut session, &question.key).await? else {
            return Ok(Verdict::unknown());
        };
        if let Err(as_it_is) = free_slot(&case, question, now) {
            return Ok(as_it_is);
        }
        // Of many at once, each sees what the one before has left.
        moves::lock(&mut session, case.id).await?;
        let Some(case) = Case::find(&mut session, &question.key).await? else {
            return Ok(Verdict::unknown());
        };
        let slot = match free_slot(&case, question, now) {
            Ok(slot) => slot,
            Err(as_it_is) => return Ok(as_it_is),
        };
        if slot == Purpose::Production
            && !trial_domain::claim(&mut session, case.id, &question.domain).await?
        {
            return Ok(Verdict::of(&case, Code::WrongDomain, None));
        }
        let domain = question.domain.as_str();
        Binding::take(&mut session, case.id, slot, domain, now).await?;
        let reason = Sentence::of("why-activated").with("domain", domain);
        super::LICENSE_TIMELINE.add(&mut session, case.id, now, "activated", reason).await?;
        session.commit().await?;
        Ok(Verdict::of(&case, case.standing(&question.product, now), Some(slot)))
    }

    /// Releases the license from the domain that asks, within the limit for moves.
    pub async fn deactivate(&self, question: &Question, mover: Mover) -> Result<Verdict, DbError> {
        retry(async || self.deactivate_once(question, mover).await).await
    }

    /// Takes a license off a domain, whatever its right; `false` when it was not bound there, or moved too often by its
    /// holder.
    pub async fn release(&self, license: LicenseId, domain: &Domain, mover: Mover) -> Result<bool, DbError> {
        retry(async || {
            let now = self.clock.now();
            let mut session = self.database.begin().await?;
            let released = let_go(&mut session, license, domain, mover, now).await?;
            session.commit().await?;
            Ok(matches!(released, Some((_, Released::Done))))
        })
        .await
    }

    async fn deactivate_once(&self, question: &Question, mover: Mover) -> Result<Verdict, DbError> {
        let now = self.clock.now();
        let mut session = self.database.begin().await?;
        let Some(case) = Case::find(&mut session, &question.key).await? else {
            return Ok(Verdict::unknown());
        };
        if case.standing(&question.product, now) == Code::WrongProduct {
            return Ok(Verdict::of(&case, Code::WrongProduct, None));
        }
        match let_go(&mut session, case.id, &question.domain, mover, now).await? {
            None => Ok(judge(&case, question, now)),
            Some((slot, Released::Limit)) => Ok(Verdict::of(&case, Code::Moves, Some(slot))),
            Some((_, Released::Gone)) => Ok(Verdict::of(&case, Code::Released, None)),
            Some((_, Released::Done)) => {
                session.commit().await?;
                Ok(Verdict::of(&case, Code::Released, None))
            }
        }
    }
}

/// Releases a license from a domain with all that goes with it, in the caller's transaction; `None` when it is not bound
/// there.
async fn let_go(
    session: &mut Session,
    license: LicenseId,
    domain: &Domain,
    mover: Mover,
    now: DateTime<Utc>,
) -> Result<Option<(Purpose, Released)>, DbError> {
    let bound = Binding::of(session, license).await?;
    let Some(binding) = bound.into_iter().find(|binding| binding.domain == domain.as_str()) else {
        return Ok(None);
    };
    let released = moves::release(session, license, &binding, mover, now).await?;
    if released == Released::Done {
        let reason = Sentence::of("why-released").with("domain", &binding.domain);
        super::LICENSE_TIMELINE.add(session, license, now, "released", reason).await?;
        if binding.slot == Purpose::Production {
            stray::release(session, license, None, now).await?;
        }
    }
    Ok(Some((binding.slot, released)))
}

/// The slot that a question can have, or the answer of the license as it is.
fn free_slot(case: &Case, question: &Question, now: DateTime<Utc>) -> Result<Purpose, Verdict> {
    let judged = judge(case, question, now);
    match place(case, &question.domain) {
        Ok(slot) if judged.code == Code::Released => Ok(slot),
        _ => Err(judged),
    }
}

/// What a license that is not changed says to a domain.
fn judge(case: &Case, question: &Question, now: DateTime<Utc>) -> Verdict {
    let standing = case.standing(&question.product, now);
    let slot = case.slot_of(question.domain.as_str());
    let code = match (standing.allows(), slot) {
        (false, _) | (true, Some(_)) => standing,
        (true, None) => place(case, &question.domain).err().unwrap_or(Code::Released),
    };
    Verdict::of(case, code, slot)
}

/// The free slot that a domain may take, or why there is none.
///
/// A development name or an address never takes the production slot. A real name beside the production domain takes the
/// staging slot only when it lies under it: `staging.example.com` beside `example.com`. A public suffix takes none.
fn place(case: &Case, domain: &Domain) -> Result<Purpose, Code> {
    let (slot, taken) = match &case.production {
        _ if is_for_staging(domain) => (Purpose::Staging, &case.staging),
        None if domain.registrable().is_some() => (Purpose::Production, &case.production),
        Some(production) if lies_under(domain.as_str(), production) => (Purpose::Staging, &case.staging),
        _ => return Err(Code::WrongDomain),
    };
    if taken.is_none() { Ok(slot) } else { Err(Code::Limit) }
}

/// Whether a domain is never anybody's production domain: a development name or an address.
fn is_for_staging(domain: &Domain) -> bool {
    domain.is_development() || domain.is_address()
}

fn lies_under(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.'))
}
