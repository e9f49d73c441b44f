//! What the page of an order shows.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::db::{DbError, Session};
use crate::licensing::{self, Standing};
use crate::money::Amount;
use crate::outbox::{self, Message, State};
use crate::perfex::encryption::Cipher;
use crate::perfex::formats::Formats;
use crate::perfex::invoice::{Invoice, Receipts, Standing as InvoiceStanding};
use crate::text::{Language, ShopTexts, TextError, write_day, write_money};

use super::super::ShopError;
use super::super::charge::Charge;
use super::super::checkout::{ShownTax, pays_here, shown_taxes, taxes};
use super::super::order::{Fulfilment, Item, Order, OrderState};
use super::super::package::Kind;
use super::super::timeline::ORDER_TIMELINE;

/// The timeline's word for an address that the buyer corrected.
pub(super) const CORRECTED: &str = "address";
/// More keys than this do not help anybody on a page.
const MOST_KEYS: u32 = 1_000;

/// Where an order stands, as its buyer sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// To be paid.
    Unpaid,
    /// Paid in part.
    Partial,
    /// Paid, or free: the licenses are being made.
    Making,
    /// The licenses are there.
    Done,
    /// A payment was taken back.
    Reversed,
    /// It does not stand.
    Cancelled,
}

impl Stage {
    /// Where this order stands.
    pub(super) fn of(order: &Order) -> Self {
        match (order.state, order.charge, order.fulfilment) {
            (_, Charge::Reversed, _) | (_, _, Fulfilment::Revoked) => Self::Reversed,
            (OrderState::Placed, _, Fulfilment::Fulfilled) => Self::Done,
            (OrderState::Placed, Charge::Full | Charge::Over, Fulfilment::Open) => Self::Making,
            (OrderState::Placed, Charge::Partial, Fulfilment::Open) => Self::Partial,
            // Paying an expired order opens it again.
            (OrderState::Placed | OrderState::Expired, Charge::None, Fulfilment::Open) => Self::Unpaid,
            _ => Self::Cancelled,
        }
    }

    /// Its phrases begin with this.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unpaid => "unpaid",
            Self::Partial => "partial",
            Self::Making => "making",
            Self::Done => "done",
            Self::Reversed => "reversed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether something is expected to happen while somebody looks.
    pub(super) fn waits(self) -> bool {
        matches!(self, Self::Unpaid | Self::Partial | Self::Making)
    }
}

/// A license.
#[derive(Debug, Clone, Serialize)]
struct ShownKey {
    product: String,
    key: String,
    until: Option<String>,
    /// A phrase, when the license does not work.
    trouble: Option<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct ShownItem {
    name: String,
    quantity: u32,
    sum: Option<String>,
}

/// What the page shows; its parts are in the page's language.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the template asks")]
pub(super) struct View {
    number: String,
    placed_on: String,
    pub email: String,
    items: Vec<ShownItem>,
    taxes: Vec<ShownTax>,
    total: Option<String>,
    stage: &'static str,
    heading: String,
    text: String,
    paid: bool,
    /// Whether a payment is what the order lacks.
    pay: bool,
    waits: bool,
    /// The invoice's page in the CRM, for whoever may see it.
    invoice: Option<String>,
    /// Whether the way to pay is in the mail only.
    by_mail: bool,
    keys: Vec<ShownKey>,
    pub can_correct: bool,
    pub can_resend: bool,
}

/// Whom and how the view is for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub texts: &'a ShopTexts,
    pub language: Language,
    pub cipher: &'a Cipher,
    pub base_url: &'a Url,
    pub now: DateTime<Utc>,
}

