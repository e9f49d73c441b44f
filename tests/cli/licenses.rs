//! Licenses.

use mysql_async::prelude::Queryable as _;
use serde_json::{Value, json};

use super::orders::keys;
use crate::support::crm;
use crate::support::daemon::Site;
use crate::support::mariadb::Database;

async fn sold(site: &Site, database: &Database) -> Value {
    site.stock().await;
    let placed = site.place("eva@buyer.example").await;
    crm::record_payment(&mut database.conn().await, placed.invoice(), "49".parse().unwrap()).await;
    let summary = site.json(&["reconcile"]).await;
    assert_eq!(summary, json!({"looked_at": 1, "changed": 1, "licenses_issued": 1, "failed": []}));
    let list = site.json(&["license", "list", "--order", "1"]).await;
    assert_eq!(list.as_array().unwrap().len(), 1);
    list[0].clone()
}

#[tokio::test]
async fn a_license_is_listed_with_key_right_and_end() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let license = sold(&site, &database).await;
    assert_eq!(
        keys(&license),
        ["domain", "expires_at", "id", "issued_at", "key", "order", "product", "right"]
    );
    assert_eq!(
        (&license["id"], &license["order"], &license["product"], &license["right"], &license["domain"]),
        (&json!(1), &json!(1), &json!("backup-pro"), &json!("active"), &json!(null))
    );
    let key = license["key"].as_str().unwrap();
    let groups: Vec<usize> = key.split('-').map(str::len).collect();
    assert_eq!(groups, [32, 4, 4, 16], "{key}");
    assert!(key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-')), "{key}");
    // Found by number, by key, and by a key in the wrong case.
    for name in ["1", key, &key.to_uppercase()] {
        assert_eq!(site.json(&["license", "show", name]).await, license);
    }
    assert_eq!(site.json(&["license", "list", "--order", "2"]).await, json!([]));
}

#[tokio::test]
async fn staff_suspend_restore_and_revoke_and_each_step_has_its_reason() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    sold(&site, &database).await;
    let steps = [
        (&["license", "suspend", "1", "--reason", "chargeback"][..], "suspended"),
        (&["license", "restore", "1"], "active"),
        (&["license", "revoke", "1", "--reason", "fraud"], "revoked"),
    ];
    for (arguments, right) in steps {
        assert_eq!(site.json(arguments).await["right"], right);
    }
    let why = site.json(&["license", "why", "1"]).await;
    let told: Vec<(&str, &str)> = why
        .as_array()
        .unwrap()
        .iter()
        .map(|step| (step["event"].as_str().unwrap(), step["detail"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("issued", "order 1, unit 1 of 1 Backup Pro"),
            ("suspended", "chargeback"),
            ("restored", "restored by staff"),
            ("revoked", "fraud"),
        ]
    );
}

#[tokio::test]
async fn a_license_whose_key_cannot_be_decrypted_is_listed_and_managed_by_its_number() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    let good = sold(&site, &database).await;
    site.json(&["license", "issue", "--product", "backup-pro", "--term", "30d"]).await;
    let mut conn = database.conn().await;
    conn.query_drop("UPDATE `tblpm_licenses` SET `key_encrypted` = REPEAT('0', 200) WHERE `id` = 2")
        .await
        .unwrap();
    let bound = "INSERT INTO `tblpm_license_bindings` VALUES (2, 0, 'gone.com', '2026-01-01')";
    conn.query_drop(bound).await.unwrap();
    let list = site.json(&["license", "list"]).await;
    assert_eq!((&list[0]["id"], &list[0]["key"], &list[1]), (&json!(2), &json!(null), &good));
    let lines = site.run(&["license", "list"]).await.out;
    assert!(lines.contains("unreadable"), "{lines}");

    let shown = site.run(&["license", "show", "2"]).await;
    assert_eq!(shown.code, 0, "{shown:?}");
    let why = "its key cannot be shown: the key of license 2 cannot be decrypted (";
    assert!(shown.out.contains(why) && shown.out.contains("was APP_ENC_KEY changed?"), "{}", shown.out);
    assert_eq!(site.json(&["license", "show", "2"]).await["key"], json!(null));
    for (verb, right) in [("suspend", "suspended"), ("restore", "active")] {
        assert_eq!(site.json(&["license", verb, "2"]).await["right"], right);
    }
    assert_eq!(site.json(&["license", "renew", "2", "--term", "1y"]).await["right"], "active");
    let moved = site.json(&["license", "move", "2", "--release", "gone.com"]).await;
    assert_eq!(moved["domain"], json!(null));
    assert_eq!(site.json(&["license", "revoke", "2"]).await["right"], "revoked");
    let events = site.json(&["license", "why", "2"]).await;
    assert_eq!(events.as_array().unwrap().len(), 6, "{events}");
}

