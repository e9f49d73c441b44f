//! One license per unit, refused by the schema and not by an `if`.

use mysql_async::prelude::Queryable as _;
use mysql_async::{Error, Params};
use perfex_bridge::db::Session;
use perfex_bridge::ids::{LicenseId, OrderItemId, ProductId};
use perfex_bridge::licensing::{self, Grant, LicensingError, Standing};
use perfex_bridge::sentence::Sentence;

use crate::support::shop::{Shop, eva};

/// A unit of the first order's only item; `None` is a license by hand.
fn grant(unit: Option<u32>, reason: &Sentence) -> Grant<'_> {
    Grant {
        unit: unit.map(|unit| (OrderItemId(1), unit)),
        product: ProductId(1),
        slug: "booking",
        term: None,
        standing: Standing::Active,
        reason,
    }
}

async fn issue(shop: &Shop, session: &mut Session, unit: Option<u32>) -> Result<LicenseId, LicensingError> {
    let app = &shop.app;
    let reason = "a test".into();
    let issuing = licensing::issue(
        session,
        &app.workshop.mint,
        &app.cipher,
        &*app.entropy,
        shop.now(),
        grant(unit, &reason),
    );
    issuing.await.map(|(id, _)| id)
}

#[tokio::test]
async fn a_second_license_for_one_unit_is_refused_whoever_writes_it() {
    let shop = Shop::open().await;
    let placed = shop.place(&eva("gift")).await.unwrap();
    let mut session = shop.app.database.session().await.unwrap();
    let error = issue(&shop, &mut session, Some(1)).await.unwrap_err();
    assert!(matches!(&error, LicensingError::Database(error) if error.is_duplicate()), "{error:?}");

    let conn = &mut shop.conn().await;
    let copy = "INSERT INTO `tblpm_licenses` (`order_item_id`, `unit_no`, `product_id`, `key_hash`, `key_encrypted`,
                    `issued_as`, `license_right`, `issued_at`)
                SELECT `order_item_id`, `unit_no`, `product_id`, REVERSE(`key_hash`), `key_encrypted`, `issued_as`,
                    `license_right`, `issued_at` FROM `tblpm_licenses`";
    match conn.exec_drop(copy, Params::Empty).await {
        Err(Error::Server(error)) => {
            assert!(error.code == 1062 && error.message.contains("pm_licenses_unit"), "{error:?}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(shop.story(placed.order).await, "placed full fulfilled, active, 1 mail");
}

#[tokio::test]
async fn another_unit_and_a_license_by_hand_are_no_second_license() {
    let shop = Shop::open().await;
    shop.place(&eva("gift")).await.unwrap();
    let mut session = shop.app.database.session().await.unwrap();
    for unit in [Some(2), None, None] {
        issue(&shop, &mut session, unit).await.unwrap();
    }
    let filter = licensing::Filter { order: None, limit: 10 };
    let all = licensing::list(&mut session, &shop.app.cipher, filter, shop.now()).await.unwrap();
    let orders: Vec<Option<i64>> = all.iter().map(|license| license.order.map(|order| order.0)).collect();
    assert_eq!(orders, [None, None, Some(1), Some(1)]);
}

#[tokio::test]
async fn a_license_whose_transaction_does_not_commit_was_never_there() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.begin().await.unwrap();
    let id = issue(&shop, &mut session, None).await.unwrap();
    drop(session);
    let mut session = shop.app.database.session().await.unwrap();
    let found =
        licensing::find(&mut session, &shop.app.cipher, &licensing::Name::Id(id), shop.now()).await.unwrap();
    assert!(found.is_none());
    assert!(licensing::LICENSE_TIMELINE.read(&mut session, id).await.unwrap().is_empty());
}
