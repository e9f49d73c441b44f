//! What staff do about an order: send its mails again, correct its address, suspend and restore its licenses, cancel it.

use super::SUBJECT;
use super::orders_page::OrdersPage;
use crate::audit::Deed;
use crate::db::Session;
use crate::http::PageError;
use crate::http::staff::{StaffAnswer, StaffVisit};
use crate::ids::{LicenseId, MessageId, OrderId};
use crate::licensing::{self, LicensingError};
use crate::outbox::{self, OutboxError, State};
use crate::perfex::customer::checked_email;
use crate::sentence::Sentence;
use crate::shop::cancel;
use crate::shop::mails::mails;
use crate::shop::order::Order;

impl OrdersPage {
    pub(super) async fn act(
        &self,
        visit: StaffVisit,
        id: OrderId,
        deed: &[&str],
    ) -> Result<StaffAnswer, PageError> {
        let mut session = self.workshop.database.begin().await?;
        let Some(order) = Order::lock(&mut session, id).await? else { return Ok(StaffAnswer::Unknown) };
        match deed {
            ["address"] => self.readdress(visit, session, &order).await,
            ["mails", message, "resend"] => match message.parse() {
                Ok(message) => self.resend(visit, session, &order, message).await,
                Err(_) => Ok(StaffAnswer::Unknown),
            },
            ["licenses", license, what @ ("suspend" | "restore")] => match license.parse() {
                Ok(license) => self.license(visit, session, &order, license, *what == "suspend").await,
                Err(_) => Ok(StaffAnswer::Unknown),
            },
            ["cancel"] => self.cancel(visit, session, &order).await,
            _ => Ok(StaffAnswer::Unknown),
        }
    }

    /// Corrects where the order's mails go: those to come, those that wait, and when asked for those that were sent.
    async fn readdress(
        &self,
        mut visit: StaffVisit,
        mut session: Session,
        order: &Order,
    ) -> Result<StaffAnswer, PageError> {
        let typed = visit.form.text("email").to_owned();
        let Ok(email) = checked_email(&typed) else {
            visit.refuse("email", "staff-form-email", &[]);
            drop(session);
            return self.order(&visit, order.id).await;
        };
        let again = visit.form.ticked("again");
        order.readdress(&mut session, email).await?;
        let items = order.items(&mut session).await?;
        for mail in outbox::about(&mut session, mails(&items)).await? {
            let waits = !matches!(mail.state, State::Sent | State::Sending);
            if waits || (again && mail.state == State::Sent) {
                outbox::retry(&mut session, mail.id, Some(email), visit.now).await.map_err(of_outbox)?;
            }
        }
        let deed =
            Deed::new(SUBJECT, &order.id, "readdressed").changed("email", Some(&order.email), Some(email));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.outboxes.iter().for_each(|outbox| outbox.nudge());
        Ok(visit.done(&format!("shop/orders/{}", order.id), "order-readdressed"))
    }

    async fn resend(
        &self,
        mut visit: StaffVisit,
        mut session: Session,
        order: &Order,
        message: MessageId,
    ) -> Result<StaffAnswer, PageError> {
        let items = order.items(&mut session).await?;
        let ours = outbox::about(&mut session, mails(&items)).await?;
        let Some(mail) = ours.iter().find(|mail| mail.id == message) else { return Ok(StaffAnswer::Unknown) };
        match outbox::retry(&mut session, message, None, visit.now).await {
            Ok(()) => {}
            Err(OutboxError::NotFrom { .. }) => {
                let sentence = visit.say("outbox-under-way");
                visit.form.refuse_whole(sentence);
                drop(session);
                return self.order(&visit, order.id).await;
            }
            Err(error) => return Err(of_outbox(error)),
        }
        let deed = Deed::new(SUBJECT, &order.id, "resent")
            .changed("mail", None::<&str>, Some(&mail.template))
            .changed("state", Some(mail.state), Some(State::Ready));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        self.outboxes.iter().for_each(|outbox| outbox.nudge());
        Ok(visit.done(&format!("shop/orders/{}", order.id), "message-resent"))
    }

    async fn license(
        &self,
        mut visit: StaffVisit,
        mut session: Session,
        order: &Order,
        license: LicenseId,
        suspend: bool,
    ) -> Result<StaffAnswer, PageError> {
        let filter = licensing::Filter { order: Some(order.id), limit: u32::MAX };
        let licenses = licensing::list(&mut session, &self.workshop.cipher, filter, visit.now).await?;
        let Some(found) = licenses.iter().find(|found| found.id == license && !found.received) else {
            return Ok(StaffAnswer::Unknown);
        };
        let why = Sentence::of("why-by").with("name", &visit.member.name);
        let (done, action) = if suspend {
            (licensing::suspend(&mut session, license, visit.now, &why).await, "suspended")
        } else {
            (licensing::restore(&mut session, license, visit.now, &why).await, "restored")
        };
        match done {
            Ok(()) => {}
            Err(LicensingError::Right(_)) => {
                let sentence = visit.say("order-license-changed");
                visit.form.refuse_whole(sentence);
                drop(session);
                return self.order(&visit, order.id).await;
            }
            Err(LicensingError::Database(error)) => return Err(error.into()),
            Err(error) => return Err(PageError::engine(error)),
        }
        let after = licensing::list(&mut session, &self.workshop.cipher, filter, visit.now).await?;
        let after = after.iter().find(|after| after.id == license).map(|after| after.right);
        let deed = Deed::new(SUBJECT, &order.id, action)
            .changed("license", None::<&str>, Some(license))
            .changed("right", Some(found.right), after);
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        Ok(visit.done_about(&format!("shop/orders/{}", order.id), &format!("license-{action}"), &license))
    }

    /// Cancels an order that has no invoice; the others follow their invoice, which staff cancel in the CRM.
    async fn cancel(
        &self,
        visit: StaffVisit,
        mut session: Session,
        order: &Order,
    ) -> Result<StaffAnswer, PageError> {
        if order.invoice.is_some() {
            return Ok(StaffAnswer::Stale);
        }
        let why = Sentence::of("why-cancelled-by").with("name", &visit.member.name);
        let cancelled =
            cancel::without_invoice(&mut session, &self.workshop.cipher, order, visit.now, &why).await?;
        let deed = Deed::new(SUBJECT, &order.id, "cancelled")
            .changed("state", Some(order.state), Some(cancelled.state))
            .changed("fulfilment", Some(order.fulfilment), Some(cancelled.fulfilment));
        visit.record(&mut session, &deed).await?;
        session.commit().await?;
        Ok(visit.done(&format!("shop/orders/{}", order.id), "order-cancelled"))
    }
}

fn of_outbox(error: OutboxError) -> PageError {
    match error {
        OutboxError::Database(error) => error.into(),
        other => PageError::engine(other),
    }
}