#[tokio::test]
async fn a_license_by_hand_has_no_order_and_sends_no_mail() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let issue = ["license", "issue", "--product", "backup-pro", "--term", "30d", "--reason", "for the press"];
    let license = site.json(&issue).await;
    assert_eq!((&license["order"], &license["right"]), (&json!(null), &json!("active")));
    assert!(license["expires_at"].is_string(), "{license}");
    assert_eq!(site.json(&["outbox", "list"]).await, json!([]));
    let why = site.json(&["license", "why", "1"]).await;
    assert_eq!(why[0]["detail"], "for the press");
}

#[tokio::test]
async fn a_license_by_hand_may_have_a_holder() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    let issue = async |more: &[&str]| {
        let mut all = vec!["license", "issue", "--product", "backup-pro"];
        all.extend(more);
        site.run(&all).await
    };
    let said =
        issue(&["--email", "eva@buyer.example", "--name", "Eva <Müller>", "--language", "german"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let rows: Vec<(i64, String, String, Option<String>)> = database
        .conn()
        .await
        .query("SELECT `license_id`, `email`, `name`, `language` FROM `tblpm_license_holders`")
        .await
        .unwrap();
    let (email, name) = ("eva@buyer.example".to_owned(), "Eva ‹Müller›".to_owned());
    assert_eq!(rows, [(1, email, name, Some("german".to_owned()))]);
    for (arguments, sentence) in [
        (
            &["--email", "eva"][..],
            "--email: this is not a mail address of at most 100 characters, such as eva@example.com",
        ),
        (
            &["--email", "e@x.example", "--language", "de-AT"],
            "--language: this is not a language of the CRM: write it as its folder is called, such as english or german",
        ),
    ] {
        let said = issue(arguments).await;
        assert_eq!((said.code, said.err), (2, format!("perfex-bridge: {sentence}")));
    }
    assert_eq!(issue(&["--name", "Eva"]).await.code, 2, "a name without an address");
    assert_eq!(site.json(&["license", "list"]).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_end_that_has_passed_is_told_and_staff_renew_the_license() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    sold(&site, &database).await;
    let end = "UPDATE `tblpm_licenses` SET `expires_at` = '2026-01-02 03:04:05'";
    database.conn().await.query_drop(end).await.unwrap();
    let why = site.json(&["license", "why", "1"]).await;
    assert_eq!(
        why[0],
        json!({"at": "2026-01-02T03:04:05Z", "event": "expired",
               "detail": "its term is over; `license renew` lets it last longer"})
    );
    let renewed = site.json(&["license", "renew", "1", "--reason", "paid by bank"]).await;
    assert_eq!(renewed["right"], "active");
    let why = site.json(&["license", "why", "1"]).await;
    let told: Vec<&str> =
        why.as_array().unwrap().iter().map(|step| step["event"].as_str().unwrap()).collect();
    assert_eq!(told, ["issued", "renewed"]);
    let detail = why[1]["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("12m from today, until ") && detail.ends_with(" UTC: paid by bank"),
        "{detail}"
    );
    let wrong = site.run(&["license", "renew", "1", "--term", "soon"]).await;
    assert_eq!(wrong.code, 2);
}
