//! What must be true when everything is quiet again, read from the tables and from the mails that arrived.

use std::collections::{BTreeMap, BTreeSet};

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;

use crate::support::daemon::Site;
use crate::support::mariadb::Database;
use crate::support::smtp::Smtp;

/// An order's item, with what the CRM's own rows say about its payment.
const ITEMS: &str = "SELECT i.`id`, i.`quantity`, o.`email`, o.`fulfilment`,
       o.`invoice_id` IS NULL OR (v.`status` NOT IN (5, 6) AND v.`total` <=
         (SELECT COALESCE(SUM(r.`amount`), 0) FROM `tblinvoicepaymentrecords` r WHERE r.`invoiceid` = v.`id`) +
         (SELECT COALESCE(SUM(c.`amount`), 0) FROM `tblcredits` c WHERE c.`invoice_id` = v.`id`)) AS `paid`
     FROM `tblpm_order_items` i JOIN `tblpm_orders` o ON o.`id` = i.`order_id`
     LEFT JOIN `tblinvoices` v ON v.`id` = o.`invoice_id` ORDER BY i.`id`";
/// Messages that are neither delivered nor given up.
const UNFINISHED: &str = "SELECT COUNT(*) FROM `tblbridge_outbox` WHERE `state` NOT IN ('sent', 'dead')";
const DEAD: &str = "SELECT `id`, `last_error` FROM `tblbridge_outbox` WHERE `state` = 'dead'";
/// Failed attempts whose pause is over when minutes have passed; leases stay as they are.
const MINUTES_PASS: &str = "UPDATE `tblbridge_outbox` SET `due_at` = UTC_TIMESTAMP(6)
     WHERE `state` = 'retry' AND `lease_token` IS NULL";

/// One item.
#[derive(Debug)]
struct Item {
    id: i64,
    quantity: i64,
    email: String,
    fulfilled: bool,
    paid: bool,
}

/// A stretch of time in which something was killed or stopped, measured in mails that had arrived.
#[derive(Debug, Clone, Copy)]
pub struct Disturbance {
    /// Mails at its beginning.
    pub from: usize,
    /// Mails at its end.
    pub to: usize,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Orders.
    pub orders: usize,
    /// Items that are paid, or had nothing to pay.
    pub paid: usize,
    /// Licenses of all of them.
    pub licenses: i64,
}

async fn items(conn: &mut Conn) -> Vec<Item> {
    let rows: Vec<(i64, i64, String, String, bool)> = conn.query(ITEMS).await.unwrap();
    let item = |(id, quantity, email, fulfilment, paid): (i64, i64, String, String, bool)| Item {
        id,
        quantity,
        email,
        fulfilled: fulfilment == "fulfilled",
        paid,
    };
    rows.into_iter().map(item).collect()
}

/// Lets minutes pass for what waits after a refusal, unless a daemon is at work on it: its claim may win against this
/// statement.
pub async fn minutes_pass(database: &Database) {
    match database.conn().await.query_drop(MINUTES_PASS).await {
        Ok(()) => {}
        Err(mysql_async::Error::Server(error)) if error.code == 1213 => {}
        Err(error) => panic!("minutes do not pass: {error}"),
    }
}

/// Whether all that is paid is fulfilled and no message waits; `None` while it is not.
pub async fn quiet(database: &Database) -> Option<()> {
    let mut conn = database.conn().await;
    let waiting = items(&mut conn).await.iter().any(|item| item.paid != item.fulfilled);
    let unfinished: Option<i64> = conn.query_first(UNFINISHED).await.unwrap();
    (!waiting && unfinished == Some(0)).then_some(())
}

/// Messages that were given up, with the reason.
pub async fn given_up(database: &Database) -> Vec<(i64, String)> {
    database.conn().await.query(DEAD).await.unwrap()
}

