//! Delivery of messages.

use std::time::Duration;

use super::ConfigError;
use super::settings::Settings;

/// Section `[outbox]`.
#[derive(Debug, Clone)]
pub struct OutboxConfig {
    /// How long a delivered message stays in the list.
    pub keep_sent: Duration,
    /// Attempts before a message is given up.
    pub attempts: u32,
    /// How long a claimed message belongs to its worker; one delivery attempt has to end before.
    pub lease: Duration,
}

impl OutboxConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("outbox", key);
        let ten_years = Duration::from_hours(3650 * 24);
        Ok(Self {
            keep_sent: get("keep_sent")?.duration(Duration::from_hours(1)..=ten_years)?,
            attempts: get("attempts")?.number(1..=100)?,
            lease: lease(settings)?,
        })
    }
}

/// The lease, which also bounds the time limits of `[mail]`.
pub(super) fn lease(settings: &Settings) -> Result<Duration, ConfigError> {
    settings.get("outbox", "lease")?.duration(Duration::from_secs(1)..=Duration::from_hours(1))
}
