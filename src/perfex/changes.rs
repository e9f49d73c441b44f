//! Which payments and credits have not been settled yet.
//!
//! An anti-join against the ledger `bridge_seen`, over the ids from a window below the end of the last complete look
//! upwards. Ids are given at `INSERT` but become visible at commit, so a low id may appear after a higher one was
//! settled; the window finds it. Its size, not the table's, is what a poll costs. Rows older than the window, edits and
//! deletions are found by the fingerprints of [`super::invoice`].
//!
//! Where a look ended is the looker's own memory, not the newest row of the ledger: thousands of payments at once are
//! not settled in the order of their ids, and a window below the newest settled one would leave the others out.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::InvoiceId;

/// How many rows one statement returns at most; the oldest come first.
const BATCH: u32 = 500;

/// A table whose new rows may pay an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// `invoicepaymentrecords`.
    Payments,
    /// `credits`: parts of credit notes that were applied to an invoice.
    Credits,
}

impl Source {
    /// Both tables.
    pub const ALL: [Self; 2] = [Self::Payments, Self::Credits];

    fn kind(self) -> &'static str {
        match self {
            Self::Payments => "payment",
            Self::Credits => "credit",
        }
    }

    /// How many ids below the end of the last look are looked at again: more than rows that can be under way at the
    /// same time. Credits are applied by hand, payments also come from gateways.
    fn window(self) -> i64 {
        match self {
            Self::Payments => 500,
            Self::Credits => 100,
        }
    }

    fn unseen_sql(self) -> &'static str {
        match self {
            Self::Payments => UNSEEN_PAYMENTS,
            Self::Credits => UNSEEN_CREDITS,
        }
    }

    fn seed_sql(self) -> &'static str {
        match self {
            Self::Payments => SEED_PAYMENTS,
            Self::Credits => SEED_CREDITS,
        }
    }
}

const UNSEEN_PAYMENTS: &str = "SELECT r.`id` AS `id`, r.`invoiceid` AS `invoice_id` \
     FROM `{p}invoicepaymentrecords` r LEFT JOIN `{p}bridge_seen` s ON s.`kind` = 'payment' AND s.`row_id` = r.`id` \
     WHERE r.`id` > ? AND s.`row_id` IS NULL ORDER BY r.`id` LIMIT ?";
const UNSEEN_CREDITS: &str = "SELECT r.`id` AS `id`, r.`invoice_id` AS `invoice_id` \
     FROM `{p}credits` r LEFT JOIN `{p}bridge_seen` s ON s.`kind` = 'credit' AND s.`row_id` = r.`id` \
     WHERE r.`id` > ? AND s.`row_id` IS NULL ORDER BY r.`id` LIMIT ?";
const SEED_PAYMENTS: &str = "INSERT IGNORE INTO `{p}bridge_seen` (`kind`, `row_id`) \
     SELECT 'payment', r.`id` FROM `{p}invoicepaymentrecords` r ORDER BY r.`id` DESC LIMIT ?";
const SEED_CREDITS: &str = "INSERT IGNORE INTO `{p}bridge_seen` (`kind`, `row_id`) \
     SELECT 'credit', r.`id` FROM `{p}credits` r ORDER BY r.`id` DESC LIMIT ?";
const ANY_SEEN: &str = "SELECT `row_id` FROM `{p}bridge_seen` WHERE `kind` = ? LIMIT 1";
const MARK: &str = "INSERT IGNORE INTO `{p}bridge_seen` (`kind`, `row_id`) VALUES ";
const FORGET: &str = "DELETE FROM `{p}bridge_seen` WHERE `kind` = ? AND `row_id` < ? LIMIT 10000";
const NEWEST_SEEN: &str =
    "SELECT COALESCE(MAX(`row_id`), 0) AS `newest` FROM `{p}bridge_seen` WHERE `kind` = ?";

struct Unseen {
    id: i64,
    invoice: InvoiceId,
}

impl Record for Unseen {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, invoice: row.take("invoice_id")? })
    }
}

/// Where the search for unsettled rows of one table stands.
#[derive(Debug, Clone, Copy)]
pub struct Cursor {
    source: Source,
    /// Every row up to here that could be seen has been handed out; `None` before the first look.
    reached: Option<i64>,
    /// Where a look that had no more room goes on.
    resume: Option<i64>,
}

impl Cursor {
    /// A search that has not begun.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self { source, reached: None, resume: None }
    }

    /// Begins at the present end of the ledger, which is started when it is empty; does nothing later.
    ///
    /// The caller must sweep afterwards: what stood in the table before is settled by looking at every order once.
    pub async fn anchor(&mut self, session: &mut Session) -> Result<i64, DbError> {
        if let Some(reached) = self.reached {
            return Ok(reached);
        }
        start_ledger(session, self.source).await?;
        let newest = newest_seen(session, self.source).await?;
        self.reached = Some(newest);
        Ok(newest)
    }

    /// The invoices that unsettled rows belong to, oldest row first; an invoice may repeat.
    ///
    /// Ends when nothing is left or about `room` rows were found; the next look goes on there. The caller must remember
    /// what it got: a row that is not settled comes again only while it is in the window.
    pub async fn unseen(&mut self, session: &mut Session, room: usize) -> Result<Vec<InvoiceId>, DbError> {
        let reached = self.anchor(session).await?;
        // Read first: what commits later lies above it, or in the window below.
        let newest = newest_seen(session, self.source).await?;
        let mut after = self.resume.unwrap_or(reached - self.source.window());
        let mut found = Vec::new();
        while found.len() < room {
            let rows: Vec<Unseen> = session.rows(self.source.unseen_sql(), (after, BATCH)).await?;
            let full = u32::try_from(rows.len()).is_ok_and(|rows| rows == BATCH);
            after = rows.last().map_or(after, |row| row.id);
            found.extend(rows.into_iter().map(|row| row.invoice));
            if !full {
                self.reached = Some(reached.max(newest).max(after));
                self.resume = None;
                return Ok(found);
            }
        }
        self.resume = Some(after);
        Ok(found)
    }
}

async fn newest_seen(session: &mut Session, source: Source) -> Result<i64, DbError> {
    Ok(session.first::<(i64,)>(NEWEST_SEEN, (source.kind(),)).await?.map_or(0, |row| row.0))
}

/// Writes into the ledger that these rows of `source` are settled.
pub async fn mark(
    session: &mut Session,
    source: Source,
    rows: impl IntoIterator<Item = i64>,
) -> Result<(), DbError> {
    let rows: Vec<i64> = rows.into_iter().collect();
    for chunk in rows.chunks(500) {
        let values = vec!["(?, ?)"; chunk.len()].join(", ");
        let params: Vec<mysql_async::Value> =
            chunk.iter().flat_map(|row| [source.kind().into(), (*row).into()]).collect();
        session.run(&format!("{MARK}{values}"), params).await?;
    }
    Ok(())
}

/// Starts an empty ledger at the present end of the table.
///
/// The caller must sweep afterwards: what stood in the table before is settled by looking at every order once.
pub async fn start_ledger(session: &mut Session, source: Source) -> Result<(), DbError> {
    if session.first::<(i64,)>(ANY_SEEN, (source.kind(),)).await?.is_none() {
        session.run(source.seed_sql(), (source.window(),)).await?;
    }
    Ok(())
}

/// Forgets ledger rows that no look will compare again.
pub async fn trim_ledger(session: &mut Session, source: Source) -> Result<(), DbError> {
    let newest = newest_seen(session, source).await?;
    session.run(FORGET, (source.kind(), newest - 2 * source.window())).await?;
    Ok(())
}
