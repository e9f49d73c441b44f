//! `routes show|write|remove`: our block in the CRM's `my_routes.php`.

use clap::Subcommand;
use serde::Serialize;

use crate::app::{App, Visitor};
use crate::companion::live::Proved;
use crate::companion::routes::{Done, Routes as CrmRoutes, RoutesError, Way};
use crate::perfex::file_access::Owner;
use crate::perfex::my_routes::Standing;

use super::CliError;
use super::output::{Format, print_one};

/// Subcommands of `routes`.
#[derive(Debug, Subcommand)]
pub enum Routes {
    /// Show our routes and how they stand in the file.
    Show,
    /// Write our routes into the file, and let the daemon keep them there.
    Write {
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
        /// Also where our module is not installed: the addresses then answer 404.
        #[arg(long)]
        force: bool,
    },
    /// Take our routes out of the file.
    Remove {
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Serialize)]
struct Shown {
    file: String,
    state: &'static str,
    /// To whom the file belongs.
    owner: Option<String>,
    /// Whether the daemon keeps them.
    kept: bool,
    notes: Vec<String>,
    routes: Vec<Pair>,
}

#[derive(Debug, Serialize)]
struct Pair {
    pattern: String,
    target: String,
}

#[derive(Debug, Serialize)]
struct Report {
    file: String,
    dry_run: bool,
    changed: bool,
    way: Option<Way>,
    backup: Option<String>,
    notes: Vec<String>,
}

impl Routes {
    pub(super) fn changes_something(&self) -> bool {
        matches!(self, Self::Write { dry_run: false, .. } | Self::Remove { dry_run: false })
    }

    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let Some(routes) = app.routes()? else {
            return Err(CliError::Usage(
                "the CRM's folder is not known; set [perfex] root to the folder that holds its index.php"
                    .into(),
            ));
        };
        match self {
            Self::Show => show(&routes, format).await,
            Self::Write { force: false, .. } if !routes.controllers_are_there() => {
                Err(CliError::Usage(format!("{}; --force writes them all the same", without_module())))
            }
            Self::Write { dry_run, .. } => {
                let done = if dry_run { routes.try_write().await? } else { proved(app, &routes).await?.done };
                print(format, &routes, done, dry_run, ("the routes are in place", "wrote", "would write"))
            }
            Self::Remove { dry_run } => {
                let done = if dry_run { routes.try_remove().await? } else { routes.remove().await? };
                print(
                    format,
                    &routes,
                    done,
                    dry_run,
                    ("there are no routes of ours", "removed", "would remove"),
                )
            }
        }
    }
}

/// Writes the routes, and proves by a request that the CRM still answers.
pub(super) async fn proved(app: &App, routes: &CrmRoutes) -> Result<Proved, RoutesError> {
    let visitor = Visitor::default();
    app.prober(&visitor).write(routes, async |pause| tokio::time::sleep(pause).await).await
}

/// Why the routes are not written.
pub(super) fn without_module() -> String {
    "the routes would lead nowhere: our module is not in the CRM's folder (modules/perfex_bridge)".to_owned()
}

async fn show(routes: &CrmRoutes, format: Format) -> Result<(), CliError> {
    let done = routes.standing().await?;
    let file = routes.file();
    let pair = |route: &crate::perfex::my_routes::Route| Pair {
        pattern: route.pattern().to_owned(),
        target: route.target().to_owned(),
    };
    let shown = Shown {
        owner: Owner::of(&file).map(|owner| owner.to_string()),
        file: file.display().to_string(),
        state: word(done.before),
        kept: routes.is_kept()?,
        notes: done.notes,
        routes: routes.entries().iter().map(pair).collect(),
    };
    print_one(format, &shown, |shown| {
        let owner = shown.owner.as_deref().unwrap_or("no such file");
        let keeper = if shown.kept { "kept by the daemon" } else { "not kept by the daemon" };
        let mut lines = vec![format!("{} ({owner}): {}, {keeper}", shown.file, shown.state)];
        lines.extend(shown.notes.iter().cloned());
        lines.extend(shown.routes.iter().map(|pair| format!("{} -> {}", pair.pattern, pair.target)));
        lines.join("\n")
    })?;
    Ok(())
}

/// How our block stands, in one word.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Present => "present",
        Standing::Missing => "missing",
        Standing::Altered => "drifted",
    }
}

fn print(
    format: Format,
    routes: &CrmRoutes,
    done: Done,
    dry_run: bool,
    (nothing, did, would): (&str, &str, &str),
) -> Result<(), CliError> {
    let report = Report {
        file: routes.file().display().to_string(),
        dry_run,
        changed: done.changed,
        way: done.way,
        backup: done.backup.map(|backup| backup.display().to_string()),
        notes: done.notes,
    };
    print_one(format, &report, |report| {
        let mut lines = vec![match (report.changed, report.dry_run) {
            (false, _) => format!("{}: {nothing}", report.file),
            (true, true) => format!("{would} the routes: {}", report.file),
            (true, false) => format!("{did} the routes: {}", report.file),
        }];
        lines.extend(report.backup.iter().map(|backup| format!("the file as it was: {backup}")));
        lines.extend(report.notes.iter().cloned());
        lines.join("\n")
    })?;
    Ok(())
}

impl From<RoutesError> for CliError {
    fn from(error: RoutesError) -> Self {
        Self::Failed(error.to_string())
    }
}
