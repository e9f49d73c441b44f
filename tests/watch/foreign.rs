//! Everything else in the CRM: it is looked at once, and never again.

use std::collections::BTreeSet;

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::{CurrencyId, InvoiceId};
use perfex_bridge::perfex::changes::{Cursor, Source};
use rust_decimal::Decimal;

use super::lookout::Lookout;
use crate::support::crm;
use crate::support::shop::Shop;

const PRICE: Decimal = Decimal::from_parts(49, 0, 0, false, 0);
const NONE: [i64; 0] = [];

/// An invoice that staff wrote for work of their own.
async fn foreign(conn: &mut Conn) -> InvoiceId {
    let client = crm::add_client(conn, "Other GmbH", None).await;
    crm::add_invoice(conn, client, CurrencyId(2), PRICE).await
}

/// Payments of invoices that are long gone, written in one go.
async fn payments(conn: &mut Conn, invoice: i64, count: usize) {
    let row = format!("({invoice}, 1, CURDATE(), NOW())");
    let rows = vec![row; count].join(", ");
    conn.query_drop(format!(
        "INSERT INTO `tblinvoicepaymentrecords` (`invoiceid`, `amount`, `date`, `daterecorded`) VALUES {rows}"
    ))
    .await
    .unwrap();
}

#[tokio::test]
async fn somebody_elses_payments_and_credits_are_looked_at_once() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let mut lookout = Lookout::posted(&shop.app).await;
    let invoice = foreign(conn).await;
    crm::record_payment(conn, invoice, Decimal::from(20)).await;
    crm::apply_credit(conn, invoice, Decimal::from(29)).await;
    assert_eq!(lookout.look().await, [invoice.0]);
    assert_eq!(lookout.look().await, NONE);
    assert!(shop.messages().await.is_empty());
}

#[tokio::test]
async fn payments_and_credits_of_an_invoice_that_is_gone_are_looked_at_once() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let mut lookout = Lookout::posted(&shop.app).await;
    payments(conn, 999_999, 3).await;
    let invoice = foreign(conn).await;
    crm::apply_credit(conn, invoice, PRICE).await;
    conn.exec_drop("DELETE FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    assert_eq!(BTreeSet::from_iter(lookout.look().await), BTreeSet::from([invoice.0, 999_999]));
    assert_eq!(lookout.look().await, NONE);
}

#[tokio::test]
async fn a_crm_with_years_of_payments_is_not_read_again_at_the_first_start() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    payments(conn, 999_999, 1_500).await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;

    let mut lookout = Lookout::posted(&shop.app).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(lookout.look().await, NONE);
    let seen: Option<i64> =
        conn.query_first("SELECT COUNT(*) FROM `tblbridge_seen` WHERE `kind` = 'payment'").await.unwrap();
    assert_eq!(seen, Some(500), "a window, not the whole past");

    let (_, next) = shop.invoiced("pro").await;
    crm::record_payment(conn, next, PRICE).await;
    assert_eq!(lookout.look().await, [next.0]);
}

#[tokio::test]
async fn the_ledger_forgets_what_no_look_compares_any_more() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let mut lookout = Lookout::posted(&shop.app).await;
    payments(conn, 999_999, 2_500).await;
    assert_eq!(lookout.look().await, [999_999]);
    lookout.sweep().await;
    let seen: Option<i64> =
        conn.query_first("SELECT COUNT(*) FROM `tblbridge_seen` WHERE `kind` = 'payment'").await.unwrap();
    assert_eq!(seen, Some(1_001));
    assert_eq!(lookout.look().await, NONE);
}

#[tokio::test]
async fn two_pollers_on_one_ledger_miss_nothing_and_issue_once() {
    let shop = Shop::open().await;
    let second = shop.second_daemon("").await;
    let conn = &mut shop.conn().await;
    let mut one = Lookout::posted(&shop.app).await;
    let mut other = Lookout::posted(&second).await;
    let mut orders = Vec::new();
    for n in 0..12 {
        let (order, invoice) = shop.invoiced("pro").await;
        orders.push(order);
        crm::record_payment(conn, invoice, PRICE).await;
        match n % 3 {
            0 => drop(one.look().await),
            1 => drop(other.look().await),
            _ => drop(tokio::join!(one.look(), other.look())),
        }
    }
    for order in orders {
        assert_eq!(shop.story(order).await, "placed full fulfilled, active, 12 mails");
    }
    assert_eq!((one.look().await, other.look().await), (NONE.to_vec(), NONE.to_vec()));
}

#[tokio::test]
async fn what_one_daemon_settled_the_others_anti_join_leaves_out() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let invoice = foreign(conn).await;
    let mut session = shop.app.database.session().await.unwrap();
    let mut cursor = Cursor::new(Source::Payments);
    cursor.anchor(&mut session).await.unwrap();
    crm::record_payment(conn, invoice, PRICE).await;
    assert_eq!(cursor.unseen(&mut session, 10).await.unwrap(), [invoice]);
    assert_eq!(cursor.unseen(&mut session, 10).await.unwrap(), [invoice], "seen is not settled");
    shop.settle(invoice).await;
    assert_eq!(cursor.unseen(&mut session, 10).await.unwrap(), []);
}
