//! Configuration files as they are found in the field: the parser and PHP must agree on them.

mod evaluation;
mod literals;
mod spelling;

use std::fs;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;

const GUARD: &str = "<?php\ndefined('BASEPATH') or exit('No direct script access allowed');\n";

fn install(source: &[u8]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("application/config")).unwrap();
    fs::write(root.path().join("application/config/app-config.php"), source).unwrap();
    root
}

async fn parsed(source: &str) -> Result<AppConfig, AppConfigError> {
    read(install(source.as_bytes()).path(), None).await
}

async fn evaluated(source: &str) -> Result<AppConfig, AppConfigError> {
    let php = find_php().expect("php-cli is installed");
    let config = read(install(source.as_bytes()).path(), Some(&php)).await;
    if let Ok(config) = &config {
        assert_eq!(config.source, Source::Evaluated, "{source}");
    }
    config
}

/// Everything of a configuration but its source, secrets included.
fn shown(config: &AppConfig) -> String {
    let database = config.database.as_ref().map(|access| {
        (&access.host, access.user.clone(), access.password.expose_secret().to_owned(), access.name.clone())
    });
    let key = config.encryption_key.as_ref().map(|key| key.expose_secret().to_owned());
    format!("{:?}", (&config.base_url, key, database, &config.table_prefix, &config.charset, &config.session))
}

/// The password that both ways of reading find in a file that gives it this way.
async fn password(definition: &str) -> String {
    let source = format!(
        "{GUARD}define('APP_DB_HOSTNAME', 'h'); define('APP_DB_USERNAME', 'u'); define('APP_DB_NAME', 'n');\n\
         {definition}\n"
    );
    let one = parsed(&source).await.unwrap_or_else(|error| panic!("{definition}: {error}"));
    let other = evaluated(&source).await.unwrap_or_else(|error| panic!("{definition}: {error}"));
    assert_eq!(shown(&one), shown(&other), "{definition}");
    one.database.unwrap().password.expose_secret().to_owned()
}

