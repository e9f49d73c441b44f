//! Reminders on day 7, 14 and 27, and the mail at the end: each once, whatever daemons do.

use chrono::TimeDelta;
use mysql_async::prelude::Queryable as _;
use perfex_bridge::app::App;
use perfex_bridge::config::ReminderDays;
use perfex_bridge::ids::OrderId;
use perfex_bridge::licensing;
use perfex_bridge::outbox;
use perfex_bridge::schedule::Outcome;
use perfex_bridge::shop::trial::reminder_days;
use tokio_util::sync::CancellationToken;

use crate::support::mariadb::Database;
use crate::support::shop::{Shop, eva};

/// What the job says after it ran now.
async fn job(app: &App) -> String {
    let run = app.scheduler().run_now("trials").await.unwrap().unwrap();
    assert_eq!(run.outcome, Outcome::Ok, "{}", run.words);
    run.words
}

/// A trial that begins at eleven in the morning in Berlin.
async fn trial(shop: &Shop) -> OrderId {
    shop.place(&eva("taste")).await.unwrap().order
}

/// The templates of all mails, oldest first.
async fn mails(shop: &Shop) -> Vec<String> {
    shop.messages().await.into_iter().map(|mail| mail.template).collect()
}

#[tokio::test]
async fn trial_reminders_at_day_7_14_27_via_cron() {
    let shop = Shop::open().await;
    trial(&shop).await;
    let scheduler = shop.app.scheduler();
    let never = CancellationToken::new();
    let mut told = Vec::new();
    for day in 1..=40 {
        for _ in 0..8 {
            shop.pass(TimeDelta::hours(3));
            scheduler.turn(&never, &|| {}, &|_| {}).await.unwrap();
        }
        let known = mails(&shop).await;
        for template in known.iter().skip(told.len()) {
            told.push((day, template.clone()));
        }
    }
    let told: Vec<(i32, &str)> = told.iter().map(|(day, template)| (*day, template.as_str())).collect();
    // The loop's day ends at eleven, the job runs at nine: day 30 ends while the trial still has two hours.
    assert_eq!(
        told,
        [
            (1, "trial_started"),
            (7, "trial_reminder"),
            (14, "trial_reminder"),
            (27, "trial_reminder"),
            (31, "trial_ended")
        ]
    );
}

#[tokio::test]
async fn a_reminder_is_written_once_on_all_daemons_together_and_not_again_when_its_mail_is_forgotten() {
    let shop = Shop::open().await;
    trial(&shop).await;
    shop.pass(TimeDelta::days(7));
    let other = shop.second_daemon("").await;
    for _ in 0..3 {
        job(&shop.app).await;
        job(&other).await;
    }
    assert_eq!(mails(&shop).await, ["trial_started", "trial_reminder"]);
    let mut session = shop.app.database.session().await.unwrap();
    session
        .run("UPDATE `{p}bridge_outbox` SET `state` = 'sent', `finished_at` = ?", (shop.now().naive_utc(),))
        .await
        .unwrap();
    outbox::prune(&mut session, shop.now() + TimeDelta::seconds(1)).await.unwrap();
    assert!(mails(&shop).await.is_empty());
    assert_eq!(job(&shop.app).await, "1 running trials, 0 reminded of, 0 ended");
    assert!(mails(&shop).await.is_empty());
}

#[tokio::test]
async fn a_missed_day_is_sent_late_but_not_after_a_later_one_is_due() {
    let shop = Shop::open().await;
    trial(&shop).await;
    shop.pass(TimeDelta::days(9));
    assert_eq!(job(&shop.app).await, "1 running trials, 1 reminded of, 0 ended");
    shop.pass(TimeDelta::days(18));
    assert_eq!(job(&shop.app).await, "1 running trials, 1 reminded of, 0 ended");
    assert_eq!(job(&shop.app).await, "1 running trials, 0 reminded of, 0 ended");
    let keys: Vec<String> = shop
        .conn()
        .await
        .query(
            "SELECT `dedupe_key` FROM `tblbridge_outbox` WHERE `template` = 'trial_reminder' ORDER BY `id`",
        )
        .await
        .unwrap();
    assert_eq!(keys, ["trial_reminder:order_item:1:day:7", "trial_reminder:order_item:1:day:27"]);
}

#[tokio::test]
async fn who_was_away_for_the_whole_trial_gets_the_last_mail_only() {
    let shop = Shop::open().await;
    trial(&shop).await;
    shop.pass(TimeDelta::days(45));
    assert_eq!(job(&shop.app).await, "1 running trials, 0 reminded of, 1 ended");
    assert_eq!(job(&shop.app).await, "0 running trials, 0 reminded of, 0 ended");
    assert_eq!(mails(&shop).await, ["trial_started", "trial_ended"]);
}

#[tokio::test]
async fn nobody_is_reminded_of_a_trial_that_was_taken_away() {
    let shop = Shop::open().await;
    let mut session = shop.app.database.session().await.unwrap();
    let order = trial(&shop).await;
    let id = shop.licenses(order).await[0].id;
    licensing::suspend(&mut session, id, shop.now(), "a question is open").await.unwrap();
    shop.pass(TimeDelta::days(8));
    job(&shop.app).await;
    assert_eq!(mails(&shop).await, ["trial_started"]);
    licensing::restore(&mut session, id, shop.now(), "answered").await.unwrap();
    job(&shop.app).await;
    assert_eq!(mails(&shop).await, ["trial_started", "trial_reminder"]);
    licensing::revoke(&mut session, id, shop.now(), "fraud").await.unwrap();
    shop.pass(TimeDelta::days(30));
    assert_eq!(job(&shop.app).await, "1 running trials, 0 reminded of, 1 ended");
    assert_eq!(mails(&shop).await, ["trial_started", "trial_reminder"]);
}

