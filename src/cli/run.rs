//! `run`: the daemon.
use super::CliError;
pub(super) async fn run(_config: crate::config::Config) -> Result<(), CliError> {
    Ok(())
}
