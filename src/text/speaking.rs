//! Templates that speak one language, and the same templates in all of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tera::{Context, Kwargs, State, Tera};

use super::mail_texts::template_error;
use super::{Language, Phrases, TextError};
use crate::sentence::Sentence;

/// Templates whose function `say(name=..., ...)` speaks `phrases`; its other arguments are the phrase's values.
pub(super) fn templates(
    phrases: &Arc<Phrases>,
    sources: &[(&'static str, &'static str)],
) -> Result<Tera, TextError> {
    let mut tera = Tera::default();
    let spoken = Arc::clone(phrases);
    tera.register_function("say", move |args: Kwargs, _: &State<'_>| -> tera::TeraResult<String> {
        let values: BTreeMap<String, String> = args.deserialize()?;
        let name: &str = args.must_get("name")?;
        let values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        spoken.say(name, &values).map_err(|error| tera::Error::message(error.to_string()))
    });
    tera.add_raw_templates(sources.iter().copied()).map_err(|error| template_error(&error))?;
    Ok(tera)
}

/// Phrases and templates in every language.
///
/// All texts are compiled in, so what cannot be said or rendered is a broken build: the tests render every template in
/// every language, and a phrase that is missing all the same is empty.
#[derive(Clone)]
pub(super) struct Speakers(Arc<HashMap<Language, (Arc<Phrases>, Tera)>>);

impl Speakers {
    pub(super) fn load(sources: &[(&'static str, &'static str)]) -> Result<Self, TextError> {
        let mut languages = HashMap::new();
        for language in Language::ALL {
            let phrases = Arc::new(Phrases::load(*language)?);
            let tera = templates(&phrases, sources)?;
            languages.insert(*language, (phrases, tera));
        }
        Ok(Self(Arc::new(languages)))
    }

    pub(super) fn say_with(&self, language: Language, name: &str, values: &[(&str, &str)]) -> Option<String> {
        self.0.get(&language)?.0.say(name, values).ok()
    }

    pub(super) fn tell(&self, language: Language, sentence: &Sentence) -> String {
        self.0.get(&language).map_or_else(|| sentence.stored(), |(phrases, _)| phrases.tell(sentence))
    }

    pub(super) fn page(
        &self,
        language: Language,
        template: &str,
        context: &Context,
    ) -> Result<String, TextError> {
        let unknown = || TextError::Template(format!("there are no pages in {language}"));
        let (_, tera) = self.0.get(&language).ok_or_else(unknown)?;
        tera.render(template, context).map_err(|error| template_error(&error))
    }
}
