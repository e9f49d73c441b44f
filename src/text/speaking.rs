//! Templates that speak one language.

use std::collections::BTreeMap;
use std::sync::Arc;

use tera::{Kwargs, State, Tera};

use super::mail_texts::template_error;
use super::{Phrases, TextError};

/// Templates whose function `say(name=..., ...)` speaks `phrases`; its other arguments are the phrase's values.
pub(super) fn templates<const N: usize>(
    phrases: &Arc<Phrases>,
    sources: [(&'static str, &'static str); N],
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
    tera.add_raw_templates(sources).map_err(|error| template_error(&error))?;
    Ok(tera)
}
