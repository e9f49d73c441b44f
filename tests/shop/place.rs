//! What an order leaves in the CRM: every column, as Perfex's own forms would have written it.

use std::process::Command;

use mysql_async::prelude::Queryable as _;
use perfex_bridge::licensing::Standing;
use perfex_bridge::perfex::invoice::Depth;
use perfex_bridge::shop::{Orders, Settled};
use perfex_bridge::watch::Watched as _;

use crate::support::crm;
use crate::support::mariadb::Database;
use crate::support::perfex::Version;
use crate::support::rows::written_out;
use crate::support::shop::{Shop, eva};

const CLIENT: &str = "\
userid = 1001
company = Müller & Söhne
vat = 
phonenumber = 
country = 83
city = 
zip = 
state = 
address = 
website = 
datecreated = 2026-03-29 03:30:00
active = 1
leadid = NULL
billing_street = 
billing_city = 
billing_state = 
billing_zip = 
billing_country = 83
shipping_street = NULL
shipping_city = NULL
shipping_state = NULL
shipping_zip = NULL
shipping_country = 0
longitude = NULL
latitude = NULL
default_language = german
default_currency = 0
show_primary_contact = 0
stripe_id = NULL
registration_confirmed = 1
addedfrom = 0";

const CONTACT: &str = "\
id = 2001
userid = 1001
is_primary = 1
firstname = Eva
lastname = Müller
email = eva@buyer.example
phonenumber = 
title = 
datecreated = 2026-03-29 03:30:00
password = NULL
new_pass_key = NULL
new_pass_key_requested = NULL
email_verified_at = 2026-03-29 03:30:00
email_verification_key = NULL
email_verification_sent_at = NULL
last_ip = NULL
last_login = NULL
last_password_change = NULL
active = 1
profile_image = NULL
direction = NULL
invoice_emails = 1
estimate_emails = 0
credit_note_emails = 1
contract_emails = 0
task_emails = 0
project_emails = 0
ticket_emails = 1";

