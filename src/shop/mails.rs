//! The mails about an order: the facts that they tell, by which the outbox knows them.

use super::order::Item;

/// The texts of mails about one item of an order.
const TEMPLATES: [&str; 5] =
    ["license_issued", "trial_started", "trial_reminder", "trial_ended", "trial_bought"];

/// What mails about these items tell; a fact may be told more than once, with a colon and more behind it.
pub(super) fn mails(items: &[Item]) -> Vec<String> {
    let facts = |item: &Item| TEMPLATES.map(|template| format!("{template}:order_item:{}", item.id));
    items.iter().flat_map(facts).collect()
}
