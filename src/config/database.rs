//! Access to the database.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::ConfigError;
use super::settings::Settings;

/// Section `[database]`.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// Address, user, password and name of the database; `None`: as in Perfex's `app-config.php`.
    pub url: Option<SecretString>,
    /// The most connections that are open at once.
    pub connections: usize,
    /// The limit for getting a connection, and for each statement.
    pub timeout: Duration,
}

impl DatabaseConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("database", key);
        Ok(Self {
            url: url(settings)?,
            connections: get("connections")?.number(2..=256)?,
            timeout: get("timeout")?.duration(Duration::from_secs(2)..=Duration::from_secs(30))?,
        })
    }
}

/// The URL as the driver itself would read it; the driver's own words are left out, they may repeat the password.
fn url(settings: &Settings) -> Result<Option<SecretString>, ConfigError> {
    let setting = settings.get("database", "url")?;
    let Some(url) = setting.secret()? else {
        return Ok(None);
    };
    let options = mysql_async::Opts::from_url(url.expose_secret()).ok();
    match options.filter(|options| options.db_name().is_some_and(|name| !name.is_empty())) {
        Some(_) => Ok(Some(url)),
        None => Err(setting.refuse(
            "is not a database address; write mysql://user:password@host:3306/database and %40 %3A %2F %23 for \
             @ : / # in the password",
        )),
    }
}
