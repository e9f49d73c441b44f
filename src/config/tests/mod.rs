//! Loading: defaults, precedence, secrecy; `refused` holds the sentence for each mistake.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;

mod refused;

/// The shortest environment with which a configuration is complete.
const COMPLETE: [(&str, &str); 1] = [("PERFEX_BRIDGE_PERFEX_ROOT", "/var/www/perfex")];

struct Place {
    folder: TempDir,
    sources: Sources,
}

fn place(toml: &str, environment: &[(&str, &str)]) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, toml).unwrap();
    let environment =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Place { folder, sources: Sources { file: Some(file), environment, credentials_directory: None } }
}

impl Place {
    fn credential(mut self, name: &str, content: &[u8]) -> Self {
        let directory = self.folder.path().join("credentials");
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join(name), content).unwrap();
        self.sources.credentials_directory = Some(directory);
        self
    }

    fn load(&self) -> Config {
        Config::load(&self.sources).unwrap()
    }

    /// The error's text without the scratch folder's name.
    fn error(&self) -> String {
        let text = Config::load(&self.sources).unwrap_err().to_string();
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

/// The error of a file alone; a wrong value is told before a missing one.
fn file_error(toml: &str) -> String {
    place(toml, &[]).error()
}

fn example_keys() -> Vec<(String, String, toml::Value)> {
    let example: toml::Table = EXAMPLE.parse().unwrap();
    let keys = example.into_iter().flat_map(|(section, keys)| {
        let toml::Value::Table(keys) = keys else { panic!("[{section}] is no section") };
        keys.into_iter().map(move |(key, value)| (section.clone(), key, value))
    });
    keys.collect()
}

#[test]
fn the_defaults_load() {
    let config = place("", &COMPLETE).load();
    assert_eq!(config.perfex.root, Some(PathBuf::from("/var/www/perfex")));
    assert!(config.perfex.table_prefix.is_none());
    assert!(config.database.url.is_none());
    assert_eq!(config.database.connections, 8);
    assert_eq!(config.database.timeout, Duration::from_secs(10));
    assert_eq!(config.http.listen, Some("127.0.0.1:8787".parse().unwrap()));
    assert_eq!(config.http.socket, Some(PathBuf::from("/run/perfex-bridge/http.sock")));
    assert_eq!(config.http.management, "127.0.0.1:8788".parse().unwrap());
    assert!(matches!(config.mail.transport, MailTransport::Perfex));
    assert_eq!(config.mail.concurrency, 4);
    assert_eq!(config.mail.retry_uncertain_after, Duration::from_mins(15));
    assert_eq!(config.watch.mode, WatchMode::Auto);
    assert_eq!(config.watch.interval, Duration::from_secs(1));
    assert_eq!(config.shop.reversal_grace, Duration::from_hours(7 * 24));
    assert!(matches!(config.licensing.server, LicenseServer::Builtin));
    assert!(config.licensing.public_url.is_none());
    assert_eq!(config.outbox.attempts, 12);
    assert_eq!(config.state.directory, PathBuf::from("/var/lib/perfex-bridge"));
    assert_eq!((config.log.level, config.log.format), (tracing::Level::INFO, LogFormat::Text));
    assert!(!config.demo.read_only);
}

#[test]
fn the_example_file_itself_is_a_valid_file() {
    place(EXAMPLE, &COMPLETE).load();
}

#[test]
fn a_file_saved_on_windows_loads_and_keeps_its_lines() {
    let file = "\u{feff}[log]\r\nlevel = \"debug\"\r\n";
    assert_eq!(place(file, &COMPLETE).load().log.level, tracing::Level::DEBUG);
    assert!(place(&format!("{file}colour = 1"), &[]).error().starts_with("config.toml, line 3: "));
}

#[test]
fn every_key_of_the_example_has_a_comment_above_it_that_names_its_default() {
    let mut comment = String::new();
    for line in EXAMPLE.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push_str(text);
        } else if line.contains('=') {
            assert!(comment.contains("efault"), "`{line}` does not say its default and why");
            comment.clear();
        } else {
            comment.clear();
        }
    }
}

#[test]
fn every_key_of_the_example_is_read_and_checked() {
    for (section, key, value) in example_keys() {
        let (wrong, expected) = match value {
            toml::Value::String(_) => ("\"a\\u0007b\"", "line breaks"),
            toml::Value::Integer(_) => ("-1", "must lie between"),
            _ => continue,
        };
        let error = file_error(&format!("[{section}]\n{key} = {wrong}\n"));
        assert!(error.contains(&format!("[{section}] {key} ")) && error.contains(expected), "{error}");
    }
    assert!(place("[demo]\nread_only = true", &COMPLETE).load().demo.read_only);
}

#[test]
fn the_environment_wins_over_the_file_and_credentials_win_over_both() {
    let file = "[watch]\ninterval = \"2s\"\nsweep = \"5m\"\n[mail]\nusername = \"u\"\npassword = \"file\"";
    let environment = [
        COMPLETE[0],
        ("PERFEX_BRIDGE_WATCH_INTERVAL", "3s"),
        ("PERFEX_BRIDGE_PERFEX_TABLE_PREFIX", "crm_"),
        ("PERFEX_BRIDGE_DATABASE_CONNECTIONS", "16"),
        ("PERFEX_BRIDGE_DEMO_READ_ONLY", "true"),
        ("PERFEX_BRIDGE_HTTP_LISTEN", ""),
        ("PERFEX_BRIDGE_MAIL_TRANSPORT", "smtp"),
        ("PERFEX_BRIDGE_MAIL_HOST", "mail.example.com"),
        ("PERFEX_BRIDGE_MAIL_PASSWORD", "environment"),
        ("PERFEX_BRIDGE_TEST_SEED", "1"),
        ("PATH", "/usr/bin"),
    ];
    let config = place(file, &environment).credential("mail.password", b"line\\#1 \n").load();
    assert_eq!(config.watch.interval, Duration::from_secs(3));
    assert_eq!(config.watch.sweep, Duration::from_mins(5));
    assert_eq!(config.perfex.table_prefix.as_deref(), Some("crm_"));
    assert_eq!(config.database.connections, 16);
    assert!(config.demo.read_only);
    assert_eq!(config.http.listen, None);
    let MailTransport::Smtp(server) = config.mail.transport else { panic!("not smtp") };
    assert_eq!(server.login.unwrap().password.expose_secret(), "line\\#1 ");
}

#[test]
fn the_environment_may_name_the_file() {
    let mut place = place("[log]\nlevel = \"debug\"", &COMPLETE);
    let file = place.sources.file.take().unwrap().display().to_string();
    place.sources.environment.push(("PERFEX_BRIDGE_CONFIG".to_owned(), file));
    assert_eq!(place.load().log.level, tracing::Level::DEBUG);
}

#[test]
fn a_secret_never_appears_in_a_debug_print() {
    let key = "geheim-geheim-geheim-geheim-1234";
    let config = place(
        &format!(
            "[perfex]\nencryption_key = \"{key}\"\n[database]\nurl = \"mysql://u:geheim@localhost/crm\"\n[licensing]\n\
             server = \"https://l.example.com\"\napi_key = \"geheim\"\n[mail]\ntransport = \"smtp\"\nhost = \"h\"\n\
             username = \"u\"\npassword = \"geheim\"",
        ),
        &COMPLETE,
    )
    .load();
    let printed = format!("{config:?} {config:#?}");
    assert!(printed.contains("l.example.com") && !printed.contains("geheim"), "{printed}");
}
