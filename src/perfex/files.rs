//! The CRM's files that say something about its state.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};

/// Where staff and modules add routes; survives updates.
#[must_use]
pub fn my_routes(root: &Path) -> PathBuf {
    root.join("application/config/my_routes.php")
}

/// The folder of our module within the CRM.
#[must_use]
pub fn companion_module(root: &Path) -> PathBuf {
    root.join("modules/perfex_bridge")
}

/// The folders of the CRM's languages.
#[must_use]
pub fn languages(root: &Path) -> PathBuf {
    root.join("application/language")
}

/// Whether `path` can be written, or created when it is missing; changes nothing.
pub fn writable(path: &Path) -> io::Result<()> {
    if path.exists() {
        return OpenOptions::new().append(true).open(path).map(drop);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    tempfile_in(folder)
}

/// Proves that a file can be created in `folder`.
fn tempfile_in(folder: &Path) -> io::Result<()> {
    let probe = folder.join(format!(".perfex-bridge-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&probe)?;
    std::fs::remove_file(probe)
}

/// The database version that the CRM's code expects: `migration_version` in `application/config/migration.php`.
///
/// While it differs from `migrations.version`, Perfex shows staff its upgrade page and does nothing else.
#[must_use]
pub fn code_version(root: &Path) -> Option<i64> {
    let text = std::fs::read_to_string(root.join("application/config/migration.php")).ok()?;
    let line = text.lines().map(str::trim_start).find(|line| {
        line.starts_with("$config")
            && line.contains("'migration_version'") | line.contains("\"migration_version\"")
    })?;
    let (_, value) = line.split_once('=')?;
    value.trim().trim_end_matches(';').trim().trim_matches(['\'', '"']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_says_which_database_it_expects() {
        let root = tempfile::tempdir().unwrap();
        let config = root.path().join("application/config");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(
            config.join("migration.php"),
            "<?php\n// $config['migration_version'] = 300;\n$config['migration_version'] = 341;\n",
        )
        .unwrap();
        assert_eq!(code_version(root.path()), Some(341));
        assert_eq!(code_version(Path::new("/nowhere")), None);
    }

    #[test]
    fn a_missing_file_is_writable_when_its_folder_is_and_nothing_stays_behind() {
        let root = tempfile::tempdir().unwrap();
        assert!(writable(&root.path().join("my_routes.php")).is_ok());
        assert_eq!(std::fs::read_dir(root.path()).unwrap().count(), 0);
        assert!(writable(&root.path().join("missing/my_routes.php")).is_err());
    }
}
