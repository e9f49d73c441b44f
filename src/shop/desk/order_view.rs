//! One order: its axes, items, licenses, mails, what happened and why, and what would happen if money went back.

use serde::Serialize;
use tera::Context;

use super::effects::{Effect, Undo, effects};
use super::orders_page::{OrdersPage, tags};
use super::{SUBJECT, Tag};
use crate::audit;
use crate::db::{DbError, Session};
use crate::http::PageError;
use crate::http::staff::{AuditLine, StaffAnswer, StaffVisit};
use crate::ids::OrderId;
use crate::licensing::{self, License, Standing};
use crate::outbox::{self, Message, State};
use crate::perfex::invoice::{Invoice, Receipts};
use crate::sentence::Sentence;
use crate::shop::charge::Before;
use crate::shop::license_request;
use crate::shop::mails::mails;
use crate::shop::order::{Fulfilment, Item, Order, OrderState};
use crate::shop::storefront::named_tax;
use crate::shop::timeline::ORDER_TIMELINE;
use crate::text::Language;
use crate::timeline::Event;

/// How many deeds are shown.
const DEEDS: u32 = 50;
/// As many licenses as are shown; more are listed on the command line.
const LICENSES: u32 = 200;

#[derive(Serialize)]
struct Fact {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct ItemRow {
    text: String,
    product: String,
    quantity: u32,
    price: String,
    tax: String,
}

#[derive(Serialize)]
struct LicenseRow {
    id: i64,
    key: Option<String>,
    right: Tag,
    domain: Option<String>,
    until: String,
    may_suspend: bool,
    may_restore: bool,
}

#[derive(Serialize)]
struct MailRow {
    id: i64,
    what: String,
    to: String,
    state: Tag,
    error: Option<String>,
    written: String,
    open: bool,
}

#[derive(Serialize)]
struct EventRow {
    at: String,
    what: String,
    why: String,
}

#[derive(Serialize)]
struct EffectRow {
    what: String,
    then: String,
    bad: bool,
}

/// Everything that was read about an order.
struct Dossier {
    order: Order,
    items: Vec<Item>,
    licenses: Vec<License>,
    mails: Vec<Message>,
    events: Vec<Event>,
    invoice: Option<Invoice>,
}

impl OrdersPage {
    pub(super) async fn order(&self, visit: &StaffVisit, id: OrderId) -> Result<StaffAnswer, PageError> {
        let mut session = self.workshop.database.session().await?;
        let Some(dossier) = self.read(visit, &mut session, id).await? else {
            return Ok(StaffAnswer::Unknown);
        };
        let deeds = audit::of(&mut session, SUBJECT, &id, DEEDS).await?;
        drop(session);
        let order = &dossier.order;
        let mut context = Context::new();
        context.insert("order", &order.id.0);
        context.insert("tags", &tags(visit, order.state, order.charge, order.fulfilment));
        context.insert("facts", &facts(visit, &dossier));
        context.insert("client", &order.client.0);
        context.insert("invoice", &order.invoice.map(|invoice| invoice.0));
        context.insert("invoice_gone", &(order.invoice.is_some() && dossier.invoice.is_none()));
        context.insert("email", &order.email);
        context.insert(
            "items",
            &dossier.items.iter().map(|item| item_row(visit, order, item)).collect::<Vec<_>>(),
        );
        context.insert(
            "licenses",
            &dossier.licenses.iter().map(|license| license_row(visit, license)).collect::<Vec<_>>(),
        );
        context.insert("mails", &dossier.mails.iter().map(|mail| mail_row(visit, mail)).collect::<Vec<_>>());
        context.insert(
            "events",
            &dossier.events.iter().map(|event| event_row(visit, event)).collect::<Vec<_>>(),
        );
        context.insert("effects", &self.effects(visit, &dossier));
        context.insert("may_cancel", &(order.invoice.is_none() && order.state != OrderState::Cancelled));
        context.insert("audit", &AuditLine::of(visit, &deeds));
        let title = visit.say_with("order-heading", &[("id", &order.id.to_string())]);
        visit.page("order.html", title, context)
    }

    async fn read(
        &self,
        visit: &StaffVisit,
        session: &mut Session,
        id: OrderId,
    ) -> Result<Option<Dossier>, DbError> {
        let Some(order) = Order::find(session, id).await? else { return Ok(None) };
        let items = order.items(session).await?;
        let filter = licensing::Filter { order: Some(id), limit: LICENSES };
        let licenses = licensing::list(session, &self.workshop.cipher, filter, visit.now).await?;
        let mails = outbox::about(session, mails(&items)).await?;
        let mut events = ORDER_TIMELINE.read(session, id).await?;
        if let Some(first) = licenses.iter().map(|license| license.id).min() {
            let told = licensing::timelines(session, id, first).await?;
            events.extend(told.into_iter().map(|(license, event)| Event {
                detail: Sentence::of("why-license").with("id", license).within("why", event.detail),
                ..event
            }));
        }
        let requests = license_request::open_requests(session, &items).await?;
        events.sort_by_key(|event| event.at);
        events.extend(requests.iter().map(|request| license_request::standing(request, visit.now)));
        let invoice = match order.invoice {
            Some(id) => {
                let receipts = Receipts::read(session, id).await?;
                let found = Invoice::read(session, id, receipts).await?;
                found.filter(|found| Some(&found.hash) == order.invoice_hash.as_ref())
            }
            None => None,
        };
        Ok(Some(Dossier { order, items, licenses, mails, events, invoice }))
    }

