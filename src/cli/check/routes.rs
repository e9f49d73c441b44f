//! Our routes in the CRM's `my_routes.php`: there, and writable for when they are not.

use crate::app::App;
use crate::companion::routes::{Routes, RoutesError};
use crate::perfex::file_access::{Owner, write_advice};
use crate::perfex::files;
use crate::perfex::my_routes::Standing;

use super::Finding;

const NAME: &str = "my_routes.php";
/// No write permission for anybody; root could write all the same, and does not.
const WRITABLE: u32 = 0o222;
const WRITE: &str = "run `perfex-bridge routes write`";

pub(super) async fn finding(app: &App) -> Finding {
    match app.routes() {
        Ok(Some(routes)) => look(&routes).await.unwrap_or_else(|error| {
            Finding::fail(
                NAME,
                error.to_string(),
                "mend what the sentence says, then run `perfex-bridge routes write`",
            )
        }),
        Ok(None) => Finding::warn(NAME, "not looked at: perfex.root is not set", "set perfex.root"),
        Err(error) => Finding::fail(NAME, error.to_string(), "see the sentence"),
    }
}

async fn look(routes: &Routes) -> Result<Finding, RoutesError> {
    let file = routes.file();
    let owner = Owner::of(&file);
    let told = owner.as_ref().map(|owner| format!(" ({owner})")).unwrap_or_default();
    let shown = format!("{}{told}", file.display());
    if owner.is_some_and(|owner| owner.mode & WRITABLE == 0) {
        let mend = format!("chmod 664 {}", file.display());
        return Ok(Finding::warn(NAME, format!("{shown} is write-protected"), mend));
    }
    if let Err(error) = files::writable(&file) {
        let mend = write_advice(&file, error.kind());
        return Ok(Finding::warn(NAME, format!("{shown} cannot be written: {error}"), mend));
    }
    let done = routes.standing().await?;
    let module = routes.controllers_are_there();
    Ok(match done.before {
        Standing::Missing if !module && file.exists() => Finding::ok(
            NAME,
            format!("{shown} is writable; our module is not installed, so it needs no routes"),
        ),
        Standing::Missing if !module => Finding::ok(
            NAME,
            format!(
                "{shown} is missing and can be created; our module is not installed, so it needs no routes"
            ),
        ),
        Standing::Missing => Finding::warn(NAME, format!("our routes are missing in {shown}"), WRITE),
        Standing::Altered => {
            Finding::warn(NAME, format!("our routes in {shown} are not as they should be"), WRITE)
        }
        Standing::Present if !module => Finding::warn(
            NAME,
            format!(
                "our routes are in {shown}, but our module (modules/perfex_bridge) is not in the CRM's folder"
            ),
            "restore that folder, or run `perfex-bridge routes remove`",
        ),
        Standing::Present if done.notes.is_empty() => Finding::ok(NAME, format!("our routes are in {shown}")),
        Standing::Present => Finding::warn(NAME, done.notes.join("; "), "see the sentence"),
    })
}
