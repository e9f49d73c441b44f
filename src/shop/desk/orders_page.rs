//! The orders of the shop: the list, its export, one order with everything about it, and an order by staff.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::Serialize;
use tera::Context;

use super::search::{Line, Lines, Search};
use super::{Tag, colours, export};
use crate::http::PageError;
use crate::http::staff::{
    Capability, Column, Feature, Keyset, Pager, Place, StaffAnswer, StaffPage, StaffVisit, Table,
};
use crate::ids::{InvoiceId, OrderId};
use crate::outbox::Outbox;
use crate::perfex::invoice_number::InvoiceName;
use crate::shop::charge::Charge;
use crate::shop::order::{Fulfilment, OrderState};
use crate::shop::{FEATURE, Product, Workshop};

/// Orders a page.
const SIZE: u8 = 25;
/// Orders that are read at once for the export.
const CHUNK: u32 = 1_000;
const COLUMNS: &[Column] = &[
    Column::plain("orders-number"),
    Column::plain("orders-placed").class("hidden-xs"),
    Column::plain("orders-customer"),
    Column::plain("orders-total").class("text-right hidden-xs"),
    Column::plain("orders-state"),
];

/// The page.
#[derive(Debug, Clone)]
pub struct OrdersPage {
    /// What the shop works with.
    pub workshop: Workshop,
    /// Who delivers, to be told that there is something to do.
    pub outboxes: Vec<Arc<Outbox>>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    placed: String,
    name: String,
    email: String,
    total: String,
    tags: Vec<Tag>,
}

/// One choice of a filter or field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Choice {
    pub value: String,
    pub text: String,
}

impl StaffPage for OrdersPage {
    fn at(&self) -> &'static str {
        "shop/orders"
    }

    fn feature(&self) -> Feature {
        FEATURE
    }

    fn needs(&self, below: &[&str]) -> Capability {
        match below {
            ["new"] => Capability::Create,
            [_, "cancel"] => Capability::Delete,
            _ => Capability::Edit,
        }
    }

    fn answer(&self, visit: StaffVisit) -> BoxFuture<'_, Result<StaffAnswer, PageError>> {
        Box::pin(async move {
            let below = visit.below().iter().map(|part| (*part).to_owned()).collect::<Vec<_>>();
            let parts: Vec<&str> = below.iter().map(String::as_str).collect();
            match (visit.sends(), parts.as_slice()) {
                (false, []) => self.list(&visit).await,
                (false, ["orders.csv"]) => self.export(&visit).await,
                (false, ["new"]) if visit.may(Capability::Create) => self.new_order(&visit).await,
                (true, ["new"]) => self.place(visit).await,
                (sends, [id, deed @ ..]) => match id.parse::<OrderId>() {
                    Ok(id) if sends => self.act(visit, id, deed).await,
                    Ok(id) if deed.is_empty() => self.order(&visit, id).await,
                    _ => Ok(StaffAnswer::Unknown),
                },
                _ => Ok(StaffAnswer::Unknown),
            }
        })
    }
}

impl OrdersPage {
    async fn list(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let search = Search::read(&visit.query);
        let keyset = Keyset::of(&visit.query, SIZE);
        let mut session = self.workshop.database.session().await?;
        let Lines { lines, cut } =
            search.lines(&mut session, &visit.formats, keyset.place(), keyset.limit()).await?;
        let (lines, pager): (Vec<Line>, Option<Pager>) = keyset.cut(visit, lines, |line| line.id.0);
        let products = Product::list(&mut session).await?;
        drop(session);
        let rows: Vec<Row> = lines.iter().map(|line| row(visit, line)).collect();
        let products: Vec<Choice> = products
            .iter()
            .map(|product| Choice { value: product.id.to_string(), text: product.name.clone() })
            .collect();
        let mut context = Context::new();
        context.insert("rows", &rows);
        context.insert("cut", &cut);
        context.insert("table", &Table::fixed(visit, COLUMNS, pager));
        context.insert("products", &products);
        context.insert("states", &words(visit, "state", OrderState::ALL));
        context.insert("charges", &words(visit, "charge", Charge::ALL));
        context.insert("fulfilments", &words(visit, "fulfilment", Fulfilment::ALL));
        for name in ["q", "state", "charge", "fulfilment", "product", "from", "to"] {
            context.insert(name, visit.query.get(name).unwrap_or_default());
        }
        context.insert("filtered", &(search != Search::default()));
        context.insert("export", &visit.query.link(&["before", "after", "said", "about"], &[]));
        visit.page("orders.html", visit.say("orders-title"), context)
    }

    /// The orders that the list's filters leave, newest first, as many as fit into a file.
    async fn export(&self, visit: &StaffVisit) -> Result<StaffAnswer, PageError> {
        let search = Search::read(&visit.query);
        let mut session = self.workshop.database.session().await?;
        let mut lines: Vec<Line> = Vec::new();
        let mut invoices = export::Invoices::new();
        let mut place = Place::Newest;
        while lines.len() < export::MOST {
            let read = search.lines(&mut session, &visit.formats, place, CHUNK).await?.lines;
            let Some(last) = read.last() else { break };
            place = Place::Before(last.id.0);
            let named: Vec<InvoiceId> = read.iter().filter_map(|line| line.invoice).collect();
            invoices.extend(InvoiceName::of_all(&mut session, &named).await?);
            lines.extend(read);
        }
        drop(session);
        lines.truncate(export::MOST);
        let bytes = export::write(visit, &lines, &invoices)?;
        let day = visit.formats.zone().wall_clock(visit.now).format("%Y-%m-%d");
        Ok(StaffAnswer::File { name: format!("orders-{day}.csv"), media: "text/csv; charset=utf-8", bytes })
    }
}

/// The words of an axis, as choices.
fn words<T: ToString>(visit: &StaffVisit, axis: &str, all: &[T]) -> Vec<Choice> {
    all.iter()
        .map(|word| {
            let value = word.to_string();
            Choice { text: visit.say(&format!("order-{axis}-{value}")), value }
        })
        .collect()
}

fn row(visit: &StaffVisit, line: &Line) -> Row {
    Row {
        id: line.id.0,
        placed: visit.formats.moment(line.placed_at),
        name: format!("{} {}", line.firstname, line.lastname).trim().to_owned(),
        email: line.email.clone(),
        total: visit.formats.amount(line.total, &line.currency),
        tags: tags(visit, line.state, line.charge, line.fulfilment),
    }
}

/// The three axes as labels.
pub(super) fn tags(
    visit: &StaffVisit,
    state: OrderState,
    charge: Charge,
    fulfilment: Fulfilment,
) -> Vec<Tag> {
    let words = [format!("state-{state}"), format!("charge-{charge}"), format!("fulfilment-{fulfilment}")];
    let colours = colours(state, charge, fulfilment);
    words
        .iter()
        .zip(colours)
        .map(|(word, colour)| Tag { text: visit.say(&format!("order-{word}")), colour })
        .collect()
}
