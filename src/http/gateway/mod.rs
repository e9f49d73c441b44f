//! The word of the companion's gateway about who asks: the header `Bridge-Identity`.
//!
//! PHP has checked its own session and says whom it found, signed with a secret that both sides read from the CRM's
//! options. In: a whole request. Out: a [`Claim`], nothing when there is no such header, or a [`GatewayRefusal`].
//! Invariants:
//!
//! - only a process on this machine is listened to, and only one header;
//! - nothing of the header is read before its signature was found right, compared in constant time;
//! - a signature covers method, path, query and body, is good for 60 seconds to either side of our clock, and counts once;
//! - how many signatures are remembered is bounded; where there is no more room, requests are refused.
//!
//! Replays are remembered by each daemon for itself: a header never leaves the machine, each daemon listens only to its own
//! machine, and a table would cost a write a page. What a restart forgets, it makes good by refusing whatever changes
//! something and was signed before it.

mod envelope;
mod secret;
mod seen;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;
use warp::http::{HeaderMap, Method};

use super::request::Request;
use crate::clock::SharedClock;
use crate::db::{Database, DbError};
use crate::metrics::Metrics;
use crate::perfex::encryption::Cipher;

pub use envelope::{Claim, LONGEST, PerfexCsrf, Signed, sign};
pub use secret::{OVERLAP, Secret, Secrets};
use seen::Seen;

/// The header.
pub const HEADER: &str = "bridge-identity";

/// The header in which PHP says `version enable validate_timestamps revalidate_freq`: its own version, and the settings of
/// its cache of files. Nobody signs it: it is good to be shown to whoever runs the CRM, and to nobody else.
const PHP: &str = "bridge-php";
/// The longest that is believed of it.
const PHP_LONGEST: usize = 80;

/// How far the signature's time may be from ours, in either direction.
pub const VALIDITY: TimeDelta = TimeDelta::seconds(60);

/// How long a secret is used before it is looked up again; shorter than a replaced one stays good.
const TRUST: TimeDelta = TimeDelta::seconds(60);

/// A wrong signature may be one with a new secret: then it is looked up, but no more often than this.
const PAUSE: TimeDelta = TimeDelta::milliseconds(100);

/// Why a request that says it comes from the gateway is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GatewayRefusal {
    /// Another machine.
    #[error(
        "Bridge-Identity is taken only from this machine; let the web server remove that header from requests"
    )]
    NotLocal,
    /// More than one header.
    #[error("there is more than one Bridge-Identity")]
    Several,
    /// Not the form of such a header, or cut off.
    #[error("Bridge-Identity is cut off or not of the form v1.payload.signature")]
    Malformed,
    /// Another version of the companion.
    #[error(
        "Bridge-Identity is of another version; run `perfex-bridge install`, which brings the companion up to date"
    )]
    Version,
    /// No secret to compare with.
    #[error("there is no secret to check Bridge-Identity with; run `perfex-bridge install`, which makes one")]
    NoSecret,
    /// Made with another secret, or for another method, path, query or body.
    #[error("the signature of Bridge-Identity does not fit this request")]
    Signature,
    /// Too old.
    #[error("Bridge-Identity is older than 60 seconds; compare the clocks of PHP and this daemon")]
    Stale,
    /// From the future.
    #[error("Bridge-Identity is more than 60 seconds ahead; compare the clocks of PHP and this daemon")]
    Early,
    /// Signed before this daemon started, and it would change something.
    #[error("Bridge-Identity was signed before this daemon started; send the form again")]
    BeforeStart,
    /// Used before.
    #[error("this Bridge-Identity was used before")]
    Replayed,
    /// No room to remember it.
    #[error("too many requests came through the gateway within two minutes")]
    Full,
}

impl GatewayRefusal {
    /// The word for it in the metrics.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotLocal => "not_local",
            Self::Several => "several",
            Self::Malformed => "malformed",
            Self::Version => "version",
            Self::NoSecret => "no_secret",
            Self::Signature => "signature",
            Self::Stale => "stale",
            Self::Early => "early",
            Self::BeforeStart => "before_start",
            Self::Replayed => "replayed",
            Self::Full => "full",
        }
    }
}

