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
const UNITS: u8 = 2;

/// What the order must look like, kept without the daemon's help.
#[derive(Debug, Default)]
struct Model {
    fulfilled: bool,
    unpaid_since: Option<DateTime<Utc>>,
}

impl Model {
    fn look(&mut self, paid: bool, now: DateTime<Utc>) {
        self.fulfilled |= paid;
        self.unpaid_since = match (paid, self.unpaid_since) {
            (true, _) => None,
            (false, None) if self.fulfilled => Some(now),
            (false, since) => since,
        };
    }

    fn right(&self, now: DateTime<Utc>) -> Option<&'static str> {
        match self.unpaid_since {
            _ if !self.fulfilled => None,
            None => Some("active"),
            Some(since) if now < since + TimeDelta::days(7) => Some("past_due"),
            Some(_) => Some("suspended"),
        }
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

/// Whether the rows say that the invoice is paid, by SQL of our own.
async fn paid(conn: &mut Conn, invoice: InvoiceId) -> bool {
    let paid: Option<bool> = conn
        .exec_first(
            "SELECT i.`status` NOT IN (5, 6) AND i.`total` <=
                (SELECT COALESCE(SUM(p.`amount`), 0) FROM `tblinvoicepaymentrecords` p WHERE p.`invoiceid` = i.`id`)
              + (SELECT COALESCE(SUM(c.`amount`), 0) FROM `tblcredits` c WHERE c.`invoice_id` = i.`id`)
             FROM `tblinvoices` i WHERE i.`id` = ?",
            (invoice,),
        )
        .await
        .unwrap();
    paid.unwrap_or(false)
}

/// One thing that staff do, or time does; its name goes into the failure's message.
async fn step(shop: &Shop, conn: &mut Conn, invoice: InvoiceId, dice: &Dice) -> &'static str {
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
    match dice.roll(12) {
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
    wanted.quantity = UNITS.into();
    let placed = shop.place(&wanted).await.unwrap();
    let (order, invoice) = (placed.order, placed.invoice.unwrap());

    let mut model = Model::default();
    let mut way = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for _ in 0..STEPS {
        way.push(step(&shop, conn, invoice, &dice).await);
        shop.settle(invoice).await;
        model.look(paid(conn, invoice).await, shop.now());
        let told = || format!("PERFEX_BRIDGE_TEST_SEED={seed} {way:?} {model:?}");

        let licenses = shop.licenses(order).await;
        let rights: Vec<String> = licenses.iter().map(|license| license.right.to_string()).collect();
        let expected: Vec<&str> = model
            .right(shop.now())
            .into_iter()
            .flat_map(|right| std::iter::repeat_n(right, UNITS.into()))
            .collect();
        assert_eq!(rights, expected, "{}", told());
        assert_eq!(shop.messages().await.len(), usize::from(model.fulfilled), "{}", told());
        let now: Vec<String> = licenses.into_iter().map(|license| license.key.unwrap()).collect();
        assert!(keys.is_empty() || keys == now, "{}", told());
        keys = now;
        assert_eq!(shop.settle(invoice).await, Settled::Unchanged, "{}", told());
    }
    crm::delete_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    model.look(false, shop.now());
    assert_eq!(shop.order(order).await.state.to_string(), "cancelled", "seed {seed}");
    let right = shop.licenses(order).await.first().map(|license| license.right.to_string());
    assert_eq!(right.as_deref(), model.right(shop.now()), "seed {seed}");
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
