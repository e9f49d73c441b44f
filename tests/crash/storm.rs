//! Customers shop while everything breaks. A failure prints its seed; `PERFEX_BRIDGE_TEST_SEED` repeats the decisions
//! (not the scheduler's).

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::chaos::Chaos;
use super::customers::{Customers, Gate};
use super::oracle::{self, Totals};
use crate::support::daemon::Site;
use crate::support::eventually::within;
use crate::support::mariadb::{Database, Server};
use crate::support::smtp::Smtp;

/// Orders that are placed and dealt with in one storm.
const ORDERS: usize = 40;
/// How long it may take until it is quiet: leases end, hanging connections are given up.
const QUIET: Duration = Duration::from_mins(1);

fn seed() -> u64 {
    let given = std::env::var("PERFEX_BRIDGE_TEST_SEED").ok();
    given.map_or_else(|| RandomState::new().hash_one(0), |text| text.parse().unwrap())
}

/// Waits until it is quiet. A mail that was cut off twice is perhaps there and is not sent a third time by itself:
/// then staff do what the list tells them to do, and it counts as a disturbance.
async fn settle_down(site: &Site, database: &Database) -> usize {
    let mut by_hand = 0;
    loop {
        within(QUIET, "quiet", async || {
            oracle::minutes_pass(database).await;
            oracle::quiet(database).await
        })
        .await;
        let given_up = oracle::given_up(database).await;
        if given_up.is_empty() {
            return by_hand;
        }
        for (message, reason) in given_up {
            assert!(reason.starts_with("perhaps delivered, twice"), "message {message}: {reason}");
            site.json(&["outbox", "retry", &message.to_string()]).await;
            by_hand += 1;
        }
    }
}

async fn storm(daemons: usize, by_mail_server: bool) -> Totals {
    let seed = seed();
    println!("PERFEX_BRIDGE_TEST_SEED={seed} repeats this storm");
    let (server, smtp) = (Server::own().await, Smtp::start().await);
    let database = server.perfex_341().await;
    let mut first = Site::new(&database);
    if by_mail_server {
        first.mail_through(&smtp);
    }
    first.stock().await;
    let mut sites = vec![first];
    while sites.len() < daemons {
        sites.push(sites[0].twin());
    }
    let gate = Gate::default();
    let mut chaos = Chaos::new(&sites, &server, &smtp, &gate, seed);
    let mut customers = Customers::new(&sites[0], &database, &gate, seed.rotate_left(17));
    let done = CancellationToken::new();
    tokio::join!(chaos.reign(done.clone()), async {
        customers.shop(ORDERS).await;
        done.cancel();
    });
    let (log, mut disturbances) = (chaos.log.clone(), chaos.disturbances.clone());
    println!("{} disturbances: {}", log.len(), log.join(", "));
    let before = smtp.received().len();
    let running = chaos.ending().await;
    let by_hand = settle_down(&sites[0], &database).await;
    if by_hand > 0 {
        disturbances.push(oracle::Disturbance { from: before, to: smtp.received().len() });
    }
    disturbances.push(oracle::Disturbance { from: before, to: before });

    let totals = oracle::check_tables(&database).await;
    let copies = if by_mail_server {
        oracle::check_mails(&database, &smtp, &disturbances).await
    } else {
        oracle::check_files(&database, &sites[0]).await;
        0
    };
    println!("{totals:?}, {copies} further copies, {by_hand} sent again by hand");
    drop(running);
    totals
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_every_paid_item_has_its_licenses_and_one_file() {
    let totals = storm(1, false).await;
    assert!(totals.paid > 0, "a storm in which nobody paid shows nothing: {totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_every_paid_item_has_its_licenses_and_its_mail() {
    let totals = storm(1, true).await;
    assert!(totals.paid > 0, "a storm in which nobody paid shows nothing: {totals:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_daemons_in_the_same_storm_end_the_same_way() {
    let totals = storm(2, true).await;
    assert!(totals.paid > 0, "a storm in which nobody paid shows nothing: {totals:?}");
}
