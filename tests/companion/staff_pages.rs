//! The whole way of a page for staff: the CRM's menu, its layout, the gateway, the daemon, the database, and back.

use super::house::House;
use crate::support::crm_web::{contact, staff};

const PAGE: &str = "/admin/perfex_bridge/staff_gateway/licenses";

/// The hidden fields of the first form on a page, as a form sends them.
fn hidden(page: &str) -> String {
    let form = page.split_once("<form").unwrap().1.split_once("</form>").unwrap().0;
    let fields = form.split("<input type=\"hidden\"").skip(1).map(|field| {
        let value = |name: &str| {
            let mark = format!("{name}=\"");
            field.split_once(&mark).unwrap().1.split_once('"').unwrap().0.to_owned()
        };
        format!("{}={}", value("name"), value("value"))
    });
    fields.collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn staff_check_a_license_without_leaving_the_crm() {
    let (house, _daemon) = House::open().await;
    let ada = staff(&house.database, 1).await;
    let page = house.crm.get(PAGE, &[&ada]).await;
    assert_eq!(page.code, 200, "{page:?}");
    for part in [
        "<body class=\"app admin\">",
        "<title>Licenses of the modules</title>",
        "PM Shop",
        "The license is valid.",
    ] {
        assert!(page.body.contains(part), "{part}: {page:?}");
    }
    // Ours and the CRM's own, as a browser keeps them.
    let set = page.headers.iter().filter_map(|line| line.strip_prefix("set-cookie: "));
    let kept = set.map(|cookie| cookie.split(';').next().unwrap().replace("__host-", "__Host-"));
    let cookie = std::iter::once(ada).chain(kept).collect::<Vec<_>>().join("; ");
    let form = "Content-Type: application/x-www-form-urlencoded";
    let taken = house.crm.ask(&format!("POST {PAGE}/check"), &[&cookie, form], &hidden(&page.body)).await;
    assert_eq!(taken.code, 303, "{taken:?}");
    assert!(taken.headers.contains(&"location: ../licenses?said=license-checked".to_owned()), "{taken:?}");
    let page = house.crm.get(&format!("{PAGE}?said=license-checked"), &[&cookie]).await;
    assert!(page.body.contains("The license server was asked."), "{page:?}");

    // The overview names the PHP that passed the question on.
    let overview = house.crm.get("/admin/perfex_bridge/staff_gateway/overview", &[&cookie]).await;
    assert!(overview.body.contains("<th scope=\"row\">PHP of the CRM</th><td>8."), "{overview:?}");

    let forged = house.crm.ask(&format!("POST {PAGE}/release"), &[&cookie, form], "module=shop").await;
    assert!([403, 419].contains(&forged.code), "{forged:?}");
}

#[tokio::test]
async fn nobody_else_gets_there() {
    let (house, _daemon) = House::open().await;
    let eva = contact(&house.database).await;
    for headers in [&[][..], &[eva.as_str()]] {
        let answer = house.crm.get(PAGE, headers).await;
        assert!(answer.code != 200 && !answer.body.contains("PM Shop"), "{answer:?}");
    }
}
