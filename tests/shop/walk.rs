//! Random sequences of what staff may do to an invoice, with an independent model of what must hold after each step.
//!
//! The seed is printed; `PERFEX_BRIDGE_TEST_SEED=n` repeats a walk.

use chrono::{DateTime, TimeDelta, Utc};
use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::entropy::{Entropy as _, SeededEntropy, SystemEntropy, bytes};
use perfex_bridge::ids::{CreditId, InvoiceId, PaymentId};
use perfex_bridge::shop::Settled;
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::mariadb::Database;
use crate::support::shop::{Shop, eva};

const STEPS: usize = 60;
/// Units of the order.
const UNITS: usize = 2;

/// A credit note for the invoice that staff have made on the way.
#[derive(Debug, Clone, Copy)]
struct Note {
    id: i64,
    /// How many units its line names, at which price; the others are over an amount only.
    units: usize,
    price: Decimal,
    total: Decimal,
    void: bool,
}

/// What the order must look like, kept without the daemon's help.
#[derive(Debug, Default)]
struct Model {
    fulfilled: bool,
    /// One for all that were paid first, and one for those that were paid later at once.
    mails: usize,
    /// Which units have a license, and since when each lacks its payment.
    units: [(bool, Option<DateTime<Utc>>); UNITS],
}

/// What the rows of the CRM say.
#[derive(Debug)]
struct Facts {
    counts: bool,
    total: Decimal,
    received: Decimal,
    /// What the notes have put on their own invoice.
    applied: Decimal,
}

/// Which units are paid, and which were given back; the rule as a person would tell it of two equal units.
fn paid_units(facts: &Facts, notes: &[Note]) -> ([bool; 2], [bool; 2]) {
    let half = (facts.total / Decimal::TWO)
        .round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    let worth = [half, facts.total - half];
    let mut given = [false; 2];
    for note in notes.iter().filter(|note| !note.void) {
        let mut rest = note.total;
        let with_tax = note.price * Decimal::new(119, 2);
        // At less than the price of one and less than it is worth by now, the line made it cheaper.
        let named = note.price >= Decimal::from(49) || with_tax.round_dp(2) + Decimal::new(1, 2) >= worth[0];
        if !named {
            rest -= with_tax * Decimal::from(note.units);
        }
        for _ in 0..if named { note.units } else { 0 } {
            if let Some(last) = (0..2).rev().find(|unit| !given[*unit]) {
                given[last] = true;
                rest -= worth[last];
            }
        }
        let free =
            |given: [bool; 2]| (0..2).rev().filter(move |unit| !given[*unit] && worth[*unit] > Decimal::ZERO);
        if let Some(exact) = free(given).find(|unit| worth[*unit] == rest) {
            given[exact] = true;
            continue;
        }
        for unit in free(given) {
            if worth[unit] > rest {
                break;
            }
            given[unit] = true;
            rest -= worth[unit];
        }
    }
    let back: Decimal = (0..2).filter(|unit| given[*unit]).map(|unit| worth[unit]).sum();
    let mut money = facts.received - facts.applied.min(back);
    let mut paid = [false; 2];
    for unit in (0..2).filter(|unit| !given[*unit]) {
        money -= worth[unit];
        paid[unit] = facts.counts && money >= Decimal::ZERO;
    }
    (paid, given)
}

impl Model {
    fn look(&mut self, facts: &Facts, notes: &[Note], now: DateTime<Utc>) {
        let (paid, given) = paid_units(facts, notes);
        let rest = (0..2).filter(|unit| !given[*unit]);
        let was_fulfilled = self.fulfilled;
        self.fulfilled |= rest.clone().count() > 0 && rest.into_iter().all(|unit| paid[unit]);
        self.mails += usize::from(self.fulfilled && !was_fulfilled);
        let gets = |unit: usize, licensed: bool| self.fulfilled && paid[unit] && !licensed;
        let further = (0..UNITS).any(|unit| gets(unit, self.units[unit].0));
        self.mails += usize::from(further && was_fulfilled);
        for (unit, (licensed, since)) in self.units.iter_mut().enumerate() {
            *licensed |= self.fulfilled && paid[unit];
            *since = match (paid[unit], *since) {
                (true, _) => None,
                (false, None) if *licensed => Some(now),
                (false, since) => since,
            };
        }
    }

