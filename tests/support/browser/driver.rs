//! The one chromedriver of this process, which ends with it, and takes its browsers along.

use std::process::{Child, Command, Stdio};

use tokio::net::TcpStream;
use tokio::sync::OnceCell;

use crate::support::child;
use crate::support::eventually::eventually;
use crate::support::mariadb::free_port;

pub(super) const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// Runs it in a process group of its own until standard input ends, which is when this process does. A browser hangs on a
/// pipe from chromedriver, and ends with it.
const SERVE: &str = r#"
folder=$(mktemp -d "${TMPDIR:-/tmp}/pb-browser-XXXXXX")
TMPDIR=$folder HOME=$folder "$1" --port="$2" >/dev/null 2>&1 &
read -r _
kill -TERM $!
wait
# A browser that was killed writes for a moment longer.
for turn in 1 2 3 4 5; do sleep 0.2; rm -rf "$folder"; done
"#;

/// Kept for its pipe: the process ends when that is closed.
#[derive(Debug)]
struct Driver {
    port: u16,
    _process: Child,
}

static DRIVER: OnceCell<Driver> = OnceCell::const_new();

/// The address of chromedriver.
pub(super) async fn address() -> String {
    let driver = DRIVER.get_or_init(start).await;
    format!("http://127.0.0.1:{}", driver.port)
}

async fn start() -> Driver {
    for program in [CHROMIUM, CHROMEDRIVER] {
        let there = std::path::Path::new(program).exists();
        assert!(there, "there is no {program}: scripts/needs installs it");
    }
    let port = free_port();
    let mut command = Command::new("setsid");
    command.args(["sh", "-c", SERVE, "sh", CHROMEDRIVER, &port.to_string()]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = child::spawn(command).unwrap();
    eventually("chromedriver", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
    Driver { port, _process: process }
}
