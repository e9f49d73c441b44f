//! The outbox.

use serde_json::json;

use super::orders::keys;
use crate::support::daemon::Site;
use crate::support::eventually::eventually;
use crate::support::mariadb::Database;

#[tokio::test]
async fn a_message_is_listed_corrected_dropped_and_sent_again() {
    let database = Database::perfex_341().await;
    let site = Site::new(&database);
    site.stock().await;
    site.try_place("backup-pro-free", "mistyped@buyer.example", 1).await.unwrap();
    let list = site.json(&["outbox", "list"]).await;
    let message = &list[0];
    assert_eq!(
        keys(message),
        [
            "attempts",
            "created_at",
            "due_at",
            "finished_at",
            "id",
            "kind",
            "language",
            "last_error",
            "message_id",
            "state",
            "template",
            "to",
            "to_name"
        ]
    );
    let shape = ["id", "kind", "template", "to", "language", "state", "attempts", "last_error"]
        .map(|key| &message[key]);
    assert_eq!(
        json!(shape),
        json!([1, "mail", "license_issued", "mistyped@buyer.example", "german", "ready", 0, null])
    );
    assert_eq!(site.json(&["outbox", "show", "1"]).await, *message);
    assert_eq!(site.json(&["outbox", "list", "--state", "sent"]).await, json!([]));
    assert_eq!(site.json(&["outbox", "list", "--state", "ready"]).await, list);

    let dropped = site.json(&["outbox", "drop", "1"]).await;
    assert_eq!((&dropped["state"], &dropped["last_error"]), (&json!("dead"), &json!("dropped by staff")));
    let _daemon = site.start_ready().await;
    let again = site.json(&["outbox", "retry", "1", "--to", "eva@buyer.example"]).await;
    assert_eq!(again["to"], "eva@buyer.example");
    let sent = eventually("sent message", async || {
        let message = site.json(&["outbox", "show", "1"]).await;
        (message["state"] == "sent").then_some(message)
    })
    .await;
    assert_eq!((&sent["attempts"], &sent["last_error"]), (&json!(1), &json!(null)));
    let mail = std::fs::read_to_string(site.mails().pop().unwrap()).unwrap();
    assert!(mail.contains("eva@buyer.example") && !mail.contains("mistyped"), "{mail}");
    let said = site.run(&["outbox", "drop", "1"]).await;
    assert_eq!((said.code, said.err.as_str()), (2, "perfex-bridge: message 1 is sent: it cannot be dropped"));
}
