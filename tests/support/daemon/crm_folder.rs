//! A CRM's folder, with the few files of it that the bridge reads.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use url::Url;

use super::ENCRYPTION_KEY;
use crate::support::mariadb::Database;

/// The folder that holds `index.php`.
#[derive(Debug)]
pub struct CrmFolder(TempDir);

impl CrmFolder {
    /// A CRM whose `app-config.php` leads to `database`, whose code is 3.4.1, and where a module has added routes.
    pub fn new(database: &Database) -> Self {
        let folder = Self(tempfile::Builder::new().prefix("pb-crm-").tempdir().unwrap());
        fs::create_dir_all(folder.config()).unwrap();
        let url = Url::parse(&database.url()).unwrap();
        let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let constants = [
            ("APP_BASE_URL", "https://crm.example/"),
            ("APP_ENC_KEY", ENCRYPTION_KEY),
            ("APP_DB_HOSTNAME", host.as_str()),
            ("APP_DB_USERNAME", "root"),
            ("APP_DB_PASSWORD", ""),
            ("APP_DB_NAME", database.name()),
            ("APP_DB_CHARSET", "utf8mb4"),
            ("APP_DB_COLLATION", "utf8mb4_unicode_ci"),
            ("SESS_DRIVER", "database"),
            ("SESS_SAVE_PATH", "sessions"),
            ("APP_SESSION_COOKIE_SAME_SITE", "Lax"),
        ];
        let mut text = "<?php defined('BASEPATH') or exit('No direct script access allowed');\n".to_owned();
        for (name, value) in constants {
            writeln!(text, "/*\n * {name}\n */\ndefine('{name}', '{value}');").unwrap();
        }
        text.push_str("define('APP_CSRF_PROTECTION', true);\n");
        folder.write("app-config.php", &text);
        folder.code_version(341);
        folder.write(
            "my_routes.php",
            "<?php defined('BASEPATH') or exit('No direct script access allowed');\n\n$route['other'] = 'other/index';\n",
        );
        fs::write(folder.path().join("index.php"), "<?php\n").unwrap();
        fs::create_dir(folder.path().join("modules")).unwrap();
        let theme = folder.theme("perfex");
        fs::create_dir_all(&theme).unwrap();
        let calls = "<?php app_customers_head(); ?>\n<?php app_customers_footer(); ?>\n";
        fs::write(theme.join("index.php"), calls).unwrap();
        folder
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Adds a line to `app-config.php`.
    pub fn define(&self, line: &str) {
        let text = fs::read_to_string(self.config().join("app-config.php")).unwrap();
        self.write("app-config.php", &format!("{text}{line}\n"));
    }

    /// Gives a constant of `app-config.php` another value.
    pub fn change(&self, name: &str, value: &str) {
        let text = fs::read_to_string(self.config().join("app-config.php")).unwrap();
        let start = format!("define('{name}', ");
        let line = |line: &str| {
            if line.starts_with(&start) { format!("{start}'{value}');\n") } else { format!("{line}\n") }
        };
        self.write("app-config.php", &text.lines().map(line).collect::<String>());
    }

    /// Puts the code of another version there: `340` is 3.4.0.
    pub fn code_version(&self, version: i64) {
        let text = format!(
            "<?php defined('BASEPATH') or exit('No direct script access allowed');\n\n\
             $config['migration_enabled'] = true;\n$config['migration_version'] = {version};\n"
        );
        self.write("migration.php", &text);
    }

    /// The file with the routes of modules and staff.
    pub fn my_routes(&self) -> PathBuf {
        self.config().join("my_routes.php")
    }

    /// The folder of a theme of the client portal.
    pub fn theme(&self, name: &str) -> PathBuf {
        self.path().join("application/views/themes").join(name)
    }

    fn config(&self) -> PathBuf {
        self.path().join("application/config")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.config().join(name), text).unwrap();
    }
}
