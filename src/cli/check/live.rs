//! Whether visitors reach us, and by which way.

use crate::app::{App, Visitor};
use crate::companion::alive::Way;
use crate::companion::live::{Live, Opcache};

use super::Finding;

const NAME: &str = "visitors";

pub(super) async fn finding(app: &App) -> Finding {
    let visitor = Visitor::default();
    let live = app.prober(&visitor).ask().await;
    let (detail, mend) = live.sentence(&app.base_url);
    let fine =
        matches!(live, Live::Answers { way: Way::Proxy, .. } | Live::Answers { opcache: Opcache::Fresh, .. });
    match (live, mend) {
        (_, None) => Finding::ok(NAME, detail),
        (_, Some(_)) if fine => Finding::ok(NAME, detail),
        (Live::Broken, Some(mend)) => Finding::fail(NAME, detail, mend),
        (_, Some(mend)) => Finding::warn(NAME, detail, mend),
    }
}
