//! The configuration: one struct a concern.
//!
//! In: `config.example.toml` (compiled in, the defaults), a TOML file, `PERFEX_BRIDGE_*` environment variables and
//! systemd credentials; each wins over the one before. Out: a [`Config`] in which every value has its type, or one
//! sentence that names the place, the key and the mend. Invariants:
//!
//! - a key exists when it stands in the example file, and only then; its default there gives its type;
//! - a secret is a [`SecretString`](secrecy::SecretString), and no error text ever repeats one;
//! - `""` means "not set" and arrives as `None`.

mod database;
mod demo;
mod document;
mod error;
mod http;
mod licensing;
mod log;
mod mail;
mod origin;
mod outbox;
mod perfex;
mod reminder_days;
mod schedule;
mod setting;
mod settings;
mod shop;
mod sources;
mod state;
mod suggestion;
#[cfg(test)]
mod tests;
mod watch;

pub use database::DatabaseConfig;
pub use demo::DemoConfig;
pub use error::ConfigError;
pub use http::HttpConfig;
pub use licensing::{LicenseServer, LicensingConfig, server_address};
pub use log::{LogConfig, LogFormat};
pub use mail::{MailConfig, MailEncryption, MailTransport, SmtpLogin, SmtpServer};
pub use origin::{Origin, Place};
pub use outbox::OutboxConfig;
pub use perfex::PerfexConfig;
pub use reminder_days::{ReminderDays, ReminderDaysError};
pub use schedule::ScheduleConfig;
pub use shop::ShopConfig;
pub use sources::{DEFAULT_FILE, Sources, hide_from};
pub use state::StateConfig;
pub use watch::{WatchConfig, WatchMode};

use settings::Settings;

/// The example file, which is also the documentation and the defaults of every key.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// Everything an operator can set.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where Perfex is.
    pub perfex: PerfexConfig,
    /// Access to the database.
    pub database: DatabaseConfig,
    /// Listeners.
    pub http: HttpConfig,
    /// How mails leave.
    pub mail: MailConfig,
    /// How changes in Perfex are noticed.
    pub watch: WatchConfig,
    /// Rules of the shop.
    pub shop: ShopConfig,
    /// When jobs run.
    pub schedule: ScheduleConfig,
    /// Who issues and checks licenses.
    pub licensing: LicensingConfig,
    /// Delivery of messages.
    pub outbox: OutboxConfig,
    /// What is kept outside the database.
    pub state: StateConfig,
    /// What is logged, and how.
    pub log: LogConfig,
    /// Public demonstrations.
    pub demo: DemoConfig,
}

impl Config {
    /// Reads the configuration from `sources`, checks each value and how values fit together.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut settings = Settings::defaults()?;
        let file = sources.read_file(&mut settings)?;
        settings.overlay_environment(&sources.environment)?;
        sources.read_credentials(&mut settings)?;
        let config = Self::from_settings(&settings)?;
        config.perfex.check_sufficient(&config.database, &file)?;
        Ok(config)
    }

    fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        Ok(Self {
            perfex: PerfexConfig::read(settings)?,
            database: DatabaseConfig::read(settings)?,
            http: HttpConfig::read(settings)?,
            mail: MailConfig::read(settings)?,
            watch: WatchConfig::read(settings)?,
            shop: ShopConfig::read(settings)?,
            schedule: ScheduleConfig::read(settings)?,
            licensing: LicensingConfig::read(settings)?,
            outbox: OutboxConfig::read(settings)?,
            state: StateConfig::read(settings)?,
            log: LogConfig::read(settings)?,
            demo: DemoConfig::read(settings)?,
        })
    }
}
