//! A private database server for the tests, and one database a test.
//!
//! * One template data folder for each server version, made once (0.6 s) and kept in the target folder; two test
//!   processes that make it at the same time both succeed, one rename wins.
//! * One server a test process, from a copy of the template, started by the first test that asks ([`shared`]).
//! * One database a test ([`Database`]), dropped behind the test's back when its handle goes.
//! * A test that kills, freezes or restarts its server has a server of its own ([`Server::own`]).
//!
//! Servers die with the test process ([`super::child`]); what a killed process left on disk, the next one sweeps.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, mpsc};
use std::time::Duration;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::launcher::Launcher;
use super::perfex::{self, Version};
use super::{child, perfex::Version::V341};

/// How long a server may take to answer `SELECT 1`, on a busy machine.
const START: Duration = Duration::from_mins(1);
/// The socket's folder: short, because a socket path holds 107 bytes.
const SOCKETS: &str = "pb-test-";
const RUNS: &str = "run-";

static SHARED: OnceCell<Server> = OnceCell::const_new();
static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static COUNT: AtomicU32 = AtomicU32::new(0);

/// The server that all tests of this process share. Do not kill it: it is everybody's.
pub async fn shared() -> &'static Server {
    SHARED.get_or_init(Server::own).await
}

/// A running (or killed) database server.
#[derive(Debug)]
pub struct Server {
    launcher: Launcher,
    flags: Vec<String>,
    child: Mutex<Option<Child>>,
    at: Place,
    data: TempDir,
    _socket: TempDir,
}

/// Where a server listens.
#[derive(Debug, Clone)]
struct Place {
    socket: PathBuf,
    port: u16,
}

impl Server {
    /// A server for one test, which may do to it what it likes.
    pub async fn own() -> Self {
        Self::with(&[]).await
    }

    /// A server for one test with further flags, such as `--log-bin=binlog`.
    pub async fn with(flags: &[&str]) -> Self {
        let launcher = Launcher::from_env();
        let template = TEMPLATE.get_or_init(async || template(&launcher)).await;
        let pid = std::process::id();
        let data = folder(&runs(), &format!("{RUNS}{pid}-"));
        copy(template, data.path());
        let socket = folder(&std::env::temp_dir(), &format!("{SOCKETS}{pid}-"));
        let at = Place { socket: socket.path().join("s"), port: free_port() };
        let server = Self {
            launcher,
            flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
            child: Mutex::new(None),
            at,
            data,
            _socket: socket,
        };
        server.start_again().await;
        server
    }

