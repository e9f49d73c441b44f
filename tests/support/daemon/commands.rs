//! Commands on a site.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use perfex_bridge::ids::{InvoiceId, OrderId};
use serde_json::Value;
use tokio::process::Command;

use super::Site;
use super::process::PROGRAM;

/// Longer than any command takes.
const TOO_LONG: Duration = Duration::from_mins(1);
/// The package that [`Site::stock`] puts on sale: 49.00 EUR, one year.
pub const PACKAGE: &str = "backup-pro-1y";

/// What a command answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error, without the line break at its end.
    pub err: String,
}

/// An order as `order place --json` tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The order.
    pub order: OrderId,
    /// Its invoice; a free package has none.
    pub invoice: Option<InvoiceId>,
}

impl Said {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }
}

impl Placed {
    /// The invoice of an order that has one.
    pub fn invoice(&self) -> InvoiceId {
        self.invoice.unwrap()
    }
}

impl Site {
    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(PROGRAM);
        command.arg("--config").arg(self.config()).args(arguments);
        self.finish(command).await
    }

    /// Runs a command on a machine whose `/etc` is the folder `etc`; for root only.
    pub async fn run_under(&self, etc: &Path, arguments: &[&str]) -> Said {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", "mount --bind \"$0\" /etc && exec \"$@\""]);
        command.arg(etc).args([PROGRAM, "--config"]).arg(self.config()).args(arguments);
        self.finish(command).await
    }

    /// Runs the program with these arguments only, so that it looks for its configuration itself.
    pub async fn run_without_config(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(PROGRAM);
        command.args(arguments);
        self.finish(command).await
    }

    /// Runs a command whose reader is gone before it answers.
    pub async fn run_unread(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(PROGRAM);
        command.arg("--config").arg(self.config()).args(arguments);
        command.env_clear().envs(self.variables()).stdin(Stdio::null()).kill_on_drop(true);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = tokio::time::timeout(TOO_LONG, child.wait_with_output()).await;
        let output = output.unwrap_or_else(|_| panic!("{arguments:?} hangs")).unwrap();
        let err = String::from_utf8(output.stderr).unwrap().trim_end().to_owned();
        Said { code: output.status.code().unwrap_or(-1), out: String::new(), err }
    }

    /// Runs a command that must succeed, and reads what it printed for scripts.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        let said = self.run(&all).await;
        assert_eq!(said.code, 0, "{all:?}: {said:?}");
        said.json()
    }

    /// Makes our tables, and puts [`PACKAGE`] on sale, and `backup-pro-free` beside it.
    pub async fn stock(&self) {
        self.json(&["migrate"]).await;
        self.json(&["product", "add", "--slug", "backup-pro", "--name", "Backup Pro"]).await;
        let mut package = vec!["package", "add", "--product", "backup-pro", "--sku", PACKAGE];
        package.extend(["--kind", "paid", "--price", "49.00", "--currency", "EUR", "--term", "12m"]);
        self.json(&package).await;
        let mut free = vec!["package", "add", "--product", "backup-pro", "--sku", "backup-pro-free"];
        free.extend(["--kind", "free", "--currency", "EUR"]);
        self.json(&free).await;
    }

    /// Places an order over one [`PACKAGE`].
    pub async fn place(&self, email: &str) -> Placed {
        self.try_place(PACKAGE, email, 1).await.unwrap()
    }

    /// Places an order, or says what the command said.
    pub async fn try_place(&self, package: &str, email: &str, quantity: u32) -> Result<Placed, Said> {
        let quantity = quantity.to_string();
        let mut place = vec!["order", "place", "--package", package, "--email", email, "--json"];
        place.extend(["--firstname", "Eva", "--lastname", "Müller", "--language", "german"]);
        place.extend(["--quantity", &quantity]);
        let said = self.run(&place).await;
        if said.code != 0 {
            return Err(said);
        }
        let placed = said.json();
        Ok(Placed {
            order: OrderId(placed["order"].as_i64().unwrap()),
            invoice: placed["invoice"].as_i64().map(InvoiceId),
        })
    }

    async fn finish(&self, mut command: Command) -> Said {
        command.env_clear().envs(self.variables()).stdin(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(TOO_LONG, command.output()).await;
        let output = output.unwrap_or_else(|_| panic!("{command:?} hangs")).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr).trim_end().to_owned(),
        }
    }

    /// The whole environment of the program.
    pub(super) fn variables(&self) -> Vec<(String, String)> {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut all = vec![("PATH".to_owned(), path), ("LANG".to_owned(), "C.UTF-8".to_owned())];
        all.extend(self.environment.iter().cloned());
        all
    }
}
