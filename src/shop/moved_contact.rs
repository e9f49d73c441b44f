//! Orders without an invoice whose contact belongs to another customer by now, as when staff merge two customers.
//!
//! An order with an invoice follows it whenever it is settled; these have nothing else to follow than the person.

use chrono::{DateTime, Utc};

use crate::db::{DbError, Fields, Record, Session, retry};
use crate::ids::{ClientId, ContactId, OrderId};
use crate::perfex::customer::Contact;
use crate::sentence::Sentence;

use super::ShopError;
use super::fulfil::Workshop;
use super::timeline::ORDER_TIMELINE;

/// Orders that are read at once.
const PAGE: u32 = 500;

const SLICE: &str = "SELECT `id`, `contact_id`, `client_id` FROM `{p}pm_orders` \
     WHERE `invoice_id` IS NULL AND `id` > ? ORDER BY `id` LIMIT ?";
const FOLLOW: &str = "UPDATE `{p}pm_orders` SET `client_id` = ?, `version` = `version` + 1 \
     WHERE `id` = ? AND `client_id` = ? AND `invoice_id` IS NULL";

struct Row {
    order: OrderId,
    contact: ContactId,
    client: ClientId,
}

impl Record for Row {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { order: row.take("id")?, contact: row.take("contact_id")?, client: row.take("client_id")? })
    }
}

/// Lets these orders follow their contacts; returns how many did. Whose contact is gone stays as it is.
pub(super) async fn follow(workshop: &Workshop) -> Result<u32, ShopError> {
    let (mut after, mut followed) = (OrderId(0), 0);
    loop {
        let mut session = workshop.database.session().await?;
        let page: Vec<Row> = session.rows(SLICE, (after, PAGE)).await?;
        let Some(last) = page.last() else { return Ok(followed) };
        after = last.order;
        let contacts: Vec<ContactId> = page.iter().map(|row| row.contact).collect();
        let clients = Contact::clients_of(&mut session, &contacts).await?;
        drop(session);
        for row in page {
            if let Some(client) = clients.get(&row.contact).filter(|client| **client != row.client) {
                let moved = retry(async || {
                    let mut session = workshop.database.begin().await?;
                    let moved = move_to(&mut session, &row, *client, workshop.clock.now()).await?;
                    session.commit().await?;
                    Ok::<_, DbError>(moved)
                });
                followed += u32::from(moved.await?);
            }
        }
    }
}

async fn move_to(
    session: &mut Session,
    row: &Row,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    if session.run(FOLLOW, (client, row.order, row.client)).await?.rows == 0 {
        return Ok(false);
    }
    let detail = Sentence::of("why-customer").with("before", row.client).with("after", client);
    ORDER_TIMELINE.add(session, row.order, now, "customer", detail).await?;
    Ok(true)
}