    /// SIGKILL: gone between two instructions, nothing flushed.
    pub fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts a killed server on its old data, socket and port, and returns when it answers.
    pub async fn start_again(&self) {
        let log = self.data.path().join("server.log");
        let out = fs::File::options().create(true).append(true).open(&log).unwrap();
        let flags: Vec<&str> = self.flags.iter().map(String::as_str).collect();
        let mut command =
            self.launcher.start(&self.data.path().join("data"), &self.at.socket, self.at.port, &flags);
        command.stdin(std::process::Stdio::null()).stdout(out.try_clone().unwrap()).stderr(out);
        let started = child::spawn(command).unwrap();
        let earlier = self.child.lock().unwrap().replace(started);
        assert!(earlier.is_none(), "the server runs already");

        let answered = tokio::time::timeout(START, async {
            while !self.answers().await {
                let ended = self.child.lock().unwrap().as_mut().unwrap().try_wait().unwrap();
                assert!(ended.is_none(), "the server ended ({ended:?}):\n{}", tail(&log));
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(answered.await.is_ok(), "the server does not answer:\n{}", tail(&log));
    }

    /// SIGSTOP: connections stay open and nothing answers, like a dead network or a swapping machine.
    pub fn freeze(&self) {
        child::signal(self.pid(), "STOP");
        // The signal is sent, but each thread stops in its own time.
        while !child::is_stopped(self.pid()) {
            std::thread::yield_now();
        }
    }

    /// SIGCONT: goes on as if nothing had been.
    pub fn thaw(&self) {
        child::signal(self.pid(), "CONT");
    }

    /// A Perfex 3.4.1 on this server.
    pub async fn perfex_341(&self) -> Database {
        self.perfex(V341, "tbl").await
    }

    /// A Perfex of `version` with the table prefix `prefix` on this server.
    pub async fn perfex(&self, version: Version, prefix: &str) -> Database {
        let database = self.empty().await;
        let mut conn = database.conn().await;
        // Perfex switches strict mode off for itself; what is written from outside must do without that.
        conn.query_drop("SET SESSION sql_mode = 'TRADITIONAL'").await.unwrap();
        for statement in perfex::statements(version, prefix) {
            conn.query_drop(&statement).await.unwrap_or_else(|error| panic!("{error}\n{statement}"));
        }
        conn.disconnect().await.unwrap();
        database
    }

    /// A database without tables on this server.
    pub async fn empty(&self) -> Database {
        let name = format!("t_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut conn = Conn::new(self.at.options("")).await.unwrap();
        conn.query_drop(format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"))
            .await
            .unwrap();
        conn.disconnect().await.unwrap();
        Database { name, at: self.at.clone() }
    }

    fn pid(&self) -> u32 {
        self.child.lock().unwrap().as_ref().unwrap().id()
    }

    async fn answers(&self) -> bool {
        match Conn::new(self.at.options("")).await {
            Ok(mut conn) => matches!(conn.query_first::<u8, _>("SELECT 1").await, Ok(Some(1))),
            Err(_) => false,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// One test's database.
#[derive(Debug)]
pub struct Database {
    name: String,
    at: Place,
}

impl Database {
    /// A fresh Perfex 3.4.1 on the shared server, table prefix `tbl`.
    pub async fn perfex_341() -> Self {
        shared().await.perfex(Version::V341, "tbl").await
    }

    /// A fresh Perfex 3.0.0 on the shared server, table prefix `tbl`.
    pub async fn perfex_300() -> Self {
        shared().await.perfex(Version::V300, "tbl").await
    }

    /// A fresh Perfex on the shared server with another table prefix.
    pub async fn perfex(version: Version, prefix: &str) -> Self {
        shared().await.perfex(version, prefix).await
    }

    /// A database without tables on the shared server.
    pub async fn empty() -> Self {
        shared().await.empty().await
    }

    /// Its name; no other test has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How to reach it over TCP. `mysql_async` moves a loopback connection to the server's socket unless
    /// `?prefer_socket=false` is added: a test with a proxy in between needs that.
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/{}", self.at.port, self.name)
    }

    /// How to reach it over the unix socket.
    pub fn socket_url(&self) -> String {
        format!("mysql://root@localhost/{}?socket={}", self.name, self.at.socket.display())
    }

    /// Options for `mysql_async` over the unix socket.
    pub fn options(&self) -> Opts {
        self.at.options(&self.name)
    }

    /// A new connection, on which the server's own SQL mode (strict) applies.
    pub async fn conn(&self) -> Conn {
        Conn::new(self.options()).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let options = self.at.options("");
        JANITOR.lock().unwrap().send((options, std::mem::take(&mut self.name))).ok();
    }
}

impl Place {
    fn options(&self, database: &str) -> Opts {
        OptsBuilder::default()
            .socket(Some(self.socket.display().to_string()))
            .user(Some("root"))
            .db_name((!database.is_empty()).then_some(database))
            .into()
    }
}

/// Drops databases that no test uses any more. Whatever stands in its way is left: the server goes soon anyway.
static JANITOR: LazyLock<Mutex<mpsc::Sender<(Opts, String)>>> = LazyLock::new(|| {
    let (names, inbox) = mpsc::channel::<(Opts, String)>();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for (options, name) in inbox {
            let dropping = async {
                let mut conn = Conn::new(options).await?;
                conn.query_drop("SET SESSION lock_wait_timeout = 1").await?;
                conn.query_drop(format!("DROP DATABASE `{name}`")).await?;
                conn.disconnect().await
            };
            // The time limit needs the runtime to be entered when it is made.
            let dropped =
                runtime.block_on(async { tokio::time::timeout(Duration::from_secs(5), dropping).await });
            drop(dropped);
        }
    });
    Mutex::new(names)
});

/// The data folder to copy from, made when there is none for this version of the server.
fn template(launcher: &Launcher) -> PathBuf {
    sweep(&runs(), RUNS);
    sweep(&std::env::temp_dir(), SOCKETS);
    let version = launcher.version().output().unwrap_or_else(|error| {
        panic!("no database server for the tests ({error}); scripts/needs installs it: {launcher:?}")
    });
    let key: String = String::from_utf8_lossy(&version.stdout)
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric() || *letter == '.')
        .collect();
    let done = runs().join(format!("template-{key}"));
    if !done.exists() {
        let making = folder(&runs(), &format!("{RUNS}{}-template-", std::process::id()));
        let data = making.path().join("data");
        fs::create_dir(&data).unwrap();
        let made = launcher.init(&data).output().unwrap();
        assert!(made.status.success(), "the server's folder cannot be made: {made:?}");
        // Somebody else's template in our place is as good as ours.
        let renamed = fs::rename(&data, &done);
        assert!(renamed.is_ok() || done.exists(), "{renamed:?}");
    }
    done
}

/// Where the data folders of test servers lie: inside the target folder.
fn runs() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers");
    fs::create_dir_all(&path).unwrap();
    path
}

fn folder(within: &Path, prefix: &str) -> TempDir {
    tempfile::Builder::new().prefix(prefix).tempdir_in(within).unwrap()
}

/// Removes what processes that are gone have left: `<prefix><pid>-...`.
fn sweep(within: &Path, prefix: &str) {
    for entry in fs::read_dir(within).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix(prefix).and_then(|rest| rest.split('-').next());
        if let Some(Ok(pid)) = pid.map(str::parse::<u32>)
            && !Path::new(&format!("/proc/{pid}")).exists()
        {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

fn copy(template: &Path, run: &Path) {
    let copied =
        std::process::Command::new("cp").arg("-a").arg(template).arg(run.join("data")).status().unwrap();
    assert!(copied.success());
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let from = text.lines().count().saturating_sub(15);
    text.lines().skip(from).collect::<Vec<_>>().join("\n")
}
