//! A claim: the row that makes a second trial impossible.

use chrono::{DateTime, Utc};

use crate::db::Session;
use crate::ids::{OrderItemId, ProductId};
use crate::licensing::Domain;

use super::super::ShopError;
use super::super::fulfil::Workshop;
use super::mailbox::Mailbox;

const CLAIM: &str = "INSERT INTO `{p}pm_trials` (`order_item_id`, `product_id`, `mailbox`, `domain`, `state`, \
     `claimed_at`) VALUES (?, ?, ?, ?, 'running', ?)";

/// A trial that somebody wants.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The item of the order, which is written already.
    pub item: OrderItemId,
    /// What is to be tried.
    pub product: ProductId,
    /// Where; `None` only when staff place the order.
    pub domain: Option<&'a Domain>,
    /// By whom.
    pub email: &'a str,
    /// How many licenses are wanted.
    pub quantity: u32,
}

/// Why there is no trial. The words are the same whatever was used before, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrialRefusal {
    /// The mailbox or the domain had its trial.
    #[error(
        "a trial of this product cannot be started with this mail address and domain: each customer and each domain \
         can try it once"
    )]
    Taken,
    /// More than one license.
    #[error("a trial is one license: the quantity must be 1")]
    OneOnly,
}

impl TrialRefusal {
    /// The phrase that says it to a visitor.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Taken => "trial-taken",
            Self::OneOnly => "trial-one-only",
        }
    }
}

/// Claims a trial in the transaction of its order; with a refusal, that transaction must not be committed.
pub async fn claim(
    session: &mut Session,
    workshop: &Workshop,
    wanted: Claim<'_>,
    now: DateTime<Utc>,
) -> Result<(), ShopError> {
    if wanted.quantity != 1 {
        return Err(TrialRefusal::OneOnly.into());
    }
    let domain = wanted.domain.and_then(Domain::registrable);
    let mailbox = Mailbox::of(wanted.email, &workshop.cipher);
    match session.run(CLAIM, (wanted.item, wanted.product, mailbox, domain, now.naive_utc())).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(TrialRefusal::Taken.into()),
        Err(error) => Err(error.into()),
    }
}
