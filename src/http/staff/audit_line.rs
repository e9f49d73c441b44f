//! A line of the audit timeline, in words.

use serde::Serialize;

use super::visit::StaffVisit;
use crate::audit::Entry;

/// A line, ready to be shown by the part `audit`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    at: String,
    who: String,
    what: String,
    changes: Vec<Changed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Changed {
    field: String,
    before: Option<String>,
    after: Option<String>,
}

impl AuditLine {
    /// Lines in the visitor's language: deeds are the phrases `audit-<subject>-<action>` with `$id`, which may have a phrase
    /// `audit-id-<subject>-<id>`, fields the phrases
    /// `audit-field-<field>`, and words among their values `audit-value-<field>-<value>` or `<field>-<value>-name`; what
    /// has no phrase is shown as it is.
    #[must_use]
    pub fn of(visit: &StaffVisit, entries: &[Entry]) -> Vec<Self> {
        entries.iter().map(|entry| Self::line(visit, entry)).collect()
    }

    fn line(visit: &StaffVisit, entry: &Entry) -> Self {
        let phrase = format!("audit-{}-{}", entry.subject, entry.action).replace('_', "-");
        let part = format!("audit-id-{}-{}", entry.subject, entry.subject_id);
        let id = visit.perhaps(&part, &[]).unwrap_or_else(|| entry.subject_id.clone());
        let what = visit
            .perhaps(&phrase, &[("id", &id)])
            .unwrap_or_else(|| format!("{} {id}: {}", entry.subject, entry.action));
        let changes = entry.changes.iter().map(|change| Changed {
            field: visit
                .perhaps(&format!("audit-field-{}", change.field.replace('_', "-")), &[])
                .unwrap_or_else(|| change.field.clone()),
            before: change.before.as_deref().map(|value| word(visit, &change.field, value)),
            after: change.after.as_deref().map(|value| word(visit, &change.field, value)),
        });
        Self {
            at: visit.formats.moment(entry.at),
            who: entry.staff_name.clone(),
            what,
            changes: changes.collect(),
        }
    }
}

/// A value as the visitor's language calls it.
fn word(visit: &StaffVisit, field: &str, value: &str) -> String {
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let name = format!("{field}-{value}").replace('_', "-");
    let spoken = || {
        let own = visit.perhaps(&format!("audit-value-{name}"), &[]);
        own.or_else(|| visit.perhaps(&format!("{name}-name"), &[]))
    };
    is_word.then(spoken).flatten().unwrap_or_else(|| value.to_owned())
}