/// One license a unit, one message an item, for exactly what is paid; and no half-made order in the CRM.
pub async fn check_tables(database: &Database) -> Totals {
    let conn = &mut database.conn().await;
    let mut totals = Totals { orders: 0, paid: 0, licenses: 0 };
    for item in items(conn).await {
        let units: Vec<i64> = conn
            .exec(
                "SELECT `unit_no` FROM `tblpm_licenses` WHERE `order_item_id` = ? ORDER BY `unit_no`",
                (item.id,),
            )
            .await
            .unwrap();
        let expected: Vec<i64> = if item.paid { (1..=item.quantity).collect() } else { Vec::new() };
        assert_eq!(units, expected, "licenses of {item:?}");
        let messages: Vec<(String, String)> = conn
            .exec(
                "SELECT `state`, `recipient` FROM `tblbridge_outbox` WHERE `dedupe_key` LIKE CONCAT('%:order_item:', ?)",
                (item.id,),
            )
            .await
            .unwrap();
        let expected = item.paid.then(|| ("sent".to_owned(), item.email.clone()));
        assert_eq!(messages, expected.into_iter().collect::<Vec<_>>(), "messages of {item:?}");
        totals.paid += usize::from(item.paid);
        totals.licenses += i64::try_from(units.len()).unwrap();
        totals.orders += 1;
    }
    nothing_half_made(conn).await;
    totals
}

/// An order that was cut off left no row in the CRM, and numbers have neither gaps nor twins.
async fn nothing_half_made(conn: &mut Conn) {
    let strays: Vec<i64> = conn
        .query(
            "SELECT v.`id` FROM `tblinvoices` v LEFT JOIN `tblpm_orders` o ON o.`invoice_id` = v.`id`
              WHERE o.`id` IS NULL",
        )
        .await
        .unwrap();
    assert!(strays.is_empty(), "invoices without an order: {strays:?}");
    let numbers: Vec<i64> = conn.query("SELECT `number` FROM `tblinvoices` ORDER BY `number`").await.unwrap();
    let expected: Vec<i64> = (1..).take(numbers.len()).collect();
    assert_eq!(numbers, expected, "invoice numbers");
    let twins: Vec<String> =
        conn.query("SELECT `email` FROM `tblcontacts` GROUP BY `email` HAVING COUNT(*) > 1").await.unwrap();
    assert!(twins.is_empty(), "contacts that exist twice: {twins:?}");
}

/// Message-ID and recipient of every message.
async fn identities(database: &Database) -> BTreeMap<String, String> {
    let sql = "SELECT `message_id`, `recipient` FROM `tblbridge_outbox`";
    let rows: Vec<(String, String)> = database.conn().await.query(sql).await.unwrap();
    rows.into_iter().collect()
}

fn identity(raw: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(raw).unwrap();
    mail.message_id().unwrap().to_owned()
}

/// One file a message, with its Message-ID.
pub async fn check_files(database: &Database, site: &Site) {
    let files: Vec<String> =
        site.mails().iter().map(|path| identity(&std::fs::read(path).unwrap())).collect();
    let known: BTreeSet<String> = identities(database).await.into_keys().collect();
    assert_eq!(files.iter().cloned().collect::<BTreeSet<_>>(), known);
    assert_eq!(files.len(), known.len(), "a mail became two files: {files:?}");
}

/// Each message arrived under its own Message-ID, and twice only when the attempt before was cut off after the final
/// dot: by the server's script, or by a disturbance between the two.
pub async fn check_mails(database: &Database, smtp: &Smtp, disturbances: &[Disturbance]) -> usize {
    let known = identities(database).await;
    let mut copies: BTreeMap<String, Vec<(usize, bool)>> = BTreeMap::new();
    for (place, mail) in smtp.received().into_iter().enumerate() {
        let id = identity(&mail.raw);
        assert_eq!(known.get(&id).map(|to| vec![to.clone()]), Some(mail.to), "an unknown mail {id}");
        copies.entry(id).or_default().push((place, mail.acknowledged));
    }
    for id in known.keys() {
        assert!(copies.contains_key(id), "mail {id} never arrived");
    }
    for (id, copies) in &copies {
        for pair in copies.windows(2) {
            let ((first, acknowledged), (second, _)) = (pair[0], pair[1]);
            let disturbed = disturbances.iter().any(|at| at.from <= second && at.to > first);
            assert!(!acknowledged || disturbed, "{id} was sent twice for no reason: {copies:?}");
        }
    }
    copies.values().map(|copies| copies.len() - 1).sum()
}
