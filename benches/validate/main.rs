//! Licenses by the million, and many who ask about them: the load of `scripts/bench`.
//!
//!     validate --config FILE fill --to 1000000
//!     validate --config FILE ask --address 127.0.0.1:8787 --licenses 1000000 --seconds 8 [--rate 5000]
//!
//! `fill` writes licenses for the product `bench`, each bound to a domain, until there are so many; license `n` has the
//! same key on every machine with the same `encryption_key`, so nothing has to be read back. `ask` asks about random ones
//! with a fresh nonce each time: without a rate every connection asks again as soon as it is answered, with a rate
//! questions leave on time, whatever became of the ones before, and their time counts from the moment they were due. It
//! prints requests a second, p50, p99 and maximum in ms, and how many leases were verified, separated by tabs. Any answer
//! but a signed yes is an error.

mod fill;
mod load;
mod site;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use perfex_bridge::app::App;
use perfex_bridge::clock::SystemClock;
use perfex_bridge::config::{Config, Sources};
use perfex_bridge::entropy::SystemEntropy;

#[derive(Parser)]
struct Validate {
    /// The configuration of the daemon that is asked.
    #[arg(long)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
    /// What `cargo bench` adds.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Writes licenses until there are so many.
    Fill {
        #[arg(long)]
        to: u64,
    },
    /// Asks about random licenses.
    Ask {
        #[arg(long)]
        address: SocketAddr,
        /// How many there are.
        #[arg(long)]
        licenses: u64,
        #[arg(long)]
        seconds: u64,
        #[arg(long, default_value_t = 32)]
        connections: usize,
        /// Questions a second; without it, as many as are answered.
        #[arg(long)]
        rate: Option<u32>,
    },
}

/// One thread: the machine's cores are for the daemon and the database.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let Validate { config, command, .. } = Validate::parse();
    let sources = Sources { file: Some(config), environment: Vec::new(), credentials_directory: None };
    let app = App::build(Config::load(&sources)?, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
    match command {
        Command::Fill { to } => fill::fill(&app, to).await,
        Command::Ask { address, licenses, seconds, connections, rate } => {
            let sites = site::all(&app.workshop.mint, licenses);
            let result = load::run(address, sites, connections, Duration::from_secs(seconds), rate).await?;
            println!("{result}");
            Ok(())
        }
    }
}
