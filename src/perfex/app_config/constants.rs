//! What a configuration file defines.

use std::collections::HashMap;

/// The constants that matter here, each also with `_DEFAULT` behind it.
pub(super) const NAMES: [&str; 28] = [
    "APP_BASE_URL",
    "APP_BASE_URL_DEFAULT",
    "APP_ENC_KEY",
    "APP_ENC_KEY_DEFAULT",
    "APP_DB_HOSTNAME",
    "APP_DB_HOSTNAME_DEFAULT",
    "APP_DB_USERNAME",
    "APP_DB_USERNAME_DEFAULT",
    "APP_DB_PASSWORD",
    "APP_DB_PASSWORD_DEFAULT",
    "APP_DB_NAME",
    "APP_DB_NAME_DEFAULT",
    "APP_DB_PREFIX",
    "APP_DB_PREFIX_DEFAULT",
    "APP_DB_CHARSET",
    "APP_DB_CHARSET_DEFAULT",
    "SESS_DRIVER",
    "SESS_DRIVER_DEFAULT",
    "SESS_SAVE_PATH",
    "SESS_SAVE_PATH_DEFAULT",
    "APP_SESSION_COOKIE_NAME",
    "APP_SESSION_COOKIE_NAME_DEFAULT",
    "APP_COOKIE_PREFIX",
    "APP_COOKIE_PREFIX_DEFAULT",
    "APP_SESSION_EXPIRATION",
    "APP_SESSION_EXPIRATION_DEFAULT",
    "APP_SESSION_MATCH_IP",
    "APP_SESSION_MATCH_IP_DEFAULT",
];

/// The value of a constant, as far as it is known.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum Constant {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string: bytes, because a password may be in any encoding.
    Text(Vec<u8>),
    /// Which value it has, or whether it is defined at all, depends on a condition.
    Several,
    /// Only PHP can tell.
    Computed,
}

/// All constants of one file, by name.
#[derive(Default)]
pub(super) struct Constants(HashMap<String, Constant>);

impl Constants {
    /// A constant, or the one with `_DEFAULT` behind its name: `SaaS` modules move the main install's values there.
    pub(super) fn get(&self, name: &str) -> Option<&Constant> {
        self.0.get(name).or_else(|| self.0.get(&format!("{name}_DEFAULT")))
    }
}

impl FromIterator<(String, Constant)> for Constants {
    fn from_iter<I: IntoIterator<Item = (String, Constant)>>(constants: I) -> Self {
        Self(constants.into_iter().collect())
    }
}
