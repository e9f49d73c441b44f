//! Clocks that are set back, set forward, and set right again.

use std::time::Duration;

use chrono::TimeDelta;
use perfex_bridge::licensing::client::{Module, State, Which};

use super::{Market, told};

#[tokio::test]
async fn a_clock_set_back_by_days_locks_with_a_sentence_until_it_is_right_again() {
    let (market, app) = Market::activated().await;
    market.pass(TimeDelta::days(3));
    app.licenses.check(Which::Due).await.unwrap();
    market.clock.advance(TimeDelta::days(-2));
    let sentence = "this server's clock shows 2026-03-10 10:00 UTC but has been at 2026-03-12 10:00 UTC before: set this \
                    server's clock, then check the license again";
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(told(&panel), ("locked", "clock_set_back", sentence));
    app.licenses.check(Which::All).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!(panel.code, "clock_set_back");
    let asked = "(last attempt: the license server's time is 2026-03-12 10:00 UTC, and this server's clock shows \
                 2026-03-10 10:00 UTC: set this server's clock)";
    assert!(panel.reason.ends_with(asked), "{}", panel.reason);
    market.clock.advance(TimeDelta::days(2));
    app.licenses.check(Which::All).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
}

#[tokio::test]
async fn a_clock_set_forward_locks_with_a_sentence_and_setting_it_right_needs_one_check() {
    let (market, app) = Market::activated().await;
    market.clock.advance(TimeDelta::days(10));
    app.licenses.pass(Duration::from_mins(1)).await.unwrap();
    app.licenses.check(Which::Due).await.unwrap();
    let panel = app.licenses.panel(Module::Shop).await.unwrap();
    assert_eq!((panel.state, panel.code), (State::Locked, "unconfirmed"));
    let asked = "(last attempt: this server's clock shows 2026-03-19 10:00 UTC, and the license server's time is \
                 2026-03-09 10:00 UTC: set this server's clock)";
    assert!(panel.reason.ends_with(asked), "{}", panel.reason);
    market.clock.advance(TimeDelta::days(-10));
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().code, "clock_set_back");
    // The plan for the next check was made by the wrong clock: it does not hold.
    app.licenses.check(Which::Due).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid);
}

#[tokio::test]
async fn a_clock_a_few_hours_off_is_forgiven() {
    for hours in [-23, -1, 23] {
        let (market, app) = Market::activated().await;
        market.clock.advance(TimeDelta::hours(hours));
        assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().state, State::Valid, "{hours} h");
    }
}

#[tokio::test]
async fn setting_the_clock_back_every_day_gains_nothing() {
    let (mut market, app) = Market::activated().await;
    market.server.stop().await;
    for day in 1..=9 {
        market.clock.advance(TimeDelta::hours(24));
        app.licenses.pass(Duration::from_hours(24)).await.unwrap();
        market.clock.advance(TimeDelta::hours(-23));
        let panel = app.licenses.panel(Module::Shop).await.unwrap();
        let wanted = if day == 1 { "active" } else { "clock_set_back" };
        assert_eq!(panel.code, wanted, "day {day}: {}", panel.reason);
    }
}

#[tokio::test]
async fn a_lease_ends_after_its_time_though_the_clock_goes_slow() {
    let (mut market, app) = Market::activated().await;
    market.server.stop().await;
    for hour in 1..8 * 24 {
        market.clock.advance(TimeDelta::minutes(53));
        app.licenses.pass(Duration::from_hours(1)).await.unwrap();
        let panel = app.licenses.panel(Module::Shop).await.unwrap();
        assert_ne!(panel.state, State::Locked, "hour {hour}: {}", panel.reason);
    }
    // 8 days by the machine's own count, and 22 hours less by the clock.
    app.licenses.pass(Duration::from_hours(1)).await.unwrap();
    assert_eq!(app.licenses.panel(Module::Shop).await.unwrap().code, "unconfirmed");
    // What was counted outlives the process.
    let again = market.customer.app().await;
    assert_eq!(again.licenses.panel(Module::Shop).await.unwrap().code, "unconfirmed");
}

#[tokio::test]
async fn a_check_by_command_after_the_clock_was_set_right_counts_for_the_daemon_too() {
    let (market, daemon) = Market::activated().await;
    market.clock.advance(TimeDelta::days(10));
    daemon.licenses.pass(Duration::from_mins(1)).await.unwrap();
    market.clock.advance(TimeDelta::days(-10));
    market.pass(TimeDelta::seconds(1));
    let command = market.customer.app().await;
    command.licenses.check(Which::All).await.unwrap();
    for _ in 0..3 {
        daemon.licenses.pass(Duration::from_mins(1)).await.unwrap();
        for app in [&daemon, &command] {
            let panel = app.licenses.panel(Module::Shop).await.unwrap();
            assert_eq!(panel.state, State::Valid, "{}", panel.reason);
        }
    }
}

#[tokio::test]
async fn an_install_that_is_its_own_vendor_survives_a_clock_that_was_a_month_ahead() {
    let (market, _) = Market::activated().await;
    let own = market.vendor.app().await;
    own.license_own_module(Module::Booking).await.unwrap();
    market.truth.advance(TimeDelta::days(30));
    own.licenses.check(Which::All).await.unwrap();
    assert_eq!(own.licenses.panel(Module::Booking).await.unwrap().state, State::Valid);
    market.truth.advance(TimeDelta::days(-30));
    assert_eq!(own.licenses.panel(Module::Booking).await.unwrap().code, "clock_set_back");
    own.licenses.check(Which::Due).await.unwrap();
    let panel = own.licenses.panel(Module::Booking).await.unwrap();
    assert_eq!(panel.state, State::Valid, "{}", panel.reason);
}