    fn rights(&self, now: DateTime<Utc>) -> Vec<&'static str> {
        let licensed = self.units.iter().filter(|(licensed, _)| *licensed);
        licensed
            .map(|(_, since)| match since {
                None => "active",
                Some(since) if now < *since + TimeDelta::days(7) => "past_due",
                Some(_) => "suspended",
            })
            .collect()
    }
}

struct Dice(SeededEntropy);

impl Dice {
    /// A number below `sides`.
    fn roll(&self, sides: u8) -> u8 {
        let mut byte = [0];
        self.0.fill(&mut byte);
        byte[0] % sides
    }
}

/// What the rows say, by SQL of our own.
async fn facts(conn: &mut Conn, invoice: InvoiceId) -> Facts {
    let row: Option<(bool, Decimal, Decimal, Decimal)> = conn
        .exec_first(
            "SELECT i.`status` NOT IN (5, 6), i.`total`,
                (SELECT COALESCE(SUM(p.`amount`), 0) FROM `tblinvoicepaymentrecords` p WHERE p.`invoiceid` = i.`id`)
              + (SELECT COALESCE(SUM(c.`amount`), 0) FROM `tblcredits` c WHERE c.`invoice_id` = i.`id`),
                (SELECT COALESCE(SUM(c.`amount`), 0) FROM `tblcredits` c INNER JOIN `tblcreditnotes` n ON n.`id` = c.`credit_id`
                 WHERE c.`invoice_id` = i.`id` AND n.`reference_no` IS NOT NULL AND n.`status` <> 3)
             FROM `tblinvoices` i WHERE i.`id` = ?",
            (invoice,),
        )
        .await
        .unwrap();
    let (counts, total, received, applied) = row.unwrap_or_default();
    Facts { counts, total, received, applied }
}

/// One thing that staff do, or time does; its name goes into the failure's message.
async fn step(
    shop: &Shop,
    conn: &mut Conn,
    invoice: InvoiceId,
    dice: &Dice,
    notes: &mut Vec<Note>,
) -> &'static str {
    let payments: Vec<PaymentId> = conn
        .exec("SELECT `id` FROM `tblinvoicepaymentrecords` WHERE `invoiceid` = ? ORDER BY `id`", (invoice,))
        .await
        .unwrap();
    let credits: Vec<CreditId> = conn
        .exec("SELECT `id` FROM `tblcredits` WHERE `invoice_id` = ? ORDER BY `id`", (invoice,))
        .await
        .unwrap();
    let status: Option<i64> =
        conn.exec_first("SELECT `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    match dice.roll(17) {
        0 | 1 => {
            crm::record_payment(conn, invoice, Decimal::from(98)).await;
            "pay"
        }
        2 => {
            crm::record_payment(conn, invoice, Decimal::from(30)).await;
            "pay a part"
        }
        3 => {
            crm::insert_payment_only(conn, invoice, Decimal::from(49)).await;
            "pay by SQL"
        }
        4 | 5 => match payments.first() {
            Some(payment) => {
                crm::delete_payment(conn, *payment).await;
                "delete a payment"
            }
            None => "no payment to delete",
        },
        6 => match payments.last() {
            Some(payment) => {
                crm::edit_payment(conn, *payment, Decimal::from(dice.roll(100))).await;
                "edit a payment"
            }
            None => "no payment to edit",
        },
        7 => {
            crm::apply_credit(conn, invoice, Decimal::from(40)).await;
            "credit"
        }
        8 => match credits.first() {
            Some(credit) => {
                crm::remove_credit(conn, *credit).await;
                "remove a credit"
            }
            None => "no credit to remove",
        },
        9 if status == Some(crm::CANCELLED) => {
            crm::uncancel_invoice(conn, invoice).await;
            "un-cancel"
        }
        9 => {
            crm::cancel_invoice(conn, invoice).await;
            "cancel"
        }
        10 => {
            let total = [0, 60, 98, 140][usize::from(dice.roll(4))];
            crm::edit_total(conn, invoice, Decimal::from(total)).await;
            "edit the total"
        }
        11 | 12 => {
            let (text, price) = ("Booking - Taxed", Decimal::from(49));
            let total = "58.31".parse().unwrap();
            let id = crm::credit_note_for(conn, invoice, &[(text, 1, price)], total).await;
            notes.push(Note { id, units: 1, price, total, void: false });
            "give a unit back"
        }
        13 => {
            let total = Decimal::from([5, 30, 49, 70][usize::from(dice.roll(4))]);
            let id = crm::credit_note_for(conn, invoice, &[("Refund", 1, total)], total).await;
            notes.push(Note { id, units: 0, price: total, total, void: false });
            "refund an amount"
        }
        14 => {
            let total = facts(conn, invoice).await.total;
            let line = "SELECT CAST(`qty` AS SIGNED), `rate` FROM `tblitemable` WHERE `rel_type` = 'invoice' AND `rel_id` = ?";
            let (units, price) = conn.exec_first(line, (invoice,)).await.unwrap().unwrap();
            let id = crm::credit_invoice(conn, invoice).await;
            notes.push(Note { id, units, price, total, void: false });
            "credit the whole invoice"
        }
        15 => match notes.iter_mut().rev().find(|note| !note.void) {
            Some(note) => {
                note.void = true;
                crm::void_note(conn, note.id).await;
                "void a credit note"
            }
            None => "no credit note to void",
        },
        _ => {
            shop.pass(TimeDelta::days(i64::from(dice.roll(9))));
            "wait"
        }
    }
}

