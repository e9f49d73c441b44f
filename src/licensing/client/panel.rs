//! What a module may do now, and what its license panel shows.
//!
//! In: what is stored, this install's domain, the time. Out: a [`Panel`]. Invariants: no network, no writing; the one
//! place that decides, so no page judges a license by itself; public pages and Settings are always open; silence of the
//! license server locks nothing before the lease ends.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::super::lease::{self, Code, Expectation, Lease};
use super::super::{Domain, DomainError, Purpose};
use super::store::{Stored, StoredKey};
use super::{Module, Record};

/// A part of a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// What customers and visitors use.
    Public,
    /// The module's settings, with the license panel on top.
    Settings,
    /// All else that staff use.
    Staff,
}

/// Where a module's license stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// No key was entered.
    Missing,
    /// Confirmed.
    Valid,
    /// The last check brought nothing; works until the grace ends.
    Grace,
    /// The staff area is closed.
    Locked,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Valid => "valid",
            Self::Grace => "grace",
            Self::Locked => "locked",
        }
    }
}

/// A module's license panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Panel {
    /// The module.
    pub module: Module,
    /// Its product at the license server.
    pub product: &'static str,
    /// Where its license stands.
    pub state: State,
    /// The key that was entered.
    pub key: Option<String>,
    /// The domain that the license was confirmed for.
    pub domain: Option<Domain>,
    /// What that domain is: the production domain or the staging name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Purpose>,
    /// When the license itself ends; none is without end, or unknown.
    pub valid_until: Option<DateTime<Utc>>,
    /// When the license server last answered.
    pub last_check: Option<DateTime<Utc>>,
    /// When it is asked again.
    pub next_check: Option<DateTime<Utc>>,
    /// Until when the module works if the license server is not reached.
    pub grace_ends: Option<DateTime<Utc>>,
    /// Why it stands there, in one word for programs.
    pub code: &'static str,
    /// Why it stands there, and what to do: for staff.
    pub reason: String,
    /// What the last question ended with, when it brought no answer.
    #[serde(skip)]
    pub trouble: Option<String>,
}

impl Panel {
    /// What this module may do now: the one answer that every page goes by.
    #[must_use]
    pub fn allows(&self, area: Area) -> bool {
        match area {
            Area::Public | Area::Settings => true,
            Area::Staff => matches!(self.state, State::Valid | State::Grace),
        }
    }

    /// The panel of `module` at `now`; `mark` is the latest time ever seen here.
    pub(super) fn of(
        module: Module,
        stored: &Stored,
        here: Result<&Domain, &DomainError>,
        now: DateTime<Utc>,
        mark: DateTime<Utc>,
    ) -> Self {
        let record = stored.cache.modules.get(&module).cloned().unwrap_or_default();
        let blank = Self {
            module,
            product: module.product(),
            state: State::Locked,
            key: stored.key(module).map(ToString::to_string),
            domain: None,
            slot: None,
            valid_until: None,
            last_check: record.checked_at,
            next_check: record.next_check,
            grace_ends: None,
            code: "unchecked",
            reason: String::new(),
            trouble: record.trouble.clone(),
        };
        match stored.keys.get(&module) {
            None => blank.missing(),
            Some(StoredKey::Unreadable) => blank.because(
                "unreadable_key",
                "the stored license key cannot be read (was APP_ENC_KEY changed?): enter the key again",
            ),
            Some(StoredKey::Key(_)) => match here {
                Ok(here) => blank.judged(&record, stored, here, now, mark),
                Err(error) => blank.because(error.code(), &format!("the address of this CRM: {error}")),
            },
        }
    }

    fn missing(self) -> Self {
        let reason = format!("no license yet: enter the key that you got for {}", self.module.title());
        Self { state: State::Missing, ..self.because("missing", &reason) }
    }

