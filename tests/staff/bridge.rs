//! How staff see what waits to leave, and mend it.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use perfex_bridge::companion::overview::{
    Level, OutboxPage, OverviewPage, Report, Sign, Standing, WidgetPage,
};
use perfex_bridge::ids::StaffId;

use super::office::Office;
use crate::identity::house::ADA;
use crate::support::shop::eva;

const MAX: StaffId = StaffId(7);

/// A bridge with one thing to look at.
struct Tired;

impl Standing for Tired {
    fn look(&self) -> BoxFuture<'_, Report> {
        Box::pin(async {
            let signs = vec![
                Sign::new("database", Level::Good, "bridge-database-good")
                    .with("server", "MariaDB")
                    .with("took", &1),
                Sign::new("jobs", Level::Warn, "bridge-jobs-late").with("job", "<trials>"),
            ];
            Report { signs, versions: vec![("daemon", "1.2.3".to_owned())] }
        })
    }
}

/// With a mail that nobody could deliver.
async fn office() -> Office {
    let office = Office::with(false).await;
    office.house.shop.stock().await;
    office.house.shop.place(&eva("gift")).await.unwrap();
    office
        .house
        .sql("UPDATE `tblbridge_outbox` SET `state` = 'dead', `due_at` = NULL, `attempts` = 8, `last_error` = '550 <no>'")
        .await;
    let app = &office.house.shop.app;
    let outbox = OutboxPage {
        database: app.database.clone(),
        postman: Arc::clone(&app.postman),
        outboxes: vec![Arc::clone(&app.outbox)],
    };
    let standing: Arc<dyn Standing> = Arc::new(Tired);
    let overview = OverviewPage { standing: Arc::clone(&standing), database: app.database.clone() };
    let widget = WidgetPage { standing, database: app.database.clone() };
    office.showing(outbox).showing(overview).showing(widget)
}

async fn message(office: &Office) -> (String, String, u32) {
    let mut rows =
        office.rows("SELECT `recipient`, `state`, `attempts` FROM `tblbridge_outbox` WHERE `id` = 1").await;
    rows.remove(0)
}

#[tokio::test]
async fn a_mail_is_read_sent_again_readdressed_and_given_up_and_each_is_written_down() {
    let office = office().await;
    office.hire(7, "perfex_bridge", &["view", "edit"]).await;
    let list = office.look(MAX, "outbox?state=dead&q=eva%40").await.html;
    assert!(list.contains("550 &lt;no&gt;") && list.contains("gescheitert"), "{list}");
    assert!(!office.look(MAX, "outbox?state=sent").await.html.contains("550"));
    assert!(!office.look(MAX, "outbox?q=max%40").await.html.contains("550"));

    let detail = office.look(MAX, "outbox/1").await.html;
    // The mail itself, in a frame in which nothing runs.
    let frame = detail.split_once("<iframe").unwrap().1.split_once('>').unwrap().0;
    assert!(
        frame.contains("sandbox=\"\"") && frame.contains("srcdoc=\"") && frame.contains("Eva"),
        "{frame}"
    );

    let wrong = office.send(MAX, "outbox/1", "outbox/1/address", "email=eva%40").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.html.contains("Das ist keine E-Mail-Adresse") && wrong.html.contains("value=\"eva@\""),
        "{}",
        wrong.html
    );
    assert_eq!(message(&office).await, ("eva@buyer.example".to_owned(), "dead".to_owned(), 8));

    let done = office.send(MAX, "outbox/1", "outbox/1/address", "email=eva%40right.example").await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "../../outbox/1?said=message-readdressed"));
    assert_eq!(message(&office).await, ("eva@right.example".to_owned(), "ready".to_owned(), 0));
    let dropped = office.send(MAX, "outbox/1", "outbox/1/drop", "").await;
    assert_eq!(dropped.status, 303);
    assert_eq!(message(&office).await.1, "dead");
    let again = office.send(MAX, "outbox/1", "outbox/1/drop", "").await;
    assert_eq!(again.status, 303, "giving up twice is giving up");
    assert_eq!(office.send(MAX, "outbox/1", "outbox/1/resend", "").await.status, 303);
    assert_eq!(message(&office).await.1, "ready");

    let page = office.look(MAX, "outbox/1?said=message-resent").await.html;
    for part in [
        "Die Nachricht ist wieder unterwegs.",
        "<strong>Max Muster</strong> hat die Adresse der Nachricht 1 berichtigt und sie gesendet.",
        "<del>eva@buyer.example</del>",
        "<ins>eva@right.example</ins>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn a_mail_that_is_leaving_takes_no_form() {
    let office = office().await;
    office.house.sql("UPDATE `tblbridge_outbox` SET `state` = 'ready'").await;
    let form = office.look(ADA, "outbox/1").await.html;
    office.house.sql("UPDATE `tblbridge_outbox` SET `state` = 'sending'").await;
    let field = form.split_once("name=\"bridge_csrf\" value=\"").unwrap().1.split_once('"').unwrap().0;
    for deed in ["resend", "drop"] {
        let body = format!("bridge_csrf={field}");
        let refused = office.ask(Some(ADA), "POST", &format!("outbox/1/{deed}"), &body).await;
        assert_eq!(refused.status, 422, "{deed}");
        assert!(refused.html.contains("This message is leaving right now."), "{}", refused.html);
    }
    assert_eq!(message(&office).await.1, "sending");
    assert_eq!(office.rows::<i64>("SELECT COUNT(*) FROM `tblbridge_audit`").await, [0]);
    assert_eq!(office.look(ADA, "outbox/77").await.status, 404);
    assert_eq!(office.look(ADA, "outbox/x").await.status, 404);
}

#[tokio::test]
async fn the_overview_and_the_widget_say_what_is_to_be_looked_at() {
    let office = office().await;
    let overview = office.look(ADA, "overview").await.html;
    for part in [
        "Everything works, but somebody should take a look.",
        "The job “&lt;trials&gt;” is overdue.",
        "<th scope=\"row\">perfex-bridge</th><td>1.2.3</td>",
        "href=\"outbox?state=dead\"",
    ] {
        assert!(overview.contains(part), "{part}: {overview}");
    }
    let widget = office.look(ADA, "widget").await.html;
    assert!(
        widget.contains("Mails that could not be delivered: 1") && widget.contains("Orders today: 1"),
        "{widget}"
    );
    // Who may not see the shop does not see what it takes.
    office.hire(7, "perfex_bridge", &["view"]).await;
    let widget = office.look(MAX, "widget").await.html;
    assert!(widget.contains("Nicht zugestellte E-Mails: 1") && !widget.contains("heute"), "{widget}");
}
