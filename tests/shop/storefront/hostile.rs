//! Visitors and texts of bad will.

use perfex_bridge::shop::{Kind, ProductPage, ProductPageChange, ProductTextChange, ShopError};
use perfex_bridge::text::Language;

use super::street::Street;
use crate::identity::house::request;

const EVIL: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";

#[tokio::test]
async fn no_text_of_the_catalogue_becomes_markup() {
    let street = Street::empty().await;
    let product = street.product("evil", EVIL).await;
    street.package("evil", "e", Kind::Paid, "1.00", None).await;
    street.house.sql(&format!("UPDATE tblpm_products SET name = '{EVIL}', version = version + 1")).await;
    street.house.sql(&format!("UPDATE tblpm_packages SET name = '{EVIL}', version = version + 1")).await;
    street.house.sql(&format!("UPDATE tbloptions SET value = '{EVIL}' WHERE name = 'companyname'")).await;
    let mut session = street.house.shop.app.database.session().await.unwrap();
    let change = ProductTextChange {
        tagline: Some(EVIL.into()),
        description: Some(format!("{EVIL}\n\n[x](javascript:alert(1)) ![x](https://evil.example/a.png)")),
        requirements: Some(EVIL.into()),
        changelog: Some(EVIL.into()),
    };
    ProductPage::change_text(&mut session, product, Language::English, &change).await.unwrap();
    street.house.sql(&format!("UPDATE tblpm_product_texts SET tagline = '{EVIL}'")).await;
    for target in ["/shop", "/shop/evil", "/shop?q=%22%3E%3Cscript%3E"] {
        let seen = street.look(target, "en").await;
        assert_eq!(seen.status, 200);
        let body = seen.body();
        let body = body.replace("<script type=\"application/ld+json\">", "");
        for wrong in ["<script", "<img src=x", "\"><img", "src=\"https://evil", "href=\"javascript:"] {
            assert!(!body.contains(wrong), "{wrong} in {target}: {body}");
        }
    }
}

#[tokio::test]
async fn signs_that_mean_something_to_a_database_mean_nothing_in_a_search() {
    let street = Street::open().await;
    for (query, found) in [
        ("%25", false),
        ("_", false),
        ("%27", false),
        ("%27+OR+%271%27%3D%271", false),
        ("%22%3C%3E", false),
        ("%00", false),
        ("%ff%fe", false),
        ("%F0%9F%92%A9", false),
        ("*", true),
        ("backup+%25", false),
        ("", true),
        ("++", true),
    ] {
        let seen = street.look(&format!("/shop?q={query}"), "en").await;
        assert_eq!(seen.status, 200, "{query}");
        assert_eq!(seen.html.contains("/shop/backup\""), found, "{query}");
    }
    let long = "x".repeat(5_000);
    let seen = street.look(&format!("/shop?q={long}"), "en").await;
    assert!(seen.status == 200 && !seen.html.contains(&"x".repeat(101)));
}

#[tokio::test]
async fn addresses_that_are_none_get_a_page_that_says_so() {
    let street = Street::open().await;
    for path in [
        "/shop/none",
        "/shop/Backup",
        "/shop/backup/more",
        "/shop/%ff%fe",
        "/shop/%62ackup",
        "/shop/..%2f..%2fetc%2fpasswd",
        "/shop/%3Cscript%3E",
        "/shop/'%20OR%201=1",
        "/shop/sitemap.xml/x",
        "/shop/shop",
        "/shop//",
    ] {
        let seen = street.look(path, "de").await;
        if path == "/shop//" {
            assert_eq!(seen.status, 200, "as the CRM reads it");
            continue;
        }
        assert_eq!(seen.status, 404, "{path}");
        assert!(seen.html.contains("Diese Seite gibt es nicht") && seen.html.contains("href=\"/shop\""));
        assert!(seen.html.contains("content=\"noindex\"") && !seen.html.contains("canonical"));
    }
    let slash = street.look("/shop/backup/", "en").await;
    assert_eq!(slash.status, 200);
    assert!(slash.html.contains("canonical\" href=\"https://crm.example/shop/backup\""));
}

#[tokio::test]
async fn nothing_is_taken_here() {
    let street = Street::open().await;
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let seen = street.ask(request(method, "/shop/backup", &[], "name=x")).await;
        assert_eq!((seen.status.as_u16(), seen.header("allow")), (405, "GET, HEAD"), "{method}");
    }
}

#[tokio::test]
async fn a_picture_from_elsewhere_and_texts_that_are_too_long_are_refused_with_a_sentence() {
    let street = Street::empty().await;
    let product = street.product("p", "P").await;
    let mut session = street.house.shop.app.database.session().await.unwrap();
    let change = ProductPageChange {
        picture: Some("https://evil.example/a.png".into()),
        ..ProductPageChange::default()
    };
    let refused = ProductPage::change(&mut session, product, &change, street.home()).await.unwrap_err();
    assert!(
        matches!(&refused, ShopError::Refused(text) if text.contains("must lie at https://crm.example/"))
    );
    for change in [
        ProductTextChange { tagline: Some("x".repeat(192)), ..ProductTextChange::default() },
        ProductTextChange { description: Some("x".repeat(16_001)), ..ProductTextChange::default() },
    ] {
        let refused = ProductPage::change_text(&mut session, product, Language::English, &change).await;
        assert!(refused.unwrap_err().is_refusal());
    }
    assert_eq!(ProductPage::of(&mut session, product).await.unwrap(), ProductPage::default());
}
