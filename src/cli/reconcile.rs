//! `reconcile`: compares orders with their invoices now, without the daemon.

use std::io::{self, IsTerminal as _};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::app::App;
use crate::ids::InvoiceId;
use crate::perfex::invoice::Depth;
use crate::shop::{self, Orders, Settled};
use crate::watch::Watched as _;

use super::CliError;
use super::output::{Format, print_one};

/// Orders compared with one statement.
const STRETCH: u32 = 500;

/// Arguments of `reconcile`.
#[derive(Debug, Args)]
pub struct Reconcile {
    /// Only this invoice of the CRM (its id, not its printed number).
    #[arg(long)]
    invoice: Option<InvoiceId>,
}

#[derive(Debug, Default, Serialize)]
struct Summary {
    looked_at: usize,
    changed: usize,
    licenses_issued: u32,
    failed: Vec<String>,
}

impl Summary {
    async fn settle(&mut self, app: &App, invoice: InvoiceId) -> Option<Settled> {
        match shop::settle(&app.workshop, invoice).await {
            Ok(settled) => {
                if let Settled::Changed { issued } = settled {
                    self.changed += 1;
                    self.licenses_issued += issued;
                }
                Some(settled)
            }
            Err(error) => {
                self.failed.push(format!("invoice {invoice}: {error}"));
                None
            }
        }
    }

    fn describe(&self) -> String {
        let mut text = format!(
            "{} orders compared, {} changed, {} licenses issued, {} failed",
            self.looked_at,
            self.changed,
            self.licenses_issued,
            self.failed.len()
        );
        for failure in &self.failed {
            text.push_str("\n  ");
            text.push_str(failure);
        }
        text
    }
}

impl Reconcile {
    pub(super) async fn run(self, app: &App, format: Format) -> Result<(), CliError> {
        let mut summary = Summary::default();
        if let Some(invoice) = self.invoice {
            summary.looked_at = 1;
            if summary.settle(app, invoice).await == Some(Settled::Foreign) {
                return Err(CliError::Usage(format!("invoice {invoice} belongs to no order of the shop")));
            }
        } else {
            everything(app, &mut summary).await?;
        }
        print_one(format, &summary, Summary::describe)?;
        if summary.failed.is_empty() { Ok(()) } else { Err(CliError::Reported) }
    }
}

async fn everything(app: &App, summary: &mut Summary) -> Result<(), CliError> {
    let orders = Orders::new(app.database.clone());
    let progress = ProgressBar::new_spinner();
    if !io::stderr().is_terminal() {
        progress.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} orders compared, {msg} changed") {
        progress.set_style(style);
    }
    let mut walk = Some(0);
    while let Some(after) = walk {
        let stretch = orders.changed(after, STRETCH, Depth::PaymentsAndCredits).await?;
        summary.looked_at += stretch.looked_at;
        for invoice in stretch.changed {
            summary.settle(app, invoice).await;
        }
        progress.set_position(u64::try_from(summary.looked_at).unwrap_or(u64::MAX));
        progress.set_message(summary.changed.to_string());
        walk = stretch.next;
    }
    for invoice in orders.due(app.clock.now()).await? {
        summary.settle(app, invoice).await;
    }
    progress.finish_and_clear();
    Ok(())
}
