//! Timelines as the command line tells them: in English.

use crate::text::{Language, Phrases};
use crate::timeline::Event;

use super::CliError;

/// The events in words.
pub(super) fn in_english(events: Vec<Event>) -> Result<Vec<Event<String>>, CliError> {
    let phrases = Phrases::load(Language::English)?;
    Ok(events.into_iter().map(|event| event.told(|detail| phrases.tell(detail))).collect())
}
