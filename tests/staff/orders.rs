//! Orders as staff see and run them in the CRM.

use std::collections::BTreeSet;

use perfex_bridge::ids::{OrderId, StaffId};
use perfex_bridge::shop::PlaceOrder;
use perfex_bridge::shop::desk::{DashboardPage, OrdersPage};

use super::office::Office;
use crate::identity::house::{ADA, House};
use crate::support::crm;
use crate::support::mariadb::Server;
use crate::support::shop::eva;

const MAX: StaffId = StaffId(7);

async fn office() -> Office {
    in_house(House::open().await).await
}

async fn in_house(house: House) -> Office {
    let office = Office::of(house, false);
    office.house.shop.stock().await;
    let app = &office.house.shop.app;
    let orders = OrdersPage { workshop: app.workshop.clone(), outboxes: vec![] };
    let dashboard = DashboardPage { database: app.database.clone() };
    office.showing(orders).showing(dashboard)
}

fn max(package: &str) -> PlaceOrder {
    PlaceOrder {
        email: "max_50%@buyer.example".into(),
        firstname: "Max".into(),
        lastname: "=cmd|' /C calc'!A0".into(),
        ..eva(package)
    }
}

/// Pays what an order costs and looks at it.
async fn pay(office: &Office, order: OrderId) -> perfex_bridge::ids::PaymentId {
    let shop = &office.house.shop;
    let order = shop.order(order).await;
    let invoice = order.invoice.unwrap();
    let payment =
        crm::record_payment(&mut shop.conn().await, invoice, order.total.to_string().parse().unwrap()).await;
    shop.settle(invoice).await;
    payment
}

