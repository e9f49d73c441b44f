//! `license activate|status|check-now|release`: the licenses of this install's own modules.

use clap::Subcommand;

use crate::app::App;
use crate::licensing::client::{ClientError, Module, NewKeys, Panel, State, Which};

use super::CliError;
use super::output::{Format, moment, or_dash, print_one, print_rows, say};

/// Subcommands of `license` that are about this install's own modules.
#[derive(Debug, Subcommand)]
pub enum OwnLicense {
    /// Enter the license key of a module of this install.
    Activate {
        /// shop, booking or tracker.
        module: Module,
        /// The key from the mail.
        key: String,
        /// Take over the license server's present keys, even if none that is known here vouches for them.
        #[arg(long)]
        trust_new_keys: bool,
    },
    /// Show the licenses of this install's modules.
    Status,
    /// Ask the license server now.
    CheckNow {
        /// Only this module: shop, booking or tracker.
        module: Option<Module>,
    },
    /// Ask the license's holder, by a link in a mail, to move it here from a site that is gone.
    RequestMove {
        /// shop, booking or tracker.
        module: Module,
        /// The key from the mail, unless it was entered here before.
        key: Option<String>,
    },
    /// Give a module's license back, so that it can be activated elsewhere.
    Release {
        /// shop, booking or tracker.
        module: Module,
    },
}

impl OwnLicense {
    pub(super) fn changes_something(&self) -> bool {
        !matches!(self, Self::Status)
    }

    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let licenses = &app.licenses;
        match self {
            Self::Activate { module, key, trust_new_keys } => {
                let new_keys = if trust_new_keys { NewKeys::Trust } else { NewKeys::Refuse };
                let panel = licenses.activate(module, &key, new_keys).await?;
                print_one(format, &panel, told)?;
                Ok(())
            }
            Self::Status => print(format, &licenses.panels().await?),
            Self::CheckNow { module } => {
                let checked = licenses.check(module.map_or(Which::All, Which::One)).await?;
                if let Some(module) = module.filter(|_| checked.is_empty()) {
                    let panel = licenses.panel(module).await?;
                    return Err(match panel.state {
                        State::Missing => ClientError::Missing(module).into(),
                        _ => CliError::Failed(panel.reason),
                    });
                }
                print(format, &checked)?;
                if checked.iter().all(|panel| panel.trouble.is_none()) {
                    Ok(())
                } else {
                    Err(CliError::Reported)
                }
            }
            Self::RequestMove { module, key } => {
                licenses.request_move(module, key.as_deref()).await?;
                let told = serde_json::json!({ "requested": true });
                print_one(format, &told, |_| {
                    "asked: if the license is in use on another domain, its holder gets a mail with a link; after a click on \
                     it, activate the license here"
                        .to_owned()
                })?;
                Ok(())
            }
            Self::Release { module } => {
                licenses.release(module).await?;
                if format == Format::Json {
                    return print(format, &licenses.panels().await?);
                }
                say(&format!(
                    "the license of {} is released and can be activated elsewhere",
                    module.title()
                ))?;
                Ok(())
            }
        }
    }
}

fn print(format: Format, panels: &[Panel]) -> Result<(), CliError> {
    let header =
        ["module", "state", "domain", "valid until", "last check", "next check", "grace ends", "reason"];
    print_rows(format, panels, &header, "no module has a license key", |panel| {
        let at = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or_else(|| "-".to_owned(), moment);
        vec![
            panel.module.to_string(),
            panel.state.as_str().to_owned(),
            or_dash(panel.domain.as_ref()),
            at(panel.valid_until),
            at(panel.last_check),
            at(panel.next_check),
            at(panel.grace_ends),
            panel.reason.clone(),
        ]
    })?;
    Ok(())
}

fn told(panel: &Panel) -> String {
    let domain = panel.domain.as_ref().map(|domain| format!(" on {}", domain.as_str())).unwrap_or_default();
    format!("{}{domain}: {}", panel.module.title(), panel.reason)
}
