//! Products and packages, as staff make and change them.

use std::sync::Arc;

use perfex_bridge::ids::StaffId;
use perfex_bridge::shop::products_page::ProductsPage;
use perfex_bridge::shop::storefront::Showcase;

use crate::identity::house::ADA;
use crate::staff::office::Office;

const MAX: StaffId = StaffId(7);

/// An office with the page of the products, in which Max may do what is named.
async fn office(capabilities: &[&str]) -> Office {
    let office = Office::with(false).await;
    let app = &office.house.shop.app;
    let showcase = Arc::new(Showcase::new(app.database.clone(), "/".to_owned()));
    let page = ProductsPage { database: app.database.clone(), showcase, home: app.base_url.clone() };
    let office = office.showing(page);
    office.hire(MAX.0, "pm_shop", capabilities).await;
    office
}

/// The same with the product `backup` and its package `b-1y`.
async fn stocked() -> Office {
    let office = office(&["view", "create", "edit"]).await;
    office.send(ADA, "shop/products/new", "shop/products/new", "name=Backup&slug=backup").await;
    let offer = "sku=b-1y&kind=paid&name=One+year&price=49.00&currency=EUR&tax=VAT%7C19.00&term=12m&sites=2";
    let path = "shop/products/backup/packages/new";
    let added = office.send(ADA, path, path, offer).await;
    assert_eq!(added.status, 303, "{}", added.html);
    office
}

