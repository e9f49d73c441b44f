//! Without a license the staff's pages of the shop are locked, except its settings.

use std::sync::Arc;

use perfex_bridge::licensing::client::Module;
use perfex_bridge::licensing::locked_page::LockedPage;
use perfex_bridge::shop::products_page::ProductsPage;
use perfex_bridge::shop::storefront::Showcase;

use crate::identity::house::ADA;
use crate::staff::office::Office;

#[tokio::test]
async fn without_a_license_staff_are_led_to_where_one_is_entered_and_with_one_to_the_page() {
    let office = Office::with(false).await;
    let app = &office.house.shop.app;
    let licenses = Arc::clone(&app.licenses);
    let showcase = Arc::new(Showcase::new(app.database.clone(), "/".to_owned()));
    let page = ProductsPage { database: app.database.clone(), showcase, home: app.base_url.clone() };
    let office = office.showing(LockedPage { page, licenses, module: Module::Shop });
    let locked = office.look(ADA, "shop/products").await;
    assert!(locked.html.contains("fa-lock") && locked.html.contains("licenses\""), "{}", locked.html);
    let app = &office.house.shop.app;
    app.license_own_module(Module::Shop).await.unwrap();
    let open = office.look(ADA, "shop/products").await.html;
    assert!(open.contains("<table") && !open.contains("fa-lock"), "{open}");
}
