//! A key is found when its owner pastes it, and is nowhere in the database to be read.

use mysql_async::Row;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::licensing::{self, LicenseKey, LicensingError, Name};
use perfex_bridge::perfex::encryption::Cipher;

use crate::support::crm;
use crate::support::shop::{Shop, eva};

#[tokio::test]
async fn a_key_is_found_however_its_owner_pastes_it() {
    let shop = Shop::open().await;
    let placed = shop.place(&eva("gift")).await.unwrap();
    let license = &shop.licenses(placed.order).await[0];
    let mut session = shop.app.database.session().await.unwrap();
    let key = license.key().unwrap();
    for pasted in
        [key.to_owned(), key.to_uppercase(), format!("\u{feff} {}\r\n", key.replace('-', "\u{2013}"))]
    {
        let name = Name::Key(Box::new(LicenseKey::parse(&pasted).unwrap()));
        let found = licensing::find(&mut session, &shop.app.cipher, &name, shop.now()).await.unwrap();
        assert_eq!(found.unwrap().id, license.id, "{pasted}");
    }
    let stranger = shop.app.workshop.mint.strike("booking", &*shop.app.entropy);
    let name = Name::Key(Box::new(stranger));
    assert!(licensing::find(&mut session, &shop.app.cipher, &name, shop.now()).await.unwrap().is_none());
}

#[tokio::test]
async fn no_table_holds_a_key_that_could_be_read() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    let (order, invoice) = shop.invoiced("pro").await;
    crm::record_payment(conn, invoice, "49".parse().unwrap()).await;
    shop.settle(invoice).await;
    let key = shop.licenses(order).await[0].key.clone().unwrap();
    let random = key.split('-').next().unwrap().to_owned();
    // As text, as text in the other case, and as the bytes that the text stands for.
    let needles = [random.clone().into_bytes(), random.to_uppercase().into_bytes(), unhexed(&random)];

    let tables: Vec<String> = conn
        .query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
        .await
        .unwrap();
    let mut looked_at = 0;
    for table in tables {
        let rows: Vec<Row> = conn.query(format!("SELECT * FROM `{table}`")).await.unwrap();
        for value in rows.into_iter().flat_map(Row::unwrap) {
            if let mysql_async::Value::Bytes(bytes) = value {
                looked_at += 1;
                for needle in &needles {
                    assert!(!bytes.windows(needle.len()).any(|part| part == *needle), "{table}");
                }
            }
        }
    }
    assert!(looked_at > 500, "{looked_at}");
}

#[tokio::test]
async fn a_key_encrypted_under_another_app_enc_key_is_told_and_its_hash_still_finds_it() {
    let shop = Shop::open().await;
    let placed = shop.place(&eva("gift")).await.unwrap();
    let key = LicenseKey::parse(shop.licenses(placed.order).await[0].key().unwrap()).unwrap();
    let other = Cipher::new(&"ffffffffffffffffffffffffffffffff".into());
    let mut session = shop.app.database.session().await.unwrap();
    let name = Name::Key(Box::new(key));
    let found = licensing::find(&mut session, &other, &name, shop.now()).await.unwrap().unwrap();
    let error = found.key().unwrap_err();
    assert!(matches!(error, LicensingError::Unreadable { .. }));
    assert!(error.to_string().starts_with("the key of license 1 cannot be decrypted ("), "{error}");
    assert!(error.to_string().ends_with("): was APP_ENC_KEY changed?"), "{error}");
}

fn unhexed(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}
