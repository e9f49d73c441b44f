//! A trial license becomes a paid one: same key, same domains, another end.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::LicenseId;
use crate::perfex::encryption::Cipher;
use crate::sentence::Sentence;

use super::timeline::LICENSE_TIMELINE;
use super::{LicensingError, Term, UnitNumber};

const OF_UNIT: &str = "SELECT `id`, `key_encrypted` FROM `{p}pm_licenses` WHERE `order_item_id` = ? \
     AND `unit_no` = ? AND `license_right` = 'trial'";
const LOCK: &str =
    "SELECT `expires_at` FROM `{p}pm_licenses` WHERE `id` = ? AND `license_right` = 'trial' FOR UPDATE";
const CONVERT: &str = "UPDATE `{p}pm_licenses` SET `issued_as` = 'active', `license_right` = 'active', \
     `expires_at` = ?, `version` = `version` + 1 WHERE `id` = ? AND `license_right` = 'trial'";
const HAND_OVER: &str = "UPDATE `{p}pm_licenses` SET `order_item_id` = ?, `unit_no` = ? WHERE `id` = ?";

/// A license that is a trial, also one that has ended.
#[derive(Debug)]
pub struct TrialLicense {
    /// Its id.
    pub id: LicenseId,
    key_encrypted: String,
}

impl Record for TrialLicense {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, key_encrypted: row.take("key_encrypted")? })
    }
}

impl TrialLicense {
    /// The trial of a unit; none when it was revoked or suspended, or is paid already.
    pub async fn of_unit(session: &mut Session, unit: UnitNumber) -> Result<Option<Self>, DbError> {
        session.first(OF_UNIT, unit).await
    }

    /// Its key.
    pub fn key(&self, cipher: &Cipher) -> Result<String, LicensingError> {
        let plain = cipher.decrypt(&self.key_encrypted);
        let plain = plain.map_err(|source| LicensingError::Unreadable { id: self.id, source })?;
        Ok(String::from_utf8_lossy(&plain).into_owned())
    }
}

/// How long a trial that was bought goes on.
#[derive(Debug, Clone, Copy)]
pub enum PaidEnd {
    /// So long from the end of the trial, so that buying early costs no day; from now once it has ended. `None`: without
    /// end.
    After(Option<Term>),
    /// Until then, as another machine's license server says.
    At(Option<DateTime<Utc>>),
}

/// Makes a trial license a paid one in the caller's transaction, and hands it over to the unit `to`; returns its new end, and
/// nothing when it is no trial any more.
///
/// A second license for `to` is refused by the key `pm_licenses_unit`.
pub async fn convert_trial(
    session: &mut Session,
    id: LicenseId,
    to: Option<UnitNumber>,
    end: PaidEnd,
    now: DateTime<Utc>,
    reason: &Sentence,
) -> Result<Option<PaidEnd>, DbError> {
    let Some((trial,)) = session.first::<(Option<NaiveDateTime>,)>(LOCK, (id,)).await? else {
        return Ok(None);
    };
    let expires_at = match end {
        PaidEnd::After(term) => {
            let start = trial.map_or(now, |trial| trial.and_utc().max(now));
            term.map(|term| term.end(start))
        }
        PaidEnd::At(end) => end,
    };
    if session.run(CONVERT, (expires_at.map(|end| end.naive_utc()), id)).await?.rows == 0 {
        return Ok(None);
    }
    if let Some((item, unit)) = to {
        session.run(HAND_OVER, (item, unit, id)).await?;
    }
    let bought = match expires_at {
        None => Sentence::of("why-bought-without-end"),
        Some(end) => Sentence::of("why-bought-until").with("until", end.format("%Y-%m-%d %H:%M")),
    };
    LICENSE_TIMELINE.add(session, id, now, "bought", bought.within("why", reason.clone())).await?;
    Ok(Some(PaidEnd::At(expires_at)))
}
