//! What `application/config/app-config.php` says: where the database is, under which key secrets lie, how sessions work.
//!
//! In: the root of the CRM and, where there is one, the PHP command line. Out: an [`AppConfig`], or an error whose
//! sentence says what to change.
//!
//! The file is PHP, and in the field it is full of it: values from the environment, from other files, by host name. So
//! PHP evaluates it; without PHP, or when PHP fails, a parser reads what stands there plainly and refuses to guess the
//! rest. [`AppConfig::source`] says which of the two it was. What the operator has set in the bridge's own configuration
//! is not looked at ([`Reading::overriding`]), so that it mends whatever cannot be read.

mod constants;
mod database;
mod error;
mod parse;
mod php;
mod session;
mod settings;

use std::io::ErrorKind;
use std::path::{self, Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::file_access;

use constants::{Constant, Constants};
pub use database::{DatabaseAccess, DatabaseHost};
pub use error::AppConfigError;
pub(super) use php::PRIVATE_ENVIRONMENT;
pub use php::{PhpFailure, find_php};
pub use session::SessionSettings;

/// How long PHP may take.
const LIMIT: Duration = Duration::from_secs(5);

/// The name the site is called by as long as the real one is unknown. Reserved: it can be no one's.
const UNKNOWN_HOST: &str = "perfex-bridge.invalid";

/// What the CRM's configuration file says.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// The address of the site, with exactly one slash at its end.
    pub base_url: Option<String>,
    /// The text of `APP_ENC_KEY`.
    pub encryption_key: Option<SecretString>,
    /// The database; `None` when host, user or name is not defined.
    pub database: Option<DatabaseAccess>,
    /// What the names of Perfex's tables begin with.
    pub table_prefix: String,
    /// The character set that Perfex asks its connection for.
    pub charset: Option<String>,
    /// How sessions are kept.
    pub session: SessionSettings,
    /// How all this was found out.
    pub source: Source,
}

/// How the file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// PHP evaluated it: the values are those of the running CRM.
    Evaluated,
    /// It was read without PHP: values from conditions, other files and the environment are not seen.
    Parsed {
        /// Why PHP did not do it.
        why: PhpFailure,
    },
}

/// What the operator may set in the bridge's own configuration instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Override {
    /// `perfex.base_url`.
    BaseUrl,
    /// `perfex.encryption_key`.
    EncryptionKey,
    /// `perfex.table_prefix`.
    TablePrefix,
    /// `database.url`.
    Database,
}

impl Override {
    fn mend(self) -> &'static str {
        match self {
            Self::BaseUrl => "set perfex.base_url",
            Self::EncryptionKey => "set perfex.encryption_key",
            Self::TablePrefix => "set perfex.table_prefix",
            Self::Database => "set database.url",
        }
    }
}

/// Reads the configuration of the CRM at `root`, with nothing overridden.
pub async fn read(root: &Path, php: Option<&Path>) -> Result<AppConfig, AppConfigError> {
    Reading::new(root, php).run().await
}

/// A reading with its circumstances.
#[derive(Debug, Clone)]
pub struct Reading<'a> {
    root: &'a Path,
    php: Option<&'a Path>,
    overrides: &'a [Override],
    limit: Duration,
}

impl<'a> Reading<'a> {
    /// A reading of the CRM at `root`, with PHP when `php` names its command line.
    #[must_use]
    pub fn new(root: &'a Path, php: Option<&'a Path>) -> Self {
        Self { root, php, overrides: &[], limit: LIMIT }
    }

    /// Leaves out what the operator has overridden: it stays `None`, or the default, and cannot fail.
    #[must_use]
    pub fn overriding(self, overrides: &'a [Override]) -> Self {
        Self { overrides, ..self }
    }

    /// Gives PHP another time limit than 5 seconds.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    /// Reads the file.
    pub async fn run(self) -> Result<AppConfig, AppConfigError> {
        let root = path::absolute(self.root).unwrap_or_else(|_| self.root.to_owned());
        let file = root.join("application/config/app-config.php");
        let source = match tokio::fs::read(&file).await {
            Ok(source) => source,
            Err(error) => return Err(unreadable(root, file, &error)),
        };
        let parsed = parse::constants(&source);
        let evaluated = match self.php {
            Some(php) => {
                let host = host(&parsed);
                php::evaluate(php, &file, &root, &host, self.limit).await
            }
            None => Err(PhpFailure::Missing),
        };
        match evaluated {
            Ok(constants) => {
                let config = settings::settings(&constants, Source::Evaluated, self.overrides)?;
                if config.base_url.as_ref().is_some_and(|url| url.contains(UNKNOWN_HOST)) {
                    return Err(AppConfigError::AddressOfVisitor);
                }
                Ok(config)
            }
            Err(why) => settings::settings(&parsed, Source::Parsed { why }, self.overrides),
        }
    }
}

/// The name that visitors call the site by, as far as the file says it plainly.
fn host(parsed: &Constants) -> String {
    let Some(Constant::Text(url)) = parsed.get("APP_BASE_URL") else {
        return UNKNOWN_HOST.to_owned();
    };
    let url = Url::parse(&String::from_utf8_lossy(url)).ok();
    let host = url.as_ref().and_then(Url::host_str);
    match (host, url.as_ref().and_then(Url::port)) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => UNKNOWN_HOST.to_owned(),
    }
}

fn unreadable(root: PathBuf, path: PathBuf, error: &std::io::Error) -> AppConfigError {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => AppConfigError::Missing { root, path },
        ErrorKind::PermissionDenied => {
            let advice = file_access::advice(&path);
            AppConfigError::Denied { path, advice }
        }
        _ => AppConfigError::Unreadable { path, reason: error.to_string() },
    }
}

#[cfg(test)]
mod tests;