#[tokio::test]
async fn a_product_gets_a_page_and_a_package_and_stands_in_the_shop() {
    let office = stocked().await;
    let fields = "version=1&language=german&name=Backup+Pro&release=2.0&picture=%2Fmedia%2Fa.png&tagline=Gut&\
                  description=**Sichert**&requirements=PHP&changelog=neu";
    let saved = office.send(MAX, "shop/products/backup", "shop/products/backup", fields).await;
    assert_eq!(
        (saved.status.as_u16(), saved.location()),
        (303, "../../shop/products/backup?said=product-changed")
    );
    let rows: Vec<(String, String, String)> = office
        .rows("SELECT p.name, g.release_name, t.description FROM tblpm_products p
               JOIN tblpm_product_pages g ON g.product_id = p.id JOIN tblpm_product_texts t ON t.product_id = p.id")
        .await;
    assert_eq!(rows, [("Backup Pro".into(), "2.0".into(), "**Sichert**".into())]);
    let deeds: Vec<(String, String)> =
        office.rows("SELECT subject, action FROM tblbridge_audit ORDER BY id").await;
    let deeds: Vec<String> =
        deeds.into_iter().map(|(subject, action)| format!("{subject} {action}")).collect();
    assert_eq!(deeds, ["product created", "package created", "product changed"]);
}

#[tokio::test]
async fn a_tax_that_is_gone_in_the_crm_stays_the_packages_own_until_staff_choose_another() {
    let office = stocked().await;
    office.house.sql("DELETE FROM `tbltaxes` WHERE `id` = 1").await;
    office.house.sql("UPDATE `tblcurrencies` SET `name` = 'CHF' WHERE BINARY `name` = 'EUR'").await;
    let path = "shop/products/backup/packages/b-1y";
    let page = office.look(ADA, path).await.html;
    for gone in ["VAT|19.00", "EUR"] {
        let option = format!("<option value=\"{gone}\" selected>{gone} (not in the CRM any more)</option>");
        assert!(page.contains(&option), "{gone}: {page}");
    }
    let version = page.split_once("name=\"version\" value=\"").unwrap().1.split_once('"').unwrap().0;
    let fields = format!(
        "version={version}&name=Zwei+Jahre&price=49.00&currency=CHF&tax=VAT%7C19.00&term=12m&sites=2"
    );
    let refused = office.send(ADA, path, path, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains("The CRM has no tax “VAT|19.00”"), "{}", refused.html);
    let kept: Vec<(String, String)> =
        office.rows("SELECT `name`, CONCAT(`tax_name`, `tax_rate`) FROM `tblpm_packages`").await;
    assert_eq!(kept, [("One year".to_owned(), "VAT19.00".to_owned())]);
}

/// What somebody else's statement does to the next one that touches a product.
const CLASH: &str = "CREATE TRIGGER `clash` BEFORE UPDATE ON `tblpm_products` FOR EACH ROW
     IF IS_FREE_LOCK(CONCAT(DATABASE(), '-clash')) AND GET_LOCK(CONCAT(DATABASE(), '-clash'), 0) THEN
       SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'Deadlock found';
     END IF";

#[tokio::test]
async fn a_form_about_a_product_that_meets_another_one_is_not_lost() {
    let office = stocked().await;
    office.house.sql(CLASH).await;
    let fields = "version=1&language=english&name=Backup&release=3.0&description=Long";
    let saved = office.send(MAX, "shop/products/backup", "shop/products/backup", fields).await;
    assert_eq!(saved.status, 303, "{}", saved.html);
    let clashed: Vec<bool> = office.rows("SELECT NOT IS_FREE_LOCK(CONCAT(DATABASE(), '-clash'))").await;
    assert_eq!(clashed, [true]);
    let texts: Vec<String> = office.rows("SELECT `description` FROM `tblpm_product_texts`").await;
    assert_eq!(texts, ["Long"]);
}

#[tokio::test]
async fn the_pages_in_both_languages() {
    let office = stocked().await;
    for (name, target) in [
        ("list", "shop/products"),
        ("product", "shop/products/backup"),
        ("package", "shop/products/backup/packages/b-1y"),
        ("new", "shop/products/new"),
    ] {
        for (language, staff) in [("english", ADA), ("german", MAX)] {
            insta::assert_snapshot!(format!("{name}_{language}"), office.look(staff, target).await.stable());
        }
    }
}

#[tokio::test]
async fn a_list_without_products_says_how_to_begin() {
    let office = office(&["view"]).await;
    let seen = office.look(MAX, "shop/products").await.html;
    assert!(seen.contains("Noch gibt es keine Produkte") && !seen.contains("shop/products/new"));
    assert!(office.look(ADA, "shop/products").await.html.contains("shop/products/new"));
}

#[tokio::test]
async fn every_wrong_field_gets_its_sentence_and_nothing_is_written() {
    let office = stocked().await;
    let package = "shop/products/backup/packages/new";
    let good = "sku=n&kind=paid&name=N&price=1&currency=EUR&sites=1";
    for (page, fields, sentence) in [
        ("shop/products/new", "name=&slug=x".to_owned(), "Bitte füllen Sie dieses Feld aus"),
        ("shop/products/new", format!("name={}&slug=x", "x".repeat(192)), "Höchstens 191 Zeichen"),
        ("shop/products/new", "name=X&slug=Upper".to_owned(), "Nur Kleinbuchstaben"),
        ("shop/products/new", "name=X&slug=backup".to_owned(), "schon vergeben"),
        ("shop/products/new", "name=X&slug=checkout".to_owned(), "schon vergeben"),
        (package, good.replace("price=1", "price=-1"), "Das ist kein Preis"),
        (package, good.replace("price=1", "price=1e9"), "Das ist kein Preis"),
        (package, good.replace("price=1", "price=0"), "braucht einen Preis über 0"),
        (package, good.replace("kind=paid", "kind=free"), "hat den Preis 0"),
        (package, good.replace("kind=paid", "kind=gift"), "Bitte wählen Sie eines davon"),
        (package, good.replace("EUR", "XXX"), "Das CRM hat keine Währung „XXX“"),
        (package, format!("{good}&tax=VAT%7C99.00"), "Das CRM hat keine Steuer „VAT|99.00“"),
        (package, format!("{good}&term=never"), "Das ist keine Dauer"),
        (package, good.replace("sites=1", "sites=0"), "von 1 bis 100"),
        (package, good.replace("sku=n", "sku=b-1y"), "Das Paket „b-1y“ gibt es schon"),
    ] {
        let before: Vec<(i64, i64)> = office.rows(COUNT).await;
        let seen = office.send(MAX, page, page, &fields).await;
        assert_eq!(seen.status, 422, "{fields}");
        assert!(seen.html.contains(sentence), "{sentence} for {fields}: {}", seen.stable());
        assert_eq!(office.rows::<(i64, i64)>(COUNT).await, before, "{fields}");
    }
    let bad = "version=1&language=german&name=%3Cb%3E&release=1&picture=https%3A%2F%2Fevil.example%2Fa.png&tagline=Mein";
    let seen = office.send(MAX, "shop/products/backup", "shop/products/backup", bad).await;
    assert_eq!(seen.status, 422);
    assert!(
        seen.html.contains("muss unter https://crm.example/ liegen") && seen.html.contains("value=\"Mein\"")
    );
    assert!(seen.html.contains("value=\"&lt;b&gt;\"") && !seen.html.contains("<b>"));
}

const COUNT: &str =
    "SELECT (SELECT COUNT(*) FROM tblpm_products) AS a, (SELECT COUNT(*) FROM tblpm_packages) AS b";

#[tokio::test]
async fn what_two_change_at_once_is_refused_to_the_second() {
    let office = stocked().await;
    let fields = |name: &str| format!("version=1&language=english&name={name}");
    let page = "shop/products/backup";
    assert_eq!(office.send(ADA, page, page, &fields("First")).await.status, 303);
    let second = office.send(MAX, page, page, &fields("Second")).await;
    assert_eq!(second.status, 422);
    assert!(second.html.contains("inzwischen jemand anders") && second.html.contains("value=\"Second\""));
    let names: Vec<String> = office.rows("SELECT name FROM tblpm_products").await;
    assert_eq!(names, ["First"]);
}

#[tokio::test]
async fn a_preview_shows_the_page_and_saves_nothing() {
    let office = stocked().await;
    let fields = "version=1&language=german&name=Neu&description=**fett**+%3Cscript%3E&preview=1";
    let seen = office.send(MAX, "shop/products/backup", "shop/products/backup", fields).await;
    assert_eq!(seen.status, 200);
    assert!(seen.html.contains("<strong>fett</strong>") && !seen.html.contains("<script>"));
    assert_eq!(office.rows::<String>("SELECT name FROM tblpm_products").await, ["Backup"]);
}

#[tokio::test]
async fn a_package_changes_for_new_orders_and_can_be_taken_off_sale_and_back() {
    type Row = (String, String, Option<String>, String, u32);

    let office = stocked().await;
    let path = "shop/products/backup/packages/b-1y";
    let version: Vec<i64> = office.rows("SELECT version FROM tblpm_packages").await;
    let fields = format!(
        "version={}&name=Two+years&price=80,50&currency=EUR&tax=&term=24m&sites=5&description-german=Gut",
        version[0]
    );
    assert_eq!(office.send(MAX, path, path, &fields).await.status, 303);
    let rows: Vec<Row> = office
        .rows(
            "SELECT k.name, CAST(k.price AS CHAR), k.tax_name, k.term, g.sites FROM tblpm_packages k
               JOIN tblpm_package_pages g ON g.package_id = k.id",
        )
        .await;
    assert_eq!(rows, [("Two years".into(), "80.50".into(), None, "24m".into(), 5)]);
    assert_eq!(office.send(MAX, path, &format!("{path}/retire"), "").await.status, 303);
    assert_eq!(office.rows::<String>("SELECT state FROM tblpm_packages").await, ["retired"]);
    assert_eq!(office.send(MAX, path, &format!("{path}/activate"), "").await.status, 303);
    assert_eq!(office.rows::<String>("SELECT state FROM tblpm_packages").await, ["active"]);
    let stale = office.send(MAX, path, path, &fields).await;
    assert!(stale.status == 422 && stale.html.contains("inzwischen jemand anders"));
}

#[tokio::test]
async fn products_are_put_in_order_and_taken_off_sale() {
    let office = stocked().await;
    for slug in ["a", "b"] {
        let fields = format!("name={slug}&slug={slug}");
        office.send(ADA, "shop/products/new", "shop/products/new", &fields).await;
    }
    let order = async || {
        let html = office.look(ADA, "shop/products").await.html;
        let mut found: Vec<(usize, &str)> = ["a", "b", "backup"]
            .iter()
            .map(|slug| (html.find(&format!("<code>{slug}</code>")).unwrap(), *slug))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, slug)| slug).collect::<Vec<_>>()
    };
    assert_eq!(order().await, ["a", "b", "backup"]);
    let push = async |deed: &str, at: usize| {
        office.send(ADA, "shop/products", &format!("shop/products/{deed}"), &format!("at={at}")).await
    };
    push("backup/up", 3).await;
    assert_eq!(order().await, ["a", "backup", "b"]);
    push("a/down", 1).await;
    assert_eq!(order().await, ["backup", "a", "b"]);
    // Somebody else has moved it since this page was made, or there is nothing to move it past.
    for (deed, at) in [("a/down", 1), ("backup/up", 1), ("b/down", 3), ("a/up", 0)] {
        let stale = push(deed, at).await;
        assert!(stale.status == 422 && stale.html.contains("The order has changed meanwhile"), "{deed}");
        assert_eq!(order().await, ["backup", "a", "b"]);
    }
    let told = office.look(ADA, "shop/products/a").await.html;
    assert!(told.contains("moved the product “a”") && told.contains("Place: <del>1</del>"), "{told}");
    assert_eq!(office.send(MAX, "shop/products", "shop/products/a/retire", "").await.status, 303);
    assert_eq!(office.rows::<String>("SELECT state FROM tblpm_products WHERE slug = 'a'").await, ["retired"]);
}