/// The numbers of the orders on a page of the list, in its order.
async fn listed(office: &Office, query: &str) -> Vec<String> {
    let page = office.look(ADA, &format!("shop/orders{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.html);
    let rows = page.html.split("<tr>\n<td><a href=\"../shop/orders/").skip(1);
    rows.map(|row| row.split_once('"').unwrap().0.to_owned()).collect()
}

#[tokio::test]
async fn orders_are_found_by_axes_product_date_and_by_whatever_a_customer_says() {
    let office = office().await;
    let shop = &office.house.shop;
    let (paid, _) = shop.invoiced("pro").await;
    shop.pass(chrono::TimeDelta::days(1));
    let waits = shop.place(&max("pro")).await.unwrap().order;
    let free = shop.place(&eva("gift")).await.unwrap().order;
    pay(&office, paid).await;
    let key = shop.licenses(paid).await[0].key().unwrap().to_owned();
    let number = shop.order(waits).await.invoice.unwrap();
    let all = [free, waits, paid].map(|order| order.to_string());
    let only = |order: OrderId| vec![order.to_string()];

    assert_eq!(listed(&office, "").await, all);
    assert_eq!(listed(&office, "?charge=none").await, only(waits));
    assert_eq!(listed(&office, "?charge=full").await, [free, paid].map(|order| order.to_string()));
    assert_eq!(listed(&office, "?charge=full&state=cancelled").await, [""; 0]);
    assert_eq!(
        listed(&office, "?fulfilment=fulfilled&charge=full&q=eva%40").await,
        [free, paid].map(|o| o.to_string())
    );
    assert_eq!(listed(&office, "?from=2026-03-10").await, [free, waits].map(|order| order.to_string()));
    assert_eq!(listed(&office, "?to=2026-03-09").await, only(paid));
    assert_eq!(listed(&office, "?product=1").await, all);
    assert_eq!(listed(&office, "?product=77").await, [""; 0]);
    // A filter that is none is not asked for.
    assert_eq!(listed(&office, "?charge=%27OR+1&from=yesterday").await, all);

    for (typed, found) in [
        ("eva@buyer.example", vec![free, paid]),
        ("max_50%25@", vec![waits]),
        // Not a pattern: nobody is called like that.
        ("%25", vec![]),
        ("max_5_%25@", vec![]),
        ("m%C3%BCller", vec![free, paid]),
        ("Eva+M%C3%BCl", vec![free, paid]),
        (&*format!("%23{waits}"), vec![waits]),
        (&key[..8], vec![paid]),
        (&key, vec![paid]),
        ("nobody", vec![]),
    ] {
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(listed(&office, &format!("?q={typed}")).await, found, "{typed}");
    }
    let printed: Vec<i64> =
        office.rows(&format!("SELECT `number` FROM `tblinvoices` WHERE `id` = {number}")).await;
    let found: BTreeSet<String> =
        listed(&office, &format!("?q=INV-{:06}", printed[0])).await.into_iter().collect();
    assert_eq!(found, BTreeSet::from([waits.to_string()]));
}

#[tokio::test]
async fn names_of_several_words_are_found_and_a_search_that_fits_too_many_says_so() {
    let office = office().await;
    let shop = &office.house.shop;
    let named = async |first: &str, last: &str| {
        let email = format!("{}@buyer.example", first.len() * 100 + last.len());
        let order = PlaceOrder { email, firstname: first.into(), lastname: last.into(), ..eva("gift") };
        shop.place(&order).await.unwrap().order.to_string()
    };
    let anna = named("Anna Lena", "Schmidt").await;
    let berg = named("Otto", "von dem Berg").await;
    for (typed, found) in [
        ("Anna+Lena+Schmidt", &anna),
        ("Anna+Lena", &anna),
        ("Otto+von+dem+Berg", &berg),
        ("von+dem+Be", &berg),
    ] {
        assert_eq!(listed(&office, &format!("?q={typed}")).await, std::slice::from_ref(found), "{typed}");
    }
    let digits =
        "SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL
         SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9";
    let many = |from: u32| {
        format!(
            "INSERT INTO `tblpm_orders` (`token`, `client_id`, `contact_id`, `email`, `firstname`, `lastname`, `language`,
               `currency`, `total`, `state`, `charge`, `fulfilment`, `placed_at`)
             SELECT LPAD({from} + a.d * 100 + b.d * 10 + c.d, 32, '0'), 1, 1, 'x@other.example', 'Tom', 'Many', 'english',
               'EUR', 1, 'placed', 'none', 'open', '2026-03-09' FROM ({digits}) a, ({digits}) b, ({digits}) c WHERE a.d < 5"
        )
    };
    let cut = async || {
        office.look(ADA, "shop/orders?q=Many&charge=full").await.html.contains("more than 500 orders")
    };
    office.house.sql(&many(0)).await;
    assert!(!cut().await);
    office.house.sql(&many(5_000).replace("a.d < 5", "a.d < 1 AND b.d < 1 AND c.d < 1")).await;
    assert!(cut().await, "nothing was found, and it says that not everything was looked at");
    // Neither has what was typed anything to do with what a filter by product leaves.
    assert_eq!(listed(&office, "?q=Many&product=1").await, [""; 0]);
}

#[tokio::test]
async fn a_long_list_is_read_page_by_page_under_any_filter() {
    let office = office().await;
    for _ in 0..60 {
        office.house.shop.place(&eva("gift")).await.unwrap();
    }
    for filter in ["", "charge=full&", "q=eva&"] {
        let mut seen = Vec::new();
        let mut next = format!("?{filter}");
        loop {
            let page = office.look(ADA, &format!("shop/orders{next}")).await.html;
            seen.extend(listed(&office, &next).await);
            let Some((_, rest)) = page.split_once("rel=\"next\" href=\"") else { break };
            next = rest.split_once('"').unwrap().0.replace("&amp;", "&");
        }
        let all: Vec<String> = (1..=60).rev().map(|order: i64| order.to_string()).collect();
        assert_eq!(seen, all, "{filter}");
    }
}

#[tokio::test]
async fn the_export_has_what_the_filters_leave_and_no_formula() {
    let office = office().await;
    office.house.shop.place(&eva("gift")).await.unwrap();
    office.house.shop.place(&max("pro")).await.unwrap();
    let file = office.look(ADA, "shop/orders/orders.csv?charge=none").await;
    assert_eq!(file.headers["content-disposition"], "attachment; filename=\"orders-2026-03-09.csv\"");
    assert_eq!(
        file.html,
        format!(
            "\u{feff}order,placed,state,charge,fulfilment,email,firstname,lastname,total,currency,invoice\n\
             2,2026-03-09 11:00:00,placed,none,open,max_50%@buyer.example,Max,'=cmd|' /C calc'!A0,49.00,EUR,INV-000001\n"
        )
    );
}

#[tokio::test]
async fn an_order_shows_everything_and_what_would_happen_if_money_went_back() {
    let office = office().await;
    office.hire(7, "pm_shop", &["view"]).await;
    let (order, invoice) = office.house.shop.invoiced("pro").await;
    let before = office.look(ADA, &format!("shop/orders/{order}")).await.html;
    assert!(before.contains("Nothing changes for the licenses; the order is then: not paid."), "{before}");
    let payment = pay(&office, order).await;
    let license = &office.house.shop.licenses(order).await[0];
    let page = office.look(MAX, &format!("shop/orders/{order}")).await.html;
    for part in [
        license.key().unwrap(),
        "Lizenzen ausgestellt",
        &format!("<th scope=\"row\">Zahlung {payment} über 49"),
        "Die gültigen Lizenzen dieser Bestellung (1) sind sofort überfällig. Sie enden am ",
        "49.00 von 49.00 EUR eingegangen (Zahlungen: 1, Gutschriften: 0), Rechnung ausgestellt",
        &format!("href=\"../../../../invoices/list_invoices/{invoice}\""),
        "Lizenz ausgestellt (an Kunden)",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!page.contains("<form"), "who may only look sees no forms");
    assert_eq!(office.look(ADA, "shop/orders/77").await.status, 404);

    // What was told is what happens.
    let told = page.split_once("Sie enden am ").unwrap().1.split_once(',').unwrap().0.to_owned();
    let shop = &office.house.shop;
    crm::delete_payment(&mut shop.conn().await, payment).await;
    let order_now = shop.order(order).await;
    shop.settle(order_now.invoice.unwrap()).await;
    let page = office.look(MAX, &format!("shop/orders/{order}")).await.html;
    assert!(
        page.contains(&format!("<th scope=\"row\">Lizenzen laufen bis</th><td>{told}</td>")),
        "{told}: {page}"
    );
}

#[tokio::test]
async fn forty_licenses_cost_an_orders_page_no_statement_more_than_one() {
    let server = Server::own().await;
    let office = in_house(House::beside(server.perfex_341().await).await).await;
    let shop = &office.house.shop;
    let (mut counts, mut pages) = (Vec::new(), Vec::new());
    for quantity in [1, 40] {
        let order = shop.place(&PlaceOrder { quantity, ..eva("gift") }).await.unwrap().order;
        let executed = async || -> u64 {
            office.rows::<(String, u64)>("SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'").await.remove(0).1
        };
        // The first look finds out what the next ones know.
        office.look(ADA, &format!("shop/orders/{order}")).await;
        let before = executed().await;
        pages.push(office.look(ADA, &format!("shop/orders/{order}")).await.html);
        counts.push(executed().await - before);
        let told =
            "SELECT l.`id` FROM `tblpm_licenses` l JOIN `tblpm_order_items` i ON i.`id` = l.`order_item_id`
          WHERE i.`order_id` = ";
        let licenses = office.rows::<u64>(&format!("{told} {order} ORDER BY l.`id` DESC")).await;
        // Each stands in the story of the order, the newest first where they came at the same moment.
        let lines = pages.last().unwrap().split("<div class=\"bridge-change\">license ").skip(1);
        let ids: Vec<u64> = lines.map(|line| line.split_once(':').unwrap().0.parse().unwrap()).collect();
        assert_eq!(
            (ids.len(), &ids),
            (usize::try_from(quantity).unwrap(), &licenses),
            "{}",
            pages.last().unwrap()
        );
    }
    assert_eq!(counts[0], counts[1], "{counts:?}");
}

#[tokio::test]
async fn licenses_are_suspended_and_restored_addresses_mended_and_mails_sent_again() {
    let office = office().await;
    office.hire(7, "pm_shop", &["view", "edit"]).await;
    let shop = &office.house.shop;
    let order = shop.place(&eva("gift")).await.unwrap().order;
    let page = format!("shop/orders/{order}");
    let license = shop.licenses(order).await[0].id;
    let send =
        async |deed: &str, fields: &str| office.send(MAX, &page, &format!("{page}/{deed}"), fields).await;

    let done = send(&format!("licenses/{license}/suspend"), "").await;
    assert_eq!(
        done.location(),
        format!("../../../../../shop/orders/{order}?said=license-suspended&about={license}")
    );
    assert_eq!(shop.licenses(order).await[0].right.as_str(), "suspended");
    let again = send(&format!("licenses/{license}/suspend"), "").await;
    assert!(again.status == 422 && again.html.contains("hat sich inzwischen geändert"), "{}", again.html);
    assert_eq!(send(&format!("licenses/{license}/restore"), "").await.status, 303);
    assert_eq!(shop.licenses(order).await[0].right.as_str(), "active");
    assert_eq!(send("licenses/77/suspend", "").await.status, 404);

    let wrong = send("address", "email=eva").await;
    assert!(wrong.status == 422 && wrong.html.contains("value=\"eva\""), "{}", wrong.html);
    assert_eq!(send("address", "email=eva%40right.example").await.status, 303);
    assert_eq!(shop.order(order).await.email, "eva@right.example");
    let mail = shop.messages().await.remove(0);
    assert_eq!((mail.recipient.as_str(), mail.state.as_str()), ("eva@right.example", "ready"));
    office.house.sql("UPDATE `tblbridge_outbox` SET `state` = 'sent', `due_at` = NULL").await;
    assert_eq!(send("address", "email=eva%40third.example").await.status, 303);
    assert_eq!(shop.messages().await[0].recipient, "eva@right.example", "what was delivered stays");
    assert_eq!(send("address", "email=eva%40third.example&again=1").await.status, 303);
    assert_eq!(shop.messages().await[0].recipient, "eva@third.example");
    assert_eq!(send(&format!("mails/{}/resend", mail.id), "").await.status, 303);
    assert_eq!(send("mails/77/resend", "").await.status, 404);

    // Cancelling takes a capability of its own.
    assert_eq!(send("cancel", "").await.status, 403);
    let cancelled = office.send(ADA, &page, &format!("{page}/cancel"), "").await;
    assert_eq!(cancelled.status, 303);
    assert_eq!(shop.story(order).await, "cancelled full revoked, suspended, 1 mail");
    let (deeds, who): (Vec<String>, BTreeSet<String>) = office
        .rows::<(String, String)>("SELECT `action`, `staff_name` FROM `tblbridge_audit` ORDER BY `id`")
        .await
        .into_iter()
        .unzip();
    assert_eq!(
        deeds,
        ["suspended", "restored", "readdressed", "readdressed", "readdressed", "resent", "cancelled"]
    );
    assert_eq!(who, BTreeSet::from(["Ada Admin".to_owned(), "Max Muster".to_owned()]));
}

#[tokio::test]
async fn an_order_with_an_invoice_is_cancelled_in_the_crm_only() {
    let office = office().await;
    let (order, _) = office.house.shop.invoiced("pro").await;
    let page = office.look(ADA, &format!("shop/orders/{order}")).await.html;
    assert!(!page.contains("/cancel\""), "{page}");
    let refused =
        office.send(ADA, &format!("shop/orders/{order}"), &format!("shop/orders/{order}/cancel"), "").await;
    assert_eq!(refused.status, 422);
    assert_eq!(office.house.shop.order(order).await.state.as_str(), "placed");
}

#[tokio::test]
async fn staff_place_orders_and_give_them_away() {
    let office = office().await;
    office.hire(7, "pm_shop", &["view", "edit"]).await;
    assert_eq!(office.look(MAX, "shop/orders/new").await.status, 404, "who may not create sees no form");
    let new = async |fields: &str| office.send(ADA, "shop/orders/new", "shop/orders/new", fields).await;
    let refused = new("package=pro&email=eva&firstname=&lastname=%3Cb%3E&quantity=0").await;
    assert_eq!(refused.status, 422);
    for part in
        ["This is not a mail address", "Please fill this in.", "This is not a number.", "value=\"&lt;b&gt;\""]
    {
        assert!(refused.html.contains(part), "{part}: {}", refused.html);
    }
    let fields = "email=eva%40buyer.example&firstname=Eva&lastname=M%C3%BCller&quantity=2&language=german";
    let placed = new(&format!("package=pro&{fields}")).await;
    assert_eq!(placed.location(), "../../shop/orders/1?said=order-placed");
    assert_eq!(office.house.shop.story(OrderId(1)).await, "placed none open, no license, no mail");
    let given = new(&format!("package=pro&gift=1&{fields}")).await;
    assert_eq!(given.status, 303);
    assert_eq!(office.house.shop.story(OrderId(2)).await, "placed full fulfilled, active active, 1 mail");
    assert_eq!(office.house.shop.order(OrderId(2)).await.invoice, None);
    let unknown = new(&format!("package=none&{fields}")).await;
    assert!(
        unknown.status == 422 && unknown.html.contains("There is no package “none” any more."),
        "{}",
        unknown.html
    );
    let retry = new(&format!("package=taste&{}", fields.replace("quantity=2", "quantity=1"))).await;
    assert_eq!(retry.status, 303);
    let twice = new(&format!("package=taste&{}", fields.replace("quantity=2", "quantity=1"))).await;
    assert_eq!(twice.status, 422, "a trial is given once");
}

#[tokio::test]
async fn an_order_by_staff_is_one_fact_with_the_line_that_says_who_placed_it() {
    let office = office().await;
    let fields = "email=eva%40buyer.example&firstname=Eva&lastname=M&quantity=2";
    let new = async |gift: &str| {
        let fields = format!("package=pro&{fields}{gift}");
        office.send(ADA, "shop/orders/new", "shop/orders/new", &fields).await.status
    };
    let left = "SELECT (SELECT COUNT(*) FROM `tblpm_orders`) + (SELECT COUNT(*) FROM `tblinvoices`)
        + (SELECT COUNT(*) FROM `tblcontacts`) + (SELECT COUNT(*) FROM `tblpm_licenses`)";
    let before: Vec<i64> = office.rows(left).await;
    office.house.sql("RENAME TABLE `tblbridge_audit` TO `tblbridge_audit_gone`").await;
    for gift in ["", "&gift=1"] {
        assert_eq!(new(gift).await, 503);
    }
    assert_eq!(office.rows::<i64>(left).await, before, "an order that nobody stands for is none");
    office.house.sql("RENAME TABLE `tblbridge_audit_gone` TO `tblbridge_audit`").await;
    for gift in ["", "&gift=1"] {
        assert_eq!(new(gift).await, 303);
    }
    let orders: Vec<i64> = office.rows("SELECT `id` FROM `tblpm_orders` ORDER BY `id`").await;
    let told: Vec<(String, String)> =
        office.rows("SELECT `subject_id`, `action` FROM `tblbridge_audit` ORDER BY `id`").await;
    let told: Vec<String> = told.into_iter().map(|(id, action)| format!("{action} {id}")).collect();
    assert_eq!(told, [format!("placed {}", orders[0]), format!("given {}", orders[1])]);
}

#[tokio::test]
async fn the_dashboard_counts_by_days_of_the_crm() {
    let office = office().await;
    let shop = &office.house.shop;
    // 23:30 UTC is the next day in Berlin.
    shop.set_clock("2026-03-09T23:30:00Z");
    let (order, _) = shop.invoiced("pro").await;
    pay(&office, order).await;
    shop.place(&eva("taste")).await.unwrap();
    let page = office.look(ADA, "shop").await.html;
    for part in [
        "<title>2026-03-10: 2</title>",
        "<title>2026-03-10: 49.00 EUR</title>",
        "<title>2026-03-09: 0</title>",
        "0 of 1 trials",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let months = office.look(ADA, "shop?span=months").await.html;
    assert!(
        months.contains("<title>03/2026: 2</title>") && months.contains("<title>04/2025: 0</title>"),
        "{months}"
    );
}

/// A million orders: `cargo test --test it -- --ignored a_million_orders --nocapture` tells how long pages take.
#[tokio::test]
#[ignore = "fills a table for a minute; scripts/bench is where speed is kept"]
async fn a_million_orders_open_at_once() {
    let office = office().await;
    office
        .house
        .sql(
            "INSERT INTO `tblpm_orders` (`token`, `client_id`, `contact_id`, `email`, `firstname`, `lastname`, `language`,
               `currency`, `total`, `state`, `charge`, `fulfilment`, `placed_at`)
             SELECT LPAD(HEX(seq), 32, '0'), 1, 1, CONCAT('c', seq, '@buyer.example'), CONCAT('First', seq % 1000),
               CONCAT('Last', seq % 5000), 'english', 'EUR', 49.00, IF(seq % 50 = 0, 'cancelled', 'placed'),
               IF(seq = 77777, 'partial', ELT(1 + seq % 3, 'none', 'full', 'reversed')),
               ELT(1 + seq % 2, 'open', 'fulfilled'), '2025-03-20' + INTERVAL seq * 30 SECOND FROM seq_1_to_1000000",
        )
        .await;
    office
        .house
        .sql(
            "INSERT INTO `tblpm_order_items` (`order_id`, `package_id`, `product_id`, `kind`, `description`, `quantity`,
               `unit_price`) SELECT seq, 1, 1, 'paid', 'Pro', 1, 49.00 FROM seq_1_to_1000000",
        )
        .await;
    for query in [
        "",
        "?before=500000",
        "?charge=partial",
        "?charge=full&fulfilment=open",
        "?state=cancelled&charge=reversed&fulfilment=fulfilled",
        "?product=1",
        "?from=2025-06-01&to=2025-06-30",
        "?q=c777777%40",
        "?q=Last4711",
        "?q=First47+Last3047",
        "?q=777777",
        "?q=0123abcd",
    ] {
        let mut took = Vec::new();
        for _ in 0..5 {
            let begun = std::time::Instant::now();
            assert_eq!(office.look(ADA, &format!("shop/orders{query}")).await.status, 200);
            took.push(begun.elapsed());
        }
        took.sort();
        println!("{:>8.1} ms  shop/orders{query}", took[2].as_secs_f64() * 1000.0);
    }
    for query in ["", "?span=months"] {
        let begun = std::time::Instant::now();
        assert_eq!(office.look(ADA, &format!("shop{query}")).await.status, 200);
        println!("{:>8.1} ms  shop{query}", begun.elapsed().as_secs_f64() * 1000.0);
    }
}
