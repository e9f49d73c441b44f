//! Which payments and credits have not been settled yet.
//!
//! An anti-join against the ledger `bridge_seen`, over the ids from `WINDOW` below the newest settled one upwards.
//! Ids are given at `INSERT` but become visible at commit, so a low id may appear after a higher one was settled;
//! the window finds it. Its size, not the table's, is what a poll costs. Rows older than the window, edits and
//! deletions are found by the fingerprints of [`super::invoice`].

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::InvoiceId;

/// How many ids below the newest settled one are looked at again.
const WINDOW: i64 = 500;
/// How many rows one look returns at most; the oldest come first, so the rest comes with the next look.
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

const UNSEEN_PAYMENTS: &str = "SELECT r.`invoiceid` AS `invoice_id` FROM `{p}invoicepaymentrecords` r \
     LEFT JOIN `{p}bridge_seen` s ON s.`kind` = 'payment' AND s.`row_id` = r.`id` \
     WHERE r.`id` > (SELECT COALESCE(MAX(m.`row_id`), 0) FROM `{p}bridge_seen` m WHERE m.`kind` = 'payment') - ? \
     AND s.`row_id` IS NULL ORDER BY r.`id` LIMIT ?";
const UNSEEN_CREDITS: &str = "SELECT r.`invoice_id` AS `invoice_id` FROM `{p}credits` r \
     LEFT JOIN `{p}bridge_seen` s ON s.`kind` = 'credit' AND s.`row_id` = r.`id` \
     WHERE r.`id` > (SELECT COALESCE(MAX(m.`row_id`), 0) FROM `{p}bridge_seen` m WHERE m.`kind` = 'credit') - ? \
     AND s.`row_id` IS NULL ORDER BY r.`id` LIMIT ?";
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
    invoice: InvoiceId,
}

impl Record for Unseen {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { invoice: row.take("invoice_id")? })
    }
}

/// The invoices that unsettled rows of `source` belong to, oldest row first; an invoice may repeat.
pub async fn unseen(session: &mut Session, source: Source) -> Result<Vec<InvoiceId>, DbError> {
    let rows: Vec<Unseen> = session.rows(source.unseen_sql(), (WINDOW, BATCH)).await?;
    Ok(rows.into_iter().map(|row| row.invoice).collect())
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
        session.run(source.seed_sql(), (WINDOW,)).await?;
    }
    Ok(())
}

/// Forgets ledger rows that no look will compare again.
pub async fn trim_ledger(session: &mut Session, source: Source) -> Result<(), DbError> {
    let newest = session.first::<(i64,)>(NEWEST_SEEN, (source.kind(),)).await?.map_or(0, |row| row.0);
    session.run(FORGET, (source.kind(), newest - 2 * WINDOW)).await?;
    Ok(())
}
