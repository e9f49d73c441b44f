//! How the bridge does, sign by sign.

use futures_util::future::BoxFuture;
use serde::Serialize;

use crate::http::staff::StaffVisit;

/// How well something does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should.
    Good,
    /// Somebody should look, but everything works.
    Warn,
    /// Something does not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// What was looked at: the phrase `bridge-sign-<name>`.
    pub name: &'static str,
    /// How it does.
    pub level: Level,
    /// In words: a phrase, with its values.
    pub phrase: &'static str,
    /// The phrase's values.
    pub values: Vec<(&'static str, String)>,
}

/// Everything that was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How it does.
    pub signs: Vec<Sign>,
    /// What runs here, as phrases `bridge-version-<name>` with their values.
    pub versions: Vec<(&'static str, String)>,
}

/// Whoever can look at all of it.
pub trait Standing: Send + Sync + 'static {
    /// Looks. Whatever cannot be looked at is a bad sign, not an error.
    fn look(&self) -> BoxFuture<'_, Report>;
}

/// A sign in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    name: String,
    colour: &'static str,
    level: String,
    text: String,
}

impl Level {
    /// The CRM's colour for it.
    #[must_use]
    pub fn colour(self) -> &'static str {
        match self {
            Self::Good => "success",
            Self::Warn => "warning",
            Self::Bad => "danger",
        }
    }

    /// The end of its phrases.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

impl Sign {
    /// A sign without values.
    #[must_use]
    pub fn new(name: &'static str, level: Level, phrase: &'static str) -> Self {
        Self { name, level, phrase, values: Vec::new() }
    }

    /// With one value more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &(impl ToString + ?Sized)) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    pub(super) fn shown(&self, visit: &StaffVisit) -> Shown {
        let values: Vec<(&str, &str)> =
            self.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Shown {
            name: visit.say(&format!("bridge-sign-{}", self.name)),
            colour: self.level.colour(),
            level: visit.say(&format!("bridge-level-{}", self.level.word())),
            text: visit.say_with(self.phrase, &values),
        }
    }
}

impl Report {
    /// The worst of all signs.
    #[must_use]
    pub fn level(&self) -> Level {
        self.signs.iter().map(|sign| sign.level).max().unwrap_or(Level::Good)
    }
}
