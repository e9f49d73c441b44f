//! How a command ends when it does not succeed.

use crate::app::AppError;
use crate::config::ConfigError;
use crate::db::{DbError, MigrateError, Transient};
use crate::licensing::LicensingError;
use crate::licensing::client::ClientError;
use crate::outbox::OutboxError;
use crate::perfex::schema::SchemaError;
use crate::shop::ShopError;
use crate::text::TextError;

/// Why a command did not succeed; decides the exit code.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The caller's input or the configuration is at fault: exit code 2, nothing was written.
    #[error("{0}")]
    Usage(String),
    /// The world is at fault: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// Other transactions were in the way, however often this one was tried: exit code 1, nothing was written.
    #[error("{0}; nothing was written: run the command again")]
    Conflict(String),
    /// The command has said everything itself: exit code 1.
    #[error("")]
    Reported,
    /// Whoever read the answer has seen enough, as `head` does: exit code 0.
    #[error("")]
    Unread,
}

impl CliError {
    /// The process's exit code.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Unread => 0,
            Self::Usage(_) => 2,
            Self::Failed(_) | Self::Conflict(_) | Self::Reported => 1,
        }
    }
}

impl Transient for CliError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<AppError> for CliError {
    fn from(error: AppError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<TextError> for CliError {
    fn from(error: TextError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<ShopError> for CliError {
    fn from(error: ShopError) -> Self {
        if error.is_refusal() {
            Self::Usage(error.to_string())
        } else if error.is_transient() {
            Self::Conflict(error.to_string())
        } else {
            Self::Failed(mend(&error.to_string(), error.is_missing_object()))
        }
    }
}

impl From<LicensingError> for CliError {
    fn from(error: LicensingError) -> Self {
        match &error {
            LicensingError::Right(_) => Self::Usage(error.to_string()),
            LicensingError::Database(database) => mended(database),
            LicensingError::Unreadable { .. } => Self::Failed(error.to_string()),
        }
    }
}

impl From<ClientError> for CliError {
    fn from(error: ClientError) -> Self {
        match &error {
            ClientError::Database(database) => mended(database),
            ClientError::Key(_) | ClientError::Missing(_) | ClientError::Domain(_) => {
                Self::Usage(error.to_string())
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<OutboxError> for CliError {
    fn from(error: OutboxError) -> Self {
        match &error {
            OutboxError::Database(database) => mended(database),
            _ => Self::Usage(error.to_string()),
        }
    }
}

impl From<DbError> for CliError {
    fn from(error: DbError) -> Self {
        mended(&error)
    }
}

impl From<MigrateError> for CliError {
    fn from(error: MigrateError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<SchemaError> for CliError {
    fn from(error: SchemaError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Failed(format!("the answer cannot be printed: {error}")),
        }
    }
}

fn mended(error: &DbError) -> CliError {
    if error.is_conflict() {
        return CliError::Conflict(error.to_string());
    }
    CliError::Failed(mend(&error.to_string(), error.is_missing_object()))
}

/// Adds what to do when our own tables are not there.
fn mend(error: &str, missing: bool) -> String {
    if missing { format!("{error}; run `perfex-bridge migrate` first") } else { error.to_owned() }
}
