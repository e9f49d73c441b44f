//! The payment truth table, row by row: whatever happened in the CRM, one look makes the order match.

use chrono::{Days, TimeDelta};
use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::InvoiceId;
use perfex_bridge::licensing;
use perfex_bridge::shop::Settled;
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::mariadb::Database;
use crate::support::shop::{Shop, eva};

const PRICE: Decimal = Decimal::from_parts(4_900, 0, 0, false, 2);

/// So many euros and cents.
fn euros(text: &str) -> Decimal {
    text.parse().unwrap()
}

#[tokio::test]
async fn nothing_is_issued_for_an_invoice_that_nobody_has_paid() {
    let shop = Shop::open().await;
    let (order, invoice) = shop.invoiced("pro").await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed none open, no license, no mail");
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
    assert_eq!(shop.events(order).await, ["placed"]);
}

#[tokio::test]
async fn a_part_of_the_price_is_not_enough_until_the_rest_comes() {
    for crm in [Database::perfex_341().await, Database::perfex_300().await] {
        let shop = Shop::beside(crm).await;
        let conn = &mut shop.conn().await;
        let (order, invoice) = shop.invoiced("pro").await;
        crm::record_payment(conn, invoice, euros("48.99")).await;
        assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 0 });
        assert_eq!(shop.story(order).await, "placed partial open, no license, no mail");
        crm::record_payment(conn, invoice, euros("0.01")).await;
        assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 1 });
        assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
        assert_eq!(shop.events(order).await, ["placed", "charge", "charge", "fulfilled"]);
    }
}

#[tokio::test]
async fn a_paid_invoice_brings_a_license_for_each_unit_and_one_mail_with_all_keys() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let mut wanted = eva("pro");
    wanted.quantity = 3;
    let placed = shop.place(&wanted).await.unwrap();
    let invoice = placed.invoice.unwrap();
    crm::record_payment(conn, invoice, PRICE * Decimal::from(3)).await;
    assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 3 });
    assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active active active, 1 mail");

    let licenses = shop.licenses(placed.order).await;
    let in_a_year = "2027-03-09T10:00:00Z".parse().unwrap();
    assert!(licenses.iter().all(|license| license.expires_at == Some(in_a_year)));
    let mail = &shop.messages().await[0];
    let payload = perfex_bridge::mail::Payload::open(&mail.payload, &shop.app.cipher).unwrap();
    let keys: Vec<&str> = licenses.iter().map(|license| license.key().unwrap()).collect();
    assert_eq!(payload.0["license_key"].split("\n\n").collect::<Vec<_>>(), keys);
    assert!(!mail.payload.contains(keys[0]));
}

#[tokio::test]
async fn settling_again_changes_nothing() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    let key = shop.licenses(order).await[0].key.clone().unwrap();
    for _ in 0..3 {
        assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
    }
    assert_eq!(shop.licenses(order).await[0].key().unwrap(), key);
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn who_pays_too_much_gets_what_was_ordered() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, euros("50.00")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed over fulfilled, active, 1 mail");
}

#[tokio::test]
async fn a_taxed_package_is_paid_when_its_tax_is_paid_too() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("taxed").await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial open, no license, no mail");
    crm::record_payment(conn, invoice, euros("9.31")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(shop.licenses(order).await[0].expires_at, None);
}

#[tokio::test]
async fn a_credit_note_pays_without_any_payment_row_and_taking_it_back_unpays() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let credit = crm::apply_credit(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    crm::remove_credit(conn, credit).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
}

#[tokio::test]
async fn a_credit_and_a_payment_add_up() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::apply_credit(conn, invoice, euros("9.00")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed partial open, no license, no mail");
    crm::record_payment(conn, invoice, euros("40.00")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn an_invoice_that_staff_edit_down_to_nothing_is_paid() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::edit_total(conn, invoice, Decimal::ZERO).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn a_deleted_payment_leaves_a_week_of_grace_then_suspends_and_paying_again_restores_the_same_key() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    let key = shop.licenses(order).await[0].key.clone().unwrap();

    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
    let until = shop.now() + Days::new(7);
    assert_eq!(shop.order(order).await.look_again_at, Some(until));

    shop.pass(TimeDelta::days(7) - TimeDelta::microseconds(1));
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
    shop.pass(TimeDelta::microseconds(1));
    assert_eq!(shop.settle(invoice).await, Settled::Changed { issued: 0 });
    assert_eq!(shop.story(order).await, "placed reversed revoked, suspended, 1 mail");
    assert_eq!(shop.order(order).await.look_again_at, None);
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);

    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(shop.licenses(order).await[0].key().unwrap(), key);
    assert_eq!(
        shop.events(order).await,
        ["placed", "charge", "fulfilled", "charge", "reversed", "suspended", "charge", "restored"]
    );
}

#[tokio::test]
async fn paying_again_within_the_grace_takes_nothing_away_and_a_second_reversal_gets_its_own_grace() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    for _ in 0..2 {
        let payment = crm::record_payment(conn, invoice, PRICE).await;
        shop.settle(invoice).await;
        assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
        assert_eq!(shop.order(order).await.look_again_at, None);
        crm::delete_payment(conn, payment).await;
        shop.settle(invoice).await;
        assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
        assert_eq!(shop.order(order).await.look_again_at, Some(shop.now() + Days::new(7)));
        shop.pass(TimeDelta::days(6));
    }
}

