//! Asks PHP whether it would accept a file: `php -l`, without running anything.
//!
//! In: the PHP command line and the bytes. Out: a [`Verdict`], or why PHP could not give one. Invariants: PHP never runs
//! longer than its limit, is gone when the future is, and reads no `php.ini`, whose extensions a check does not need.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use super::app_config::PRIVATE_ENVIRONMENT;

/// What every PHP command line is started with: the just-in-time compilers need memory that a hardened service does not get.
pub const HARDENED: [&str; 4] = ["-d", "pcre.jit=0", "-d", "opcache.enable_cli=0"];

/// How long PHP may take.
const LIMIT: Duration = Duration::from_secs(10);

/// They let PHP say one plain line.
const SETTINGS: [&str; 3] = ["display_errors=1", "log_errors=0", "html_errors=0"];

/// What PHP thinks of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It would run it.
    Accepted,
    /// It would not; in PHP's words, with the line.
    Refused(String),
}

/// Why PHP could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// It could not be started.
    #[error("{} could not be run ({reason}); check perfex.php", php.display())]
    NotRun {
        /// The binary.
        php: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// It took too long.
    #[error("{} gave no answer within {} s; check perfex.php", php.display(), LIMIT.as_secs())]
    TooSlow {
        /// The binary.
        php: PathBuf,
    },
    /// It ended in another way than a check does.
    #[error("{} ended without a verdict ({said}); check perfex.php", php.display())]
    Silent {
        /// The binary.
        php: PathBuf,
        /// What it said.
        said: String,
    },
}

/// Asks `php` about `source`.
pub async fn check(php: &Path, source: &[u8]) -> Result<Verdict, CheckError> {
    let php_of_error = || php.to_owned();
    tokio::time::timeout(LIMIT, ask(php, source))
        .await
        .map_err(|_| CheckError::TooSlow { php: php_of_error() })?
}

async fn ask(php: &Path, source: &[u8]) -> Result<Verdict, CheckError> {
    let not_run =
        |error: std::io::Error| CheckError::NotRun { php: php.to_owned(), reason: error.to_string() };
    let mut command = Command::new(php);
    command.arg("-n").args(HARDENED);
    for setting in SETTINGS {
        command.args(["-d", setting]);
    }
    for name in PRIVATE_ENVIRONMENT {
        command.env_remove(name);
    }
    crate::config::hide_from(&mut command);
    let mut child = command
        .arg("-l")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(not_run)?;
    if let Some(mut input) = child.stdin.take() {
        // A PHP that stops reading says why in its output.
        input.write_all(source).await.ok();
    }
    let output = child.wait_with_output().await.map_err(not_run)?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && said.contains("No syntax errors detected") {
        return Ok(Verdict::Accepted);
    }
    let complaint = said.lines().map(str::trim).find(|line| line.contains(" error: "));
    match complaint {
        Some(line) => Ok(Verdict::Refused(line.replace(" in Standard input code", ""))),
        None => Err(CheckError::Silent {
            php: php.to_owned(),
            said: format!("{}: {}", output.status, said.trim().lines().next().unwrap_or_default()),
        }),
    }
}
