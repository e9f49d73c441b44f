//! The licenses of this install's own modules: a module without one works for customers, and not for staff.

use crate::app::App;
use crate::licensing::client::{Panel, State};

use super::Finding;

pub(super) async fn finding(app: &App) -> Finding {
    let panels = match app.licenses.panels().await {
        Ok(panels) => panels,
        Err(error) => return Finding::fail("licenses", error.to_string(), "see the sentence"),
    };
    let open: Vec<&Panel> = panels.iter().filter(|panel| panel.state != State::Valid).collect();
    if open.is_empty() {
        return Finding::ok("licenses", "every module has a valid license");
    }
    let detail: Vec<String> = open
        .iter()
        .map(|panel| format!("{} is {} ({})", panel.module, panel.state.as_str(), panel.reason))
        .collect();
    let mend = if app.licenses.is_own_vendor() && open.iter().all(|panel| panel.state == State::Missing) {
        "run `perfex-bridge install`: this install is its own vendor"
    } else {
        "enter keys with `perfex-bridge license activate`, or ask again with `perfex-bridge license check-now`"
    };
    Finding::warn("licenses", detail.join("; "), mend)
}