#[tokio::test]
async fn packages_are_put_in_order_and_a_new_one_stands_behind_them() {
    let office = stocked().await;
    let new = "shop/products/backup/packages/new";
    for (sku, price) in [("cheap", 9), ("dear", 99)] {
        let fields = format!("sku={sku}&kind=paid&name={sku}&price={price}&currency=EUR&sites=1");
        assert_eq!(office.send(MAX, new, new, &fields).await.status, 303);
    }
    let order = async || {
        let html = office.look(MAX, "shop/products/backup").await.html;
        let cells = html.split("<td class=\"hidden-xs\"><code>").skip(1);
        cells.map(|cell| cell.split_once('<').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order().await, ["cheap", "b-1y", "dear"], "by price, until somebody puts them in order");
    let push = async |deed: &str, at: usize| {
        let page = "shop/products/backup";
        office.send(MAX, page, &format!("{page}/packages/{deed}"), &format!("at={at}")).await
    };
    assert_eq!(push("dear/up", 3).await.status, 303);
    assert_eq!(order().await, ["cheap", "dear", "b-1y"]);
    let stale = push("dear/up", 3).await;
    assert!(stale.status == 422 && stale.html.contains("Die Reihenfolge hat sich inzwischen geändert"));
    assert_eq!(push("dear/up", 2).await.status, 303);
    assert_eq!(order().await, ["dear", "cheap", "b-1y"]);
    assert_eq!(push("dear/up", 1).await.status, 422);
    let fields = "sku=new&kind=free&name=New&price=0&currency=EUR&sites=1";
    assert_eq!(office.send(MAX, new, new, fields).await.status, 303);
    assert_eq!(order().await, ["dear", "cheap", "b-1y", "new"]);
    // Whoever edits a package leaves it where it stands.
    let version: Vec<i64> = office.rows("SELECT version FROM tblpm_packages WHERE sku = 'cheap'").await;
    let path = "shop/products/backup/packages/cheap";
    let fields = format!("version={}&name=Cheap&price=9&currency=EUR&sites=1", version[0]);
    assert_eq!(office.send(MAX, path, path, &fields).await.status, 303);
    assert_eq!(order().await, ["dear", "cheap", "b-1y", "new"]);
    let told = office.look(MAX, "shop/products/backup/packages/dear").await.html;
    assert!(
        told.contains("hat das Paket „dear“ verschoben") && told.contains("Platz: <del>2</del>"),
        "{told}"
    );
}

#[tokio::test]
async fn who_may_only_look_changes_nothing_and_unknown_products_are_none() {
    let office = stocked().await;
    let watcher = StaffId(8);
    office.hire(watcher.0, "pm_shop", &["view"]).await;
    for page in ["shop/products/backup", "shop/products/backup/packages/b-1y"] {
        let seen = office.look(watcher, page).await;
        assert!(
            seen.status == 200 && !seen.html.contains("type=\"submit\" class=\"btn btn-primary\""),
            "{page}"
        );
        assert!(seen.html.contains("<fieldset disabled>"), "{page}: no field invites to be filled in");
        assert!(!office.look(ADA, page).await.html.contains("<fieldset disabled>"), "{page}");
    }
    for target in ["shop/products/new", "shop/products/backup", "shop/products/backup/retire"] {
        let refused = office.send(watcher, "shop/products/backup", target, "name=X&slug=x").await;
        assert_eq!(refused.status, 403, "{target}");
    }
    for target in [
        "shop/products/none",
        "shop/products/%27",
        "shop/products/backup/packages/none",
        "shop/products/backup/x",
    ] {
        assert_eq!(office.look(ADA, target).await.status, 404, "{target}");
    }
}
