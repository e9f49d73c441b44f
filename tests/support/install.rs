//! A whole daemon inside the test process, beside a CRM of its own, on a clock that is moved by hand.
//!
//! Beside [`Install::run`], an install is what its folder and its database hold: it may be stopped, started again, and
//! copied.

use std::sync::Arc;

use futures_util::stream;
use perfex_bridge::app::{self, App};
use perfex_bridge::clock::ManualClock;
use perfex_bridge::config::{Config, Sources};
use perfex_bridge::db;
use perfex_bridge::entropy::SystemEntropy;
use perfex_bridge::licensing::client::{Client, Module, Panel, Which};
use perfex_bridge::supervise::Signal;
use perfex_bridge::systemd::Notifier;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::eventually::eventually;
use super::mariadb::{Database, free_port};
use super::shop::ENCRYPTION_KEY;

/// An install: configuration, database, state folder.
pub struct Install {
    pub crm: Database,
    pub clock: Arc<ManualClock>,
    /// The port of its license API.
    pub port: u16,
    management: u16,
    folder: TempDir,
    base_url: String,
    settings: String,
}

impl Install {
    /// An install at `base_url`; `licensing` are lines of its section `[licensing]`.
    pub async fn at(base_url: &str, licensing: &str, clock: &Arc<ManualClock>) -> Self {
        // Whoever speaks TLS needs this process's one provider; a second call finds it there.
        rustls::crypto::ring::default_provider().install_default().ok();
        let install = Self {
            crm: Database::perfex_341().await,
            clock: Arc::clone(clock),
            port: free_port(),
            management: free_port(),
            folder: tempfile::tempdir().unwrap(),
            base_url: base_url.to_owned(),
            settings: licensing.to_owned(),
        };
        let app = install.app().await;
        db::migrate(&app.database, perfex_bridge::clock::Clock::now(&*install.clock)).await.unwrap();
        install
    }

    /// The same install, moved to another address with its database.
    pub fn moved_to(&mut self, base_url: &str) {
        base_url.clone_into(&mut self.base_url);
    }

    /// Other lines of section `[licensing]`.
    pub fn licensing(&mut self, lines: &str) {
        lines.clone_into(&mut self.settings);
    }

    /// Where its license API is served while it runs.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A file or folder of its own.
    pub fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Its parts, put together anew, as a command or a daemon does.
    pub async fn app(&self) -> App {
        self.app_with(ENCRYPTION_KEY).await
    }

    /// Its parts under another `APP_ENC_KEY`.
    pub async fn app_with(&self, encryption_key: &str) -> App {
        let mail = self.path("mail");
        std::fs::create_dir_all(&mail).unwrap();
        let text = format!(
            "[perfex]\nbase_url = \"{}\"\nencryption_key = \"{encryption_key}\"\n[database]\nurl = \"{}\"\n\
             [http]\nlisten = \"127.0.0.1:{}\"\nsocket = \"\"\nmanagement = \"127.0.0.1:{}\"\n\
             [mail]\ntransport = \"file\"\ndirectory = \"{}\"\n[watch]\ninterval = \"100ms\"\n\
             [state]\ndirectory = \"{}\"\n[licensing]\n{}",
            self.base_url,
            self.crm.url(),
            self.port,
            self.management,
            mail.display(),
            self.path("state").display(),
            self.settings,
        );
        let file = self.path("config.toml");
        std::fs::write(&file, text).unwrap();
        let sources = Sources { file: Some(file), environment: Vec::new(), credentials_directory: None };
        let clock: Arc<ManualClock> = Arc::clone(&self.clock);
        App::build(Config::load(&sources).unwrap(), clock, Arc::new(SystemEntropy)).await.unwrap()
    }

    /// Starts its daemon, and waits until it answers.
    pub async fn run(&self) -> Running {
        let app = self.app().await;
        let licenses = Arc::clone(&app.licenses);
        let (stop, mut told) = mpsc::channel(1);
        let signals = stream::poll_fn(move |cx| told.poll_recv(cx));
        let task = tokio::spawn(async move {
            app::run(app, Notifier::silent(), signals).await.unwrap();
        });
        // An install that asks another license server serves no API of its own.
        let port = if self.settings.contains("server") { self.management } else { self.port };
        eventually("daemon", async || TcpStream::connect(("127.0.0.1", port)).await.ok()).await;
        Running { licenses, stop, task }
    }

    /// The mails that left, as text, in no order.
    pub fn mails(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.path("mail")).unwrap().map(|entry| entry.unwrap().path());
        files.map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }
}

/// A daemon that runs, or did.
pub struct Running {
    pub licenses: Arc<Client>,
    stop: mpsc::Sender<Signal>,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops it as the service manager does.
    pub async fn stop(&mut self) {
        self.stop.send(Signal::Terminate).await.unwrap();
        (&mut self.task).await.unwrap();
    }

    /// Starts it again.
    pub async fn start(&mut self, install: &Install) {
        *self = install.run().await;
    }

    /// The panel of a module after it was checked, as `check-now` does.
    pub async fn checked(&self, module: Module) -> Panel {
        self.licenses.check(Which::One(module)).await.unwrap();
        self.licenses.panel(module).await.unwrap()
    }
}
