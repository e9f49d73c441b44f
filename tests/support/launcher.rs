//! Which database server the tests run on, and the command lines that make and start it.
//!
//! Without further words it is the MariaDB that is installed. `PERFEX_BRIDGE_TEST_SERVER=/path/to/launcher` names an
//! executable instead (`scripts/servers` makes them for MySQL 9 and MariaDB 11):
//!
//! ```text
//! launcher version                            one line that names the server; a new line makes a new template
//! launcher init DATADIR                       fill an empty folder: root without password, no test database
//! launcher start DATADIR SOCKET PORT [FLAGS]  become the server (exec), listening on both
//! ```

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::child;

/// Speed over durability: a test's data may die with the machine, but never with a killed server process. So each commit
/// reaches the log file (2, not 0), and the doublewrite buffer stays on: a kill can cut the write of a page.
const FLAGS: [&str; 4] = [
    "--bind-address=127.0.0.1",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=2",
    "--max-connections=400",
];

/// A way to make and start a database server.
#[derive(Debug, Clone)]
pub enum Launcher {
    /// `mariadb-install-db` and `mariadbd` as the distribution installs them.
    Installed,
    /// An executable with the three words of this module.
    Script(PathBuf),
}

impl Launcher {
    /// What the environment asks for.
    pub fn from_env() -> Self {
        std::env::var_os("PERFEX_BRIDGE_TEST_SERVER")
            .filter(|path| !path.is_empty())
            .map_or(Self::Installed, |path| Self::Script(path.into()))
    }

    /// Prints the version of the server.
    pub fn version(&self) -> Command {
        match self {
            Self::Installed => {
                let mut command = Command::new(mariadbd());
                command.arg("--version");
                command
            }
            Self::Script(path) => {
                let mut command = Command::new(path);
                command.arg("version");
                command
            }
        }
    }

    /// Fills the empty folder `data`.
    pub fn init(&self, data: &Path) -> Command {
        match self {
            Self::Installed => {
                let mut command = Command::new("mariadb-install-db");
                command
                    .arg("--no-defaults")
                    .arg(format!("--datadir={}", data.display()))
                    .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
                    .arg("--innodb-log-file-size=8M")
                    .args(as_root());
                command
            }
            Self::Script(path) => {
                let mut command = Command::new(path);
                command.arg("init").arg(data);
                command
            }
        }
    }

    /// Runs the server in the foreground; it dies with the test process.
    pub fn start(&self, data: &Path, socket: &Path, port: u16, more: &[&str]) -> Command {
        let mut command = match self {
            Self::Installed => {
                let mut command = child::tied(mariadbd());
                command
                    .arg("--no-defaults")
                    .arg(format!("--datadir={}", data.display()))
                    .arg(format!("--socket={}", socket.display()))
                    .arg(format!("--pid-file={}", data.join("server.pid").display()))
                    .arg(format!("--port={port}"))
                    .arg("--innodb-log-file-size=8M")
                    .args(as_root());
                command
            }
            Self::Script(path) => {
                let mut command = child::tied(path);
                command.arg("start").arg(data).arg(socket).arg(port.to_string());
                command
            }
        };
        command.args(FLAGS).args(more);
        command
    }
}

/// Debian keeps the server outside of an ordinary user's PATH.
fn mariadbd() -> &'static str {
    if Path::new("/usr/sbin/mariadbd").exists() { "/usr/sbin/mariadbd" } else { "mariadbd" }
}

/// The server refuses to run as root unless told so.
fn as_root() -> Option<&'static str> {
    let owner = std::fs::metadata("/proc/self").map(|own| own.uid());
    owner.is_ok_and(|uid| uid == 0).then_some("--user=root")
}
