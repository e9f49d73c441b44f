//! `migrate`: our own tables only.

use serde::Serialize;

use crate::app::App;
use crate::db;

use super::CliError;
use super::output::{Format, print_one};

#[derive(Debug, Serialize)]
struct Migrated {
    applied: Vec<&'static str>,
}

/// Brings our tables up to date.
pub async fn run(app: &App, format: Format) -> Result<(), CliError> {
    // Refuses a database without a CRM, before anything is created in it.
    app.schema().await?;
    let applied = db::migrate(&app.database, app.clock.now()).await?;
    let migrated = Migrated { applied: applied.iter().map(|migration| migration.name).collect() };
    print_one(format, &migrated, |done| match done.applied.as_slice() {
        [] => "our tables are up to date".to_owned(),
        names => format!("migrated: {}", names.join(", ")),
    })?;
    Ok(())
}
