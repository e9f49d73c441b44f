//! One look at everything.

use crate::db::{Database, DbError};
use crate::perfex::changes::{self, Source};
use crate::perfex::invoice::Depth;
use crate::reconcile::{Key, Queue};

use super::Watched;

/// Orders compared with one statement.
const STRETCH: u32 = 500;

/// What a sweep saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Orders that were compared.
    pub orders: usize,
    /// Orders whose invoice had changed.
    pub changed: usize,
}

/// Compares every order with its invoice, payments and credits, and queues what has changed.
///
/// The ledger is started first: a payment that commits after that is found by the poll, one from before is found here.
/// `beat` is called for every stretch.
pub async fn sweep(
    database: &Database,
    watched: &dyn Watched,
    queue: &Queue,
    beat: impl Fn(usize),
) -> Result<Swept, DbError> {
    let mut session = database.session().await?;
    for source in Source::ALL {
        changes::start_ledger(&mut session, source).await?;
        changes::trim_ledger(&mut session, source).await?;
    }
    drop(session);
    let mut swept = Swept::default();
    let mut walk = Some(0);
    while let Some(after) = walk {
        let stretch = watched.changed(after, STRETCH, Depth::PaymentsAndCredits).await?;
        swept.orders += stretch.looked_at;
        swept.changed += stretch.changed.len();
        for invoice in stretch.changed {
            queue.push(Key::Invoice(invoice));
        }
        walk = stretch.next;
        beat(swept.orders);
    }
    Ok(swept)
}