const INVOICE: &str = "\
id = 3001
sent = 0
datesend = NULL
clientid = 1001
deleted_customer_name = NULL
number = 7
prefix = INV-
number_format = 1
formatted_number = INV-000007
datecreated = 2026-03-29 03:30:00
date = 2026-03-29
duedate = 2026-04-28
currency = 2
subtotal = 98.00
total_tax = 18.62
total = 116.62
adjustment = 0.00
addedfrom = 0
status = 1
clientnote = Thank you<br />Seller
adminnote = 
last_overdue_reminder = NULL
last_due_reminder = NULL
cancel_overdue_reminders = 0
allowed_payment_modes = a:2:{i:0;s:1:\"1\";i:1;s:6:\"stripe\";}
token = NULL
discount_percent = 0.00
discount_total = 0.00
discount_type = 
recurring = 0
recurring_type = NULL
custom_recurring = 0
cycles = 0
total_cycles = 0
is_recurring_from = NULL
last_recurring_date = NULL
terms = 30 days
sale_agent = 0
billing_street = 
billing_city = 
billing_state = 
billing_zip = 
billing_country = 83
shipping_street = NULL
shipping_city = NULL
shipping_state = NULL
shipping_zip = NULL
shipping_country = NULL
include_shipping = 0
show_shipping_on_invoice = 1
show_quantity_as = 1
project_id = 0
subscription_id = 0
short_link = NULL";

const ITEM: &str = "\
id = 5001
rel_id = 3001
rel_type = invoice
description = Booking - Taxed
long_description = 
qty = 2.00
rate = 49.00
unit = 
is_optional = 0
is_selected = 1
item_order = 1";

const ITEM_TAX: &str = "\
id = 6001
itemid = 5001
rel_id = 3001
rel_type = invoice
taxrate = 19.00
taxname = VAT";

const ACTIVITY: &str = "\
id = 10001
rel_type = invoice
rel_id = 3001
description = invoice_activity_created
additional_data = 
staffid = [CRON]
full_name = [CRON]
date = 2026-03-29 03:30:00";

const LOG: &str = "\
id = 11001
description = Customer created by perfex-bridge [ID: 1001]
date = 2026-03-29 03:30:00
staffid = [CRON]

id = 11002
description = Invoice created by perfex-bridge [ID: 3001]
date = 2026-03-29 03:30:00
staffid = [CRON]";

/// Without the lines whose column begins with one of `columns`.
fn without(text: &str, columns: &[&str]) -> String {
    let kept = |line: &&str| !columns.iter().any(|column| line.starts_with(&format!("{column} =")));
    text.lines().filter(kept).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn every_column_of_every_row_is_as_perfex_would_have_written_it() {
    for version in [Version::V341, Version::V300] {
        let shop = Shop::beside(Database::perfex(version, "tbl").await).await;
        let conn = &mut shop.conn().await;
        crm::set_option(conn, "next_invoice_number", "7").await;
        crm::set_option(conn, "customer_default_country", "83").await;
        crm::set_option(conn, "default_contact_permissions", "a:2:{i:0;s:1:\"1\";i:1;s:1:\"5\";}").await;
        crm::set_option(conn, "predefined_clientnote_invoice", "Thank you<br />Seller").await;
        crm::set_option(conn, "predefined_terms_invoice", "30 days").await;
        conn.query_drop(
            "INSERT INTO `tblpayment_modes` (`name`, `expenses_only`, `selected_by_default`, `active`) VALUES
               ('Cheque', 0, 0, 1), ('Petty cash', 1, 1, 1), ('Gone', 0, 1, 0)",
        )
        .await
        .unwrap();
        conn.query_drop(
            "INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES
               ('paymentmethod_stripe_active', '1', 0), ('paymentmethod_stripe_default_selected', '1', 0),
               ('paymentmethod_mollie_active', '0', 0), ('paymentmethod_mollie_default_selected', '1', 0),
               ('paymentmethod_paypal_active', '1', 0), ('paymentmethod_paypal_default_selected', '0', 0)",
        )
        .await
        .unwrap();
        // Half an hour after the clocks went forward.
        shop.set_clock("2026-03-29T01:30:00Z");
        let mut wanted = eva("taxed");
        wanted.quantity = 2;
        wanted.company = "Müller & Söhne".into();
        wanted.language = Some("german".into());
        let placed = shop.place(&wanted).await.unwrap();
        assert_eq!(placed.number.as_deref(), Some("INV-000007"));
        assert_eq!((placed.total.to_string(), placed.currency.as_str()), ("116.62".into(), "EUR"));

        let old = version == Version::V300;
        assert_eq!(written_out(conn, "SELECT * FROM `tblclients`").await, CLIENT);
        assert_eq!(written_out(conn, "SELECT * FROM `tblcontacts`").await, CONTACT);
        let invoice = written_out(conn, "SELECT * FROM `tblinvoices`").await;
        let missing: &[&str] = if old { &["formatted_number"] } else { &[] };
        assert_eq!(without(&invoice, &["hash"]), without(INVOICE, missing));
        let missing: &[&str] = if old { &["is_optional", "is_selected"] } else { &[] };
        assert_eq!(written_out(conn, "SELECT * FROM `tblitemable`").await, without(ITEM, missing));
        assert_eq!(written_out(conn, "SELECT * FROM `tblitem_tax`").await, ITEM_TAX);
        let activity = "SELECT `id`, `rel_type`, `rel_id`, `description`, `additional_data`, `staffid`, `full_name`, `date` FROM `tblsales_activity`";
        assert_eq!(written_out(conn, activity).await, ACTIVITY);
        let log = "SELECT `id`, `description`, `date`, `staffid` FROM `tblactivity_log` ORDER BY `id`";
        assert_eq!(written_out(conn, log).await, LOG);
        let permissions: Vec<(i64, i64)> = conn
            .query("SELECT `permission_id`, `userid` FROM `tblcontact_permissions` ORDER BY `id`")
            .await
            .unwrap();
        assert_eq!(permissions, [(1, 2001), (5, 2001)]);
        assert_eq!(crm::option(conn, "next_invoice_number").await, "8");

        let hash: Option<String> = conn.query_first("SELECT `hash` FROM `tblinvoices`").await.unwrap();
        let hash = hash.unwrap();
        assert!(hash.len() == 32 && hash.bytes().all(|byte| b"0123456789abcdef".contains(&byte)), "{hash}");
    }
}

#[tokio::test]
async fn rows_carry_local_wall_time_on_both_sides_of_a_change_of_clocks() {
    for (utc, local) in [
        ("2026-03-28T23:30:00Z", "2026-03-29 00:30:00"),
        ("2026-03-29T00:59:59Z", "2026-03-29 01:59:59"),
        ("2026-03-29T01:00:00Z", "2026-03-29 03:00:00"),
        ("2026-10-24T22:30:00Z", "2026-10-25 00:30:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25 02:30:00"),
        ("2026-10-25T01:30:00Z", "2026-10-25 02:30:00"),
        ("2026-12-31T23:30:00Z", "2027-01-01 00:30:00"),
    ] {
        let shop = Shop::open().await;
        let conn = &mut shop.conn().await;
        shop.set_clock(utc);
        let (order, _) = shop.invoiced("pro").await;
        let sql = "SELECT CONCAT(i.`datecreated`, '|', i.`date`, '|', c.`datecreated`, '|', a.`date`)
                     FROM `tblinvoices` i, `tblcontacts` c, `tblsales_activity` a";
        let row: Option<String> = conn.query_first(sql).await.unwrap();
        let date = &local[..10];
        assert_eq!(row, Some(format!("{local}|{date}|{local}|{local}")), "{utc}");
        assert_eq!(shop.order(order).await.placed_at, shop.now(), "own timestamps are UTC");
    }
}

#[tokio::test]
async fn another_zone_and_another_due_date_are_followed() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    crm::set_option(conn, "default_timezone", "Asia/Ho_Chi_Minh").await;
    crm::set_option(conn, "invoice_due_after", "0").await;
    shop.set_clock("2026-03-09T17:30:00Z");
    shop.invoiced("pro").await;
    let row = written_out(conn, "SELECT `datecreated`, `date`, `duedate` FROM `tblinvoices`").await;
    assert_eq!(row, "datecreated = 2026-03-10 00:30:00\ndate = 2026-03-10\nduedate = NULL");
}

#[tokio::test]
async fn php_reads_the_payment_modes_back() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    conn.query_drop(
        "INSERT INTO `tbloptions` (`name`, `value`, `autoload`) VALUES
           ('paymentmethod_zahlö_active', '1', 0), ('paymentmethod_zahlö_default_selected', '1', 0)",
    )
    .await
    .unwrap();
    shop.invoiced("pro").await;
    conn.query_drop("UPDATE `tblpayment_modes` SET `active` = 0").await.unwrap();
    conn.query_drop("DELETE FROM `tbloptions` WHERE `name` LIKE 'paymentmethod%'").await.unwrap();
    shop.invoiced("pro").await;
    let stored: Vec<String> =
        conn.query("SELECT `allowed_payment_modes` FROM `tblinvoices` ORDER BY `id`").await.unwrap();
    for (serialized, read) in stored.iter().zip(["[\"1\",\"zahl\\u00f6\"]", "[]"]) {
        let output = Command::new("php")
            .args(["-n", "-r", "echo json_encode(unserialize($argv[1]));", "--", serialized])
            .output()
            .expect("php, which scripts/needs installs");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), read, "{serialized}");
    }
}

