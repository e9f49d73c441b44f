//! What a buyer may do on the page of an order: have the keys mailed again, and correct a mistyped address.

use chrono::{DateTime, Utc};

use crate::db::{Database, Transient, retry};
use crate::ids::OrderId;
use crate::outbox::{self, OutboxError, State};
use crate::perfex::customer::checked_email;
use crate::sentence::Sentence;

use super::super::ShopError;
use super::super::order::Order;
use super::super::timeline::ORDER_TIMELINE;
use super::view::{CORRECTED, can_correct, mails};

/// What became of it: a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    /// It was done.
    Well(&'static str),
    /// It was not, because of how the order stands or who sent it.
    Not(&'static str),
    /// It was not, because of the address that was typed.
    Wrong(&'static str),
}

#[derive(Debug, thiserror::Error)]
pub(super) enum PostError {
    #[error(transparent)]
    Shop(#[from] ShopError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    #[error(transparent)]
    Database(#[from] crate::db::DbError),
}

impl Transient for PostError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Shop(error) => error.is_transient(),
            Self::Outbox(OutboxError::Database(error)) | Self::Database(error) => error.is_transient(),
            Self::Outbox(_) => false,
        }
    }
}

/// Mails the keys once more to the order's address.
pub(super) async fn resend(
    database: &Database,
    order: OrderId,
    now: DateTime<Utc>,
) -> Result<Done, PostError> {
    retry(async || {
        let mut session = database.begin().await?;
        let Some(order) = Order::lock(&mut session, order).await? else {
            return Ok(Done::Not("order-not-now"));
        };
        let mut again = 0;
        let items = order.items(&mut session).await?;
        for mail in mails(&mut session, &items).await? {
            // One that waits leaves soon anyway; one on its way must not leave twice.
            if matches!(mail.state, State::Sent | State::Dead) {
                outbox::retry(&mut session, mail.id, None, now).await?;
                again += 1;
            }
        }
        if again == 0 {
            return Ok(Done::Not("order-resend-waits"));
        }
        ORDER_TIMELINE.add(&mut session, order.id, now, "resent", Sentence::of("why-resent")).await?;
        session.commit().await?;
        Ok(Done::Well("order-resent"))
    })
    .await
}

/// Corrects the address before anything has gone there.
pub(super) async fn correct(
    database: &Database,
    order: OrderId,
    email: &str,
    now: DateTime<Utc>,
) -> Result<Done, PostError> {
    let Ok(email) = checked_email(email) else { return Ok(Done::Wrong("checkout-email-wrong")) };
    retry(async || {
        let mut session = database.begin().await?;
        let Some(order) = Order::lock(&mut session, order).await? else {
            return Ok(Done::Not("order-not-now"));
        };
        let items = order.items(&mut session).await?;
        let mails = mails(&mut session, &items).await?;
        if !can_correct(&order, &items, &mails) {
            return Ok(Done::Not("order-not-now"));
        }
        if order.email == email {
            return Ok(Done::Well("order-corrected"));
        }
        order.set_email(&mut session, email).await?;
        for mail in mails {
            outbox::retry(&mut session, mail.id, Some(email), now).await?;
        }
        let told = Sentence::of("why-readdressed");
        ORDER_TIMELINE.add(&mut session, order.id, now, CORRECTED, told).await?;
        session.commit().await?;
        Ok(Done::Well("order-corrected"))
    })
    .await
}
