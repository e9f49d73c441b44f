//! Public demonstrations.

use super::ConfigError;
use super::settings::Settings;

/// Section `[demo]`.
#[derive(Debug, Clone)]
pub struct DemoConfig {
    /// Whether every change from outside is refused.
    pub read_only: bool,
}

impl DemoConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self { read_only: settings.get("demo", "read_only")?.switch()? })
    }
}