#[tokio::test]
async fn free_and_trial_packages_need_no_invoice_and_are_licensed_at_once() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let gift = shop.place(&eva("gift")).await.unwrap();
    assert_eq!((gift.invoice, gift.number, gift.total.to_string()), (None, None, "0.00".into()));
    assert_eq!(shop.story(gift.order).await, "placed full fulfilled, active, 1 mail");
    assert_eq!(shop.licenses(gift.order).await[0].expires_at, None);

    let taste = shop.place(&eva("taste")).await.unwrap();
    assert_eq!(shop.story(taste.order).await, "placed full fulfilled, trial, 2 mails");
    let end = shop.licenses(taste.order).await[0].expires_at;
    assert_eq!(end, Some("2026-04-08T10:00:00Z".parse().unwrap()));
    shop.set_clock("2026-04-08T10:00:00Z");
    assert_eq!(shop.licenses(taste.order).await[0].right, Standing::Expired);

    let invoices: Option<i64> = conn.query_first("SELECT COUNT(*) FROM `tblinvoices`").await.unwrap();
    assert_eq!(invoices, Some(0));
    assert_eq!(crm::option(conn, "next_invoice_number").await, "1");
    let templates: Vec<String> = shop.messages().await.into_iter().map(|mail| mail.template).collect();
    assert_eq!(templates, ["license_issued", "trial_started"]);
}

#[tokio::test]
async fn an_order_that_waits_for_its_payment_is_looked_at_when_something_happens_to_its_invoice_and_not_before()
 {
    for version in [Version::V341, Version::V300] {
        let shop = Shop::beside(Database::perfex(version, "tbl").await).await;
        let (_, invoice) = shop.invoiced("taxed").await;
        let watched = Orders::new(shop.app.database.clone());
        let changed = async || watched.changed(0, 10, Depth::PaymentsAndCredits).await.unwrap().changed;
        assert!(changed().await.is_empty());
        assert_eq!(shop.settle(invoice).await, Settled::Unchanged);
        let conn = &mut shop.conn().await;
        crm::record_payment(conn, invoice, "0.01".parse().unwrap()).await;
        assert_eq!(changed().await, [invoice]);
    }
}

#[tokio::test]
async fn another_table_prefix_is_used_throughout() {
    let shop = Shop::with(Database::perfex(Version::V300, "x_").await, "x_", "").await;
    shop.stock().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    conn.exec_drop(
        "INSERT INTO `x_invoicepaymentrecords` (`invoiceid`, `amount`, `paymentmode`, `date`, `daterecorded`, `note`)
         VALUES (?, 49, '1', '2026-03-09', '2026-03-09 11:00:00', '')",
        (invoice,),
    )
    .await
    .unwrap();
    shop.settle(invoice).await;
    assert_eq!(shop.story(order).await, "placed full fulfilled, active, 1 mail");
    let others: Vec<String> = conn
        .query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'x\\_%'")
        .await
        .unwrap();
    assert!(others.is_empty(), "{others:?}");
}
