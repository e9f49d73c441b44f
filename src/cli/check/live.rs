//! Whether visitors reach us, by which way, and under which PHP the CRM runs.

use crate::app::{App, Visitor};
use crate::companion::live::Live;

use super::Finding;

const NAME: &str = "visitors";

pub(super) async fn finding(app: &App) -> Finding {
    let visitor = Visitor::default();
    let live = app.prober(&visitor).ask().await;
    let (detail, mend) = live.sentence(&app.base_url);
    match (live, mend) {
        (_, None) => Finding::ok(NAME, detail),
        (Live::Broken, Some(mend)) => Finding::fail(NAME, detail, mend),
        (_, Some(mend)) => Finding::warn(NAME, detail, mend),
    }
}
