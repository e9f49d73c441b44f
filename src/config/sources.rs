//! Where a configuration is read from, handed in from outside so that tests own every part of it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::ConfigError;
use super::settings::{Settings, VARIABLES};

/// The file that is read when none is named; it may be absent.
pub const DEFAULT_FILE: &str = "/etc/perfex-bridge/config.toml";
/// The variable that names the file when the command line does not.
const FILE_VARIABLE: &str = "PERFEX_BRIDGE_CONFIG";

/// The places of a configuration.
///
/// It has no `Debug`, because environment variables hold secrets.
pub struct Sources {
    /// The file that the operator named; it has to exist. `None`: `PERFEX_BRIDGE_CONFIG`, else [`DEFAULT_FILE`].
    pub file: Option<PathBuf>,
    /// Names and values of environment variables.
    pub environment: Vec<(String, String)>,
    /// `$CREDENTIALS_DIRECTORY`, in which systemd puts one file a credential.
    pub credentials_directory: Option<PathBuf>,
}

/// Takes our configuration, which may hold secrets, out of a child's environment.
pub fn hide_from(command: &mut tokio::process::Command) {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(VARIABLES.as_bytes()) {
            command.env_remove(name);
        }
    }
    command.env_remove("CREDENTIALS_DIRECTORY");
}

impl Sources {
    /// The places of this process; `file` is what the command line named.
    #[must_use]
    pub fn from_process(file: Option<PathBuf>) -> Self {
        let text = |name: std::ffi::OsString| name.to_string_lossy().into_owned();
        Self {
            file,
            environment: std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect(),
            credentials_directory: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
        }
    }

    /// Lays the file over `settings`; answers which file an operator would write in.
    pub(super) fn read_file(&self, settings: &mut Settings) -> Result<PathBuf, ConfigError> {
        let variable =
            self.environment.iter().find(|(name, value)| name == FILE_VARIABLE && !value.is_empty());
        let named = self.file.clone().or_else(|| variable.map(|(_, value)| PathBuf::from(value)));
        let file = named.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_FILE));
        match std::fs::read(&file) {
            Ok(bytes) => settings.overlay_file(&file, &text(&file, bytes)?)?,
            Err(source) if source.kind() == ErrorKind::NotFound => {
                if named.is_some() {
                    return Err(ConfigError::Missing { file });
                }
            }
            Err(source) => return Err(unreadable(&file, &source)),
        }
        Ok(file)
    }

    /// Lays the credentials over `settings`, in the order of their names.
    pub(super) fn read_credentials(&self, settings: &mut Settings) -> Result<(), ConfigError> {
        let Some(directory) = &self.credentials_directory else {
            return Ok(());
        };
        let entries = std::fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut files: Vec<_> = entries
            .map_err(|source| unreadable(directory, &source))?
            .iter()
            .map(std::fs::DirEntry::path)
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // Hidden names are how some container systems swap a whole folder at once.
            if name.starts_with('.') {
                continue;
            }
            let bytes = std::fs::read(&file).map_err(|source| unreadable(&file, &source))?;
            settings.overlay_credential(&name, &file, &text(&file, bytes)?)?;
        }
        Ok(())
    }
}

fn text(file: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    String::from_utf8(bytes).map_err(|_| ConfigError::NotText { file: file.to_owned() })
}

fn unreadable(file: &Path, source: &io::Error) -> ConfigError {
    ConfigError::Unreadable { file: file.to_owned(), reason: source.kind().to_string() }
}
