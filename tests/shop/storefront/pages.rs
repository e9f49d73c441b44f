//! What stands on the pages, in both languages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use perfex_bridge::shop::{CatalogueState, Kind, Product, ProductChange};
use sha2::{Digest as _, Sha256};

use super::street::Street;
use crate::identity::house::{House, request};

#[tokio::test]
async fn the_list_in_both_languages() {
    let street = Street::open().await;
    insta::assert_snapshot!("list_english", street.look("/shop", "en").await.body());
    insta::assert_snapshot!("list_german", street.look("/shop", "de").await.body());
}

#[tokio::test]
async fn a_product_in_both_languages() {
    let street = Street::open().await;
    insta::assert_snapshot!("product_english", street.look("/shop/backup", "en").await.body());
    insta::assert_snapshot!("product_german", street.look("/shop/backup?lang=de", "en").await.body());
    insta::assert_snapshot!("product_free", street.look("/shop/light", "en").await.body());
}

#[tokio::test]
async fn a_shop_without_products_says_so_and_a_search_that_finds_nothing_too() {
    let street = Street::empty().await;
    assert!(street.look("/shop", "en").await.html.contains("The shop opens soon"));
    let street = Street::open().await;
    let seen = street.look("/shop?q=umbrella", "de").await;
    assert!(seen.html.contains("Nichts gefunden") && seen.html.contains("value=\"umbrella\""));
}

#[tokio::test]
async fn a_search_finds_products_by_all_of_its_words_and_a_filter_by_kind() {
    let street = Street::open().await;
    for (query, backup, light) in [
        ("q=sleep", true, false),
        ("q=STATUS+light", false, true),
        ("q=sleep+light", false, false),
        ("q=php", true, false),
        ("q=schlafen", true, false),
        ("q=package", true, true),
        ("show=free", false, true),
        ("show=paid", true, false),
        ("show=trial&q=backup", true, false),
        ("show=nonsense", true, true),
    ] {
        let html = street.look(&format!("/shop?{query}"), "en").await.html;
        let found = [html.contains("/shop/backup\""), html.contains("/shop/light\"")];
        assert_eq!(found, [backup, light], "{query}");
        let listed = !html.contains("name=\"robots\" content=\"noindex\"");
        assert_eq!(listed, query == "show=nonsense", "search engines list no searches: {query}");
    }
}

#[tokio::test]
async fn a_long_list_has_pages_and_each_of_them_an_address() {
    let street = Street::empty().await;
    for number in 0..30 {
        let slug = format!("p{number:02}");
        street.product(&slug, &format!("Product {number:02}")).await;
        street.package(&slug, &format!("{slug}-free"), Kind::Free, "0", None).await;
    }
    let first = street.look("/shop", "en").await.html;
    assert!(first.contains("Product 23") && !first.contains("Product 24"));
    assert!(first.contains("href=\"/shop?page=2\""));
    let second = street.look("/shop?page=2&lang=de", "en").await.html;
    assert!(second.contains("Product 29") && !second.contains("Product 23"));
    assert!(second.contains("rel=\"canonical\" href=\"https://crm.example/shop?page=2&amp;lang=de\""));
    assert_eq!(street.look("/shop?page=3", "en").await.status, 404);
    assert_eq!(street.look("/shop?page=99999999999999999999", "en").await.status, 200, "no number at all");
}

#[tokio::test]
async fn what_is_not_for_sale_any_more_says_so() {
    let street = Street::open().await;
    let mut session = street.house.shop.app.database.session().await.unwrap();
    let retired = ProductChange { state: Some(CatalogueState::Retired), ..ProductChange::default() };
    Product::change(&mut session, "backup", &retired).await.unwrap();
    let seen = street.look("/shop/backup", "de").await;
    assert_eq!(seen.status, 410);
    assert!(
        seen.html.contains("Nicht mehr erhältlich") && seen.html.contains("Gekaufte Lizenzen gelten weiter")
    );
    let list = street.look("/shop", "en").await.html;
    assert!(!list.contains("/shop/backup") && list.contains("/shop/light"));
    assert!(!street.look("/shop/sitemap.xml", "en").await.html.contains("backup"));
}

#[tokio::test]
async fn a_product_without_packages_stands_in_no_list_and_cannot_be_ordered() {
    let street = Street::empty().await;
    street.product("soon", "Soon").await;
    let seen = street.look("/shop/soon", "en").await;
    assert_eq!(seen.status, 200);
    assert!(seen.html.contains("cannot be ordered at the moment") && !seen.html.contains("checkout"));
    assert!(!street.look("/shop", "en").await.html.contains("Soon"));
    assert!(!street.look("/shop/sitemap.xml", "en").await.html.contains("soon"));
}

#[tokio::test]
async fn search_engines_are_told_prices_with_tax() {
    let street = Street::open().await;
    let html = street.look("/shop/backup", "en").await.html;
    let json = html.split_once("application/ld+json\">").unwrap().1.split_once("</script>").unwrap().0;
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(json["@type"], "Product");
    assert_eq!(
        (&json["url"], &json["image"]),
        (&"https://crm.example/shop/backup".into(), &"https://crm.example/media/public/backup.png".into())
    );
    let offers = json["offers"].as_array().unwrap();
    assert_eq!(offers.len(), 3);
    let first = &offers[0];
    assert_eq!((&first["price"], &first["priceCurrency"]), (&"58.31".into(), &"EUR".into()));
    assert_eq!(first["priceSpecification"]["valueAddedTaxIncluded"], true);
    assert_eq!(first["url"], "https://crm.example/shop/checkout?package=backup-1y");
    assert_eq!(offers[1]["price"], "1229.43");
}

