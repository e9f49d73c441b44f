//! What is kept outside the database.

use std::path::PathBuf;

use super::ConfigError;
use super::settings::Settings;

/// Section `[state]`.
#[derive(Debug, Clone)]
pub struct StateConfig {
    /// The folder.
    pub directory: PathBuf,
}

impl StateConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let directory = settings.get("state", "directory")?;
        Ok(Self { directory: directory.required_path("the usual one is \"/var/lib/perfex-bridge\"")? })
    }
}
