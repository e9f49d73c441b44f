//! Renewal: from the end or from today, never for what is over for good.

use chrono::TimeDelta;
use perfex_bridge::db::retry;
use perfex_bridge::ids::LicenseId;
use perfex_bridge::licensing::{self, Grant, LICENSE_TIMELINE, LicensingError, Standing, Term};

use crate::support::crm;
use crate::support::english::in_english;
use crate::support::shop::{Shop, eva};

async fn renew(shop: &Shop, id: LicenseId, term: Option<&str>) -> Result<String, LicensingError> {
    let term = term.map(|term| term.parse::<Term>().unwrap());
    let renewing = retry(async || {
        let mut session = shop.app.database.begin().await?;
        let end = licensing::renew(&mut session, id, term, shop.now(), &"a test".into()).await?;
        session.commit().await?;
        Ok(end)
    });
    renewing.await.map(|end: chrono::DateTime<chrono::Utc>| end.to_rfc3339())
}

/// A license over 12 months, bought on 2026-03-09.
async fn sold(shop: &Shop) -> LicenseId {
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(&mut shop.conn().await, invoice, "49".parse().unwrap()).await;
    shop.settle(invoice).await;
    shop.licenses(order).await[0].id
}

async fn last_line(shop: &Shop, id: LicenseId) -> String {
    let mut session = shop.app.database.session().await.unwrap();
    in_english(LICENSE_TIMELINE.read(&mut session, id).await.unwrap()).pop().unwrap()
}

#[tokio::test]
async fn a_license_that_has_not_ended_is_renewed_from_its_end_by_the_term_it_was_sold_with() {
    let shop = Shop::open().await;
    let id = sold(&shop).await;
    shop.pass(TimeDelta::days(300));
    assert_eq!(renew(&shop, id, None).await.unwrap(), "2028-03-09T10:00:00+00:00");
    assert_eq!(last_line(&shop, id).await, "renewed: 12m from its end, until 2028-03-09 10:00 UTC: a test");
    assert_eq!(renew(&shop, id, Some("30d")).await.unwrap(), "2028-04-08T10:00:00+00:00");
}

#[tokio::test]
async fn a_license_that_has_ended_is_renewed_from_today_and_works_again() {
    let shop = Shop::open().await;
    let id = sold(&shop).await;
    shop.set_clock("2027-06-01T08:00:00Z");
    assert_eq!(shop.licenses(perfex_bridge::ids::OrderId(1)).await[0].right, Standing::Expired);
    assert_eq!(renew(&shop, id, None).await.unwrap(), "2028-06-01T08:00:00+00:00");
    assert_eq!(last_line(&shop, id).await, "renewed: 12m from today, until 2028-06-01 08:00 UTC: a test");
    assert_eq!(shop.licenses(perfex_bridge::ids::OrderId(1)).await[0].right, Standing::Active);
}

#[tokio::test]
async fn what_is_suspended_stays_suspended_and_what_is_revoked_is_not_renewed() {
    let shop = Shop::open().await;
    let id = sold(&shop).await;
    let mut session = shop.app.database.session().await.unwrap();
    licensing::suspend(&mut session, id, shop.now(), "test").await.unwrap();
    renew(&shop, id, None).await.unwrap();
    assert_eq!(shop.licenses(perfex_bridge::ids::OrderId(1)).await[0].right, Standing::Suspended);
    licensing::revoke(&mut session, id, shop.now(), "test").await.unwrap();
    let error = renew(&shop, id, Some("1y")).await.unwrap_err();
    assert_eq!(error.to_string(), "license 1 is revoked: it cannot be renewed");
    assert_eq!(last_line(&shop, id).await, "revoked: test");
}

#[tokio::test]
async fn a_license_without_end_or_without_a_known_term_gets_a_sentence() {
    let shop = Shop::open().await;
    let placed = shop.place(&eva("gift")).await.unwrap();
    let endless = shop.licenses(placed.order).await[0].id;
    let error = renew(&shop, endless, Some("1y")).await.unwrap_err();
    assert_eq!(error.to_string(), "license 1 has no end: there is nothing to renew");

    let mut session = shop.app.database.begin().await.unwrap();
    let product = perfex_bridge::shop::Product::named(&mut session, "booking").await.unwrap().id;
    let grant = Grant {
        unit: None,
        product,
        slug: "booking",
        term: Some("30d".parse().unwrap()),
        standing: Standing::Active,
        reason: &"by hand".into(),
    };
    let (mint, app) = (&shop.app.workshop.mint, &shop.app);
    let (by_hand, _) =
        licensing::issue(&mut session, mint, &app.cipher, &*app.entropy, shop.now(), grant).await.unwrap();
    session.commit().await.unwrap();
    let error = renew(&shop, by_hand, None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "license 2 was not sold with a term: say how long to renew it, such as --term 12m"
    );
    let mut last = Ok(String::new());
    for _ in 0..81 {
        last = renew(&shop, by_hand, Some("100y")).await;
    }
    assert_eq!(last.unwrap_err().to_string(), "license 2 would end after the year 9999: renew it by less");
    let nobody = renew(&shop, LicenseId(99), Some("1y")).await.unwrap_err();
    assert_eq!(nobody.to_string(), "there is no license 99; `license list` shows them");
}

#[tokio::test]
async fn five_renewals_at_once_are_five_terms_and_none_is_lost() {
    let shop = Shop::open().await;
    let id = sold(&shop).await;
    let all = futures_util::future::join_all((0..5).map(|_| renew(&shop, id, None))).await;
    let mut ends: Vec<String> = all.into_iter().map(Result::unwrap).collect();
    ends.sort();
    let years: Vec<&str> = ends.iter().map(|end| &end[..4]).collect();
    assert_eq!(years, ["2028", "2029", "2030", "2031", "2032"]);
}
