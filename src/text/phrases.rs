//! Phrases by name, from `locales/<language>/<area>.ftl`.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::{Language, TextError};

macro_rules! areas {
    ($($area:literal),* $(,)?) => {
        /// The phrases in English, one text an area.
        const ENGLISH: &[&str] = &[$(include_str!(concat!("../../locales/en/", $area, ".ftl"))),*];
        /// The same in German.
        const GERMAN: &[&str] = &[$(include_str!(concat!("../../locales/de/", $area, ".ftl"))),*];
    };
}

areas![
    "bell",
    "bridge",
    "catalogue",
    "checkout",
    "companion",
    "countries",
    "license",
    "mail",
    "page",
    "portal",
    "shop_staff",
    "staff",
    "trial",
];

/// All phrases of one language.
pub struct Phrases {
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Phrases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Phrases").field("locales", &self.bundle.locales).finish()
    }
}

impl Phrases {
    /// Loads the phrases of a language.
    pub fn load(language: Language) -> Result<Self, TextError> {
        let areas = match language {
            Language::English => ENGLISH,
            Language::German => GERMAN,
        };
        let id: LanguageIdentifier =
            language.code().parse().map_err(|error| TextError::Phrase(format!("{error:?}")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Invisible direction marks around values would end up in license keys that people copy.
        bundle.set_use_isolating(false);
        for area in areas {
            let resource = FluentResource::try_new((*area).to_owned())
                .map_err(|(_, errors)| TextError::Phrase(format!("{errors:?}")))?;
            // Two phrases of one name are an error here.
            bundle.add_resource(resource).map_err(|errors| TextError::Phrase(format!("{errors:?}")))?;
        }
        Ok(Self { bundle })
    }

    /// Whether there is a phrase of this name.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.bundle.has_message(name)
    }

    /// The phrase called `name` with its variables filled in.
    pub fn say(&self, name: &str, values: &[(&str, &str)]) -> Result<String, TextError> {
        let pattern = self
            .bundle
            .get_message(name)
            .and_then(|message| message.value())
            .ok_or_else(|| TextError::Phrase(format!("there is no phrase `{name}`")))?;
        let args: FluentArgs<'_> = values.iter().copied().collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() { Ok(text) } else { Err(TextError::Phrase(format!("`{name}`: {errors:?}"))) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Each phrase of an area with the variables in it.
    fn phrases(area: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut phrases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut current = None;
        for line in area.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| line.starts_with(char::is_alphabetic)) {
                phrases.entry(name).or_default();
                current = Some(name);
            }
            let Some(variables) = current.and_then(|name| phrases.get_mut(name)) else { continue };
            for part in line.split('$').skip(1) {
                variables
                    .insert(part.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next().unwrap());
            }
        }
        phrases
    }

    #[test]
    fn every_phrase_is_there_in_both_languages_with_the_same_variables() {
        for (english, german) in ENGLISH.iter().zip(GERMAN) {
            let (english, german) = (phrases(english), phrases(german));
            assert!(!english.is_empty());
            assert_eq!(english, german);
        }
    }

    #[test]
    fn every_area_can_be_read_and_no_name_stands_in_two() {
        for language in Language::ALL {
            Phrases::load(*language).unwrap();
        }
    }
}
