//! Carries license requests of the outbox to the license server, and brings its licenses back.
//!
//! Nothing is in a transaction while the server is asked. Each attempt sends the same reference, so a repeat is
//! harmless: before asking, the order is settled, so that what an earlier attempt brought, or a payment that was taken
//! back meanwhile, counts; afterwards the license and everything that follows from it are one commit.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{Session, retry};
use crate::ids::{LicenseId, OrderId};
use crate::licensing::{self, PaidEnd, Received, Remote, Standing, UnitNumber};
use crate::outbox::{Courier, Handover, Message, Outbox, Outcome};
use crate::sentence::Sentence;

use super::ShopError;
use super::fulfil::Workshop;
use super::license_answer::LicenseAnswer;
use super::license_request::LicenseRequest;
use super::order::{Fulfilment, Item, Order, OrderState};
use super::package::Kind;
use super::settle::{Look, settle_locked};
use super::trial;

/// Where licenses are made, below the server's address.
const CREATE: &str = "api/create.php";

/// The courier for messages of kind `license`.
#[derive(Clone)]
pub struct LicenseCourier(Arc<Parts>);

struct Parts {
    workshop: Workshop,
    remote: Option<Remote>,
    mails: Arc<Outbox>,
}

impl fmt::Debug for LicenseCourier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LicenseCourier").field("issuer", &self.0.workshop.issuer).finish_non_exhaustive()
    }
}

impl LicenseCourier {
    /// A courier to `remote`; `mails` is woken when a license has brought a mail.
    ///
    /// Without a remote, what an earlier configuration has left is made by this install.
    #[must_use]
    pub fn new(workshop: Workshop, remote: Option<Remote>, mails: Arc<Outbox>) -> Self {
        Self(Arc::new(Parts { workshop, remote, mails }))
    }

    async fn before(&self, message: &Message) -> Result<Handover, Outcome> {
        let request = LicenseRequest::open(&message.payload, &self.0.workshop.cipher);
        let request = request.map_err(|error| Outcome::Dead { reason: error.to_string() })?;
        let Some((look, there)) = self.look(&request, None).await.map_err(|error| later(&error))? else {
            return Err(Outcome::Dead { reason: format!("there is no order {}", request.order) });
        };
        if there {
            return Ok(Handover::new(async {
                Outcome::Sent { response: "the license is there".to_owned() }
            }));
        }
        if !look.waits {
            let reason =
                format!("order {} is not paid: its licenses are requested when it is", request.order);
            return Err(Outcome::Retry { reason });
        }
        let courier = self.clone();
        Ok(Handover::new(async move { courier.bring(&request).await }))
    }

    async fn bring(&self, request: &LicenseRequest) -> Outcome {
        let Some(remote) = &self.0.remote else {
            // An order that waits although this install issues has been settled in the meantime.
            return Outcome::Retry { reason: "licensing.server is \"builtin\"".to_owned() };
        };
        let answer = match remote.order(CREATE, &serde_json::json!(request.wanted)).await {
            Ok(answer) => answer,
            Err(error) if error.is_passing() => return later(&error),
            Err(error) => return Outcome::Dead { reason: error.to_string() },
        };
        let answer = match LicenseAnswer::read(&answer, &request.wanted) {
            Ok(answer) => answer,
            Err(error) => {
                let server = self.0.workshop.issuer.name();
                return Outcome::Retry { reason: format!("the license server {server} answered {error}") };
            }
        };
        match self.look(request, Some(&answer)).await {
            Ok(_) => Outcome::Sent { response: "the license came".to_owned() },
            Err(error) => later(&error),
        }
    }

    /// Settles the order, after writing `answer` down; says whether the unit has its license then. `None`: there is no
    /// such order.
    async fn look(
        &self,
        request: &LicenseRequest,
        answer: Option<&LicenseAnswer>,
    ) -> Result<Option<(Look, bool)>, ShopError> {
        let looked = retry(async || self.look_once(request, answer).await).await?;
        if looked.is_some() {
            self.0.mails.nudge();
        }
        Ok(looked)
    }