/// Why the gateway's word could not be had.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// It does not count.
    #[error(transparent)]
    Refused(#[from] GatewayRefusal),
    /// The secret could not be looked up.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Listens to the companion's gateway.
#[derive(Debug)]
pub struct Gateway {
    database: Database,
    cipher: Arc<Cipher>,
    clock: SharedClock,
    metrics: Metrics,
    started: DateTime<Utc>,
    seen: Seen,
    held: Mutex<Option<Held>>,
}

/// The secrets as they were when they were last looked up.
#[derive(Debug)]
struct Held {
    secrets: Option<Secrets>,
    looked_up: DateTime<Utc>,
}

/// What PHP says of itself, where a request came through it.
#[must_use]
pub fn php(headers: &HeaderMap) -> Option<&str> {
    let said = headers.get(PHP)?.to_str().ok()?;
    (said.len() <= PHP_LONGEST).then_some(said)
}

impl Gateway {
    /// A gateway whose secret lies in this CRM; from now on replays are known.
    #[must_use]
    pub fn new(database: Database, cipher: Arc<Cipher>, clock: SharedClock, metrics: Metrics) -> Self {
        Self::remembering(database, cipher, clock, metrics, seen::MOST)
    }

    /// The same with room for only `most` signatures within two minutes.
    #[must_use]
    pub fn remembering(
        database: Database,
        cipher: Arc<Cipher>,
        clock: SharedClock,
        metrics: Metrics,
        most: usize,
    ) -> Self {
        let started = clock.now();
        Self {
            database,
            cipher,
            clock,
            metrics,
            started,
            seen: Seen::new(started, most),
            held: Mutex::new(None),
        }
    }

    /// What the gateway says about this request; `None` when it did not come that way.
    pub async fn claim(&self, request: &Request<Vec<u8>>) -> Result<Option<Claim>, GatewayError> {
        let heard = self.listen(request).await;
        if let Err(GatewayError::Refused(refusal)) = &heard {
            self.metrics.gateway_refused(refusal.reason());
            tracing::debug!(%refusal, "a request through the gateway is refused");
        }
        heard
    }

    async fn listen(&self, request: &Request<Vec<u8>>) -> Result<Option<Claim>, GatewayError> {
        let mut headers = request.headers.get_all(HEADER).iter();
        let Some(header) = headers.next() else { return Ok(None) };
        if !request.local {
            return Err(GatewayRefusal::NotLocal.into());
        }
        if headers.next().is_some() {
            return Err(GatewayRefusal::Several.into());
        }
        let signed = Signed::read(header.as_bytes())?;
        self.verify(request, &signed).await?;
        let claim = signed.open()?;
        let now = self.clock.now();
        let age = now.timestamp().saturating_sub(claim.at);
        if age > VALIDITY.num_seconds() {
            return Err(GatewayRefusal::Stale.into());
        }
        if age < -VALIDITY.num_seconds() {
            return Err(GatewayRefusal::Early.into());
        }
        let reads = request.method == Method::GET || request.method == Method::HEAD;
        if !reads && claim.at < self.started.timestamp() {
            return Err(GatewayRefusal::BeforeStart.into());
        }
        self.seen.first_time(claim.nonce()?, now)?;
        Ok(Some(claim))
    }

    async fn verify(&self, request: &Request<Vec<u8>>, signed: &Signed<'_>) -> Result<(), GatewayError> {
        let now = self.clock.now();
        let mut held = self.held.lock().await;
        let fits = |held: &Held| {
            let good = held.secrets.iter().flat_map(|secrets| secrets.good(now));
            good.into_iter().any(|secret| signed.is_by(secret, request))
        };
        let outlived = |held: &Held, span| (now - held.looked_up).abs() >= span;
        if held.as_ref().is_some_and(|held| !outlived(held, TRUST) && fits(held)) {
            return Ok(());
        }
        if held.as_ref().is_none_or(|held| outlived(held, PAUSE)) {
            let mut session = self.database.session().await?;
            let secrets = Secrets::read(&mut session, &self.cipher).await?;
            *held = Some(Held { secrets, looked_up: now });
        }
        match held.as_ref() {
            Some(held) if fits(held) => Ok(()),
            Some(Held { secrets: Some(_), .. }) => Err(GatewayRefusal::Signature.into()),
            _ => Err(GatewayRefusal::NoSecret.into()),
        }
    }
}
