//! Sentences as the command line tells them.

use perfex_bridge::text::{Language, Phrases};
use perfex_bridge::timeline::Event;

/// The events of a timeline as `event: detail`.
pub fn in_english(events: Vec<Event>) -> Vec<String> {
    let phrases = Phrases::load(Language::English).unwrap();
    let told = events.into_iter().map(|event| event.told(|detail| phrases.tell(detail)));
    told.map(|event| format!("{}: {}", event.event, event.detail)).collect()
}
