//! `companion`: what companion module and daemon share.

use clap::Subcommand;
use serde::Serialize;

use crate::app::App;
use crate::http::gateway::{OVERLAP, Secrets};

use super::CliError;
use super::output::{Format, moment, print_one};

/// Subcommands of `companion`.
#[derive(Debug, Subcommand)]
pub enum Companion {
    /// Replace the secret with which the CRM signs its requests to the daemon; the old one counts for 5 more minutes.
    RotateSecret,
}

#[derive(Debug, Serialize)]
struct Rotated {
    old_counts_until: chrono::DateTime<chrono::Utc>,
}

impl Companion {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        match self {
            Self::RotateSecret => {
                let now = app.clock.now();
                Secrets::rotate(&app.database, &app.cipher, &*app.entropy, now).await?;
                print_one(format, &Rotated { old_counts_until: now + OVERLAP }, |rotated| {
                    let until = moment(rotated.old_counts_until);
                    format!("the gateway has a new secret; an old one counts until {until}")
                })?;
            }
        }
        Ok(())
    }
}
