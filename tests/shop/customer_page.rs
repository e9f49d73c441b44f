//! The tab in a customer's profile: orders and licenses of that customer, and of nobody else.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::ids::StaffId;
use perfex_bridge::shop::CustomerPage;
use perfex_bridge::shop::desk::OrdersPage;
use std::sync::Arc;
use warp::http::StatusCode;

use crate::identity::house::ADA;
use crate::staff::office::Office;
use crate::support::crm;
use crate::support::shop::eva;

async fn office() -> Office {
    let office = Office::with(false).await;
    let app = &office.house.shop.app;
    let page = CustomerPage {
        database: app.database.clone(),
        cipher: Arc::clone(&app.cipher),
        feature: perfex_bridge::companion::FEATURE,
    };
    office.house.shop.stock().await;
    office.hire(2, "perfex_bridge", &["view"]).await;
    office.showing(page)
}

#[tokio::test]
async fn staff_see_what_a_customer_bought() {
    let office = office().await;
    let shop = &office.house.shop;
    let at = format!("shop/customer/{}", office.house.client);
    let none = office.look(StaffId(2), &at).await;
    assert_eq!(none.status, StatusCode::OK, "{none:?}");
    assert!(none.html.contains("Dieser Kunde hat noch nichts bestellt."), "{}", none.html);
    let (_, invoice) = shop.invoiced("pro").await;
    crm::record_payment(&mut shop.conn().await, invoice, "49.00".parse().unwrap()).await;
    shop.settle(invoice).await;
    shop.invoiced("taxed").await;
    let mut other = eva("gift");
    other.email = "max@elsewhere.example".into();
    shop.place(&other).await.unwrap();
    let page = office.look(StaffId(2), &at).await;
    for part in [
        ">bezahlt<",
        ">nicht bezahlt<",
        "INV-",
        "Booking",
        "noch nicht aktiviert",
        "href=\"../../shop/orders/1\"",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    assert_eq!(page.html.matches("shop/orders/").count(), 3, "two orders, one license: {}", page.html);
    assert_eq!(office.look(StaffId(2), "shop/customer/99").await.status, StatusCode::OK);
    for odd in ["shop/customer", "shop/customer/x", "shop/customer/1/2"] {
        assert_eq!(office.look(StaffId(2), odd).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
}

#[tokio::test]
async fn what_a_customer_bought_is_seen_with_the_customer_that_has_the_invoice_now() {
    let office = office().await;
    let orders = OrdersPage { workshop: office.house.shop.app.workshop.clone(), outboxes: vec![] };
    let office = office.showing(orders);
    let shop = &office.house.shop;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, "49.00".parse().unwrap()).await;
    shop.settle(invoice).await;
    let (before, after) = (shop.order(order).await.client, crm::add_client(conn, "Other GmbH", None).await);
    conn.exec_drop("UPDATE `tblinvoices` SET `clientid` = ? WHERE `id` = ?", (after, invoice)).await.unwrap();
    shop.settle(invoice).await;
    let page = async |client| office.look(StaffId(2), &format!("shop/customer/{client}")).await.html;
    assert_eq!(page(before).await.matches("shop/orders/").count(), 0);
    assert_eq!(page(after).await.matches("shop/orders/").count(), 2, "the order and its license");
    let page = office.look(ADA, &format!("shop/orders/{order}")).await.html;
    let link = format!("href=\"../../../../clients/client/{after}\"");
    let told = format!("belongs to customer {after}, no longer to {before}, as the CRM says");
    assert!(page.contains(&link) && page.contains(&told), "{page}");
}
