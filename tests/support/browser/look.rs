//! A look at a page, and the rules that hold for every one of them: it has a title and a language, nothing runs over its
//! edge, no script fails, nothing is asked of another host, and axe finds nothing that keeps people out.

use std::fs;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Browser, Speaks, in_target};

/// A page that is all ours.
const OUR_OWN: &str = "";
/// What is ours of a page in the CRM's layout.
const CRM: &str = ".row > .col-md-12";

/// In CSS pixels.
const DESKTOP: u32 = 1280;
const PHONE: u32 = 380;

/// Says what axe finds within an element, or on the whole page.
const CHECK: &str = r"
const [within, done] = arguments;
const context = within === '' ? document : { include: [within] };
axe.run(context, { resultTypes: ['violations'] }).then(
    found => done(found.violations.filter(one => one.impact !== 'minor').map(one => ({
        rule: one.id, impact: one.impact, help: one.help,
        at: one.nodes.map(node => node.target.join(' ') + ': ' + node.html.slice(0, 200) + ' ' + node.failureSummary),
    }))),
    error => done([String(error)]),
);
";

/// What sticks out over the right edge, by selector; nothing when the page fits. What scrolls in a box of its own does not.
const OVER_THE_EDGE: &str = r"
const edge = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= edge) return [];
return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > edge + 0.5)
    .map(one => one.tagName + '.' + one.className + ': ' + one.textContent.trim().slice(0, 60)).slice(0, 10)
    .concat(['the page is ' + document.documentElement.scrollWidth + ' wide instead of ' + edge]);
";

static AXE: LazyLock<String> = LazyLock::new(|| {
    let file = in_target("npm/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; scripts/needs installs it", file.display()))
});

/// A page, as it is called in pictures and messages.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub name: &'static str,
    pub language: Speaks,
    /// What is ours of it: [`OUR_OWN`], [`CRM`], or another selector.
    ours: &'static str,
    /// The status that the page is answered with.
    status: u16,
}

impl Page {
    /// A page that is all ours.
    pub fn own(name: &'static str, language: Speaks) -> Self {
        Self { name, language, ours: OUR_OWN, status: 200 }
    }

    /// A page within the CRM's layout.
    pub fn crm(name: &'static str, language: Speaks) -> Self {
        Self { name, language, ours: CRM, status: 200 }
    }

    /// A page of the CRM, of which only this element is ours.
    pub fn within(name: &'static str, language: Speaks, ours: &'static str) -> Self {
        Self { name, language, ours, status: 200 }
    }

    /// The same page answered with another status.
    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

impl Browser {
    /// Looks at the page that is open, in both widths, and holds it to the rules; it must show all these texts.
    pub async fn looks(&self, page: Page, texts: &[&str]) {
        for text in texts {
            self.shows(text).await;
        }
        for width in [DESKTOP, PHONE] {
            let at = format!("{}-{}-{width}", page.name, page.language.code());
            self.wide(width).await;
            let over = self.ask(OVER_THE_EDGE).await;
            assert_eq!(over, json!([]), "{at} runs over its edge");
            self.picture(&at).await;
            self.accessible(&at, page.ours).await;
        }
        self.wide(DESKTOP).await;
        self.quiet(&page).await;
    }

    /// A picture of the whole page, as far as it reaches down.
    pub async fn picture(&self, name: &str) {
        let folder = in_target("screenshots");
        fs::create_dir_all(&folder).unwrap();
        let wanted = json!({ "format": "png", "captureBeyondViewport": true });
        let taken = self.cdp("Page.captureScreenshot", wanted).await;
        let bytes = STANDARD.decode(taken["data"].as_str().unwrap()).unwrap();
        fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    /// Makes the window so wide; below 600 it is a phone's.
    pub async fn wide(&self, width: u32) {
        let height = if width < 600 { 800 } else { 900 };
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await;
        // A phone shows a page that does not know of phones as if it were wider.
        let shown = self.ask("return window.innerWidth").await;
        assert_eq!(shown, json!(width), "the page does not fit itself to the window");
    }

    async fn accessible(&self, at: &str, ours: &str) {
        // The page's own scripts were left out when it was loaded, and are not run now.
        self.let_scripts_run(true).await;
        self.driver.execute(AXE.as_str(), vec![]).await.unwrap();
        let found = self.driver.execute_async(CHECK, vec![json!(ours)]).await.unwrap();
        self.let_scripts_run(self.scripts).await;
        let found = found.json();
        assert_eq!(found, &json!([]), "{at}: {found:#}");
    }

    /// Nothing failed on the pages since the last look, and nothing was asked of another host.
    async fn quiet(&self, page: &Page) {
        let refused = format!("the server responded with a status of {}", page.status);
        for entry in self.driver.get_log("browser").await.unwrap() {
            let known = page.status >= 400 && entry.message.contains(&refused);
            assert!(entry.level != "SEVERE" || known, "{page:?}: {entry:?}");
        }
        for entry in self.driver.get_log("performance").await.unwrap() {
            let event: Value = serde_json::from_str(&entry.message).unwrap();
            let event = &event["message"];
            if event["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let url = event["params"]["request"]["url"].as_str().unwrap();
            assert!(url.starts_with(&self.home) || url.starts_with("data:"), "{page:?} asks {url}");
        }
    }
}
