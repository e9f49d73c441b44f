//! The real binary as an operator runs it: a configuration file in a scratch folder, commands, and the daemon.
//!
//! [`Site`] is the folder with the configuration; [`Site::run`] runs a command there, [`Site::start`] the daemon. All
//! intervals are short. Nothing of the test's own environment reaches the program, and a daemon dies with the test.

mod commands;
mod crm_folder;
mod process;
mod web;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

pub use commands::{PACKAGE, Placed};
pub use crm_folder::CrmFolder;
pub use process::Daemon;
pub use web::Answer;

use super::mariadb::{Database, free_port};
use super::smtp::{self, Smtp};

/// `APP_ENC_KEY` of the CRM.
pub const ENCRYPTION_KEY: &str = "Kq7fT2mVx9LwB4sZ8nRd3Hc6Jy1Gp5Ae";

/// A configuration, and the folder that it and everything else lies in.
#[derive(Debug)]
pub struct Site {
    folder: TempDir,
    settings: toml::Table,
    management: u16,
    environment: Vec<(String, String)>,
}

impl Site {
    /// A site beside the CRM in `database`; mails become files.
    pub fn new(database: &Database) -> Self {
        Self::at(&database.socket_url())
    }

    /// A site whose database is at `url`.
    pub fn at(url: &str) -> Self {
        let mut site = Self::bare();
        site.set("database", "url", url);
        site.set("perfex", "base_url", "https://crm.example/");
        site.set("perfex", "encryption_key", ENCRYPTION_KEY);
        site
    }

    /// A site that must be told where the CRM is.
    pub fn bare() -> Self {
        let folder = tempfile::Builder::new().prefix("pb-site-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("mail")).unwrap();
        let mut site =
            Self { folder, settings: toml::Table::new(), management: free_port(), environment: Vec::new() };
        let (mail, state) = (site.mail_folder(), site.path("state"));
        site.set("http", "listen", "");
        site.set("http", "socket", "");
        site.set("http", "management", format!("127.0.0.1:{}", site.management));
        site.set("mail", "transport", "file");
        site.set("mail", "directory", mail.display().to_string());
        site.set("mail", "connect_timeout", "1s");
        site.set("mail", "send_timeout", "2s");
        site.set("mail", "retry_uncertain_after", "1s");
        site.set("outbox", "lease", "4s");
        site.set("watch", "interval", "100ms");
        site.set("state", "directory", state.display().to_string());
        site
    }

    /// A site beside the CRM in `folder`, which alone says how to reach the database.
    pub fn beside(folder: &CrmFolder) -> Self {
        let mut site = Self::bare();
        site.set("perfex", "root", folder.path().display().to_string());
        site
    }

    /// The same configuration once more, for a second daemon beside the first: only the management port differs.
    pub fn twin(&self) -> Self {
        let mut twin = Self::bare();
        let management = twin.settings.remove("http").unwrap();
        twin.settings.clone_from(&self.settings);
        twin.settings.insert("http".to_owned(), management);
        twin.write();
        twin
    }

    /// Sets a key and writes the file.
    pub fn set(&mut self, section: &str, key: &str, value: impl Into<toml::Value>) {
        let keys = self.settings.entry(section).or_insert_with(|| toml::Table::new().into());
        keys.as_table_mut().unwrap().insert(key.to_owned(), value.into());
        self.write();
    }

    fn write(&self) {
        std::fs::write(self.config(), toml::to_string(&self.settings).unwrap()).unwrap();
    }

    /// Lets mails leave through `server`.
    pub fn mail_through(&mut self, server: &Smtp) {
        std::fs::write(self.path("ca.pem"), server.ca()).unwrap();
        let ca = self.path("ca.pem").display().to_string();
        self.set("mail", "ca_file", ca);
        self.set("mail", "transport", "smtp");
        self.set("mail", "host", "localhost");
        self.set("mail", "port", i64::from(server.port()));
        self.set("mail", "username", smtp::USER);
        self.set("mail", "password", smtp::PASSWORD);
    }

    /// Gives the program an environment variable.
    pub fn env(&mut self, name: &str, value: impl Into<String>) {
        self.environment.push((name.to_owned(), value.into()));
    }

    /// Lets other users of this machine look into the folder, as web servers have users of their own.
    pub fn share_folder(&self) {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(self.folder.path(), open).unwrap();
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.path("config.toml")
    }

    /// Writes the configuration file as it stands here; [`Site::set`] overwrites it.
    pub fn write_config(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    /// A path inside the site's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The port of `/livez`, `/readyz` and `/metrics`.
    pub fn management(&self) -> u16 {
        self.management
    }

    /// Where mails become files.
    pub fn mail_folder(&self) -> PathBuf {
        self.path("mail")
    }

    /// The mails that became files, by name.
    pub fn mails(&self) -> Vec<PathBuf> {
        letters(&self.mail_folder())
    }
}

/// The `.eml` files in a folder, by name.
fn letters(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut letters: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|kind| kind == "eml")).collect();
    letters.sort();
    letters
}
