//! How Perfex keeps its sessions.

use std::time::Duration;

/// Where sessions lie and how long they live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSettings {
    /// `database`, `files` or another driver of CodeIgniter, in lower case.
    pub driver: String,
    /// For `database` the table, usually without the table prefix; for `files` a folder, or PHP's own.
    pub save_path: Option<String>,
    /// The name of the session's cookie, which has no prefix.
    pub cookie_name: String,
    /// What the names of all other cookies of the CRM begin with.
    pub cookie_prefix: String,
    /// How long a session lives without a visit; zero means until the browser closes.
    pub expiration: Duration,
    /// Whether a session is bound to the visitor's address.
    pub match_ip: bool,
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            driver: "database".to_owned(),
            save_path: Some("sessions".to_owned()),
            cookie_name: "sp_session".to_owned(),
            cookie_prefix: String::new(),
            expiration: Duration::from_hours(8),
            match_ip: false,
        }
    }
}
