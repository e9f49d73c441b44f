//! Rules of the shop.

use std::time::Duration;

use super::settings::Settings;
use super::{ConfigError, ReminderDays};

/// Section `[shop]`.
#[derive(Debug, Clone)]
pub struct ShopConfig {
    /// How long a license whose payment was taken back stays past due before it is suspended.
    pub reversal_grace: Duration,
    /// Whether the configuration itself says how long; else staff may say it in the CRM.
    pub grace_is_set: bool,
    /// The days on which holders of a trial are reminded, unless staff have chosen others in the CRM.
    pub trial_reminder_days: ReminderDays,
    /// How long an order waits for its first payment.
    pub unpaid_expires: Duration,
    /// Forms of the checkout a minute from one network.
    pub forms_per_network: u32,
    /// Orders an hour for one mail address.
    pub orders_per_mailbox: u32,
}

impl ShopConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let year = Duration::from_hours(365 * 24);
        let get = |key| settings.get("shop", key);
        let limit = |key| settings.get("shop", key)?.number(1..=1_000_000_u32);
        let days = get("trial_reminder_days")?;
        let text = days.required("write \"none\" for no reminders")?;
        Ok(Self {
            grace_is_set: get("reversal_grace")?.is_set(),
            reversal_grace: get("reversal_grace")?.duration(Duration::ZERO..=year)?,
            trial_reminder_days: text
                .parse()
                .map_err(|error: super::ReminderDaysError| days.refuse(error.to_string()))?,
            unpaid_expires: get("unpaid_expires")?.duration(Duration::from_hours(24)..=10 * year)?,
            forms_per_network: limit("forms_per_network")?,
            orders_per_mailbox: limit("orders_per_mailbox")?,
        })
    }
}
