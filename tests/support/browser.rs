//! A person at a browser: Chromium, led by chromedriver, that opens pages, fills forms and reads what is shown.
//!
//! One chromedriver a test process, one Chromium a test, so many at a time as there are cores. Every page that is looked at
//! ([`Browser::looks`]) is held to the same rules, in both widths; its pictures lie in `target/screenshots`.

mod driver;
mod look;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use thirtyfour::{LoggingPrefsLogLevel, WindowHandle};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::child;
use super::eventually::eventually;

pub use look::Page;

/// As root there is no sandbox; nothing is asked of the network but what a page asks.
const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
    "--window-size=1280,900",
];

/// Longer than a page takes on a busy machine; less than a test's own patience, so that the page can be told.
const PATIENCE: Duration = Duration::from_secs(20);

static SEATS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// A language of a visitor's browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaks {
    English,
    German,
}

impl Speaks {
    /// Both.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language's two letters.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The CRM's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::German => "german",
        }
    }

    /// The text of this language.
    pub fn pick<'a>(self, english: &'a str, german: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::German => german,
        }
    }
}

/// A browser with one window, without cookies.
pub struct Browser {
    driver: WebDriver,
    home: String,
    scripts: bool,
    _seat: SemaphorePermit<'static>,
}

impl Browser {
    /// A browser for the site at `home`: an address without a slash at its end.
    pub async fn open(home: &str) -> Self {
        let seat = SEATS.acquire().await.unwrap();
        // The driver's client is made for TLS as well; a second call finds the provider there.
        rustls::crypto::ring::default_provider().install_default().ok();
        let mut wanted = DesiredCapabilities::chrome();
        wanted.set_binary(driver::CHROMIUM).unwrap();
        for flag in FLAGS {
            wanted.add_arg(flag).unwrap();
        }
        wanted.set_logging_prefs("browser", LoggingPrefsLogLevel::All).unwrap();
        wanted.set_logging_prefs("performance", LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(driver::address().await, wanted).await.unwrap();
        driver.set_script_timeout(Duration::from_secs(30)).await.unwrap();
        let browser = Self { driver, home: home.to_owned(), scripts: true, _seat: seat };
        browser.speak(Speaks::English).await;
        browser
    }

    /// The same, whose owner has switched JavaScript off.
    pub async fn without_scripts(home: &str) -> Self {
        let mut browser = Self::open(home).await;
        browser.scripts = false;
        browser.let_scripts_run(false).await;
        browser
    }

    async fn let_scripts_run(&self, run: bool) {
        self.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": !run })).await;
    }

    /// Which language the visitor asks for from now on.
    pub async fn speak(&self, language: Speaks) {
        let agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0 Safari/537.36";
        let wanted = json!({ "userAgent": agent, "acceptLanguage": language.code() });
        self.cdp("Emulation.setUserAgentOverride", wanted).await;
    }

    /// Gives the browser the session of somebody who is signed in; `cookie` is a header line.
    pub async fn sign_in(&self, cookie: &str) {
        let (name, value) = cookie.strip_prefix("Cookie: ").unwrap().split_once('=').unwrap();
        let cookie = json!({ "name": name, "value": value, "url": self.home, "httpOnly": true });
        self.cdp("Network.setCookie", cookie).await;
    }

    /// Opens a page by its path, or by its whole address.
    pub async fn goto(&self, path: &str) {
        let url = if path.starts_with('/') { format!("{}{path}", self.home) } else { path.to_owned() };
        self.driver.goto(url).await.unwrap();
    }

    /// The first element that this CSS selector finds, once it is there.
    pub async fn find(&self, selector: &str) -> WebElement {
        let found = eventually("element", async || self.driver.find(By::Css(selector)).await.ok());
        let Ok(found) = timeout(PATIENCE, found).await else {
            panic!("nothing is {selector} on this page:\n{}", self.text().await)
        };
        found
    }

    /// Clicks, and waits for what follows to be loaded.
    pub async fn click(&self, selector: &str) {
        let element = self.find(selector).await;
        element.scroll_into_view().await.unwrap();
        element.click().await.unwrap();
    }

    /// Writes into a field what it should hold, as if typed.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Opens another tab and goes there; returns the one that was left.
    pub async fn another_tab(&self) -> WindowHandle {
        let left = self.driver.window().await.unwrap();
        let tab = self.driver.new_tab().await.unwrap();
        self.turn_to(tab).await;
        left
    }

    /// Goes to a tab that is open.
    pub async fn turn_to(&self, tab: WindowHandle) {
        self.driver.switch_to_window(tab).await.unwrap();
    }

    /// Goes back, as the button above every page does.
    pub async fn back(&self) {
        self.driver.back().await.unwrap();
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.driver.refresh().await.unwrap();
    }

    /// What was copied last.
    pub async fn copied(&self) -> String {
        let allowed =
            json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": self.home });
        self.cdp("Browser.grantPermissions", allowed).await;
        let read = "navigator.clipboard.readText().then(arguments[0], error => arguments[0](String(error)))";
        let read = self.driver.execute_async(read, vec![]).await.unwrap();
        read.json().as_str().unwrap().to_owned()
    }

    /// What a person reads on the page.
    pub async fn text(&self) -> String {
        let Ok(body) = self.driver.find(By::Css("body")).await else { return String::new() };
        body.text().await.unwrap_or_default()
    }

    /// Waits until the page shows a text.
    pub async fn shows(&self, text: &str) {
        let seen = eventually("text", async || self.text().await.contains(text).then_some(()));
        let found = timeout(PATIENCE, seen).await;
        assert!(found.is_ok(), "the page does not show {text:?}:\n{}", self.text().await);
    }

    /// Waits until the page shows a text no longer.
    pub async fn gone(&self, text: &str) {
        let gone = eventually("end", async || (!self.text().await.contains(text)).then_some(()));
        let gone = timeout(PATIENCE, gone).await;
        assert!(gone.is_ok(), "the page still shows {text:?}:\n{}", self.text().await);
    }

    /// The path of the page that is shown, with its query.
    pub async fn path(&self) -> String {
        let url = self.driver.current_url().await.unwrap();
        url.as_str().strip_prefix(&self.home).unwrap_or(url.as_str()).to_owned()
    }

    /// What the tab is called.
    pub async fn title(&self) -> String {
        self.driver.title().await.unwrap()
    }

    /// What a script finds out about the page.
    pub async fn ask(&self, script: &str) -> Value {
        self.driver.execute(script, vec![]).await.unwrap().json().clone()
    }

    /// Speaks to the browser itself.
    pub async fn cdp(&self, command: &str, arguments: Value) -> Value {
        self.driver
            .cdp()
            .send_raw(command, arguments)
            .await
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }
}

impl Drop for Browser {
    /// Killed, which is quick even when a test has failed in the middle of a command; what it leaves on disk goes with
    /// chromedriver.
    fn drop(&mut self) {
        self.driver.clone().leak().ok();
        let pid = self.driver.capabilities().get("goog:processID").and_then(Value::as_u64);
        child::signal(u32::try_from(pid.unwrap()).unwrap(), "KILL");
    }
}

/// A folder or file below the target folder.
pub fn in_target(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name(name)
}
