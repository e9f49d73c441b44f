//! The command line: one file a subcommand.
//!
//! In: arguments. Out: a table or JSON on standard output, errors as one sentence on standard error, and an exit code:
//! 0 done, 1 failed, 2 wrong usage or configuration.

mod apikey;
mod check;
mod companion;
mod error;
mod grants;
mod install;
mod license;
mod license_why;
mod migrate;
mod order;
mod outbox;
mod output;
mod own_license;
mod package;
mod product;
mod proxy;
mod reconcile;
mod routes;
mod run;
mod schedule;
mod story;
mod text_argument;
mod transaction;
mod web_group;

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{Config, Sources};
use crate::entropy::SystemEntropy;

pub use error::CliError;
use output::Format;

/// A daemon beside Perfex CRM: a recorded payment becomes a license and a mail.
#[derive(Debug, Parser)]
#[command(name = "perfex-bridge", version, max_term_width = 100)]
pub struct Cli {
    /// The configuration file; without it the one that the environment names, else the one in /etc.
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Print JSON for scripts instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon (systemd: Type=notify).
    Run,
    /// Check every requirement; exit 1 when one fails.
    Check,
    /// Create or update our tables, put our mail texts, our module and its routes into the CRM; safe to run again.
    Install(install::Install),
    /// Take our mail texts, our module and its routes out of the CRM; our tables stay unless --purge.
    Uninstall(install::Uninstall),
    /// Create or update our own tables only.
    Migrate,
    /// Our addresses in the CRM: its file `my_routes.php`.
    #[command(subcommand)]
    Routes(routes::Routes),
    /// Print the GRANT statements for a least-privilege database user.
    Grants(grants::Grants),
    /// Products: what a license is for.
    #[command(subcommand)]
    Product(product::Product),
    /// Packages: what has a price.
    #[command(subcommand)]
    Package(package::Package),
    /// Orders: place them, see where they stand, and why.
    #[command(subcommand)]
    Order(order::Order),
    /// Licenses: issue, find, suspend, restore, renew, revoke, move, and why.
    #[command(subcommand)]
    License(license::License),
    /// What the CRM's companion module and the daemon share.
    #[command(subcommand)]
    Companion(companion::Companion),
    /// Messages on their way out.
    #[command(subcommand)]
    Outbox(outbox::Outbox),
    /// Print the web server's configuration that sends the bridge's pages straight to the daemon.
    Proxy {
        /// Which web server.
        #[arg(value_enum)]
        server: proxy::Proxy,
    },
    /// Jobs that time starts: list them, run one now.
    #[command(subcommand)]
    Schedule(schedule::Schedule),
    /// Compare all orders with their invoices now.
    Reconcile(reconcile::Reconcile),
}

impl Command {
    /// Whether the command may write.
    fn changes_something(&self) -> bool {
        match self {
            Self::Run | Self::Check | Self::Grants(_) | Self::Proxy { .. } => false,
            Self::Install(command) => command.changes_something(),
            Self::Uninstall(_) | Self::Migrate | Self::Reconcile(_) | Self::Companion(_) => true,
            Self::Routes(command) => command.changes_something(),
            Self::Schedule(command) => command.changes_something(),
            Self::Product(command) => {
                !matches!(command, product::Product::List | product::Product::Show { .. })
            }
            Self::Package(command) => {
                !matches!(command, package::Package::List | package::Package::Show { .. })
            }
            Self::Order(command) => matches!(command, order::Order::Place { .. }),
            Self::License(license::License::Apikey(command)) => command.changes_something(),
            Self::License(license::License::Own(command)) => command.changes_something(),
            Self::License(command) => !matches!(
                command,
                license::License::List { .. } | license::License::Show { .. } | license::License::Why { .. }
            ),
            Self::Outbox(command) => {
                matches!(command, outbox::Outbox::Retry { .. } | outbox::Outbox::Drop { .. })
            }
        }
    }
}

/// How many, for clap.
fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is not a whole number from 0 on"))
}

impl Cli {
    /// Runs the command.
    pub async fn execute(self) -> Result<(), CliError> {
        let format = Format::of(self.json);
        let config = Config::load(&Sources::from_process(self.config))?;
        if let Command::Run = self.command {
            return run::run(config).await;
        }
        if config.demo.read_only && self.command.changes_something() {
            return Err(CliError::Usage(
                "this is a demonstration: [demo] read_only = true refuses every command that changes something".into(),
            ));
        }
        let app = App::build(config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
        match self.command {
            Command::Run => Ok(()),
            Command::Check => check::run(&app, format).await,
            Command::Install(command) => command.run(&app, format).await,
            Command::Uninstall(command) => command.run(&app, format).await,
            Command::Migrate => migrate::run(&app, format).await,
            Command::Routes(command) => command.run(&app, format).await,
            Command::Grants(command) => command.run(&app).await,
            Command::Product(command) => command.run(&app, format).await,
            Command::Package(command) => command.run(&app, format).await,
            Command::Order(command) => command.run(&app, format).await,
            Command::License(command) => command.run(&app, format).await,
            Command::Companion(command) => command.run(&app, format).await,
            Command::Outbox(command) => command.run(&app, format).await,
            Command::Proxy { server } => server.run(&app),
            Command::Schedule(command) => command.run(&app, format).await,
            Command::Reconcile(command) => command.run(&app, format).await,
        }
    }
}
