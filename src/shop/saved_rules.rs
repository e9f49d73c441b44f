//! Rules of the shop that staff have saved in the CRM; what the configuration file says counts more.

use std::time::Duration;

use crate::db::{DbError, Session};
use crate::licensing::SavedServer;
use crate::perfex::options::Options;

use super::storefront;
use super::trial::reminder_days;

/// Whole days between a payment that was taken back and the suspension of its licenses.
const GRACE: &str = "perfex_bridge_reversal_grace";
/// The names of options are not unique: one writer at a time.
const LOCK: &str = "SELECT `name` FROM `{p}bridge_locks` WHERE `name` = 'shop_settings' FOR UPDATE";
/// The longest grace in days.
pub const LONGEST_GRACE: u64 = 365;
const DAY: u64 = 24 * 60 * 60;

/// The grace that staff have saved; `None` when they have not.
pub async fn grace(session: &mut Session) -> Result<Option<Duration>, DbError> {
    let options = Options::read(session, &[GRACE]).await?;
    let days = options.get(GRACE).parse::<u64>().ok().filter(|days| *days <= LONGEST_GRACE);
    Ok(days.map(|days| Duration::from_secs(days * DAY)))
}

/// Saves the grace in days, in the caller's transaction.
pub async fn save_grace(session: &mut Session, days: u64) -> Result<(), DbError> {
    Options::put(session, GRACE, &days.to_string()).await
}

/// Removes all that staff have saved about the shop.
pub async fn remove_all(session: &mut Session) -> Result<(), DbError> {
    for name in storefront::SETTINGS.into_iter().chain([GRACE]) {
        Options::remove(session, name).await?;
    }
    reminder_days::remove(session).await?;
    SavedServer::remove(session).await
}

/// A grace in whole days.
#[must_use]
pub fn days(grace: Duration) -> u64 {
    grace.as_secs() / DAY
}

/// Lets one process write settings at a time, until the caller's transaction ends.
pub async fn lock(session: &mut Session) -> Result<(), DbError> {
    session.first::<(String,)>(LOCK, ()).await.map(drop)
}
