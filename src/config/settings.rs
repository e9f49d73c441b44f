//! All settings, laid over each other: defaults, file, environment, credentials.
//!
//! The defaults come first and say which keys exist and what type each has; every later source is checked against
//! them as it is laid over.

use std::collections::BTreeMap;
use std::path::Path;

use super::document::{self, Section};
use super::setting::Setting;
use super::suggestion::{list, nearest};
use super::{ConfigError, EXAMPLE, Origin, Place};

/// What our environment variables begin with.
pub(super) const VARIABLES: &str = "PERFEX_BRIDGE_";
/// Variables of ours that are no setting: the name of the file, and what the test scripts pass around.
const NO_SETTINGS: [&str; 2] = ["PERFEX_BRIDGE_CONFIG", "PERFEX_BRIDGE_TEST_"];

/// Sections, their keys, and for each key its present value.
pub(super) struct Settings(BTreeMap<String, BTreeMap<String, Setting>>);

impl Settings {
    /// The example file's values.
    pub fn defaults() -> Result<Self, ConfigError> {
        let mut sections = BTreeMap::new();
        for Section { name, entries, .. } in document::read(Path::new("config.example.toml"), EXAMPLE)? {
            let settings = entries.unwrap_or_default().into_iter().map(|entry| {
                let setting = Setting::default_of(&name, &entry.key, entry.value, entry.origin);
                (entry.key, setting)
            });
            let settings = settings.collect();
            sections.insert(name, settings);
        }
        Ok(Self(sections))
    }

    /// The setting `key` of `section`.
    pub fn get(&self, section: &str, key: &str) -> Result<&Setting, ConfigError> {
        let known = self.0.get(section).and_then(|keys| keys.get(key));
        known.ok_or_else(|| ConfigError::Undocumented { section: section.to_owned(), key: key.to_owned() })
    }

    /// Lays a TOML file over what is there.
    pub fn overlay_file(&mut self, file: &Path, text: &str) -> Result<(), ConfigError> {
        for Section { name, origin, entries } in document::read(file, text)? {
            let Some(entries) = entries else {
                let mend = self.where_it_belongs(&name);
                return Err(ConfigError::Outside { origin, name, mend });
            };
            self.known_section(&name, &origin)?;
            for entry in entries {
                self.setting(&name, &entry.key, &entry.origin)?.overlay(entry.value, entry.origin)?;
            }
        }
        Ok(())
    }

    /// Lays environment variables over what is there; those of other programs are passed by.
    pub fn overlay_environment(&mut self, variables: &[(String, String)]) -> Result<(), ConfigError> {
        for (variable, text) in variables {
            let Some(name) = variable.strip_prefix(VARIABLES) else {
                continue;
            };
            if variable == NO_SETTINGS[0] || variable.starts_with(NO_SETTINGS[1]) {
                continue;
            }
            let name = name.to_ascii_lowercase();
            let (section, key) = name.split_once('_').unwrap_or((name.as_str(), ""));
            let origin = Origin::Variable(variable.clone());
            self.setting(section, key, &origin)?.overlay_text(text, origin)?;
        }
        Ok(())
    }

    /// Lays one credential over what is there; `name` is the file's name.
    pub fn overlay_credential(&mut self, name: &str, file: &Path, text: &str) -> Result<(), ConfigError> {
        let Some((section, key)) = name.split_once('.') else {
            return Err(ConfigError::CredentialName { file: file.to_owned() });
        };
        let origin = Origin::Credential(file.to_owned());
        let text = text.strip_suffix('\n').unwrap_or(text);
        self.setting(section, key, &origin)?.overlay_text(text, origin)
    }

    fn known_section(&self, section: &str, origin: &Origin) -> Result<(), ConfigError> {
        if self.0.contains_key(section) {
            return Ok(());
        }
        let mend = match nearest(section, self.0.keys().map(String::as_str)) {
            Some(near) => format!("did you mean [{near}]?"),
            None => format!("the sections are {}", list(&self.0.keys().cloned().collect::<Vec<_>>(), "and")),
        };
        Err(ConfigError::UnknownSection { origin: origin.clone(), section: section.to_owned(), mend })
    }

    fn setting(&mut self, section: &str, key: &str, origin: &Origin) -> Result<&mut Setting, ConfigError> {
        self.known_section(section, origin)?;
        let mend = self.nearest_key(section, key);
        let known = self.0.get_mut(section).and_then(|keys| keys.get_mut(key));
        known.ok_or_else(|| {
            let place = Place { origin: origin.clone(), section: section.to_owned(), key: key.to_owned() };
            ConfigError::UnknownKey { place: Box::new(place), mend }
        })
    }

    fn nearest_key(&self, section: &str, key: &str) -> String {
        let keys: Vec<String> =
            self.0.get(section).map(|keys| keys.keys().cloned().collect()).unwrap_or_default();
        if let Some(near) = nearest(key, keys.iter().map(String::as_str)) {
            return format!("did you mean \"{near}\"?");
        }
        match self.home_of(key) {
            Some(home) => format!("it belongs in [{home}]"),
            None if keys.len() == 1 => format!("its only key is {}", list(&keys, "and")),
            None => format!("its keys are {}", list(&keys, "and")),
        }
    }

    fn where_it_belongs(&self, name: &str) -> String {
        if self.0.contains_key(name) {
            return format!("write it as a section, [{name}], with its keys below");
        }
        match self.home_of(name) {
            Some(home) => format!("write it below [{home}]"),
            None => "write it below the section that it belongs to".to_owned(),
        }
    }

    /// The first section that has `key`.
    fn home_of(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(_, keys)| keys.contains_key(key)).map(|(section, _)| section.as_str())
    }
}