    fn effects(&self, visit: &StaffVisit, dossier: &Dossier) -> Vec<EffectRow> {
        let Some(invoice) = &dossier.invoice else { return Vec::new() };
        let Order { state, fulfilment, .. } = dossier.order;
        let before = Before { state, fulfilment, licensed: !dossier.licenses.is_empty() };
        let grace = self.workshop.reversal_grace;
        let found = effects(invoice, &dossier.items, before, grace, visit.now);
        found.iter().map(|effect| effect_row(visit, dossier, effect)).collect()
    }
}

fn facts(visit: &StaffVisit, dossier: &Dossier) -> Vec<Fact> {
    let order = &dossier.order;
    let fact = |name: &str, value: String| Fact { name: visit.say(name), value };
    let mut facts = vec![
        fact("orders-placed", visit.formats.moment(order.placed_at)),
        fact("orders-customer", format!("{} {} <{}>", order.firstname, order.lastname, order.email)),
        fact("outbox-language", Language::name_of(&order.language).to_owned()),
        fact("orders-total", visit.formats.amount(order.total, &order.currency)),
    ];
    if let Some(invoice) = &dossier.invoice {
        facts.push(fact("order-received", visit.formats.amount(invoice.received(), &order.currency)));
    }
    if let Some(at) = order.look_again_at {
        facts.push(fact("order-grace-ends", visit.formats.moment(at)));
    }
    facts
}

fn item_row(visit: &StaffVisit, order: &Order, item: &Item) -> ItemRow {
    ItemRow {
        text: item.description.clone(),
        product: item.product_name.clone(),
        quantity: item.quantity,
        price: visit.formats.amount(item.unit_price, &order.currency),
        tax: item.tax.as_ref().map(|tax| named_tax(visit.language, tax)).unwrap_or_default(),
    }
}

fn license_row(visit: &StaffVisit, license: &License) -> LicenseRow {
    let colour = match license.right {
        Standing::Active => "success",
        Standing::Trial => "info",
        Standing::PastDue => "warning",
        Standing::Expired => "default",
        Standing::Suspended | Standing::Revoked => "danger",
    };
    let word = license.right.as_str().replace('_', "-");
    let own = !license.received;
    LicenseRow {
        id: license.id.0,
        key: license.key.as_ref().ok().cloned(),
        right: Tag { text: visit.say(&format!("license-right-{word}")), colour },
        domain: license.domain.clone(),
        until: license
            .expires_at
            .map_or_else(|| visit.say("order-without-end"), |end| visit.formats.day(end)),
        may_suspend: own && matches!(license.right, Standing::Active | Standing::Trial | Standing::PastDue),
        may_restore: own && license.right == Standing::Suspended,
    }
}

fn mail_row(visit: &StaffVisit, mail: &Message) -> MailRow {
    let phrase = format!("mail-{}-name", mail.template.replace('_', "-"));
    let colour = match mail.state {
        State::Ready | State::Sending => "info",
        State::Sent => "success",
        State::Retry | State::Uncertain => "warning",
        State::Dead => "danger",
    };
    MailRow {
        id: mail.id.0,
        what: visit.perhaps(&phrase, &[]).unwrap_or_else(|| mail.template.clone()),
        to: mail.recipient.clone(),
        state: Tag { text: visit.say(&format!("outbox-state-{}", mail.state)), colour },
        error: mail.last_error.clone(),
        written: visit.formats.moment(mail.created_at),
        open: mail.state != State::Sending,
    }
}

fn event_row(visit: &StaffVisit, event: &Event) -> EventRow {
    let phrase = format!("order-event-{}", event.event.replace('_', "-"));
    EventRow {
        at: visit.formats.moment(event.at),
        what: visit.perhaps(&phrase, &[]).unwrap_or_else(|| event.event.clone()),
        why: visit.tell(&event.detail),
    }
}

fn effect_row(visit: &StaffVisit, dossier: &Dossier, effect: &Effect) -> EffectRow {
    let currency = &dossier.order.currency;
    let (phrase, id, amount) = match effect.undo {
        Undo::Payment(id, amount) => {
            ("order-undo-payment", id.to_string(), visit.formats.amount(amount, currency))
        }
        Undo::Credit(id, amount) => {
            ("order-undo-credit", id.to_string(), visit.formats.amount(amount, currency))
        }
        Undo::Cancel => ("order-undo-cancel", String::new(), String::new()),
    };
    let count = effect.lost.to_string();
    let charge = visit.say(&format!("order-charge-{}", effect.charge));
    let until = effect.suspended.map(|at| visit.formats.moment(at)).unwrap_or_default();
    let then = match (effect.suspended, dossier.order.fulfilment) {
        (None, _) => "order-then-nothing",
        (Some(_), Fulfilment::Revoked) => "order-then-stays",
        (Some(_), _) => "order-then-suspended",
    };
    let values = [("count", count.as_str()), ("charge", charge.as_str()), ("until", until.as_str())];
    EffectRow {
        what: visit.say_with(phrase, &[("id", &id), ("amount", &amount)]),
        then: visit.say_with(then, &values),
        bad: effect.suspended.is_some(),
    }
}
