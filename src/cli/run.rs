//! `run`: the daemon.

use std::sync::Arc;

use crate::app::{self, App, DaemonError};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::entropy::SystemEntropy;
use crate::supervise::signals;
use crate::systemd::Notifier;
use crate::telemetry;

use super::CliError;

/// Runs until a signal. A wrong configuration ends with 2, which the unit does not restart.
pub async fn run(config: Config) -> Result<(), CliError> {
    telemetry::start(&config.log).map_err(CliError::Failed)?;
    let signals = signals().map_err(|error| CliError::Failed(format!("signals cannot be heard: {error}")))?;
    let app = App::build(config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
    let notifier = Notifier::from_environment().map_err(|error| CliError::Usage(error.to_string()))?;
    let ending = app::run(app, notifier, signals).await?;
    if ending.exit_code() == 0 { Ok(()) } else { Err(CliError::Failed(ending.cause.to_string())) }
}

impl From<DaemonError> for CliError {
    fn from(error: DaemonError) -> Self {
        Self::Failed(error.to_string())
    }
}
