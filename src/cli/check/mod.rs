//! `check`: every requirement, one line each, with the mend. Changes nothing.

mod companion;
mod crm;
mod database;
mod live;
mod modules;
mod outside;
mod portal_theme;
mod routes;
mod schedule;
mod taxes;

use serde::Serialize;

use crate::app::App;
use crate::db::text_enum;

use super::CliError;
use super::output::{Format, print_rows};

text_enum! {
    /// How a requirement stands.
    Status {
        /// Met.
        Ok = "ok",
        /// Works, but someone should look.
        Warn = "warn",
        /// Not met.
        Fail = "fail",
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    status: Status,
    detail: String,
    mend: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, detail: detail.into(), mend: None }
    }

    fn warn(check: &'static str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, status: Status::Warn, detail: detail.into(), mend: Some(mend.into()) }
    }

    fn fail(check: &'static str, detail: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { check, status: Status::Fail, detail: detail.into(), mend: Some(mend.into()) }
    }
}

/// What could not be looked at because the database is away says that, and not the same error again with a mend of its own.
fn blame_the_database(findings: &mut [Finding]) {
    let away = |finding: &&Finding| finding.check == database::NAME && finding.status == Status::Fail;
    let Some(error) = findings.iter().find(away).map(|finding| finding.detail.clone()) else { return };
    for finding in findings.iter_mut().filter(|finding| finding.check != database::NAME) {
        if finding.detail.contains(&error) {
            "not checked: the database is needed for it".clone_into(&mut finding.detail);
            finding.mend = Some(format!("see `{}` above", database::NAME));
        }
    }
}

/// Checks everything and prints the report.
pub async fn run(app: &App, format: Format) -> Result<(), CliError> {
    let mut findings = database::findings(app).await;
    findings.extend(crm::findings(app).await);
    findings.push(companion::finding(app).await);
    findings.extend(portal_theme::finding(app).await);
    findings.push(live::finding(app).await);
    findings.extend(outside::findings(app).await);
    findings.push(modules::finding(app).await);
    findings.push(schedule::finding(app).await);
    findings.extend(taxes::finding(app).await);
    blame_the_database(&mut findings);
    print_rows(format, &findings, &["check", "status", "detail", "mend"], "", |finding| {
        vec![
            finding.check.to_owned(),
            finding.status.to_string(),
            finding.detail.clone(),
            finding.mend.clone().unwrap_or_default(),
        ]
    })?;
    if findings.iter().any(|finding| finding.status == Status::Fail) {
        Err(CliError::Reported)
    } else {
        Ok(())
    }
}
