//! One setting: its value, where it was written, and how it is read as what it stands for.
//!
//! Whatever is wrong is told with the place of the value. The texts of secrets are never repeated.

use std::fmt::Debug;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::cron_rule::{CronRule, CronRuleError};

use super::document::Value;
use super::suggestion::list;
use super::{ConfigError, Origin, Place};

/// Keys whose values never appear in an error.
const SECRETS: [(&str, &str); 4] =
    [("perfex", "encryption_key"), ("database", "url"), ("mail", "password"), ("licensing", "api_key")];

/// One setting.
pub(super) struct Setting {
    place: Place,
    value: Value,
    default: Value,
}

impl Setting {
    /// The setting as the example file has it; its value there is the default and gives the type.
    pub fn default_of(section: &str, key: &str, value: Value, origin: Origin) -> Self {
        let place = Place { origin, section: section.to_owned(), key: key.to_owned() };
        Self { place, default: value.clone(), value }
    }

    /// Whether the setting says something else than the default, which a copied example file says too.
    pub fn is_set(&self) -> bool {
        self.value != self.default
    }

    /// Replaces the value by one from a file.
    pub fn overlay(&mut self, value: Value, origin: Origin) -> Result<(), ConfigError> {
        self.place.origin = origin;
        if !value.same_type(&self.default) {
            return Err(self.wrong_type(&value));
        }
        self.value = value;
        Ok(())
    }

    /// Replaces the value by a text from a source that has only texts.
    pub fn overlay_text(&mut self, text: &str, origin: Origin) -> Result<(), ConfigError> {
        let written = Value::Text(text.to_owned());
        let read = match self.default {
            Value::Number(_) => text.trim().parse().map_or(written, Value::Number),
            Value::Switch(_) => text.trim().parse().map_or(written, Value::Switch),
            Value::Text(_) | Value::Other(_) => written,
        };
        self.overlay(read, origin)
    }

    /// The error that this value, repeated unless it is a secret, has a problem.
    pub fn refuse(&self, problem: impl Into<String>) -> ConfigError {
        let shown = match &self.value {
            _ if self.is_secret() => String::new(),
            Value::Text(text) if text.is_empty() => String::new(),
            Value::Text(text) => format!("= {text:?} "),
            Value::Number(number) => format!("= {number} "),
            Value::Switch(switch) => format!("= {switch} "),
            Value::Other(_) => String::new(),
        };
        ConfigError::BadValue { place: Box::new(self.place.clone()), problem: shown + &problem.into() }
    }

    /// A text without control characters, which have no place in any of ours; `None` when empty.
    pub fn text(&self) -> Result<Option<&str>, ConfigError> {
        match &self.value {
            Value::Text(text) if text.is_empty() => Ok(None),
            Value::Text(text) if text.chars().any(char::is_control) => {
                Err(self.refuse("must not contain line breaks or other control characters"))
            }
            Value::Text(text) => Ok(Some(text)),
            other => Err(self.wrong_type(other)),
        }
    }

    /// A text that somebody has to give.
    pub fn required(&self, mend: &str) -> Result<&str, ConfigError> {
        self.text()?.ok_or_else(|| self.refuse(format!("must not be empty; {mend}")))
    }

    /// A secret text.
    pub fn secret(&self) -> Result<Option<SecretString>, ConfigError> {
        Ok(self.text()?.map(SecretString::from))
    }

    /// One of some words.
    pub fn choice<T: Clone>(&self, choices: &[(&str, T)]) -> Result<T, ConfigError> {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let mend = format!("must be {}", list(&words, "or"));
        let text = self.text()?.ok_or_else(|| self.refuse(mend.clone()))?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        chosen.map(|(_, meaning)| meaning.clone()).ok_or_else(|| self.refuse(mend))
    }

    /// `true` or `false`.
    pub fn switch(&self) -> Result<bool, ConfigError> {
        match &self.value {
            Value::Switch(switch) => Ok(*switch),
            other => Err(self.wrong_type(other)),
        }
    }