#[tokio::test]
async fn the_file_of_the_installer_is_read_alike_with_and_without_php() {
    let source = format!(
        "{GUARD}
        /* * Base Site URL * */
        define('APP_BASE_URL', 'https://crm.example.com/sub/');
        define('APP_ENC_KEY', '0123456789abcdef0123456789abcdef');
        define('APP_DB_HOSTNAME', 'localhost:3307');
        define('APP_DB_USERNAME', 'crm');
        define('APP_DB_PASSWORD', 'it\\'s \\\\ \\\"');
        define('APP_DB_NAME', 'crm');
        define('APP_DB_CHARSET', 'utf8mb4');
        define('APP_DB_COLLATION', 'utf8mb4_unicode_ci');
        define('SESS_DRIVER', 'database');
        define('SESS_SAVE_PATH', 'sessions');
        define('APP_SESSION_COOKIE_SAME_SITE', 'Lax');
        define('APP_CSRF_PROTECTION', true);\n"
    );
    let config = parsed(&source).await.unwrap();
    assert_eq!(shown(&config), shown(&evaluated(&source).await.unwrap()));
    assert_eq!(config.source, Source::Parsed { why: PhpFailure::Missing });
    assert_eq!(config.base_url.unwrap(), "https://crm.example.com/sub/");
    assert_eq!(config.encryption_key.unwrap().expose_secret(), "0123456789abcdef0123456789abcdef");
    let database = config.database.unwrap();
    assert_eq!(database.host, DatabaseHost::Tcp { host: "localhost".to_owned(), port: 3307 });
    assert_eq!(database.password.expose_secret(), r#"it's \ \""#);
    assert_eq!((config.table_prefix.as_str(), config.charset.as_deref()), ("tbl", Some("utf8mb4")));
    assert_eq!(config.session, SessionSettings::default());
}

#[tokio::test]
async fn an_empty_file_leaves_everything_absent_or_at_its_default() {
    for source in ["", "<?php", GUARD] {
        let config = parsed(source).await.unwrap();
        assert_eq!(shown(&config), shown(&evaluated(source).await.unwrap()));
        assert!(config.base_url.is_none() && config.encryption_key.is_none() && config.database.is_none());
        assert_eq!(config.table_prefix, "tbl");
    }
}

#[tokio::test]
async fn what_a_saas_module_moved_to_default_is_found() {
    let source = format!(
        "{GUARD}define('APP_BASE_URL_DEFAULT', 'https://main.example.com'); define('APP_DB_HOSTNAME_DEFAULT', '/s');
        define('APP_DB_USERNAME_DEFAULT', 'u'); define('APP_DB_PASSWORD_DEFAULT', 'p'); define('APP_DB_NAME_DEFAULT', 'n');
        define('APP_DB_NAME', 'tenant');"
    );
    let config = parsed(&source).await.unwrap();
    assert_eq!(shown(&config), shown(&evaluated(&source).await.unwrap()));
    assert_eq!(config.base_url.unwrap(), "https://main.example.com/");
    let database = config.database.unwrap();
    assert_eq!((database.host, database.name.as_str()), (DatabaseHost::Socket("/s".into()), "tenant"));
}

#[tokio::test]
async fn the_address_has_exactly_one_slash_at_its_end() {
    for written in ["https://a.example", "https://a.example/", " https://a.example// "] {
        let config = parsed(&format!("{GUARD}define('APP_BASE_URL', '{written}');")).await.unwrap();
        assert_eq!(config.base_url.unwrap(), "https://a.example/");
    }
    assert!(parsed(&format!("{GUARD}define('APP_BASE_URL', '');")).await.unwrap().base_url.is_none());
}

#[tokio::test]
async fn session_settings_are_read_in_each_form() {
    let source = format!(
        "{GUARD}define('SESS_DRIVER', 'Files'); define('SESS_SAVE_PATH', NULL); define('APP_SESSION_COOKIE_NAME', 'c');
        define('APP_COOKIE_PREFIX', 'crm_'); define('APP_SESSION_EXPIRATION', '7200'); define('APP_SESSION_MATCH_IP', TRUE);"
    );
    let session = parsed(&source).await.unwrap().session;
    assert_eq!(session, evaluated(&source).await.unwrap().session);
    let expected = SessionSettings {
        driver: "files".to_owned(),
        save_path: None,
        cookie_name: "c".to_owned(),
        cookie_prefix: "crm_".to_owned(),
        expiration: Duration::from_hours(2),
        match_ip: true,
    };
    assert_eq!(session, expected);
}

#[tokio::test]
async fn values_of_the_wrong_kind_are_named() {
    let table = [
        (
            "define('APP_SESSION_EXPIRATION', 'long');",
            "APP_SESSION_EXPIRATION in app-config.php is not a whole number",
        ),
        ("define('APP_DB_PREFIX', \"\\xff\");", "APP_DB_PREFIX in app-config.php is not valid UTF-8"),
        (
            "define('APP_DB_USERNAME', 'u'); define('APP_DB_NAME', 'n'); define('APP_DB_HOSTNAME', 'h:x');",
            "APP_DB_HOSTNAME in app-config.php is not host, host:port or /path/to/socket",
        ),
    ];
    for (definition, expected) in table {
        let source = format!("{GUARD}{definition}");
        let error = parsed(&source).await.unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!(evaluated(&source).await.unwrap_err(), error);
    }
    let error = evaluated(&format!("{GUARD}define('APP_DB_PREFIX', ['a']);")).await.unwrap_err();
    assert!(error.to_string().starts_with("APP_DB_PREFIX in app-config.php is not text"), "{error}");
}

#[tokio::test]
async fn a_folder_without_the_file_is_no_root() {
    let root = tempfile::tempdir().unwrap();
    let error = read(root.path(), None).await.unwrap_err().to_string();
    let root = root.path().display();
    assert_eq!(
        error,
        format!(
            "{root} is not a Perfex root: {root}/application/config/app-config.php is missing; set perfex.root to the \
             folder that holds index.php"
        )
    );
}

#[test]
fn a_refused_file_comes_with_advice() {
    let refused = std::io::Error::from(ErrorKind::PermissionDenied);
    let error = unreadable("/r".into(), "/r/application/config/app-config.php".into(), &refused).to_string();
    assert!(error.starts_with("/r/application/config/app-config.php may not be read: "), "{error}");
    assert!(error.contains("usermod -aG"), "{error}");
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let source = format!(
        "{GUARD}define('APP_ENC_KEY', 'hidden'); define('APP_DB_HOSTNAME', 'h'); define('APP_DB_USERNAME', 'u');
        define('APP_DB_NAME', 'n'); define('APP_DB_PASSWORD', 'hidden');"
    );
    assert!(!format!("{:?}", parsed(&source).await.unwrap()).contains("hidden"));
}
