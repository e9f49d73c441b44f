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
}

impl OutboxConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("outbox", key);
        let ten_years = Duration::from_hours(3650 * 24);
        Ok(Self {
            keep_sent: get("keep_sent")?.duration(Duration::from_hours(1)..=ten_years)?,
            attempts: get("attempts")?.number(1..=100)?,
        })
    }
}