/// Walks once from one order; panics with the seed and the way when something does not hold.
async fn walk(seed: u64, crm: Database) {
    let dice = Dice(SeededEntropy::new(seed));
    let shop = Shop::beside(crm).await;
    let conn = &mut shop.conn().await;
    // Without end, so that no license expires on the way.
    let mut wanted = eva("taxed");
    wanted.quantity = u32::try_from(UNITS).unwrap();
    let placed = shop.place(&wanted).await.unwrap();
    let (order, invoice) = (placed.order, placed.invoice.unwrap());

    let mut model = Model::default();
    let mut notes = Vec::new();
    let mut way = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..STEPS {
        way.push(step(&shop, conn, invoice, &dice, &mut notes).await);
        shop.settle(invoice).await;
        for note in &mut notes {
            // Taking a credit back opens its note again, also a void one.
            let sql = "SELECT `status` = 3 FROM `tblcreditnotes` WHERE `id` = ?";
            note.void = conn.exec_first(sql, (note.id,)).await.unwrap().unwrap();
        }
        let facts = facts(conn, invoice).await;
        model.look(&facts, &notes, shop.now());
        let told = || format!("PERFEX_BRIDGE_TEST_SEED={seed} {way:?} {facts:?} {notes:?} {model:?}");

        let licenses = shop.licenses(order).await;
        let rights: Vec<String> = licenses.iter().map(|license| license.right.to_string()).collect();
        assert_eq!(rights, model.rights(shop.now()), "{}", told());
        assert_eq!(shop.messages().await.len(), model.mails, "{}", told());
        let now: Vec<String> = licenses.into_iter().map(|license| license.key.unwrap()).collect();
        assert!(now.starts_with(&keys), "{}", told());
        keys = now;
        assert_eq!(shop.settle(invoice).await, Settled::Unchanged, "{}", told());
    }
    crm::delete_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    model.look(&facts(conn, invoice).await, &notes, shop.now());
    assert_eq!(shop.order(order).await.state.to_string(), "cancelled", "seed {seed}");
    let rights: Vec<String> =
        shop.licenses(order).await.iter().map(|license| license.right.to_string()).collect();
    assert_eq!(rights, model.rights(shop.now()), "seed {seed}");
}

#[tokio::test]
async fn after_every_step_of_a_random_walk_the_license_works_if_it_is_paid_or_in_grace() {
    let given = std::env::var("PERFEX_BRIDGE_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seed = given.unwrap_or_else(|| u64::from_le_bytes(bytes(&SystemEntropy)));
    println!("PERFEX_BRIDGE_TEST_SEED={seed}");
    walk(seed, Database::perfex_341().await).await;
    for fixed in 1..=3 {
        walk(fixed, Database::perfex_341().await).await;
    }
    walk(seed, Database::perfex_300().await).await;
}