#[tokio::test]
async fn staff_choose_the_days() {
    let shop = Shop::open().await;
    trial(&shop).await;
    let days: ReminderDays = "3".parse().unwrap();
    let mut session = shop.app.database.begin().await.unwrap();
    reminder_days::save(&mut session, &days).await.unwrap();
    reminder_days::save(&mut session, &days).await.unwrap();
    session.commit().await.unwrap();
    let mut session = shop.app.database.session().await.unwrap();
    let configured = "7, 14, 27".parse().unwrap();
    assert_eq!(reminder_days::read(&mut session, &configured).await.unwrap(), days);
    shop.pass(TimeDelta::days(3));
    assert_eq!(job(&shop.app).await, "1 running trials, 1 reminded of, 0 ended");
    shop.pass(TimeDelta::days(4));
    assert_eq!(job(&shop.app).await, "1 running trials, 0 reminded of, 0 ended");
    reminder_days::save(&mut session, &"none".parse().unwrap()).await.unwrap();
    shop.pass(TimeDelta::days(20));
    assert_eq!(job(&shop.app).await, "1 running trials, 0 reminded of, 0 ended");
}

#[tokio::test]
async fn a_reminder_goes_to_the_address_and_in_the_language_of_the_order() {
    let shop = Shop::beside(Database::perfex_300().await).await;
    let mut wanted = eva("taste");
    wanted.language = Some("german".into());
    shop.place(&wanted).await.unwrap();
    shop.pass(TimeDelta::days(27));
    job(&shop.app).await;
    let mail = shop.messages().await.pop().unwrap();
    assert_eq!(
        (mail.template.as_str(), mail.recipient.as_str(), mail.language.as_str()),
        ("trial_reminder", "eva@buyer.example", "german")
    );
    let payload = perfex_bridge::mail::Payload::open(&mail.payload, &shop.app.cipher).unwrap();
    assert_eq!(payload.0["time_left"], "3 Tage");
    assert_eq!(payload.0["buy_link"], "https://crm.example/shop/booking");
}

#[tokio::test]
async fn a_thousand_trials_are_gone_through_in_pages() {
    let shop = Shop::open().await;
    let conn = &mut shop.conn().await;
    trial(&shop).await;
    let numbers: Vec<String> = (1..=1_200).map(|number| format!("({number})")).collect();
    conn.query_drop("CREATE TABLE `numbers` (`seq` INT NOT NULL PRIMARY KEY)").await.unwrap();
    conn.query_drop(format!("INSERT INTO `numbers` VALUES {}", numbers.join(", "))).await.unwrap();
    conn.query_drop(
        "INSERT INTO `tblpm_order_items` (`id`, `order_id`, `package_id`, `product_id`, `kind`, `description`, `quantity`, `unit_price`)
         SELECT 1000 + seq, 1, i.`package_id`, i.`product_id`, 'trial', 'x', 1, 0 FROM `numbers` JOIN `tblpm_order_items` i ON i.`id` = 1",
    )
    .await
    .unwrap();
    conn.query_drop(
        "INSERT INTO `tblpm_licenses` (`order_item_id`, `unit_no`, `product_id`, `key_hash`, `key_encrypted`, `issued_as`, `license_right`, `issued_at`, `expires_at`)
         SELECT 1000 + seq, 1, l.`product_id`, UNHEX(SHA2(seq, 256)), l.`key_encrypted`, 'trial', 'trial', l.`issued_at`, l.`expires_at`
         FROM `numbers` JOIN `tblpm_licenses` l ON l.`id` = 1",
    )
    .await
    .unwrap();
    conn.query_drop(
        "INSERT INTO `tblpm_trials` (`order_item_id`, `product_id`, `mailbox`, `state`, `claimed_at`, `reminded`)
         SELECT 1000 + seq, 1, UNHEX(SHA2(seq, 256)), 'running', '2026-03-09', IF(seq % 300 = 0, 0, 7) FROM `numbers`",
    )
    .await
    .unwrap();
    shop.pass(TimeDelta::days(7));
    assert_eq!(job(&shop.app).await, "1201 running trials, 5 reminded of, 0 ended");
}

#[tokio::test]
async fn staff_switch_reminders_off_where_they_edit_all_mails() {
    let shop = Shop::open().await;
    shop.install_templates().await;
    trial(&shop).await;
    let conn = &mut shop.conn().await;
    conn.query_drop(
        "UPDATE `tblemailtemplates` SET `active` = 0 WHERE `slug` = 'perfex-bridge-trial-reminder'",
    )
    .await
    .unwrap();
    shop.pass(TimeDelta::days(27));
    job(&shop.app).await;
    shop.pass(TimeDelta::days(3));
    job(&shop.app).await;
    assert_eq!(mails(&shop).await, ["trial_started", "trial_ended"]);
}