#[tokio::test]
async fn a_payment_edited_down_unpays_and_edited_up_pays_again() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    crm::edit_payment(conn, payment, euros("48.99")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
    crm::edit_payment(conn, payment, euros("49.01")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed over fulfilled, active, 1 mail");
}

#[tokio::test]
async fn a_total_edited_up_after_payment_unpays() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    crm::edit_total(conn, invoice, euros("60.00")).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed reversed fulfilled, past_due, 1 mail");
}

#[tokio::test]
async fn a_cancelled_invoice_brings_nothing_even_when_it_is_paid_until_staff_take_the_cancellation_back() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::cancel_invoice(conn, invoice).await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled full open, no license, no mail");
    crm::uncancel_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn an_invoice_cancelled_after_payment_takes_the_license_back_after_the_grace() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    crm::cancel_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled reversed fulfilled, past_due, 1 mail");
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled reversed revoked, suspended, 1 mail");
    crm::uncancel_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn a_draft_counts_no_payment_row_but_a_payment_recorded_by_the_crm_issues_it() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::mark_draft(conn, invoice).await;
    crm::insert_payment_only(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full open, no license, no mail");

    let (order, invoice) = shop.invoiced("pro").await;
    crm::mark_draft(conn, invoice).await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn an_invoice_deleted_before_payment_cancels_its_order() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::delete_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled none open, no license, no mail");
    assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
}

#[tokio::test]
async fn an_invoice_deleted_after_payment_takes_the_license_back_after_the_grace() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    crm::delete_invoice(conn, invoice).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled reversed fulfilled, past_due, 1 mail");
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "cancelled reversed revoked, suspended, 1 mail");
}

#[tokio::test]
async fn a_customer_deleted_after_paying_keeps_what_was_paid() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    let client = shop.order(order).await.client;
    crm::delete_client(conn, client).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn the_payment_rows_count_and_not_the_status_that_perfex_forgot_to_renew() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::insert_payment_only(conn, invoice, PRICE).await;
    let status: Option<i64> =
        conn.exec_first("SELECT `status` FROM `tblinvoices` WHERE `id` = ?", (invoice,)).await.unwrap();
    assert_eq!(status, Some(crm::UNPAID));
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");

    // And the other way round: a status that says paid over nothing received.
    let (order, invoice) = shop.invoiced("pro").await;
    conn.exec_drop("UPDATE `tblinvoices` SET `status` = 2 WHERE `id` = ?", (invoice,)).await.unwrap();
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed none open, no license, 1 mail");
}

#[tokio::test]
async fn a_merged_invoice_is_cancelled_and_its_target_is_dearer() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (merged, source) = shop.invoiced("pro").await;
    let (kept, target) = shop.invoiced("pro").await;
    crm::merge_invoice(conn, source, target).await;
    crm::record_payment(conn, target, PRICE).await;
    shop.settle(source).await;
    shop.settle(target).await;
    assert_eq!(shop.story(merged).await, "cancelled none open, no license, no mail");
    assert_eq!(shop.story(kept).await, "placed partial open, no license, no mail");
    crm::record_payment(conn, target, PRICE).await;
    shop.settle(target).await;
    assert_eq!(shop.story(kept).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn payment_does_not_restore_what_staff_suspended() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    let id = shop.licenses(order).await[0].id;
    let mut session = shop.app.database.session().await.unwrap();
    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    licensing::suspend(&mut session, id, shop.now(), "abuse").await.unwrap();
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, suspended, 1 mail");
    licensing::restore(&mut session, id, shop.now(), "cleared up").await.unwrap();
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn what_was_revoked_stays_revoked_whatever_is_paid() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let payment = crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    let id = shop.licenses(order).await[0].id;
    let mut session = shop.app.database.session().await.unwrap();
    licensing::revoke(&mut session, id, shop.now(), "fraud").await.unwrap();
    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    shop.pass(TimeDelta::days(8));
    shop.settle(invoice).await;
    crm::record_payment(conn, invoice, PRICE).await;
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, revoked, 1 mail");
}

#[tokio::test]
async fn somebody_elses_invoice_is_none_of_our_business() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let client = crm::add_client(conn, "Other GmbH", None).await;
    let invoice = crm::add_invoice(conn, client, perfex_bridge::ids::CurrencyId(2), PRICE).await;
    crm::record_payment(conn, invoice, PRICE).await;
    assert_eq!(shop.settle(invoice).await, Settled::Foreign);
    assert_eq!(shop.settle(InvoiceId(999_999)).await, Settled::Foreign);
    assert!(shop.messages().await.is_empty());
}

#[tokio::test]
async fn many_looks_at_the_same_moment_issue_once() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, PRICE).await;
    let other = shop.second_daemon("").await;
    let looks = (0..8).map(|n| {
        let workshop = if n % 2 == 0 { &shop.app.workshop } else { &other.workshop };
        perfex_bridge::shop::settle(workshop, invoice)
    });
    let settled = futures_util::future::try_join_all(looks).await.unwrap();
    let issued = settled.iter().filter(|one| **one == Settled::Changed { issued: 1 }).count();
    assert_eq!(issued, 1, "{settled:?}");
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
}
