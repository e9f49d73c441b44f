//! Rules of the shop.

use std::time::Duration;

use super::ConfigError;
use super::settings::Settings;

/// Section `[shop]`.
#[derive(Debug, Clone)]
pub struct ShopConfig {
    /// How long a license whose payment was taken back stays past due before it is suspended.
    pub reversal_grace: Duration,
}

impl ShopConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let year = Duration::from_hours(365 * 24);
        Ok(Self { reversal_grace: settings.get("shop", "reversal_grace")?.duration(Duration::ZERO..=year)? })
    }
}
