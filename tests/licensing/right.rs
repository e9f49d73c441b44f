//! Rights changed by staff: allowed steps, refused steps, and what time alone changes.

use chrono::TimeDelta;
use perfex_bridge::ids::LicenseId;
use perfex_bridge::licensing::{self, LICENSE_TIMELINE, LicensingError, Standing, SuspendedFor};
use rust_decimal::Decimal;

use crate::support::crm;
use crate::support::shop::{Shop, eva};

/// What staff can do.
#[derive(Debug, Clone, Copy)]
enum Act {
    Suspend,
    Restore,
    Revoke,
}

async fn act(shop: &Shop, id: LicenseId, act: Act) -> Result<(), LicensingError> {
    let mut session = shop.app.database.session().await.unwrap();
    match act {
        Act::Suspend => licensing::suspend(&mut session, id, shop.now(), "by hand").await,
        Act::Restore => licensing::restore(&mut session, id, shop.now(), "by hand").await,
        Act::Revoke => licensing::revoke(&mut session, id, shop.now(), "by hand").await,
    }
}

async fn right(shop: &Shop, id: LicenseId) -> (Standing, Option<SuspendedFor>) {
    let mut session = shop.app.database.session().await.unwrap();
    let name = licensing::Name::Id(id);
    let found = licensing::find(&mut session, &shop.app.cipher, &name, shop.now()).await.unwrap().unwrap();
    (found.right, found.suspended_for)
}

/// A license of `package`, which costs nothing.
async fn given(shop: &Shop, package: &str) -> LicenseId {
    let placed = shop.place(&eva(package)).await.unwrap();
    shop.licenses(placed.order).await[0].id
}

#[tokio::test]
async fn staff_suspend_and_restore_and_a_trial_stays_a_trial() {
    let shop = Shop::open().await;
    for (package, standing) in [("gift", Standing::Active), ("taste", Standing::Trial)] {
        let id = given(&shop, package).await;
        act(&shop, id, Act::Suspend).await.unwrap();
        assert_eq!(right(&shop, id).await, (Standing::Suspended, Some(SuspendedFor::Staff)));
        act(&shop, id, Act::Restore).await.unwrap();
        assert_eq!(right(&shop, id).await, (standing, None));
        act(&shop, id, Act::Revoke).await.unwrap();
        assert_eq!(right(&shop, id).await, (Standing::Revoked, None));

        let mut session = shop.app.database.session().await.unwrap();
        let events = LICENSE_TIMELINE.read(&mut session, id).await.unwrap();
        let events: Vec<&str> = events.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(events, ["issued", "suspended", "restored", "revoked"]);
    }
}

#[tokio::test]
async fn a_step_that_the_right_does_not_allow_is_refused_and_leaves_no_trace() {
    let shop = Shop::open().await;
    for (before, refused, sentence) in [
        (&[][..], Act::Restore, "is active: it cannot be restored"),
        (&[Act::Suspend], Act::Suspend, "is suspended: it cannot be suspended"),
        (&[Act::Revoke], Act::Suspend, "is revoked: it cannot be suspended"),
        (&[Act::Revoke], Act::Restore, "is revoked: it cannot be restored"),
        (&[Act::Revoke], Act::Revoke, "is revoked: it cannot be revoked"),
    ] {
        let id = given(&shop, "gift").await;
        for step in before {
            act(&shop, id, *step).await.unwrap();
        }
        let was = right(&shop, id).await;
        let error = act(&shop, id, refused).await.unwrap_err();
        assert_eq!(error.to_string(), format!("license {id} {sentence}"));
        assert_eq!(right(&shop, id).await, was);
        let mut session = shop.app.database.session().await.unwrap();
        assert_eq!(LICENSE_TIMELINE.read(&mut session, id).await.unwrap().len(), 1 + before.len());
    }
    for step in [Act::Suspend, Act::Restore, Act::Revoke] {
        let error = act(&shop, LicenseId(999), step).await.unwrap_err();
        assert_eq!(error.to_string(), "there is no license 999; `license list` shows them");
    }
}

#[tokio::test]
async fn staff_may_give_back_what_a_missing_payment_took_and_it_is_not_taken_again() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    let payment = crm::record_payment(conn, invoice, Decimal::from(49)).await;
    shop.settle(invoice).await;
    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    let id = shop.licenses(order).await[0].id;
    assert_eq!(right(&shop, id).await, (Standing::Suspended, Some(SuspendedFor::Payment)));
    act(&shop, id, Act::Restore).await.unwrap();
    shop.pass(TimeDelta::days(30));
    shop.settle(invoice).await;
    assert_eq!(right(&shop, id).await, (Standing::Active, None));
}

#[tokio::test]
async fn the_end_of_a_license_is_derived_and_never_written() {
    let shop = Shop::open().await;
    let id = given(&shop, "taste").await;
    shop.pass(TimeDelta::days(30) - TimeDelta::microseconds(1));
    assert_eq!(right(&shop, id).await, (Standing::Trial, None));
    shop.pass(TimeDelta::microseconds(1));
    assert_eq!(right(&shop, id).await, (Standing::Expired, None));
    let mut session = shop.app.database.session().await.unwrap();
    let sql = "SELECT `license_right` FROM `{p}pm_licenses`";
    assert_eq!(session.first::<(String,)>(sql, ()).await.unwrap(), Some(("trial".to_owned(),)));
    // A clock that is put right again gives it back.
    shop.pass(TimeDelta::days(-1));
    assert_eq!(right(&shop, id).await, (Standing::Trial, None));
}

#[tokio::test]
async fn a_missing_payment_takes_no_license_that_staff_hold_back_and_leaves_other_orders_alone() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let other = given(&shop, "gift").await;
    let mut wanted = eva("taxed");
    wanted.quantity = 3;
    let placed = shop.place(&wanted).await.unwrap();
    let invoice = placed.invoice.unwrap();
    let payment = crm::record_payment(conn, invoice, "174.93".parse().unwrap()).await;
    shop.settle(invoice).await;
    let ids: Vec<LicenseId> = shop.licenses(placed.order).await.iter().map(|license| license.id).collect();
    act(&shop, ids[0], Act::Suspend).await.unwrap();
    act(&shop, ids[1], Act::Revoke).await.unwrap();
    crm::delete_payment(conn, payment).await;
    shop.settle(invoice).await;
    assert_eq!(
        shop.story(placed.order).await,
        "placed reversed fulfilled, suspended revoked past_due, 2 mails"
    );
    shop.pass(TimeDelta::days(7));
    shop.settle(invoice).await;
    assert_eq!(right(&shop, ids[0]).await, (Standing::Suspended, Some(SuspendedFor::Staff)));
    assert_eq!(right(&shop, ids[2]).await, (Standing::Suspended, Some(SuspendedFor::Payment)));
    assert_eq!(right(&shop, other).await, (Standing::Active, None));
}
