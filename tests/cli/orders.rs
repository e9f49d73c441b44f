//! Orders.

use serde_json::{Value, json};

use crate::support::crm;
use crate::support::daemon::{PACKAGE, Site};
use crate::support::mariadb::Database;

/// The names of an object's members, sorted.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const PERSON: [&str; 6] = ["--firstname", "Eva", "--lastname", "Müller", "--language", "german"];

#[tokio::test]
async fn a_placed_order_is_told_with_its_invoice_total_and_token() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let mut place = vec!["order", "place", "--package", PACKAGE, "--email", "eva@buyer.example"];
    place.extend(PERSON);
    place.extend(["--company", "Müller & Söhne", "--quantity", "2"]);
    let placed = site.json(&place).await;
    let token = placed["token"].as_str().unwrap();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    assert_eq!(
        placed,
        json!({"order": 1, "invoice": 3001, "number": "INV-000001", "total": "98.00", "currency": "EUR", "token": token,
               "fulfilment": "open"})
    );
    place[3] = "backup-pro-free";
    let free = site.json(&place).await;
    assert_eq!((&free["invoice"], &free["total"]), (&json!(null), &json!("0.00")));
}

#[tokio::test]
async fn an_order_is_listed_shown_and_explained() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let placed = site.place("eva@buyer.example").await;
    site.place("max@buyer.example").await;
    crm::record_payment(&mut database.conn().await, placed.invoice(), "20".parse().unwrap()).await;
    site.json(&["reconcile"]).await;

    let list = site.json(&["order", "list"]).await;
    let ids: Vec<i64> = list.as_array().unwrap().iter().map(|order| order["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [2, 1], "newest first");
    assert_eq!(site.json(&["order", "list", "--limit", "1"]).await.as_array().unwrap().len(), 1);
    let partly = site.json(&["order", "list", "--charge", "partial"]).await;
    assert_eq!((partly.as_array().unwrap().len(), &partly[0]["id"]), (1, &json!(1)));

    let shown = site.json(&["order", "show", "1"]).await;
    assert_eq!(
        (&shown["charge"], &shown["fulfilment"], &shown["state"], &shown["language"]),
        (&json!("partial"), &json!("open"), &json!("placed"), &json!("german"))
    );
    assert_eq!((shown["items"].as_array().unwrap().len(), &shown["licenses"]), (1, &json!([])));
    let why = site.json(&["order", "why", "1"]).await;
    assert_eq!(why, shown["timeline"]);
    assert_eq!(keys(&why[0]), ["at", "detail", "event"]);
    let events: Vec<&str> =
        why.as_array().unwrap().iter().map(|step| step["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["placed", "charge"]);
    let detail = why[1]["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("none -> partial: received 20.00 of 49.00 EUR (payments: 1, credits: 0)"),
        "{detail}"
    );
    let said = site.run(&["order", "why", "1"]).await;
    assert!(said.out.contains("received 20.00 of 49.00 EUR"), "{said:?}");
}
