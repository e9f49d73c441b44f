//! What commands say when another machine's license server makes the licenses.

use serde_json::{Value, json};

use crate::support::eventually::eventually;
use crate::support::mariadb::Database;
use crate::support::remote::remote_site;
use crate::support::rogue::Act;

#[tokio::test]
async fn commands_tell_who_makes_the_licenses_and_where_a_request_stands() {
    let database = Database::perfex_341().await;
    let (mut site, _server, way) = remote_site(&database).await;
    let mut place = vec!["order", "place", "--package", "backup-pro-free", "--email", "eva@buyer.example"];
    place.extend(["--firstname", "Eva", "--lastname", "Müller"]);
    let said = site.run(&place).await;
    assert_eq!(
        said.out,
        "order 1 placed: nothing to pay; its licenses are requested from 127.0.0.1 and mailed when they come\n"
    );
    let list = site.run(&["outbox", "list"]).await.out;
    assert!(list.contains("license_request") && list.contains("127.0.0.1"), "{list}");
    let shown = site.run(&["outbox", "show", "1"]).await.out;
    assert!(shown.contains("to       127.0.0.1 for order 1, unit 1 of 1\n"), "{shown}");
    let elsewhere = site.run(&["outbox", "retry", "1", "--to", "eva@new.example"]).await;
    assert_eq!(
        (elsewhere.code, elsewhere.err.as_str()),
        (
            2,
            "perfex-bridge: message 1 is a license request: it goes to [licensing] server, and --to is for mails"
        )
    );

    way.then([Act::Status(500, json!({}))]);
    let _daemon = site.start_ready().await;
    let told = eventually("attempt that failed", async || {
        let why = site.run(&["order", "why", "1"]).await.out;
        why.contains("answered 500").then_some(why)
    })
    .await;
    assert!(told.contains("waiting"), "{told}");
    let shown = site.run(&["order", "show", "1"]).await.out;
    assert!(
        shown.contains("  request  1 waiting: order 1, unit 1 of 1: 127.0.0.1 was asked 1 times, last: "),
        "{shown}"
    );
    site.json(&["outbox", "retry", "1"]).await;
    eventually("license", async || {
        (site.json(&["order", "show", "1"]).await["fulfilment"] == "fulfilled").then_some(())
    })
    .await;

    let license = &site.json(&["license", "list"]).await[0];
    assert_eq!(license["received"], true);
    for (verb, right) in [("suspend", "suspended"), ("restore", "active"), ("revoke", "revoked")] {
        let said = site.run(&["license", verb, "1", "--json"]).await;
        assert_eq!((said.code, &said.json()["right"]), (0, &json!(right)));
        assert_eq!(
            said.err,
            format!(
                "perfex-bridge: another machine's license server made license 1 and decides about it: this changed the \
                 copy here only. Run `perfex-bridge license {verb} KEY` there, too"
            )
        );
    }

    let by_hand = site.run(&["license", "issue", "--product", "backup-pro"]).await;
    let said = "perfex-bridge: the license server 127.0.0.1 makes the licenses ([licensing] server), and would not know \
         one from here: run `license issue` there";
    assert_eq!((by_hand.code, by_hand.err.as_str()), (2, said));
    assert_eq!(site.json(&["license", "list"]).await.as_array().unwrap().len(), 1, "nothing was made");

    let check = |findings: Value| {
        findings.as_array().unwrap().iter().find(|one| one["check"] == "license server").unwrap().clone()
    };
    let made = site.json(&["license", "list"]).await.as_array().unwrap().len();
    let found = check(site.run(&["check", "--json"]).await.json());
    let detail = format!("{}/ answers and accepts licensing.api_key", way.url());
    assert_eq!((&found["status"], &found["detail"]), (&json!("ok"), &json!(detail)));
    for (act, detail) in [
        (Act::Silence, "does not answer within 5 s"),
        (Act::Text("<html>"), "answered with another document instead of JSON"),
        (Act::Text("{}"), "says yes to an order of nothing: it is no license server"),
        (Act::Redirect, "answered 302"),
    ] {
        way.then([act]);
        let found = check(site.run(&["check", "--json"]).await.json());
        assert_eq!(found["status"], "fail");
        assert!(found["detail"].as_str().unwrap().contains(detail), "{found}");
    }
    site.set("licensing", "api_key", "pmk_wrong");
    let found = check(site.run(&["check", "--json"]).await.json());
    assert_eq!(found["status"], "fail");
    assert!(found["detail"].as_str().unwrap().contains("answered 401: send an API key"), "{found}");
    assert!(found["mend"].as_str().unwrap().contains("license apikey add"), "{found}");
    assert_eq!(site.json(&["license", "list"]).await.as_array().unwrap().len(), made, "nothing is created");
}
