//! Phrases by name, from `locales/<language>/<area>.ftl`.

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::{Language, TextError};
use crate::sentence::Sentence;

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
    "why",
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

impl Phrases {
    /// A sentence in this language. One that we have no words for, such as one of a later version, is shown as it is
    /// stored.
    #[must_use]
    pub fn tell(&self, sentence: &Sentence) -> String {
        match sentence {
            Sentence::Words(words) => words.clone(),
            Sentence::Phrase { say, with } => {
                let values: Vec<(&str, String)> =
                    with.iter().map(|(name, value)| (name.as_str(), self.tell(value))).collect();
                let values: Vec<(&str, &str)> =
                    values.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.say(say, &values).unwrap_or_else(|_| sentence.stored())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

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

    /// The names of phrases in the source that come right behind `before`.
    fn named(folder: &Path, before: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                named(&path, before, found);
            } else if !path.ends_with("phrases.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let names = source.split(before).skip(1).filter_map(|rest| rest.split('"').next());
                found.extend(names.filter(|name| !name.contains('{')).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_sentence_has_its_phrase_and_is_another_one_in_german() {
        let mut names = BTreeSet::new();
        for before in ["\"why-", "\"refusal-"] {
            let mut found = BTreeSet::new();
            named(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), before, &mut found);
            assert!(found.len() > 5, "{before}");
            let before = before.trim_start_matches('"');
            names.extend(
                found.into_iter().filter(|name| !name.is_empty()).map(|name| format!("{before}{name}")),
            );
        }
        let words = |areas: &[&str]| -> BTreeMap<String, String> {
            let lines = areas.iter().flat_map(|area| area.lines());
            let phrases = lines.filter_map(|line| line.split_once(" = "));
            phrases.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
        };
        let (english, german) = (words(ENGLISH), words(GERMAN));
        for name in &names {
            assert!(english.contains_key(name), "`{name}` is no phrase");
        }
        let spoken = |name: &str| name.starts_with("why-") || name.starts_with("refusal-");
        for (name, text) in english.iter().filter(|(name, _)| spoken(name)) {
            let is_made =
                ["why-kind-", "why-charge-", "why-invoice-"].iter().any(|made| name.starts_with(made));
            assert!(is_made || names.contains(name), "nobody says `{name}`");
            let same = ["why-and", "why-ordered"].contains(&name.as_str());
            assert_eq!(german[name] == *text, same, "{name}");
        }
    }

    #[test]
    fn a_sentence_within_a_sentence_is_told_in_the_same_language() {
        let sentence = Sentence::of("why-charge")
            .within("before", Sentence::of("why-charge-none"))
            .within("after", Sentence::of("why-charge-full"))
            .within("seen", Sentence::of("why-nothing-to-pay"));
        let told = |language| Phrases::load(language).unwrap().tell(&sentence);
        assert_eq!(told(Language::English), "none -> full: nothing to pay");
        assert_eq!(told(Language::German), "nicht bezahlt \u{2192} bezahlt: nichts zu zahlen");
        let later = Sentence::of("why-of-a-later-version").with("n", 1);
        assert_eq!(Phrases::load(Language::German).unwrap().tell(&later), later.stored());
    }
}
