//! A command that meets the daemon's, or somebody else's, transaction.

use crate::support::clash;
use crate::support::daemon::Site;
use crate::support::mariadb::Database;

#[tokio::test]
async fn what_loses_against_another_transaction_is_done_again_and_once() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    let mut conn = database.conn().await;
    let ours = ["tblpm_products", "tblpm_packages", "tblpm_licenses", "tblpm_api_keys"];
    clash::once(&mut conn, "BEFORE INSERT", &ours).await;
    clash::once(&mut conn, "BEFORE UPDATE", &ours).await;
    clash::once(&mut conn, "BEFORE INSERT", &["tblemailtemplates", "tblpm_license_holders"]).await;
    clash::once(&mut conn, "BEFORE INSERT", &["tblpm_product_texts", "tblpm_package_texts"]).await;
    let mut mended = 0;
    for (words, losses) in [
        ("product add --slug p --name P", 1),
        ("product change p --name Q", 1),
        ("product text p --language english --tagline T", 1),
        ("package add --product p --sku s --kind free --currency EUR", 1),
        ("package change s --name N", 1),
        ("package text s --language english --description D", 1),
        ("license issue --product p --term 30d --email eva@buyer.example", 2),
        // The number that was lost is not given again.
        ("license suspend 2", 1),
        ("license restore 2", 0),
        ("license renew 2 --term 12m", 0),
        ("license revoke 2", 0),
        ("license apikey add shop", 1),
        ("license apikey rotate shop", 1),
        ("license apikey revoke shop", 0),
        ("package retire s", 0),
        ("product retire p", 0),
    ] {
        site.json(&words.split(' ').collect::<Vec<_>>()).await;
        mended += losses;
        assert_eq!(clash::mended(&mut conn).await, mended, "{words}");
    }
    for (list, rows) in
        [("product list", 1), ("package list", 1), ("license list", 1), ("license apikey list", 1)]
    {
        let found = site.json(&list.split(' ').collect::<Vec<_>>()).await;
        assert_eq!(found.as_array().unwrap().len(), rows, "{list}: {found}");
    }
    site.json(&["install"]).await;
    assert_eq!(clash::mended(&mut conn).await, mended + 1, "install");
}

#[tokio::test]
async fn whoever_is_always_in_the_way_is_told_of_in_a_sentence() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.json(&["migrate"]).await;
    let mut conn = database.conn().await;
    clash::always(&mut conn, "BEFORE INSERT", "tblpm_products").await;
    let said = site.run(&["product", "add", "--slug", "p", "--name", "P"]).await;
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.ends_with("; nothing was written: run the command again"), "{said:?}");
}
