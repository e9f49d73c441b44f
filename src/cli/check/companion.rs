//! Our module within the CRM: there, of this version, switched on, and readable for the web server.

use crate::app::{App, CompanionError};
use crate::companion::module::{Standing, VERSION};
use crate::perfex::modules::ModuleRow;

use super::Finding;

const NAME: &str = "companion module";
const INSTALL: &str = "run `perfex-bridge install`";

pub(super) async fn finding(app: &App) -> Finding {
    look(app).await.unwrap_or_else(|error| {
        Finding::fail(
            NAME,
            error.to_string(),
            "mend what the sentence says, then run `perfex-bridge install`",
        )
    })
}

async fn look(app: &App) -> Result<Finding, CompanionError> {
    let Some(companion) = app.companion()? else {
        return Ok(Finding::warn(NAME, "not looked at: perfex.root is not set", "set perfex.root"));
    };
    let shown = companion.folder.path().display().to_string();
    let looked = companion.on_disk(|folder, files| {
        let standing = folder.standing(files)?;
        Ok((standing.clone(), standing != Standing::Missing && folder.is_readable()?))
    });
    let (standing, readable) = looked.await?;
    let row = app.companion_row().await?;
    Ok(match (standing, row) {
        (Standing::Missing, None) => {
            Finding::warn(NAME, format!("not installed: {shown} is missing"), INSTALL)
        }
        (Standing::Missing, Some(_)) => {
            Finding::warn(NAME, format!("{shown} is missing, though the CRM lists it"), INSTALL)
        }
        (Standing::Other { version: Some(version) }, _) if version != VERSION => {
            Finding::warn(NAME, format!("{shown} has version {version}, this program {VERSION}"), INSTALL)
        }
        (Standing::Other { .. }, _) => {
            Finding::warn(NAME, format!("{shown} is not what `install` writes"), INSTALL)
        }
        (Standing::Current, _) if !readable => {
            Finding::fail(NAME, format!("the web server cannot read all of {shown}"), INSTALL)
        }
        (Standing::Current, None | Some(ModuleRow { active: false, .. })) => {
            Finding::warn(NAME, format!("{shown} is there, but switched off in the CRM"), INSTALL)
        }
        (Standing::Current, Some(row)) if row.version != VERSION => {
            let detail = format!("the CRM lists version {}, {shown} has {VERSION}", row.version);
            Finding::warn(NAME, detail, INSTALL)
        }
        (Standing::Current, Some(_)) => Finding::ok(NAME, format!("{VERSION} in {shown}, switched on")),
    })
}
