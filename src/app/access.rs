//! How to reach this CRM: our configuration first, its own `app-config.php` for the rest.

use std::path::{Path, PathBuf};

use mysql_async::{Opts, OptsBuilder};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::config::Config;
use crate::db::Prefix;
use crate::perfex::app_config::{
    self, AppConfigError, DatabaseAccess, DatabaseHost, Override, Reading, SessionSettings, Source,
};

/// Where Debian and most others put the server's socket; PHP means it when it says `localhost`.
const USUAL_SOCKETS: [&str; 3] =
    ["/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock"];

/// Everything that must be known before the first query; it holds secrets, so `Debug` shows only the address.
pub struct Access {
    /// How to connect.
    pub database: Opts,
    /// The prefix of all tables.
    pub prefix: Prefix,
    /// The CRM's address, with exactly one slash at its end.
    pub base_url: Url,
    /// `APP_ENC_KEY`.
    pub encryption_key: SecretString,
    /// How the CRM keeps its sessions.
    pub sessions: SessionSettings,
    /// How `app-config.php` was read, when it was.
    pub source: Option<Source>,
}

/// Why the CRM cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// `app-config.php` says no.
    #[error(transparent)]
    AppConfig(#[from] AppConfigError),
    /// A value is in neither place.
    #[error("{constant} is not defined in {}; define it there or set {key} in the configuration", file.display())]
    Missing {
        /// The constant of the CRM.
        constant: &'static str,
        /// Our key for it.
        key: &'static str,
        /// The CRM's file.
        file: PathBuf,
    },
    /// A value in the CRM's file is not usable.
    #[error("{what}: {problem}; set {key} in the configuration")]
    Unfit {
        /// What it is.
        what: &'static str,
        /// What is wrong.
        problem: String,
        /// Our key for it.
        key: &'static str,
    },
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("base_url", &self.base_url.as_str()).finish_non_exhaustive()
    }
}

impl Access {
    /// Puts the access together; connects to nothing.
    pub async fn find(config: &Config) -> Result<Self, AccessError> {
        let own = Own::of(config)?;
        let Some(root) = &config.perfex.root else { return own.complete() };
        let php = config.perfex.php.clone().or_else(app_config::find_php);
        let overrides = own.overrides();
        let found = Reading::new(root, php.as_deref()).overriding(&overrides).run().await?;
        own.filled_from(root, found)
    }
}

/// What our own configuration says.
struct Own {
    database: Option<Opts>,
    prefix: Option<Prefix>,
    base_url: Option<Url>,
    encryption_key: Option<SecretString>,
}

impl Own {
    fn of(config: &Config) -> Result<Self, AccessError> {
        let database = match &config.database.url {
            Some(url) => Some(Opts::from_url(url.expose_secret()).map_err(|error| AccessError::Unfit {
                what: "database.url",
                problem: error.to_string(),
                key: "database.url",
            })?),
            None => None,
        };
        let prefix = config.perfex.table_prefix.as_deref().map(parse_prefix).transpose()?;
        Ok(Self {
            database,
            prefix,
            base_url: config.perfex.base_url.clone(),
            encryption_key: config.perfex.encryption_key.clone(),
        })
    }

    fn overrides(&self) -> Vec<Override> {
        [
            self.database.is_some().then_some(Override::Database),
            self.prefix.is_some().then_some(Override::TablePrefix),
            self.base_url.is_some().then_some(Override::BaseUrl),
            self.encryption_key.is_some().then_some(Override::EncryptionKey),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Without a CRM folder everything stands in our configuration; `Config::load` has made sure of it.
    fn complete(self) -> Result<Access, AccessError> {
        let missing =
            |constant, key| AccessError::Missing { constant, key, file: PathBuf::from("perfex.root") };
        Ok(Access {
            database: self.database.ok_or_else(|| missing("APP_DB_NAME", "database.url"))?,
            prefix: self.prefix.unwrap_or_default(),
            base_url: self.base_url.ok_or_else(|| missing("APP_BASE_URL", "perfex.base_url"))?,
            encryption_key: self
                .encryption_key
                .ok_or_else(|| missing("APP_ENC_KEY", "perfex.encryption_key"))?,
            sessions: SessionSettings::default(),
            source: None,
        })
    }

    fn filled_from(self, root: &Path, found: app_config::AppConfig) -> Result<Access, AccessError> {
        let missing = |constant, key| AccessError::Missing {
            constant,
            key,
            file: root.join("application/config/app-config.php"),
        };
        let database = match (self.database, found.database) {
            (Some(own), _) => own,
            (None, Some(access)) => options(access),
            (None, None) => return Err(missing("APP_DB_NAME", "database.url")),
        };
        let base_url = match (self.base_url, found.base_url) {
            (Some(own), _) => own,
            (None, Some(text)) => Url::parse(&text).map_err(|error| AccessError::Unfit {
                what: "APP_BASE_URL",
                problem: error.to_string(),
                key: "perfex.base_url",
            })?,
            (None, None) => return Err(missing("APP_BASE_URL", "perfex.base_url")),
        };
        Ok(Access {
            database,
            prefix: match self.prefix {
                Some(own) => own,
                None => parse_prefix(&found.table_prefix)?,
            },
            base_url,
            encryption_key: self
                .encryption_key
                .or(found.encryption_key)
                .ok_or_else(|| missing("APP_ENC_KEY", "perfex.encryption_key"))?,
            sessions: found.session,
            source: Some(found.source),
        })
    }
}

fn parse_prefix(text: &str) -> Result<Prefix, AccessError> {
    text.parse().map_err(|error: crate::db::PrefixError| AccessError::Unfit {
        what: "table prefix",
        problem: error.to_string(),
        key: "perfex.table_prefix",
    })
}

fn options(access: DatabaseAccess) -> Opts {
    let DatabaseAccess { host, user, password, name } = access;
    let builder = OptsBuilder::default()
        .user(Some(user))
        .pass(Some(password.expose_secret().to_owned()))
        .db_name(Some(name));
    match host {
        DatabaseHost::Socket(path) => builder.socket(Some(path.to_string_lossy().into_owned())).into(),
        DatabaseHost::Tcp { host, port } => {
            let usual = USUAL_SOCKETS.into_iter().find(|path| Path::new(path).exists());
            match usual.filter(|_| host.eq_ignore_ascii_case("localhost")) {
                Some(path) => builder.socket(Some(path)).into(),
                None => builder.ip_or_hostname(host).tcp_port(port).into(),
            }
        }
    }
}
