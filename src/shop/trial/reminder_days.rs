//! Where staff keep the days on which holders of a trial are reminded: a setting in the CRM, else the configuration.

use crate::config::ReminderDays;
use crate::db::{DbError, Session};
use crate::perfex::options::Options;

/// Among the CRM's options.
const OPTION: &str = "perfex_bridge_trial_reminder_days";
/// The names of options are not unique: one writer at a time.
const LOCK: &str = "SELECT `name` FROM `{p}bridge_locks` WHERE `name` = 'trial_settings' FOR UPDATE";

/// The days that staff have chosen, else those of the configuration; what staff wrote past our form and is no list counts
/// as not chosen.
pub async fn read(session: &mut Session, configured: &ReminderDays) -> Result<ReminderDays, DbError> {
    let options = Options::read(session, &[OPTION]).await?;
    Ok(options.get(OPTION).parse().unwrap_or_else(|_| configured.clone()))
}

/// Saves what staff have chosen, in the caller's transaction.
pub async fn save(session: &mut Session, days: &ReminderDays) -> Result<(), DbError> {
    session.first::<(String,)>(LOCK, ()).await?;
    Options::put(session, OPTION, &days.to_string()).await
}

/// Forgets what staff have chosen.
pub async fn remove(session: &mut Session) -> Result<(), DbError> {
    Options::remove(session, OPTION).await
}
