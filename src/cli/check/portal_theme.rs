//! Whether the client portal's theme has the places where modules add to its pages.

use crate::app::{App, ThemeWord};

use super::Finding;

const NAME: &str = "portal theme";

/// `None` where the CRM's folder is not known: another line says so.
pub(super) async fn finding(app: &App) -> Option<Finding> {
    match app.portal_theme().await {
        Ok(None) => None,
        Ok(Some(ThemeWord { detail, mend: None })) => Some(Finding::ok(NAME, detail)),
        Ok(Some(ThemeWord { detail, mend: Some(mend) })) => Some(Finding::warn(NAME, detail, mend)),
        Err(error) => {
            let mend = "let this user read the CRM's application/views, and choose a theme that is there in the CRM's settings";
            Some(Finding::warn(NAME, error.to_string(), mend))
        }
    }
}
