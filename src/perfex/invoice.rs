//! What an invoice says about its payment.
//!
//! The sums of payments and applied credits decide, never the status column alone: SQL writes, gateway refunds and
//! a skipped cron hour leave that column stale (`database.md` 3.8, `verified.md` 2).

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::db::{DbError, Fields, Record, Session, placeholders};
use crate::ids::{ClientId, CreditId, InvoiceId, PaymentId};
use crate::money::Amount;

use super::credit_note::{self, CreditNote};

/// `invoices.status`: the column's default.
const UNPAID: i64 = 1;
/// `invoices.status`: taken back by staff.
const CANCELLED: i64 = 5;
/// `invoices.status`: not issued yet.
const DRAFT: i64 = 6;

const READ: &str = "SELECT `clientid`, `status`, `total`, `hash` FROM `{p}invoices` WHERE `id` = ?";
const PAYMENTS: &str =
    "SELECT `id`, `amount` FROM `{p}invoicepaymentrecords` WHERE `invoiceid` = ? ORDER BY `id`";
const CREDITS: &str = "SELECT `id`, `amount` FROM `{p}credits` WHERE `invoice_id` = ? ORDER BY `id`";
/// There is no index for it: asked only for what somebody typed.
const NUMBERED: &str = "SELECT `id` FROM `{p}invoices` WHERE `number` = ? ORDER BY `id` DESC LIMIT 50";
const PAID_BY_INVOICE: &str = "SELECT i.`id` AS `id`, i.`clientid` AS `clientid`, i.`status` AS `status`, i.`total` AS `total`, \
     i.`hash` AS `hash`, COALESCE(SUM(p.`amount`), 0) AS `paid`, COUNT(p.`id`) AS `payments` \
     FROM `{p}invoices` i LEFT JOIN `{p}invoicepaymentrecords` p ON p.`invoiceid` = i.`id` \
     WHERE i.`id` IN ";
const CREDITED_BY_INVOICE: &str = "SELECT `invoice_id` AS `id`, COALESCE(SUM(`amount`), 0) AS `credited`, \
     COUNT(*) AS `credits` FROM `{p}credits` WHERE `invoice_id` IN ";

/// Where an invoice stands in its life, apart from payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Issued: payments count.
    Issued,
    /// Cancelled by staff.
    Cancelled,
    /// A draft.
    Draft,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Issued => "issued",
            Self::Cancelled => "cancelled",
            Self::Draft => "draft",
        })
    }
}

/// The invoices that a printed number may mean, such as `INV-000042`, `INV-2026/000042` or `42`.
pub async fn numbered(session: &mut Session, text: &str) -> Result<Vec<InvoiceId>, DbError> {
    let digits = text.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    let Ok(number) = digits.parse::<i64>() else { return Ok(Vec::new()) };
    let rows = session.rows::<(InvoiceId,)>(NUMBERED, (number,)).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Everything that was paid on an invoice id, whether or not the invoice is still there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipts {
    /// Recorded payments.
    pub payments: Vec<(PaymentId, Amount)>,
    /// Credits of credit notes that were applied.
    pub credits: Vec<(CreditId, Amount)>,
}

impl Receipts {
    /// Reads payments and credits.
    pub async fn read(session: &mut Session, id: InvoiceId) -> Result<Self, DbError> {
        let payments = session.rows::<Part>(PAYMENTS, (id,)).await?;
        let credits = session.rows::<Part>(CREDITS, (id,)).await?;
        Ok(Self {
            payments: payments.into_iter().map(|part| (PaymentId(part.id), part.amount)).collect(),
            credits: credits.into_iter().map(|part| (CreditId(part.id), part.amount)).collect(),
        })
    }

    fn paid(&self) -> Amount {
        self.payments.iter().map(|(_, amount)| *amount).sum()
    }

    fn credited(&self) -> Amount {
        self.credits.iter().map(|(_, amount)| *amount).sum()
    }
}

/// An invoice with all that was paid on it, read in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Whose it is; staff who merge two customers give it to another.
    pub client: ClientId,
    /// Issued, cancelled or draft.
    pub standing: Standing,
    /// What is to be paid.
    pub total: Amount,
    /// The CRM's own random mark, which tells this invoice from a later one with the same id.
    pub hash: String,
    /// What was paid.
    pub receipts: Receipts,
    /// Credit notes that take back what it sold.
    pub notes: Vec<CreditNote>,
    status: i64,
}

impl Invoice {
    /// Reads an invoice, or `None` when it was deleted.
    pub async fn read(
        session: &mut Session,
        id: InvoiceId,
        receipts: Receipts,
    ) -> Result<Option<Self>, DbError> {
        let Some(head) = session.first::<Head>(READ, (id,)).await? else { return Ok(None) };
        let notes = credit_note::of_invoices(session, &[id]).await?.remove(&id).unwrap_or_default();
        Ok(Some(Self {
            client: head.client,
            standing: head.standing(),
            total: head.total,
            hash: head.hash,
            receipts,
            notes,
            status: head.status,
        }))
    }

    /// An invoice that no CRM has.
    #[cfg(test)]
    pub(crate) fn for_test(
        standing: Standing,
        total: Amount,
        receipts: Receipts,
        notes: Vec<CreditNote>,
    ) -> Self {
        Self { client: ClientId(1), standing, total, hash: String::new(), receipts, notes, status: 1 }
    }