impl View {
    /// Reads everything about an order.
    pub(super) async fn read(
        session: &mut Session,
        order: &Order,
        reader: Reader<'_>,
    ) -> Result<Self, ViewError> {
        let Reader { texts, language, cipher, base_url, now } = reader;
        let items = order.items(session).await?;
        let zone = Formats::read(session).await?.zone();
        let day = |at| write_day(zone.wall_clock(at).date(), language);
        let mails = mails(session, &items).await?;
        let pay_here = pays_here(session, order.id).await?;
        let stage = Stage::of(order);
        let (mut keys, mut works) = (Vec::new(), false);
        if stage != Stage::Unpaid {
            let filter = licensing::Filter { order: Some(order.id), limit: MOST_KEYS };
            let mut licenses =
                licensing::list(session, cipher, filter, now).await.map_err(ShopError::from)?;
            licenses.reverse();
            for license in &licenses {
                let Ok(key) = license.key() else { continue };
                works |= matches!(license.right, Standing::Trial | Standing::Active | Standing::PastDue);
                let item = items.iter().find(|item| item.product == license.product);
                keys.push(ShownKey {
                    product: item.map_or_else(|| license.product.clone(), |item| item.product_name.clone()),
                    key: key.to_owned(),
                    until: license.expires_at.map(day),
                    trouble: trouble(license.right),
                });
            }
        }
        let say = |name: String, values: &[(&str, &str)]| texts.say(language, &name, values);
        let in_words = |amount| write_money(amount, &order.currency, language);
        let invoice = order.invoice.zip(order.invoice_hash.as_ref()).filter(|_| stage != Stage::Cancelled);
        let address = invoice.map(|(id, hash)| format!("{base_url}invoice/{id}/{hash}"));
        let email = order.email.as_str();
        // The CRM mails the invoice to its contact, whose address is not the page's to correct.
        let corrected = stage == Stage::Unpaid && was_corrected(session, order).await?;
        let owed = owed(session, order, stage).await?;
        let (heading, text) = match stage {
            Stage::Partial if owed.is_some() => ("partial", "partial-left"),
            Stage::Unpaid if order.state == OrderState::Expired && pay_here => ("expired", "expired"),
            Stage::Unpaid if corrected && !pay_here => ("mailed", "mailed-corrected"),
            Stage::Unpaid if corrected => ("unpaid", "unpaid-corrected"),
            Stage::Unpaid if !pay_here => ("mailed", "mailed"),
            Stage::Reversed if !works => ("stopped", "stopped"),
            Stage::Done if keys.len() > 1 => ("done-many", told(&mails)),
            Stage::Done => ("done", told(&mails)),
            _ => (stage.name(), stage.name()),
        };
        let (received, left) = owed.unwrap_or_default();
        // Staff may have changed the invoice: three numbers that are told together are that one's.
        let asked = owed.map_or(order.total, |(received, left)| received + left);
        let pay =
            matches!(stage, Stage::Unpaid | Stage::Partial) || stage == Stage::Reversed && owed.is_some();
        let charged = if order.invoice.is_some() { items.as_slice() } else { &[] };
        Ok(Self {
            number: order.id.to_string(),
            placed_on: day(order.placed_at),
            email: order.email.clone(),
            items: items
                .iter()
                .map(|item| ShownItem {
                    name: item.description.clone(),
                    quantity: item.quantity,
                    sum: (item.kind == Kind::Paid && order.invoice.is_some())
                        .then(|| in_words((item.unit_price * item.quantity).rounded())),
                })
                .collect(),
            taxes: shown_taxes(texts, language, &taxes(charged), &order.currency)?,
            total: order.invoice.map(|_| in_words(order.total)),
            stage: stage.name(),
            heading: say(format!("order-{heading}"), &[])?,
            text: say(
                format!("order-{text}-text"),
                &[
                    ("email", email),
                    ("total", &in_words(asked)),
                    ("received", &in_words(received)),
                    ("left", &in_words(left)),
                ],
            )?,
            paid: matches!(stage, Stage::Making | Stage::Done),
            pay,
            waits: stage.waits() || pay,
            by_mail: address.is_some() && !pay_here,
            invoice: address.filter(|_| pay_here),
            keys,
            can_correct: can_correct(order, &items, &mails),
            can_resend: mails.iter().any(|mail| mail.state != State::Sending),
        })
    }

    /// A mark that changes with everything that is shown.
    pub(super) fn mark(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        hex::encode(Sha256::digest(text.as_bytes())).chars().take(32).collect()
    }
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub(super) enum ViewError {
    #[error(transparent)]
    Shop(#[from] ShopError),
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Text(#[from] TextError),
}

/// The mails that carry the keys of an order's items.
pub(super) async fn mails(session: &mut Session, items: &[Item]) -> Result<Vec<Message>, DbError> {
    let keys = items.iter().flat_map(|item| {
        ["license_issued", "trial_started"].map(|template| format!("{template}:order_item:{}", item.id))
    });
    outbox::about(session, keys.collect()).await
}

/// A mistyped address can be corrected as long as nothing has gone there. What was delivered is forgotten after its time:
/// once there were keys to send, an item without a mail is one whose mail has gone, and where there are more mails than
/// items, keys have gone before.
pub(super) fn can_correct(order: &Order, items: &[Item], mails: &[Message]) -> bool {
    let gone = |mail: &Message| matches!(mail.state, State::Sending | State::Sent | State::Uncertain);
    let all_known = order.fulfilment == Fulfilment::Open || mails.len() == items.len();
    Stage::of(order) != Stage::Cancelled && all_known && !mails.iter().any(gone)
}

/// Whether the buyer has corrected the address.
async fn was_corrected(session: &mut Session, order: &Order) -> Result<bool, DbError> {
    let events = ORDER_TIMELINE.read(session, order.id).await?;
    Ok(events.iter().any(|event| event.event == CORRECTED))
}

/// What was received and what is left to pay on the invoice of an order that lacks a part of it; `None` where nothing is, or no
/// payment would help: the invoice is gone, cancelled or a draft.
async fn owed(
    session: &mut Session,
    order: &Order,
    stage: Stage,
) -> Result<Option<(Amount, Amount)>, DbError> {
    let Some(id) = order.invoice.filter(|_| matches!(stage, Stage::Partial | Stage::Reversed)) else {
        return Ok(None);
    };
    let receipts = Receipts::read(session, id).await?;
    let found = Invoice::read(session, id, receipts).await?;
    let issued = found.filter(|invoice| {
        invoice.standing == InvoiceStanding::Issued && Some(&invoice.hash) == order.invoice_hash.as_ref()
    });
    let owed = issued.map(|invoice| (invoice.received(), invoice.total - invoice.received()));
    Ok(owed.filter(|(_, left)| left.is_positive()))
}

/// What became of the mails with the keys, as their buyer should know it: the text of an order that is done.
fn told(mails: &[Message]) -> &'static str {
    if mails.is_empty() {
        "done"
    } else if mails.iter().any(|mail| mail.state == State::Dead) {
        "done-failed"
    } else if mails.iter().all(|mail| mail.state == State::Sent) {
        "done-sent"
    } else {
        "done-leaving"
    }
}

fn trouble(right: Standing) -> Option<&'static str> {
    match right {
        Standing::Trial | Standing::Active => None,
        Standing::PastDue => Some("order-key-past-due"),
        Standing::Expired => Some("order-key-expired"),
        Standing::Suspended => Some("order-key-suspended"),
        Standing::Revoked => Some("order-key-revoked"),
    }
}