#[tokio::test]
async fn every_page_has_an_address_in_every_language() {
    let street = Street::open().await;
    let plain = street.look("/shop/backup", "de").await.html;
    assert!(plain.contains("<link rel=\"canonical\" href=\"https://crm.example/shop/backup\">"));
    for (code, address) in [
        ("en", "https://crm.example/shop/backup?lang=en"),
        ("de", "https://crm.example/shop/backup?lang=de"),
        ("x-default", "https://crm.example/shop/backup"),
    ] {
        assert!(plain.contains(&format!("hreflang=\"{code}\" href=\"{address}\"")), "{code}");
    }
    let german = street.look("/shop/backup?lang=de", "en").await.html;
    assert!(german.contains("<link rel=\"canonical\" href=\"https://crm.example/shop/backup?lang=de\">"));
    let sitemap = street.look("/shop/sitemap.xml", "en").await;
    assert_eq!(sitemap.header("content-type"), "application/xml; charset=utf-8");
    for address in ["shop", "shop?lang=de", "shop/backup", "shop/light?lang=en"] {
        assert!(sitemap.html.contains(&format!("<loc>https://crm.example/{address}</loc>")), "{address}");
    }
}

#[tokio::test]
async fn a_page_loads_nothing_from_elsewhere_and_runs_only_its_own_script() {
    let street = Street::open().await;
    for target in ["/shop", "/shop/backup", "/shop/none"] {
        let seen = street.look(target, "en").await;
        let policy = seen.header("content-security-policy");
        let hash = |start: &str, end: &str| {
            let text = seen.html.split_once(start)?.1.split_once(end)?.0;
            Some(format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes()))))
        };
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(policy.contains(&format!("style-src {};", hash("<style>", "</style>").unwrap())), "{policy}");
        match hash("<script>", "</script>") {
            Some(script) => assert!(policy.ends_with(&format!("script-src {script}")), "{policy}"),
            None => assert!(!policy.contains("script-src"), "{policy}"),
        }
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(seen.header(name), value, "{target}");
        }
        assert!(!seen.html.contains("src=\"http") && !seen.html.contains("url("), "{target}");
    }
}

#[tokio::test]
async fn a_browser_that_has_the_page_is_told_so() {
    let street = Street::open().await;
    for target in ["/shop", "/shop/backup?lang=de", "/shop/sitemap.xml"] {
        let first = street.look(target, "en").await;
        let tag = first.header("etag").to_owned();
        assert_eq!(first.header("cache-control"), "private, no-cache");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            let again = street
                .ask(request("GET", target, &[("if-none-match", &known), ("accept-language", "en")], ""))
                .await;
            assert_eq!((again.status.as_u16(), again.html.as_str()), (304, ""), "{known}");
            assert_eq!(again.header("etag"), tag);
        }
        let other = street.ask(request("GET", target, &[("if-none-match", "\"x\"")], "")).await;
        assert_eq!(other.status, 200);
    }
    let (english, german) = (street.look("/shop", "en").await, street.look("/shop", "de").await);
    assert_ne!(english.header("etag"), german.header("etag"));
}

#[tokio::test]
async fn a_crm_in_a_folder_has_its_shop_there() {
    let street = Street::of(House::open().await, "https://example.com/desk/", false);
    street.product("backup", "Backup").await;
    street.package("backup", "b", Kind::Paid, "49.00", None).await;
    let html = street.look("/shop/backup", "en").await.html;
    assert!(html.contains("href=\"/desk/shop/checkout?package=b\""), "{html}");
    assert!(html.contains("rel=\"canonical\" href=\"https://example.com/desk/shop/backup\""));
    assert!(html.contains("final price, no tax is added"));
    assert!(!html.contains("href=\"/shop"));
}

#[tokio::test]
async fn a_demonstration_says_that_nothing_can_be_ordered() {
    let street = Street::of(House::open().await, "https://crm.example/", true);
    assert!(street.look("/shop", "de").await.html.contains("Dies ist eine Vorführung"));
    let street = Street::empty().await;
    assert!(!street.look("/shop", "de").await.html.contains("Vorführung"));
}

#[tokio::test]
async fn the_sellers_logo_colour_links_and_legal_texts_stand_on_every_page() {
    let street = Street::open().await;
    for (name, value) in [
        ("company_logo", "our logo.png"),
        ("favicon", "icon.png"),
        ("terms_and_conditions", "<p>Terms</p>"),
        ("perfex_bridge_shop_accent", "#ff9900"),
        ("perfex_bridge_shop_header_links", "Blog | https://blog.example/"),
        ("perfex_bridge_shop_footer_links", "Imprint | Impressum | /imprint"),
    ] {
        let sql = format!("DELETE FROM tbloptions WHERE name = '{name}'");
        street.house.sql(&sql).await;
        street
            .house
            .sql(&format!("INSERT INTO tbloptions (name, value, autoload) VALUES ('{name}', '{value}', 0)"))
            .await;
    }
    let html = street.look("/shop/none", "de").await.html;
    for part in [
        "<img src=\"/uploads/company/our%20logo.png\" alt=\"Seller GmbH\"",
        "<link rel=\"icon\" href=\"/uploads/company/icon.png\">",
        "--accent: #ff9900; --on-accent: #000000;",
        "<a href=\"https://blog.example/\">Blog</a>",
        "<a href=\"/imprint\">Impressum</a>",
        "<a href=\"/terms-and-conditions\">Allgemeine Geschäftsbedingungen</a>",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("privacy-policy"), "it is not written");
}