    /// Payments and credits together.
    #[must_use]
    pub fn received(&self) -> Amount {
        self.receipts.paid() + self.receipts.credited()
    }

    /// What the watch compares to notice a change.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let Receipts { payments, credits } = &self.receipts;
        let head = head_print(
            &self.hash,
            self.client,
            self.status,
            self.total,
            self.receipts.paid(),
            payments.len(),
        );
        Fingerprint::new(&head, self.receipts.credited(), credits.len(), &self.notes)
    }
}

struct Head {
    client: ClientId,
    status: i64,
    total: Amount,
    hash: String,
}

impl Head {
    fn standing(&self) -> Standing {
        match self.status {
            CANCELLED => Standing::Cancelled,
            DRAFT => Standing::Draft,
            _ => Standing::Issued,
        }
    }
}

impl Record for Head {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        // A NULL status cannot come from Perfex; it reads as unpaid.
        let status: Option<i64> = row.take("status")?;
        Ok(Self {
            client: row.take("clientid")?,
            status: status.unwrap_or(UNPAID),
            total: row.take("total")?,
            hash: row.take("hash")?,
        })
    }
}

struct Part {
    id: i64,
    amount: Amount,
}

impl Record for Part {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, amount: row.take("amount")? })
    }
}

/// A short text that changes whenever an invoice's payment may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of an invoice that was deleted.
    #[must_use]
    pub fn gone() -> Self {
        Self("gone/".to_owned())
    }

    /// The fingerprint of an invoice that was just issued.
    pub(super) fn unpaid(client: ClientId, total: Amount, hash: &str) -> Self {
        Self::new(&head_print(hash, client, UNPAID, total, Amount::ZERO, 0), Amount::ZERO, 0, &[])
    }

    fn new(head: &str, credited: Amount, credits: usize, notes: &[CreditNote]) -> Self {
        let mut print = format!("{head}/{credited}:{credits}");
        if !notes.is_empty() {
            let total: Amount = notes.iter().map(|note| note.total).sum();
            let digest = hex::encode(Sha256::digest(format!("{notes:?}").as_bytes()));
            let digest: String = digest.chars().take(8).collect();
            print = format!("{print}+{total}:{}:{digest}", notes.len());
        }
        Self(print)
    }

    /// The text that is stored with an order.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `stored` was taken of the same invoice row and payments; credits are not compared.
    #[must_use]
    pub fn same_payments_as(&self, stored: &str) -> bool {
        self.0.split('/').next() == stored.split('/').next()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first characters of the hash are enough to notice another invoice under the same id.
fn head_print(
    hash: &str,
    client: ClientId,
    status: i64,
    total: Amount,
    paid: Amount,
    payments: usize,
) -> String {
    let mark: String = hash.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    format!("{mark}:{client}:{status}:{total}:{paid}:{payments}")
}

/// How closely [`fingerprints`] looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Invoice rows and payments: three index look-ups an invoice.
    Payments,
    /// Also applied credits, which Perfex keeps without an index: one scan of that table a call; and credit notes.
    PaymentsAndCredits,
}

/// The present fingerprints of many invoices; deleted ones are [`Fingerprint::gone`].
pub async fn fingerprints(
    session: &mut Session,
    ids: &[InvoiceId],
    depth: Depth,
) -> Result<BTreeMap<InvoiceId, Fingerprint>, DbError> {
    let mut prints: BTreeMap<InvoiceId, Fingerprint> =
        ids.iter().map(|id| (*id, Fingerprint::gone())).collect();
    if ids.is_empty() {
        return Ok(prints);
    }
    let list = format!("({})", placeholders(ids.len()));
    let mut credited: BTreeMap<InvoiceId, (Amount, usize)> = BTreeMap::new();
    let mut notes = BTreeMap::new();
    if depth == Depth::PaymentsAndCredits {
        let sql = format!("{CREDITED_BY_INVOICE}{list} GROUP BY `invoice_id`");
        for row in session.rows::<Credited>(&sql, ids.to_vec()).await? {
            credited.insert(row.id, (row.amount, row.count));
        }
        notes = credit_note::of_invoices(session, ids).await?;
    }
    let sql =
        format!("{PAID_BY_INVOICE}{list} GROUP BY i.`id`, i.`clientid`, i.`status`, i.`total`, i.`hash`");
    for row in session.rows::<Paid>(&sql, ids.to_vec()).await? {
        let (amount, count) = credited.get(&row.id).copied().unwrap_or_default();
        let notes = notes.get(&row.id).map_or(&[][..], Vec::as_slice);
        prints.insert(row.id, Fingerprint::new(&row.head, amount, count, notes));
    }
    Ok(prints)
}

struct Paid {
    id: InvoiceId,
    head: String,
}

impl Record for Paid {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        let status: Option<i64> = row.take("status")?;
        let hash: String = row.take("hash")?;
        let (total, paid, payments) = (row.take("total")?, row.take("paid")?, row.take("payments")?);
        let head = head_print(&hash, row.take("clientid")?, status.unwrap_or(UNPAID), total, paid, payments);
        Ok(Self { id: row.take("id")?, head })
    }
}

struct Credited {
    id: InvoiceId,
    amount: Amount,
    count: usize,
}

impl Record for Credited {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, amount: row.take("credited")?, count: row.take("credits")? })
    }
}
