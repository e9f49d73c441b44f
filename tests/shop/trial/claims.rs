//! One trial per product, mailbox and registrable domain, ever.

use mysql_async::prelude::Queryable as _;
use perfex_bridge::licensing::authority::{Mover, Question};
use perfex_bridge::licensing::{Code, Domain, LicenseKey, Purpose};
use perfex_bridge::shop::trial::TrialRefusal;
use perfex_bridge::shop::{Kind, NewPackage, Package, PlaceOrder, Product, ShopError};

use crate::support::crm;
use crate::support::rows::checksums;
use crate::support::shop::{Shop, eva};

fn trial(email: &str, domain: Option<&str>) -> PlaceOrder {
    PlaceOrder {
        email: email.into(),
        domain: domain.map(|text| Domain::parse(text, Purpose::Production).unwrap()),
        ..eva("taste")
    }
}

/// Asks for a trial in vain; nothing must be written, and the words must be the same whatever was used before.
async fn taken(shop: &Shop, wanted: &PlaceOrder) {
    let conn = &mut shop.conn().await;
    let before = checksums(conn).await;
    let error = shop.place(wanted).await.unwrap_err();
    assert!(matches!(error, ShopError::Trial(TrialRefusal::Taken)), "{error:?}");
    assert!(error.is_refusal());
    assert_eq!(
        error.to_string(),
        "a trial of this product cannot be started with this mail address and domain: each customer and each domain \
         can try it once"
    );
    assert_eq!(checksums(conn).await, before);
}

#[tokio::test]
async fn a_product_is_tried_once_per_mail_address_and_once_per_domain() {
    let shop = Shop::open().await;
    shop.place(&trial("eva@buyer.example", Some("crm.buyer-one.com"))).await.unwrap();
    taken(&shop, &trial("eva@buyer.example", Some("crm.another.com"))).await;
    taken(&shop, &trial("EVA@Buyer.Example", None)).await;
    taken(&shop, &trial("other@person.example", Some("https://www.shop.buyer-one.com/admin"))).await;
    shop.place(&trial("other@person.example", Some("crm.buyer-two.com"))).await.unwrap();
}

#[tokio::test]
async fn another_spelling_of_a_known_mailbox_is_no_second_customer() {
    let shop = Shop::open().await;
    shop.place(&trial("eva.m@gmail.com", Some("one.com"))).await.unwrap();
    taken(&shop, &trial("evam+again@googlemail.com", Some("two.com"))).await;
    shop.place(&trial("eva.m@own.example", Some("two.com"))).await.unwrap();
    shop.place(&trial("eva.m+again@own.example", Some("three.com"))).await.unwrap();
}

#[tokio::test]
async fn strangers_under_a_public_suffix_each_have_their_trial() {
    let shop = Shop::open().await;
    shop.place(&trial("a@buyer.example", Some("one.github.io"))).await.unwrap();
    shop.place(&trial("b@buyer.example", Some("two.github.io"))).await.unwrap();
    shop.place(&trial("c@buyer.example", Some("one.co.uk"))).await.unwrap();
    shop.place(&trial("d@buyer.example", Some("two.co.uk"))).await.unwrap();
    taken(&shop, &trial("e@buyer.example", Some("crm.two.co.uk"))).await;
}

#[tokio::test]
async fn each_product_can_be_tried() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.session().await.unwrap();
    Product::add(&mut session, "tracker", "Tracker", shop.now()).await.unwrap();
    let new = NewPackage {
        product: "tracker".into(),
        sku: "tracker-taste".into(),
        name: None,
        kind: Kind::Trial,
        price: "0".parse().unwrap(),
        currency: "EUR".into(),
        tax: None,
        term: None,
    };
    Package::add(&mut session, &new, shop.now()).await.unwrap();
    shop.place(&trial("eva@buyer.example", Some("buyer-one.com"))).await.unwrap();
    let other =
        PlaceOrder { package: "tracker-taste".into(), ..trial("eva@buyer.example", Some("buyer-one.com")) };
    shop.place(&other).await.unwrap();
    taken(&shop, &other).await;
}

#[tokio::test]
async fn a_trial_is_one_license() {
    let shop = Shop::open().await;
    let many = PlaceOrder { quantity: 2, ..trial("eva@buyer.example", Some("buyer-one.com")) };
    let error = shop.place(&many).await.unwrap_err();
    assert_eq!(error.to_string(), "a trial is one license: the quantity must be 1");
    shop.place(&trial("eva@buyer.example", Some("buyer-one.com"))).await.unwrap();
}

