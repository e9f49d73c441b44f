//! The `perfex-bridge` command.

use std::process::ExitCode;

use clap::Parser as _;
use perfex_bridge::cli::Cli;

fn main() -> ExitCode {
    // One provider for every TLS user in the process; a second call would only say that it is there.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("perfex-bridge: a TLS provider was installed before this program's own");
    }
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("perfex-bridge: the runtime cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(cli.execute());
    // A task that blocks its thread must not keep a stopped daemon alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let text = error.to_string();
            if !text.is_empty() {
                eprintln!("perfex-bridge: {text}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}