    /// A whole number within bounds.
    pub fn number<T>(&self, bounds: RangeInclusive<T>) -> Result<T, ConfigError>
    where
        T: TryFrom<i64> + PartialOrd + Debug,
    {
        let number = match &self.value {
            Value::Number(number) => T::try_from(*number).ok(),
            other => return Err(self.wrong_type(other)),
        };
        number.filter(|number| bounds.contains(number)).ok_or_else(|| {
            self.refuse(format!("must lie between {:?} and {:?}", bounds.start(), bounds.end()))
        })
    }

    /// A length of time within bounds.
    pub fn duration(&self, bounds: RangeInclusive<Duration>) -> Result<Duration, ConfigError> {
        let wrong =
            || self.refuse("is not a length of time; write a number and a unit, such as \"10s\" or \"15m\"");
        let text = self.text()?.ok_or_else(wrong)?;
        let length = humantime::parse_duration(text).map_err(|_| wrong())?;
        if bounds.contains(&length) {
            return Ok(length);
        }
        Err(self.refuse(format!(
            "must lie between {} and {}",
            in_words(*bounds.start()),
            in_words(*bounds.end())
        )))
    }

    /// A crontab's five fields.
    pub fn rule(&self) -> Result<CronRule, ConfigError> {
        let text = self.required("write five fields, such as \"0 9 * * *\"")?;
        text.parse().map_err(|error: CronRuleError| self.refuse(error.to_string()))
    }

    /// An address with a port.
    pub fn address(&self) -> Result<Option<SocketAddr>, ConfigError> {
        let parsed = self.text()?.map(|text| {
            text.parse()
                .map_err(|_| self.refuse("is not an IP address with a port, such as \"127.0.0.1:8787\""))
        });
        parsed.transpose()
    }

    /// An absolute path: a relative one would depend on where the program was started.
    pub fn path(&self) -> Result<Option<PathBuf>, ConfigError> {
        let Some(path) = self.text()?.map(PathBuf::from) else {
            return Ok(None);
        };
        if path.is_absolute() {
            Ok(Some(path))
        } else {
            Err(self.refuse("must be an absolute path, from / on"))
        }
    }

    /// An absolute path that somebody has to give.
    pub fn required_path(&self, mend: &str) -> Result<PathBuf, ConfigError> {
        self.path()?.ok_or_else(|| self.refuse(format!("must not be empty; {mend}")))
    }

    /// The web address of a site, with exactly one slash at its end.
    pub fn site(&self, sample: &str) -> Result<Option<Url>, ConfigError> {
        let Some(text) = self.text()? else { return Ok(None) };
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let mut url =
            url.ok_or_else(|| self.refuse(format!("is not a web address, such as \"{sample}\"")))?;
        url.set_path(&format!("{}/", url.path().trim_end_matches('/')));
        Ok(Some(url))
    }

    fn is_secret(&self) -> bool {
        SECRETS.contains(&(self.place.section.as_str(), self.place.key.as_str()))
    }

    fn wrong_type(&self, found: &Value) -> ConfigError {
        let expected = match &self.default {
            Value::Text(sample) if sample.is_empty() => "a text in quotes".to_owned(),
            Value::Text(sample) => format!("a text such as {sample:?}"),
            Value::Number(sample) => format!("a whole number such as {sample}"),
            Value::Switch(_) => "true or false".to_owned(),
            Value::Other(name) => (*name).to_owned(),
        };
        let found = match found {
            Value::Text(_) if self.is_secret() => "a text".to_owned(),
            Value::Number(_) if self.is_secret() => "a number".to_owned(),
            Value::Text(text) => format!("the text {text:?}"),
            Value::Number(number) => format!("the number {number}"),
            Value::Switch(switch) => switch.to_string(),
            Value::Other(name) => (*name).to_owned(),
        };
        ConfigError::WrongType { place: Box::new(self.place.clone()), expected, found }
    }
}

fn in_words(length: Duration) -> String {
    const DAY: u64 = 24 * 60 * 60;
    let seconds = length.as_secs();
    // Months and years, as humantime writes them, would be no help beside "365d" in the documentation.
    if seconds >= DAY && seconds.is_multiple_of(DAY) {
        return format!("{}d", seconds / DAY);
    }
    humantime::format_duration(length).to_string()
}
