//! Products and packages.

use serde_json::json;

use crate::support::daemon::Site;
use crate::support::mariadb::Database;

#[tokio::test]
async fn a_product_is_added_changed_retired_and_put_on_sale_again() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    assert_eq!(site.json(&["product", "list"]).await, json!([]));
    let added = site.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
    assert_eq!(added, json!({"id": 1, "slug": "backup-pro", "name": "Backup Pro", "state": "active"}));
    let renamed = site.json(&["product", "change", "backup-pro", "--name", "Sicherung für alle"]).await;
    assert_eq!(renamed["name"], "Sicherung für alle");
    let retired = site.json(&["product", "retire", "backup-pro"]).await;
    assert_eq!((&retired["state"], &retired["name"]), (&json!("retired"), &json!("Sicherung für alle")));
    let again = site.json(&["product", "change", "backup-pro", "--activate"]).await;
    assert_eq!(site.json(&["product", "list"]).await, json!([again]));
    assert_eq!(again["state"], "active");
}

#[tokio::test]
async fn a_package_of_each_kind_is_added_changed_and_retired() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    site.json(&["product", "add", "--slug", "backup", "--name", "Backup"]).await;
    let add = async |more: &[&str]| {
        let mut all = vec!["package", "add", "--product", "backup", "--currency", "EUR"];
        all.extend(more);
        site.json(&all).await
    };
    let paid = add(&[
        "--sku",
        "b-1y",
        "--name",
        "One year",
        "--kind",
        "paid",
        "--price",
        "49.00",
        "--term",
        "12m",
        "--tax",
        "VAT|19.00",
    ])
    .await;
    assert_eq!(
        paid,
        json!({
            "id": 1, "product": "backup", "product_name": "Backup", "sku": "b-1y", "name": "One year", "kind": "paid",
            "price": "49.00", "currency": "EUR", "tax": {"name": "VAT", "rate": "19.00"}, "term": "12m", "state": "active",
        })
    );
    let free = add(&["--sku", "b-free", "--kind", "free"]).await;
    assert_eq!(
        (&free["price"], &free["term"], &free["name"]),
        (&json!("0.00"), &json!(null), &json!("Backup"))
    );
    let trial = add(&["--sku", "b-trial", "--kind", "trial"]).await;
    assert_eq!(trial["term"], "30d", "a trial without an end is none");

    let changed = site.json(&["package", "change", "b-1y", "--price", "59.5", "--name", "A year"]).await;
    assert_eq!((&changed["price"], &changed["name"]), (&json!("59.50"), &json!("A year")));
    let retired = site.json(&["package", "retire", "b-1y"]).await;
    assert_eq!(retired["state"], "retired");
    let again = site.json(&["package", "change", "b-1y", "--activate"]).await;
    assert_eq!(again["state"], "active");
    assert_eq!(site.json(&["package", "list"]).await.as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn people_read_tables_and_a_word_when_there_is_nothing() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    let cases = [
        (&["product", "list"][..], "no products yet; `product add --slug ... --name ...` adds one\n"),
        (
            &["package", "list"],
            "no packages yet; `package add --product ... --sku ... --kind paid` adds one\n",
        ),
        (&["order", "list"], "no orders; `order place` places one\n"),
        (&["license", "list"], "no licenses\n"),
        (&["outbox", "list"], "no messages\n"),
    ];
    for (arguments, text) in cases {
        let said = site.run(arguments).await;
        assert_eq!((said.code, said.out.as_str()), (0, text));
    }
    site.json(&["product", "add", "--slug", "backup", "--name", "Backup"]).await;
    let said = site.run(&["product", "list"]).await;
    assert_eq!(said.out, " SLUG    NAME    STATE\n backup  Backup  active\n");
}
