//! Lets PHP evaluate the configuration file, which is the only way to know what includes and conditions make of it.
//!
//! In: the PHP command line, the file, the root of the CRM and the name the site is called by. Out: the constants, or
//! why PHP could not tell. Invariants: PHP never runs longer than its limit, never hands over more than
//! [`LARGEST_OUTPUT`], is gone when the future is, and what the file prints never passes for an answer: that stands
//! between two random markers.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;

use super::constants::{Constant, Constants, NAMES};
use crate::entropy::{self, SystemEntropy};

/// How much PHP may print.
const LARGEST_OUTPUT: u64 = 8 * 1024 * 1024;

/// Settings that keep PHP from adding anything of its own. `php.ini` stays in force: the file may need its extensions.
const SETTINGS: [&str; 9] = [
    "display_errors=0",
    "display_startup_errors=0",
    "log_errors=0",
    "html_errors=0",
    "auto_prepend_file=",
    "auto_append_file=",
    "memory_limit=128M",
    "pcre.jit=0",
    "opcache.enable_cli=0",
];

/// What the service manager told the daemon and nobody else.
pub(in crate::perfex) const PRIVATE_ENVIRONMENT: [&str; 6] =
    ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "CREDENTIALS_DIRECTORY"];

/// The PHP command line, searched in `PATH`.
#[must_use]
pub fn find_php() -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|directory| directory.join("php")).find(|path| path.is_file())
}

/// The constants that `file` defines when Perfex at `root` is called by the name `host`.
pub(super) async fn evaluate(
    php: &Path,
    file: &Path,
    root: &Path,
    host: &str,
    limit: Duration,
) -> Result<Constants, PhpFailure> {
    let marker = entropy::hex::<16>(&SystemEntropy);
    let printed = tokio::time::timeout(limit, print(php, file, root, host, &marker))
        .await
        .map_err(|_| PhpFailure::TooSlow { limit })??;
    answer(&String::from_utf8_lossy(&printed), &marker)
}

async fn print(
    php: &Path,
    file: &Path,
    root: &Path,
    host: &str,
    marker: &str,
) -> Result<Vec<u8>, PhpFailure> {
    let not_run =
        |error: std::io::Error| PhpFailure::NotRun { php: php.to_owned(), reason: error.to_string() };
    let mut command = Command::new(php);
    for setting in SETTINGS {
        command.args(["-d", setting]);
    }
    for name in PRIVATE_ENVIRONMENT {
        command.env_remove(name);
    }
    crate::config::hide_from(&mut command);
    command.arg("-r").arg(include_str!("evaluate.php").trim_start_matches("<?php"));
    command.arg("--").arg(marker).arg(file).arg(root).arg(host).arg(NAMES.join(","));
    let mut child = command
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(not_run)?;
    let mut printed = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(LARGEST_OUTPUT).read_to_end(&mut printed).await.map_err(not_run)?;
    }
    if u64::try_from(printed.len()).is_ok_and(|length| length < LARGEST_OUTPUT) {
        // Whatever the exit code: the answer says by itself whether it is one.
        child.wait().await.map_err(not_run)?;
    }
    Ok(printed)
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Constants(HashMap<String, Value>),
    Failure(String),
}

fn answer(printed: &str, marker: &str) -> Result<Constants, PhpFailure> {
    let json = printed.split(marker).nth(1).ok_or(PhpFailure::Silent)?;
    match serde_json::from_str(json).map_err(|_| PhpFailure::Silent)? {
        Answer::Constants(constants) => {
            Ok(constants.into_iter().map(|(name, value)| (name, constant(&value))).collect())
        }
        Answer::Failure(reason) => Err(PhpFailure::Failed { reason }),
    }
}

fn constant(value: &Value) -> Constant {
    let text = |text: &str| STANDARD.decode(text).ok().map(Constant::Text);
    match value {
        Value::Null => Constant::Null,
        Value::Bool(yes) => Constant::Bool(*yes),
        Value::Number(number) => number.as_i64().map_or(Constant::Computed, Constant::Int),
        other => other.get("text").and_then(Value::as_str).and_then(text).unwrap_or(Constant::Computed),
    }
}

/// Why PHP could not evaluate the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhpFailure {
    /// There is no PHP command line.
    #[error("the PHP command line was not found; install php-cli")]
    Missing,
    /// PHP could not be started or read.
    #[error("{} could not be run: {reason}", php.display())]
    NotRun {
        /// The binary.
        php: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// PHP took too long.
    #[error("PHP had not finished app-config.php after {} ms", limit.as_millis())]
    TooSlow {
        /// How long it was given.
        limit: Duration,
    },
    /// The file cannot be evaluated.
    #[error("PHP could not evaluate app-config.php: {reason}")]
    Failed {
        /// What PHP said, without pieces of the file.
        reason: String,
    },
    /// PHP ended without an answer, or drowned it.
    #[error("PHP ended without telling the constants of app-config.php")]
    Silent,
}