    async fn look_once(
        &self,
        request: &LicenseRequest,
        answer: Option<&LicenseAnswer>,
    ) -> Result<Option<(Look, bool)>, ShopError> {
        let workshop = &self.0.workshop;
        let mut session = workshop.database.begin().await?;
        let Some(order) = Order::lock(&mut session, request.order).await? else { return Ok(None) };
        let id = order.id;
        if let Some(answer) = answer {
            self.write_down(&mut session, &order, request, answer).await?;
        }
        let look = settle_locked(workshop, &mut session, order).await?;
        let there = licensing::unit_numbers(&mut session, id).await?.contains(&request.number());
        session.commit().await?;
        Ok(Some((look, there)))
    }

    /// Writes the license down, unless the unit has it already.
    async fn write_down(
        &self,
        session: &mut Session,
        order: &Order,
        request: &LicenseRequest,
        answer: &LicenseAnswer,
    ) -> Result<(), ShopError> {
        let workshop = &self.0.workshop;
        if licensing::unit_numbers(session, order.id).await?.contains(&request.number()) {
            return Ok(());
        }
        let server = workshop.issuer.name();
        let items = order.items(session).await?;
        let item = items.iter().find(|item| item.id == request.item);
        let item = item.ok_or_else(|| no_item(order.id))?;
        let now = workshop.clock.now();
        if let Some(other) = licensing::holder_of_key(session, &answer.key).await? {
            let trial = trial::purchase::buy(session, workshop, order, item, now).await?;
            if trial.is_some_and(|trial| trial.id == other) {
                let end = PaidEnd::At(answer.expires_at);
                if trial::purchase::convert(session, order, item, (other, request.unit), end, now).await? {
                    return self.came(session, order, item, other, request.number()).await;
                }
            }
            return Err(ShopError::Refused(format!(
                "the license server {server} answered with a key that license {other} has already: each unit needs \
                 its own"
            )));
        }
        let reason = Sentence::of("why-received-from")
            .with("server", server)
            .within("unit", item.unit_of(order.id, request.unit))
            .with("reference", &request.wanted.reference);
        let received = Received {
            unit: request.number(),
            product: item.product_id,
            key: &answer.key,
            expires_at: answer.expires_at,
            standing: if item.kind == Kind::Trial { Standing::Trial } else { Standing::Active },
            reason: &reason,
        };
        let id = licensing::receive(session, &workshop.cipher, &*workshop.entropy, now, received).await?;
        self.came(session, order, item, id, request.number()).await
    }

    /// What a license means that came when its order was already fulfilled, or already cancelled.
    async fn came(
        &self,
        session: &mut Session,
        order: &Order,
        item: &Item,
        license: LicenseId,
        number: UnitNumber,
    ) -> Result<(), ShopError> {
        let workshop = &self.0.workshop;
        let now = workshop.clock.now();
        if order.state == OrderState::Cancelled && order.invoice.is_none() {
            // Staff took the order back while the other machine was at work; an invoice would say so by itself.
            let why = Sentence::of("why-came-cancelled").with("order", order.id);
            licensing::suspend(session, license, now, &why).await?;
        } else if order.fulfilment != Fulfilment::Open {
            let units = licensing::units(session, &workshop.cipher, order.id).await?;
            if let Some(unit) = units.iter().find(|unit| unit.number == number) {
                workshop.announce_further(session, order, item, &[unit], now).await?;
            }
        }
        Ok(())
    }
}

impl Courier for LicenseCourier {
    fn prepare<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Handover, Outcome>> {
        Box::pin(self.before(message))
    }

    fn idempotent(&self) -> bool {
        true
    }
}

/// Everything that time, staff or the other side mend.
fn later(error: &impl fmt::Display) -> Outcome {
    Outcome::Retry { reason: error.to_string() }
}

fn no_item(order: OrderId) -> ShopError {
    ShopError::Refused(format!("order {order} has no such item any more"))
}