    fn judged(
        self,
        record: &Record,
        stored: &Stored,
        here: &Domain,
        now: DateTime<Utc>,
        mark: DateTime<Utc>,
    ) -> Self {
        let Some(text) = &record.lease else {
            let trouble = record.trouble.as_deref();
            return self
                .because("unchecked", trouble.unwrap_or("the license was not checked yet: check it now"));
        };
        let keys = stored.cache.keys.as_ref().map(|vouched| vouched.keys.clone()).unwrap_or_default();
        let lease = match lease::verify(text, &keys) {
            Ok(lease) => lease,
            Err(error) => return self.because(error.code(), &error.to_string()),
        };
        let panel = Self {
            domain: Some(lease.domain.clone()),
            slot: lease.slot,
            valid_until: lease.expires_at,
            grace_ends: lease.valid.then_some(lease.exp),
            ..self
        };
        let expected = Expectation {
            product: panel.product,
            domain: here,
            nonce: None,
            last_seq: record.seq,
            now,
            high_water_mark: mark,
        };
        if let Err(refusal) = lease.check(&expected) {
            let sentence = refusal.to_string();
            // `expired` is the license's own end; this is the lease's.
            let code = if refusal.code() == "expired" { "unconfirmed" } else { refusal.code() };
            return match &record.trouble {
                Some(trouble) => panel.because(code, &format!("{sentence} (last attempt: {trouble})")),
                None => panel.because(code, &sentence),
            };
        }
        if !lease.valid {
            return panel.because(word(lease.code), &no(&lease));
        }
        match &record.trouble {
            Some(trouble) => {
                let reason = format!("{trouble} (everything works until {})", moment(lease.exp));
                Self { state: State::Grace, ..panel.because("grace", &reason) }
            }
            None => Self { state: State::Valid, ..panel.because(word(lease.code), &yes(&lease)) },
        }
    }

    fn because(self, code: &'static str, reason: &str) -> Self {
        Self { code, reason: reason.to_owned(), ..self }
    }
}

fn yes(lease: &Lease) -> String {
    let until =
        lease.expires_at.map_or_else(|| "without end".to_owned(), |end| format!("until {}", moment(end)));
    match lease.code {
        Code::Trial => format!("a trial license, {until}"),
        Code::PastDue => "the payment of the license is missing: pay, or it will be suspended".to_owned(),
        _ => format!("the license is valid, {until}"),
    }
}

/// What a signed no means for staff.
pub(super) fn no(lease: &Lease) -> String {
    let here = &lease.domain;
    match lease.code {
        Code::Expired => {
            let when = lease.expires_at.map(|end| format!(" on {}", moment(end))).unwrap_or_default();
            format!("the license has ended{when}: renew it, then check again")
        }
        Code::Suspended => "the license is suspended: pay what is open, or ask your vendor".to_owned(),
        Code::Revoked => {
            "the license was revoked by the vendor and will not come back: ask your vendor".to_owned()
        }
        Code::WrongDomain => format!(
            "the license is in use on another domain, and this CRM runs at {here}: release it there, or let its holder move \
             it by a mailed link (`license request-move`), then activate it here"
        ),
        Code::WrongProduct => {
            format!(
                "the key is for another product than \"{}\": enter the key that you got for it",
                lease.product
            )
        }
        Code::Released => format!("the license is not activated for {here}: activate it"),
        Code::Unknown => "the license server does not know this key: compare it with the mail".to_owned(),
        Code::Limit => "all places of the license are taken: release one first".to_owned(),
        Code::Moves => "the license was moved too often in the last 30 days: ask your vendor".to_owned(),
        Code::Active | Code::Trial | Code::PastDue | Code::Other => {
            "the license server says no, for a reason that this version does not know: ask your vendor"
                .to_owned()
        }
    }
}

pub(super) fn word(code: Code) -> &'static str {
    match code {
        Code::Active => "active",
        Code::Trial => "trial",
        Code::PastDue => "past_due",
        Code::Expired => "expired",
        Code::Suspended => "suspended",
        Code::Revoked => "revoked",
        Code::WrongDomain => "wrong_domain",
        Code::WrongProduct => "wrong_product",
        Code::Released => "released",
        Code::Unknown => "unknown",
        Code::Limit => "limit",
        Code::Moves => "moves",
        Code::Other => "other",
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}
