//! Where Perfex is.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::settings::Settings;
use super::suggestion::list;
use super::{ConfigError, DatabaseConfig};

/// Section `[perfex]`: the CRM's folder, or what would else be read from its `app-config.php`.
#[derive(Debug, Clone)]
pub struct PerfexConfig {
    /// The folder that holds Perfex's `index.php`.
    pub root: Option<PathBuf>,
    /// The prefix of all tables, at most 20 letters, digits and underscores, so that it may stand in SQL.
    pub table_prefix: Option<String>,
    /// The address of the CRM, with exactly one slash at its end, as Perfex's installer writes it.
    pub base_url: Option<Url>,
    /// `APP_ENC_KEY`, 32 characters: Perfex itself refuses any other length.
    pub encryption_key: Option<SecretString>,
    /// The PHP command line program; `None`: search `PATH`.
    pub php: Option<PathBuf>,
}

impl PerfexConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("perfex", key);
        Ok(Self {
            root: get("root")?.path()?,
            table_prefix: table_prefix(settings)?,
            base_url: get("base_url")?.site("https://crm.example.com/")?,
            encryption_key: encryption_key(settings)?,
            php: get("php")?.path()?,
        })
    }

    /// Checks that there is a CRM to work beside: its folder, or everything that would be read from it.
    pub(super) fn check_sufficient(&self, database: &DatabaseConfig, file: &Path) -> Result<(), ConfigError> {
        let substitutes = [
            ("[database] url", database.url.is_some()),
            ("[perfex] base_url", self.base_url.is_some()),
            ("[perfex] encryption_key", self.encryption_key.is_some()),
        ];
        let names = |given: bool| -> Vec<String> {
            substitutes.iter().filter(|(_, is)| *is == given).map(|(name, _)| (*name).to_owned()).collect()
        };
        let missing = names(false);
        if self.root.is_some() || missing.is_empty() {
            return Ok(());
        }
        let problem = if missing.len() == substitutes.len() {
            format!(
                "no Perfex is named; set [perfex] root to the folder that holds its index.php, or set all of {}",
                list(&missing, "and"),
            )
        } else {
            format!("without [perfex] root, {} must be set as well; set that or root", list(&missing, "and"))
        };
        Err(ConfigError::Incomplete { file: file.to_owned(), problem })
    }
}

fn table_prefix(settings: &Settings) -> Result<Option<String>, ConfigError> {
    let setting = settings.get("perfex", "table_prefix")?;
    let Some(prefix) = setting.text()? else {
        return Ok(None);
    };
    if prefix.len() <= 20 && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(Some(prefix.to_owned()));
    }
    Err(setting.refuse("must be at most 20 letters, digits and underscores"))
}

fn encryption_key(settings: &Settings) -> Result<Option<SecretString>, ConfigError> {
    let setting = settings.get("perfex", "encryption_key")?;
    let key = setting.secret()?;
    match key.as_ref().map_or(32, |key| key.expose_secret().len()) {
        32 => Ok(key),
        length => Err(setting.refuse(format!(
            "must have exactly 32 characters, not {length}; copy APP_ENC_KEY from app-config.php",
        ))),
    }
}
