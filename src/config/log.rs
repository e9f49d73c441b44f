//! What is logged, and how.

use tracing::Level;

use super::ConfigError;
use super::settings::Settings;

/// Section `[log]`.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// The least important messages that are written.
    pub level: Level,
    /// Their form.
    pub format: LogFormat,
}

/// Forms of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people and the journal.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("log", key);
        Ok(Self {
            level: get("level")?.choice(&[
                ("error", Level::ERROR),
                ("warn", Level::WARN),
                ("info", Level::INFO),
                ("debug", Level::DEBUG),
                ("trace", Level::TRACE),
            ])?,
            format: get("format")?.choice(&[("text", LogFormat::Text), ("json", LogFormat::Json)])?,
        })
    }
}