#[tokio::test]
async fn twenty_requests_at_once_bring_one_trial() {
    let shop = Shop::open().await;
    let other = shop.second_daemon("").await;
    let asks = (0..20).map(|n| {
        let workshop = if n % 2 == 0 { &shop.app.workshop } else { &other.workshop };
        let wanted = trial("eva@buyer.example", Some(&format!("buyer-{}.com", n % 3)));
        let schema = &shop.schema;
        async move { wanted.place(workshop, schema).await }
    });
    let asked = futures_util::future::join_all(asks).await;
    assert_eq!(asked.iter().filter(|one| one.is_ok()).count(), 1);
    assert!(
        asked.iter().filter_map(|one| one.as_ref().err()).all(|error| matches!(error, ShopError::Trial(_)))
    );
}

#[tokio::test]
async fn the_claim_does_not_tell_the_address() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    shop.place(&trial("eva@buyer.example", Some("crm.buyer-one.com"))).await.unwrap();
    let row: (Vec<u8>, String, String) =
        conn.query_first("SELECT `mailbox`, `domain`, `state` FROM `tblpm_trials`").await.unwrap().unwrap();
    assert_eq!((row.0.len(), row.1.as_str(), row.2.as_str()), (32, "buyer-one.com", "running"));
    let seed =
        "SELECT HEX(`mailbox`) FROM `tblpm_trials` WHERE `mailbox` = UNHEX(SHA2('eva@buyer.example', 256))";
    assert_eq!(conn.query_first::<String, _>(seed).await.unwrap(), None);
}

/// A question of a site about a key.
fn question(key: &str, domain: &str, purpose: Purpose) -> Question {
    Question {
        key: LicenseKey::parse(key).unwrap(),
        product: "booking".to_owned(),
        domain: Domain::parse(domain, purpose).unwrap(),
    }
}

async fn enter(shop: &Shop, key: &str, domain: &str) -> Code {
    shop.app.authority.activate(&question(key, domain, Purpose::Production)).await.unwrap().code
}

#[tokio::test]
async fn a_key_to_try_stays_on_its_domain_and_works_everywhere_once_it_is_bought() {
    let shop = Shop::open().await;
    let order = shop.place(&trial("eva@buyer.example", Some("crm.buyer-one.com"))).await.unwrap().order;
    let license = shop.licenses(order).await.remove(0);
    let key = license.key().unwrap();
    // Any name of the same registration, and a place for development beside it.
    assert_eq!(enter(&shop, key, "shop.buyer-one.com").await, Code::Trial);
    let local = question(key, "localhost", Purpose::Staging);
    assert_eq!(shop.app.authority.activate(&local).await.unwrap().code, Code::Trial);
    let other = question(key, "other.com", Purpose::Production);
    assert!(!shop.app.authority.request_move(&other).await.unwrap());
    let here = question(key, "shop.buyer-one.com", Purpose::Production);
    assert!(shop.app.authority.release(license.id, &here.domain, Mover::Holder).await.unwrap());
    for domain in ["other.com", "buyer-one.com.other.com", "notbuyer-one.com"] {
        assert_eq!(enter(&shop, key, domain).await, Code::WrongDomain, "{domain}");
    }
    assert_eq!(enter(&shop, key, "buyer-one.com").await, Code::Trial);

    let (_, invoice) = shop.invoiced("pro").await;
    crm::record_payment(&mut shop.conn().await, invoice, 49.into()).await;
    shop.settle(invoice).await;
    let here = question(key, "buyer-one.com", Purpose::Production);
    assert!(shop.app.authority.release(license.id, &here.domain, Mover::Staff).await.unwrap());
    assert_eq!(enter(&shop, key, "other.com").await, Code::Active, "what is paid may move");
}

#[tokio::test]
async fn a_mistyped_domain_gives_way_to_the_first_site_unless_that_had_its_trial() {
    let shop = Shop::open().await;
    let of = async |email: &str, domain: Option<&str>| {
        let order = shop.place(&trial(email, domain)).await.unwrap().order;
        shop.licenses(order).await.remove(0).key().unwrap().to_owned()
    };
    let mistyped = of("eva@buyer.example", Some("byuer-one.com")).await;
    assert_eq!(enter(&shop, &mistyped, "crm.buyer-one.com").await, Code::Trial);
    // The site has had its trial now, and the name that was nobody's is free again.
    taken(&shop, &trial("max@buyer.example", Some("buyer-one.com"))).await;
    let invented = of("max@buyer.example", Some("byuer-one.com")).await;
    assert_eq!(enter(&shop, &invented, "buyer-one.com").await, Code::WrongDomain);
    let at_once = [enter(&shop, &invented, "third.com"), enter(&shop, &invented, "fourth.com")];
    let mut codes = futures_util::future::join_all(at_once).await;
    codes.sort_by_key(|code| *code == Code::Trial);
    assert_eq!(codes, [Code::WrongDomain, Code::Trial]);

    // Staff have named none: the activation alone decides.
    let given = of("ida@buyer.example", None).await;
    assert_eq!(enter(&shop, &given, "buyer-one.com").await, Code::Trial);
}
