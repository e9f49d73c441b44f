//! What the constants of a file mean.
//!
//! In: constants, and which of them the operator has overridden. Out: typed settings, or an error that names the first
//! constant that cannot be used. Constants that are absent keep the default that Perfex has.

use std::time::Duration;

use secrecy::SecretString;

use super::constants::{Constant, Constants};
use super::{AppConfig, AppConfigError, DatabaseAccess, DatabaseHost, Override, SessionSettings, Source};

/// The mend for what no setting of the bridge overrides.
const NEEDS_PHP: &str = "define it plainly, or install php-cli so that the file can be evaluated";

/// Turns constants into settings, leaving out what is overridden.
pub(super) fn settings(
    constants: &Constants,
    source: Source,
    overrides: &[Override],
) -> Result<AppConfig, AppConfigError> {
    let given = |setting| overrides.contains(&setting);
    let read = Lookup { constants, source: &source };
    let base_url = if given(Override::BaseUrl) { None } else { read.base_url()? };
    let encryption_key = if given(Override::EncryptionKey) { None } else { read.encryption_key()? };
    let (database, charset) = if given(Override::Database) {
        (None, None)
    } else {
        (read.database()?, read.text("APP_DB_CHARSET", Override::Database.mend())?)
    };
    let table_prefix = if given(Override::TablePrefix) {
        None
    } else {
        read.text("APP_DB_PREFIX", Override::TablePrefix.mend())?
    };
    let session = read.session()?;
    Ok(AppConfig {
        base_url,
        encryption_key,
        database,
        table_prefix: table_prefix.unwrap_or_else(|| "tbl".to_owned()),
        charset,
        session,
        source,
    })
}

struct Lookup<'a> {
    constants: &'a Constants,
    source: &'a Source,
}

impl Lookup<'_> {
    fn base_url(&self) -> Result<Option<String>, AppConfigError> {
        let written = self.text("APP_BASE_URL", Override::BaseUrl.mend())?;
        let written = written.map(|url| url.trim().trim_end_matches('/').to_owned());
        Ok(written.filter(|url| !url.is_empty()).map(|url| url + "/"))
    }

    fn encryption_key(&self) -> Result<Option<SecretString>, AppConfigError> {
        let key = self.text("APP_ENC_KEY", Override::EncryptionKey.mend())?;
        Ok(key.filter(|key| !key.is_empty()).map(SecretString::from))
    }

    /// `None` unless server, account and database are all named.
    fn database(&self) -> Result<Option<DatabaseAccess>, AppConfigError> {
        let mend = Override::Database.mend();
        let host = self.text("APP_DB_HOSTNAME", mend)?;
        let user = self.text("APP_DB_USERNAME", mend)?;
        let password = self.text("APP_DB_PASSWORD", mend)?.unwrap_or_default();
        let name = self.text("APP_DB_NAME", mend)?;
        let (Some(host), Some(user), Some(name)) = (host, user, name) else {
            return Ok(None);
        };
        let host = DatabaseHost::parse(&host).ok_or(AppConfigError::Unfit {
            constant: "APP_DB_HOSTNAME",
            expected: "host, host:port or /path/to/socket",
            mend,
        })?;
        Ok(Some(DatabaseAccess { host, user, password: SecretString::from(password), name }))
    }

    fn session(&self) -> Result<SessionSettings, AppConfigError> {
        let default = SessionSettings::default();
        let driver = self.text("SESS_DRIVER", NEEDS_PHP)?.map(|driver| driver.trim().to_lowercase());
        let driver = driver.filter(|driver| !driver.is_empty()).unwrap_or(default.driver);
        let save_path = match self.constants.get("SESS_SAVE_PATH") {
            None if driver == "database" => default.save_path,
            _ => self.text("SESS_SAVE_PATH", NEEDS_PHP)?.filter(|path| !path.is_empty()),
        };
        Ok(SessionSettings {
            save_path,
            driver,
            cookie_name: self.text("APP_SESSION_COOKIE_NAME", NEEDS_PHP)?.unwrap_or(default.cookie_name),
            cookie_prefix: self.text("APP_COOKIE_PREFIX", NEEDS_PHP)?.unwrap_or(default.cookie_prefix),
            expiration: self.seconds("APP_SESSION_EXPIRATION")?.unwrap_or(default.expiration),
            match_ip: self.flag("APP_SESSION_MATCH_IP")?.unwrap_or(default.match_ip),
        })
    }

    /// What is known of a constant.
    fn value(&self, constant: &'static str, mend: &'static str) -> Result<Option<&Constant>, AppConfigError> {
        match (self.constants.get(constant), self.source) {
            (Some(Constant::Several), _) => Err(AppConfigError::Several { constant, mend }),
            (Some(Constant::Computed), Source::Parsed { why }) => {
                Err(AppConfigError::Computed { constant, why: why.to_string(), mend })
            }
            (Some(Constant::Computed), Source::Evaluated) => {
                Err(AppConfigError::Unfit { constant, expected: "text", mend })
            }
            (known, _) => Ok(known),
        }
    }

    /// A constant as PHP would print it; `null` is as good as absent.
    fn text(&self, constant: &'static str, mend: &'static str) -> Result<Option<String>, AppConfigError> {
        let text = match self.value(constant, mend)? {
            Some(Constant::Text(bytes)) => String::from_utf8(bytes.clone())
                .map_err(|_| AppConfigError::Unfit { constant, expected: "valid UTF-8", mend })?,
            Some(Constant::Int(number)) => number.to_string(),
            Some(Constant::Bool(true)) => "1".to_owned(),
            Some(Constant::Bool(false)) => String::new(),
            _ => return Ok(None),
        };
        Ok(Some(text))
    }

    fn seconds(&self, constant: &'static str) -> Result<Option<Duration>, AppConfigError> {
        let Some(text) = self.text(constant, NEEDS_PHP)? else {
            return Ok(None);
        };
        let seconds = text.trim().parse().map_err(|_| AppConfigError::Unfit {
            constant,
            expected: "a whole number of seconds",
            mend: NEEDS_PHP,
        })?;
        Ok(Some(Duration::from_secs(seconds)))
    }

    /// A constant as a condition of PHP: empty and `0` are false.
    fn flag(&self, constant: &'static str) -> Result<Option<bool>, AppConfigError> {
        let text = self.text(constant, NEEDS_PHP)?;
        Ok(text.map(|text| !matches!(text.as_str(), "" | "0")))
    }
}
