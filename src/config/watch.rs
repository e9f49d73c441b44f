//! How changes in Perfex's tables are noticed.

use std::time::Duration;

use super::ConfigError;
use super::settings::Settings;

/// Section `[watch]`.
#[derive(Debug, Clone)]
pub struct WatchConfig {
    /// The way.
    pub mode: WatchMode,
    /// The time between two looks for new payments.
    pub interval: Duration,
    /// The time between two full comparisons.
    pub sweep: Duration,
}

/// Ways to notice a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchMode {
    /// The best one there is.
    Auto,
    /// Ask the database every interval.
    Poll,
}

impl WatchConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("watch", key);
        let mode = get("mode")?;
        if mode.text()? == Some("binlog") {
            return Err(mode.refuse("arrives in a later version; use \"auto\""));
        }
        Ok(Self {
            mode: mode.choice(&[("auto", WatchMode::Auto), ("poll", WatchMode::Poll)])?,
            interval: get("interval")?.duration(Duration::from_millis(100)..=Duration::from_mins(1))?,
            sweep: get("sweep")?.duration(Duration::from_secs(10)..=Duration::from_hours(24))?,
        })
    }
}
