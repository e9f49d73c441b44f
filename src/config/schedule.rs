//! When jobs run.

use crate::cron_rule::CronRule;

use super::ConfigError;
use super::settings::Settings;

/// Section `[schedule]`.
#[derive(Debug, Clone)]
pub struct ScheduleConfig {
    /// When trials are reminded of, and ended.
    pub trials: CronRule,
    /// When orders that nobody paid expire.
    pub orders: CronRule,
}

impl ScheduleConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let rule = |key| settings.get("schedule", key)?.rule();
        Ok(Self { trials: rule("trials")?, orders: rule("orders")? })
    }
}
