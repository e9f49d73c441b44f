//! What becomes of the licenses of units whose payment was taken back, and of those that are paid again.
//!
//! A unit that is not paid any more has a row in `pm_unpaid_units`: it says since when, and whether its license was taken
//! back for that. Each reversal takes a license back once, so what staff give back by hand stays; the row goes when the
//! unit is paid again. Each unit has a grace of its own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::OrderId;
use crate::licensing::{self, Holding, Standing, SuspendedFor, UnitNumber};
use crate::sentence::Sentence;

const KNOWN: &str = "SELECT u.`order_item_id` AS `item`, u.`unit_no` AS `unit`, u.`since` AS `since`, \
     u.`taken` AS `taken` FROM `{p}pm_unpaid_units` u \
     INNER JOIN `{p}pm_order_items` i ON i.`id` = u.`order_item_id` WHERE i.`order_id` = ?";
const ADD: &str =
    "INSERT INTO `{p}pm_unpaid_units` (`order_item_id`, `unit_no`, `since`, `taken`) VALUES (?, ?, ?, ?)";
const TAKE: &str =
    "UPDATE `{p}pm_unpaid_units` SET `since` = ?, `taken` = 1 WHERE `order_item_id` = ? AND `unit_no` = ?";
const REMOVE: &str = "DELETE FROM `{p}pm_unpaid_units` WHERE `order_item_id` = ? AND `unit_no` = ?";

struct Known {
    number: UnitNumber,
    since: DateTime<Utc>,
    taken: bool,
}

impl Record for Known {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            number: (row.take("item")?, row.take("unit")?),
            since: row.take::<NaiveDateTime>("since")?.and_utc(),
            taken: row.take("taken")?,
        })
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Followed {
    /// Units whose payment went.
    pub lost: u64,
    /// Units that are paid again.
    pub regained: u64,
    /// Licenses that are past due now.
    pub past_due: u64,
    /// Licenses whose grace has passed.
    pub suspended: u64,
    /// Licenses that work again.
    pub restored: u64,
    /// When the next grace ends; `None`: none is running.
    pub next_end: Option<DateTime<Utc>>,
}

/// An order's units and how long their licenses work on without a payment.
pub(super) struct Reversal<'a> {
    pub order: OrderId,
    /// The units that are not paid.
    pub unpaid: &'a BTreeSet<UnitNumber>,
    pub grace: TimeDelta,
    pub now: DateTime<Utc>,
    /// What was read of the payment, for timelines.
    pub seen: &'a Sentence,
}

impl Reversal<'_> {
    /// Makes the licenses follow the payment, in the transaction that has locked the order.
    pub async fn follow(&self, session: &mut Session) -> Result<Followed, DbError> {
        let known = session.rows::<Known>(KNOWN, (self.order,)).await?;
        let known: BTreeMap<UnitNumber, Known> = known.into_iter().map(|row| (row.number, row)).collect();
        let holdings = licensing::holdings(session, self.order).await?;
        let holdings: BTreeMap<UnitNumber, Holding> =
            holdings.into_iter().map(|holding| (holding.unit, holding)).collect();
        let mut done = Followed::default();
        for number in self.unpaid {
            let holding = holdings.get(number);
            match (known.get(number), holding) {
                (None, _) => {
                    done.lost += 1;
                    let row = (number.0, number.1, self.now.naive_utc(), holding.is_some());
                    session.run(ADD, row).await?;
                    self.take(session, holding, &mut done).await?;
                }
                // A license that came while its payment was missing has a grace of its own.
                (Some(row), Some(_)) if !row.taken => {
                    session.run(TAKE, (self.now.naive_utc(), number.0, number.1)).await?;
                    self.take(session, holding, &mut done).await?;
                }
                (Some(row), Some(holding)) => self.wait(session, row.since, holding, &mut done).await?,
                (Some(_), None) => {}
            }
        }
        for number in known.keys().filter(|number| !self.unpaid.contains(number)) {
            done.regained += 1;
            session.run(REMOVE, (number.0, number.1)).await?;
        }
        let why = Sentence::of("why-paid-again").within("seen", self.seen.clone());
        for holding in holdings.values().filter(|holding| !self.unpaid.contains(&holding.unit)) {
            let lost = holding.right == Standing::PastDue
                || (holding.right == Standing::Suspended
                    && holding.suspended_for == Some(SuspendedFor::Payment));
            if lost {
                done.restored +=
                    u64::from(licensing::restore_paid(session, holding.id, self.now, &why).await?);
            }
        }
        Ok(done)
    }

    /// The end of a grace that begins now.
    fn end(&self, since: DateTime<Utc>) -> DateTime<Utc> {
        since.checked_add_signed(self.grace).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    async fn take(
        &self,
        session: &mut Session,
        holding: Option<&Holding>,
        done: &mut Followed,
    ) -> Result<(), DbError> {
        let Some(holding) = holding else { return Ok(()) };
        let until = self.end(self.now);
        let why = Sentence::of("why-taken-back")
            .within("seen", self.seen.clone())
            .with("until", until.format("%Y-%m-%d %H:%M"));
        done.past_due += u64::from(licensing::mark_past_due(session, holding.id, self.now, &why).await?);
        done.ends(until);
        Ok(())
    }

    async fn wait(
        &self,
        session: &mut Session,
        since: DateTime<Utc>,
        holding: &Holding,
        done: &mut Followed,
    ) -> Result<(), DbError> {
        let until = self.end(since);
        if until > self.now {
            done.ends(until);
        } else if holding.right == Standing::PastDue {
            let why = Sentence::of("why-grace-passed").within("seen", self.seen.clone());
            done.suspended +=
                u64::from(licensing::suspend_unpaid(session, holding.id, self.now, &why).await?);
        }
        Ok(())
    }
}

impl Followed {
    fn ends(&mut self, at: DateTime<Utc>) {
        self.next_end = Some(self.next_end.map_or(at, |known| known.min(at)));
    }
}
