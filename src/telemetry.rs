//! What is logged, and how.
//!
//! In: section `[log]`. Out: lines on standard error, where systemd's journal takes them. What is never logged:
//! license keys, passwords, the values of mails, whole SQL statements with their parameters.

use std::io::{self, IsTerminal as _};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogConfig, LogFormat};

/// Starts logging; a second call changes nothing and says so.
pub fn start(config: &LogConfig) -> Result<(), String> {
    // warp reports every visitor who leaves early as an error of ours.
    let filter = EnvFilter::new(format!("{},warp::server=off,rustls=warn", config.level));
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false);
    let started = match config.format {
        LogFormat::Json => builder.json().finish().try_init(),
        // The journal stamps every line itself.
        LogFormat::Text if std::env::var_os("JOURNAL_STREAM").is_some() => {
            builder.without_time().with_ansi(false).finish().try_init()
        }
        LogFormat::Text => builder.with_ansi(io::stderr().is_terminal()).finish().try_init(),
    };
    started.map_err(|error| format!("logging cannot start: {error}"))
}
