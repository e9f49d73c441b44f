//! The daemon's process: started, asked, stopped and killed.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::Site;
use super::web::{Answer, ask};
use crate::support::child;
use crate::support::eventually::{LIMIT, within};

/// The binary under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_perfex-bridge");

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A daemon; it is killed with its handle.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    log: PathBuf,
    port: u16,
}

impl Site {
    /// Starts the daemon; [`Daemon::ready`] waits for it.
    pub fn start(&self) -> Daemon {
        let log = self.path(&format!("daemon-{}.log", COUNT.fetch_add(1, Ordering::Relaxed)));
        let out = File::create(&log).unwrap();
        let mut command = child::tied(PROGRAM);
        command.arg("--config").arg(self.config()).arg("run");
        command.env_clear().envs(self.variables());
        command.stdin(Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out);
        Daemon { child: child::spawn(command).unwrap(), log, port: self.management() }
    }

    /// Starts the daemon and waits until it is ready.
    pub async fn start_ready(&self) -> Daemon {
        let mut daemon = self.start();
        daemon.ready().await;
        daemon
    }
}

impl Daemon {
    /// Waits until `/readyz` says yes.
    pub async fn ready(&mut self) {
        self.until("readiness", |answer| answer.code == 200).await;
    }

    /// Waits until `/readyz` says no, for a reason that has all of `words` in it; returns the reason.
    pub async fn waiting_for(&mut self, words: &[&str]) -> String {
        let what = format!("waiting for {words:?}");
        let reason = |answer: &Answer| answer.json()["reason"].as_str().unwrap_or_default().to_owned();
        let fits =
            |answer: &Answer| answer.code == 503 && words.iter().all(|word| reason(answer).contains(word));
        reason(&self.until(&what, fits).await)
    }

    async fn until(&mut self, what: &str, fits: impl Fn(&Answer) -> bool) -> Answer {
        let mut last = None;
        let found = tokio::time::timeout(
            LIMIT,
            within(2 * LIMIT, what, async || {
                let ended = self.child.try_wait().unwrap();
                assert!(ended.is_none(), "the daemon ended ({ended:?}):\n{}", self.log());
                last = ask(self.port, "GET /readyz").await;
                last.clone().filter(|answer| fits(answer))
            }),
        );
        let found = found.await.ok();
        found.unwrap_or_else(|| panic!("no {what} within {LIMIT:?}: {last:?}\n{}", self.log()))
    }

    /// The answer to a request such as `GET /livez`.
    pub async fn ask(&self, request: &str) -> Answer {
        ask(self.port, request).await.unwrap_or_else(|| panic!("no answer to {request}:\n{}", self.log()))
    }

    /// What `/readyz` says.
    pub async fn readiness(&self) -> Value {
        self.ask("GET /readyz").await.json()
    }

    /// The value of a metric with its labels; `None` when there is no such line.
    pub async fn metric(&self, name: &str) -> Option<f64> {
        let text = self.ask("GET /metrics").await.body;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map(|value| value.parse().unwrap())
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM: please stop.
    pub fn terminate(&self) {
        child::signal(self.pid(), "TERM");
    }

    /// SIGKILL: gone between two instructions.
    pub fn kill(&mut self) {
        // A daemon that ended by itself is as gone as one that was killed.
        self.child.kill().ok();
        self.child.wait().unwrap();
    }

    /// Waits until the process has ended.
    pub async fn ended(&mut self, limit: Duration) -> ExitStatus {
        let child = &mut self.child;
        within(limit, "end of the daemon", async || child.try_wait().unwrap()).await
    }

    /// Everything that it has written.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}
