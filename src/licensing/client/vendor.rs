//! The license server that this install's modules belong to: the built-in one, or another machine's.
//!
//! In: questions about keys. Out: signed leases as text, which [`super::checkup`] believes or not; both kinds go through
//! the same checks. Invariant: the network is used here and nowhere else in this room, and never inside a transaction.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::db::DbError;

use super::super::authority::{Action, Authority, Mover, Question, Verdict, signed};
use super::super::remote::{Remote, RemoteError};
use super::super::signing_key::{Ring, RingError};
use super::super::{Domain, LeaseError, LicenseKey};

/// A license server.
#[derive(Debug, Clone)]
pub enum Vendor {
    /// This install is its own vendor.
    Builtin {
        /// What issues and judges.
        authority: Box<Authority>,
        /// Where its signing keys lie.
        signing_keys: PathBuf,
    },
    /// Another machine.
    Remote(Remote),
}

/// Why a license server gave no answer that can be read.
#[derive(Debug, thiserror::Error)]
pub enum VendorError {
    /// The other machine.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The built-in one's database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The built-in one's signing keys.
    #[error(transparent)]
    Ring(#[from] RingError),
    /// The built-in one could not sign.
    #[error(transparent)]
    Sign(#[from] LeaseError),
    /// JSON, but no answer to this.
    #[error("the license server's answer is no answer to what was asked: is licensing.server right?")]
    Shape,
}

/// A question about one module's key.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The key.
    pub key: LicenseKey,
    /// The module's product.
    pub product: &'static str,
    /// This install's domain.
    pub domain: Domain,
    /// New for each question.
    pub nonce: String,
}

impl Vendor {
    /// Whose keys are remembered: they are not those of another server.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Builtin { .. } => "builtin",
            Self::Remote(remote) => remote.address(),
        }
    }

    /// Whether its keys come from this machine's own disk, and so need nobody to vouch for them.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        matches!(self, Self::Builtin { .. })
    }

    /// Its public keys, vouched for.
    pub async fn keys(&self) -> Result<String, VendorError> {
        match self {
            Self::Builtin { authority, signing_keys } => {
                let now = authority.clock.now();
                Ok(Ring::load_or_create(signing_keys, &*authority.entropy, now)?.vouched(now))
            }
            Self::Remote(remote) => {
                let document = remote.get("api/keys.json").await?;
                Ok(document.get("vouched").and_then(Value::as_str).ok_or(VendorError::Shape)?.to_owned())
            }
        }
    }

    /// Asks a license's holder by mail to move it to the domain of the question.
    pub async fn request_move(&self, ask: Ask) -> Result<(), VendorError> {
        match self {
            Self::Builtin { authority, .. } => {
                let Ask { key, product, domain, .. } = ask;
                authority.request_move(&Question { key, product: product.to_owned(), domain }).await?;
            }
            Self::Remote(remote) => {
                remote.ask("api/move.php", &written(&ask)).await?;
            }
        }
        Ok(())
    }

    /// Asks about several keys in one call; the leases come in the order of the questions.
    pub async fn ask(&self, action: Action, questions: &[Ask]) -> Result<Vec<String>, VendorError> {
        let leases = match self {
            Self::Builtin { authority, signing_keys } => {
                let ring = Ring::load_or_create(signing_keys, &*authority.entropy, authority.clock.now())?;
                let wanted: Vec<Question> = questions
                    .iter()
                    .map(|ask| Question {
                        key: ask.key.clone(),
                        product: ask.product.to_owned(),
                        domain: ask.domain.clone(),
                    })
                    .collect();
                let wanted: Vec<&Question> = wanted.iter().collect();
                let verdicts = authority.answer(action, &wanted, Mover::Holder).await?;
                let (now, key) = (authority.clock.now(), ring.current());
                let sign = |(verdict, ask): (&Verdict, &Ask)| {
                    signed(verdict, ask.product, &ask.domain, &ask.nonce, now, key)
                };
                verdicts.iter().zip(questions).map(sign).collect::<Result<Vec<_>, _>>()?
            }
            Self::Remote(remote) => {
                let body = Value::Array(questions.iter().map(written).collect());
                let answer = remote.ask(&format!("api/{}.php", action.as_str()), &body).await?;
                let Value::Array(answers) = answer else { return Err(VendorError::Shape) };
                let lease = |answer: &Value| Some(answer.get("lease")?.as_str()?.to_owned());
                answers.iter().map(lease).collect::<Option<Vec<_>>>().ok_or(VendorError::Shape)?
            }
        };
        if leases.len() == questions.len() { Ok(leases) } else { Err(VendorError::Shape) }
    }
}

/// A question as the license API reads it.
fn written(ask: &Ask) -> Value {
    json!({ "license_key": ask.key.to_string(), "product": ask.product, "domain": ask.domain.as_str(),
            "nonce": ask.nonce })
}
