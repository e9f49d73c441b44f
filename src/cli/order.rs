//! `order`: place them, see where they stand, and why.

use clap::Subcommand;
use serde::Serialize;

use crate::app::App;
use crate::db::Session;
use crate::ids::OrderId;
use crate::licensing::{self, Domain, License, Purpose};
use crate::outbox::Message;
use crate::shop::{self, Charge, Filter, Fulfilment, Item, ORDER_TIMELINE, PlaceOrder};
use crate::timeline::Event;

use super::output::{Format, moment, or_dash, print_one, print_rows};
use super::story::in_english;
use super::{CliError, count};

/// Subcommands of `order`.
#[derive(Debug, Subcommand)]
pub enum Order {
    /// Place an order: customer, contact and invoice appear in the CRM.
    Place {
        /// The package's SKU.
        #[arg(long)]
        package: String,
        /// Where the license is mailed to; a known contact's address finds its customer.
        #[arg(long)]
        email: String,
        /// First name.
        #[arg(long)]
        firstname: String,
        /// Last name.
        #[arg(long)]
        lastname: String,
        /// Company; a person when it is left out.
        #[arg(long, default_value = "")]
        company: String,
        /// Language of the mails, as the CRM calls it: german, english.
        #[arg(long)]
        language: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 1, value_parser = count, allow_negative_numbers = true)]
        quantity: u32,
        /// The domain that a trial is for; each domain can try a product once.
        #[arg(long)]
        domain: Option<String>,
    },
    /// Show one order with items, licenses and timeline.
    Show {
        /// The order's number.
        order: OrderId,
    },
    /// List orders, newest first.
    List {
        /// Only those with this charge: none, partial, full, over, reversed.
        #[arg(long)]
        charge: Option<Charge>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = count, allow_negative_numbers = true)]
        limit: u32,
    },
    /// Why an order stands where it does: each rule, the numbers behind it, the time.
    Why {
        /// The order's number.
        order: OrderId,
    },
}

#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    order: shop::Order,
    items: Vec<Item>,
    licenses: Vec<License>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requests: Vec<Message>,
    #[serde(skip)]
    standing: Vec<Event<String>>,
    timeline: Vec<Event<String>>,
}

impl Order {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        match self {
            Self::Place { package, email, firstname, lastname, company, language, quantity, domain } => {
                let domain = domain.as_deref().map(|text| Domain::parse(text, Purpose::Production));
                let domain = domain.transpose().map_err(|error| CliError::Usage(error.to_string()))?;
                let place =
                    PlaceOrder { package, quantity, email, firstname, lastname, company, language, domain };
                let schema = app.fit_schema().await?;
                let placed = place.place(&app.workshop, &schema).await?;
                print_one(format, &placed, |placed| match &placed.number {
                    Some(number) => format!(
                        "order {} placed: invoice {number} over {} {}",
                        placed.order, placed.total, placed.currency
                    ),
                    None if placed.fulfilment == Fulfilment::Open => format!(
                        "order {} placed: nothing to pay; its licenses are requested from {} and mailed when they come",
                        placed.order,
                        app.workshop.issuer.name()
                    ),
                    None => format!("order {} placed and fulfilled: nothing to pay", placed.order),
                })?;
            }
            Self::List { charge, limit } => list(app, format, Filter { charge, limit }).await?,
            Self::Show { order } => {
                let shown = shown(app, order).await?;
                print_one(format, &shown, describe)?;
            }
            Self::Why { order } => {
                let mut session = app.database.session().await?;
                let found = find(&mut session, order).await?;
                let mut events = ORDER_TIMELINE.read(&mut session, order).await?;
                let items = found.items(&mut session).await?;
                let requests = shop::open_requests(&mut session, &items).await?;
                events.extend(requests.iter().map(|request| shop::standing(request, app.clock.now())));
                let events = in_english(events)?;
                print_rows(format, &events, &["when", "what", "why"], "nothing has happened yet", |event| {
                    vec![moment(event.at), event.event.clone(), event.detail.clone()]
                })?;
            }
        }
        Ok(())
    }
}

async fn list(app: &App, format: Format, filter: Filter) -> Result<(), CliError> {
    let mut session = app.database.session().await?;
    let orders = shop::Order::list(&mut session, filter).await?;
    let header = ["order", "placed", "to", "invoice", "total", "state", "charge", "fulfilment"];
    let empty = "no orders; `order place` places one";
    print_rows(format, &orders, &header, empty, |order| {
        vec![
            order.id.to_string(),
            moment(order.placed_at),
            order.email.clone(),
            or_dash(order.invoice.as_ref()),
            format!("{} {}", order.total, order.currency),
            order.state.to_string(),
            order.charge.to_string(),
            order.fulfilment.to_string(),
        ]
    })?;
    Ok(())
}

async fn find(session: &mut Session, id: OrderId) -> Result<shop::Order, CliError> {
    let found = shop::Order::find(session, id).await?;
    found.ok_or_else(|| CliError::Usage(format!("there is no order {id}; `order list` shows them")))
}

async fn shown(app: &App, id: OrderId) -> Result<Shown, CliError> {
    let mut session = app.database.session().await?;
    let order = find(&mut session, id).await?;
    let items = order.items(&mut session).await?;
    let filter = licensing::Filter { order: Some(id), limit: u32::MAX };
    let licenses = licensing::list(&mut session, &app.cipher, filter, app.clock.now()).await?;
    let timeline = in_english(ORDER_TIMELINE.read(&mut session, id).await?)?;
    let requests = shop::open_requests(&mut session, &items).await?;
    let now = app.clock.now();
    let standing = in_english(requests.iter().map(|request| shop::standing(request, now)).collect())?;
    Ok(Shown { order, items, licenses, requests, standing, timeline })
}

fn describe(shown: &Shown) -> String {
    let Shown { order, items, licenses, requests, standing, timeline } = shown;
    let mut lines = vec![
        format!("order {}, {}, placed {}", order.id, order.state, moment(order.placed_at)),
        format!("  for      {} {} <{}>, {}", order.firstname, order.lastname, order.email, order.language),
        order.invoice.map_or_else(
            || "  invoice  none, nothing to pay".to_owned(),
            |id| format!("  invoice  {id} over {} {}", order.total, order.currency),
        ),
        format!("  charge   {}, fulfilment {}", order.charge, order.fulfilment),
    ];
    for item in items {
        lines.push(format!("  item     {} x {} at {}", item.quantity, item.description, item.unit_price));
    }
    for license in licenses {
        let until = license
            .expires_at
            .map_or_else(|| "without end".to_owned(), |end| format!("until {}", moment(end)));
        lines.push(format!("  license  {} {}, {until}", license.key_or_word(), license.right));
    }
    for (request, Event { event, detail, .. }) in requests.iter().zip(standing) {
        lines.push(format!("  request  {} {event}: {detail}", request.id));
    }
    for event in timeline {
        lines.push(format!("  {}  {}: {}", moment(event.at), event.event, event.detail));
    }
    lines.join("\n")
}
