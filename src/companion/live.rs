//! Whether visitors reach us: asked as a visitor asks, through the CRM's own address.
//!
//! In: the CRM's address, and a way to make requests. Out: [`Live`], which says by which way the daemon answers, or what
//! answers instead. Invariants: only the configured address is asked; an answer counts as ours only with its proof; routes
//! after which the CRM answers 500 are taken back at once.

use std::time::Duration;

use futures_util::future::BoxFuture;
use url::Url;

use super::alive::{self, Alive, AliveKey, Way};
use super::routes::{Done, Routes, RoutesError};
use crate::entropy::{self, SharedEntropy};

/// PHP may serve a file's old state for so long after a write (`verified.md` 1.3): an earlier look proves nothing.
pub const SETTLED: Duration = Duration::from_secs(4);

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, as far as an answer of ours is long.
    pub body: Vec<u8>,
}

/// Makes requests.
pub trait Transport: Send + Sync {
    /// Gets a document, or says why there is none.
    fn get(&self, url: Url) -> BoxFuture<'_, Result<Reply, String>>;
}

/// Who answers visitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Live {
    /// The daemon.
    Answers {
        /// By this way.
        way: Way,
        /// The CRM's PHP, as far as it was heard of.
        php: Php,
    },
    /// CRM or web server would pass the request on, but the daemon does not answer.
    Silent,
    /// The CRM knows no such address.
    NotRouted,
    /// The CRM is broken.
    Broken,
    /// Something else.
    Strange(u16),
    /// Nobody.
    Unreachable(String),
}

/// The CRM's PHP, by its own word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Php {
    /// Its version.
    pub version: Option<String>,
    /// When it notices that a file has changed.
    pub opcache: Opcache,
}

/// When PHP notices that a file has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Opcache {
    /// Soon, or it has no such cache, or nobody can tell.
    #[default]
    Fresh,
    /// After so many seconds.
    Slow(u32),
    /// Not before it is restarted.
    Never,
}

impl Php {
    /// Reads `version enable validate_timestamps revalidate_freq`.
    fn read(text: &str) -> Self {
        let mut words = text.split(' ');
        let version = words.next().filter(|word| !word.is_empty()).map(str::to_owned);
        let on = words.next() == Some("1");
        let opcache = match (words.next(), words.next().and_then(|word| word.parse().ok())) {
            _ if !on => Opcache::Fresh,
            (Some("0"), _) => Opcache::Never,
            (Some("1"), Some(seconds)) if u64::from(seconds) >= SETTLED.as_secs() => Opcache::Slow(seconds),
            _ => Opcache::Fresh,
        };
        Self { version, opcache }
    }
}

/// What became of routes that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// What was done to the file.
    pub done: Done,
    /// Who answered afterwards.
    pub live: Live,
}

/// Asks through the CRM's address.
pub struct Prober<'a> {
    base_url: &'a Url,
    key: AliveKey,
    entropy: SharedEntropy,
    transport: &'a dyn Transport,
}

impl<'a> Prober<'a> {
    /// Asks at `base_url`, with a slash at its end, by `transport`.
    #[must_use]
    pub fn new(
        base_url: &'a Url,
        key: AliveKey,
        entropy: SharedEntropy,
        transport: &'a dyn Transport,
    ) -> Self {
        Self { base_url, key, entropy, transport }
    }

    /// Asks once; where the web server sends our pages past PHP, also through PHP: only there it shows whether the CRM works.
    pub async fn ask(&self) -> Live {
        let mut live = self.ask_at(alive::PATH).await;
        if let Live::Answers { way: Way::Proxy, php } = &mut live {
            match self.ask_at(alive::THROUGH_PHP).await {
                Live::Broken => return Live::Broken,
                Live::Answers { php: heard, .. } => *php = heard,
                // Without our module nobody passes it on, and nothing is known.
                _ => {}
            }
        }
        live
    }

    async fn ask_at(&self, path: &str) -> Live {
        let nonce = entropy::hex::<16>(&*self.entropy);
        let Ok(mut url) = self.base_url.join(path) else { return Live::NotRouted };
        url.set_query(Some(&format!("nonce={nonce}")));
        match self.transport.get(url).await {
            Err(reason) => Live::Unreachable(reason),
            Ok(Reply { status: 200, body }) => {
                let answer: Option<Alive> = serde_json::from_slice(&body).ok();
                match answer.and_then(|answer| self.key.open(&nonce, &answer)) {
                    Some((way, php)) => Live::Answers { way, php: Php::read(&php) },
                    None => Live::Strange(200),
                }
            }
            Ok(Reply { status: 404, .. }) => Live::NotRouted,
            Ok(Reply { status: 500, .. }) => Live::Broken,
            Ok(Reply { status: 502..=504, .. }) => Live::Silent,
            Ok(Reply { status, .. }) => Live::Strange(status),
        }
    }

    /// Writes our routes and proves that the CRM still answers; where it does not, the file goes back at once.
    ///
    /// `pause` waits; where nobody can be asked at all there is nothing to wait for.
    pub async fn write(
        &self,
        routes: &Routes,
        pause: impl AsyncFnOnce(Duration),
    ) -> Result<Proved, RoutesError> {
        let before = self.whole().await?;
        let done = routes.write().await?;
        self.prove(routes, before, done, pause).await
    }

    /// The same for routes that another program took out; `None` where none of ours were written before.
    pub async fn mend(
        &self,
        routes: &Routes,
        pause: impl AsyncFnOnce(Duration),
    ) -> Result<Option<Proved>, RoutesError> {
        let before = self.whole().await?;
        match routes.mend().await? {
            Some(done) => self.prove(routes, before, done, pause).await.map(Some),
            None => Ok(None),
        }
    }

    /// Who answers before anything is written. In a CRM that is broken anyway nothing could be proved afterwards.
    async fn whole(&self) -> Result<Live, RoutesError> {
        match self.ask().await {
            Live::Broken => Err(RoutesError::BrokenBefore { address: self.base_url.to_string() }),
            live => Ok(live),
        }
    }

    async fn prove(
        &self,
        routes: &Routes,
        before: Live,
        done: Done,
        pause: impl AsyncFnOnce(Duration),
    ) -> Result<Proved, RoutesError> {
        if !done.changed || matches!(before, Live::Unreachable(_)) {
            return Ok(Proved { done, live: before });
        }
        pause(SETTLED).await;
        let live = self.ask().await;
        if live == Live::Broken {
            routes.take_back(&done).await?;
            return Err(RoutesError::TakenBack { file: routes.file(), address: self.base_url.to_string() });
        }
        Ok(Proved { done, live })
    }
}

impl Opcache {
    /// What an operator has to do about it, if anything.
    fn mend(self) -> Option<String> {
        match self {
            Self::Fresh => None,
            Self::Slow(seconds) => Some(format!(
                "PHP notices changed files only after {seconds} s (opcache.revalidate_freq): wait so long after an upgrade"
            )),
            Self::Never => Some(
                "PHP never notices changed files (opcache.validate_timestamps=0): reload PHP-FPM after each `install`"
                    .to_owned(),
            ),
        }
    }
}

impl Live {
    /// The way in one word, when there is one.
    #[must_use]
    pub fn way(&self) -> Option<&'static str> {
        match self {
            Self::Answers { way, .. } => Some(way.as_str()),
            _ => None,
        }
    }

    /// In a sentence for an operator, with the mend where something is wrong.
    #[must_use]
    pub fn sentence(&self, base_url: &Url) -> (String, Option<String>) {
        let at = format!("{base_url}{}", alive::PATH);
        match self {
            Self::Answers { way, php } => {
                let version = php.version.as_deref();
                let told = match way {
                    Way::Proxy => {
                        let own = version.map(|version| format!("; its own pages run under PHP {version}"));
                        format!(
                            "the web server sends {base_url} pages of ours straight to the daemon (proxy mode){}",
                            own.unwrap_or_default()
                        )
                    }
                    Way::Gateway => {
                        let by = version.map(|version| format!(", PHP {version}")).unwrap_or_default();
                        format!("the CRM at {base_url} passes our pages on (gateway{by}); `perfex-bridge proxy` is faster")
                    }
                };
                (told, php.opcache.mend())
            }
            Self::Silent => (
                format!("{at} leads to the daemon, which does not answer"),
                Some("start it: systemctl start perfex-bridge".to_owned()),
            ),
            Self::NotRouted => (
                format!("{at} is not known there: visitors do not reach our pages"),
                Some("run `perfex-bridge install`, or put the lines of `perfex-bridge proxy` into the web server".to_owned()),
            ),
            Self::Broken => (
                format!("the CRM at {base_url} answers with 500"),
                Some("look into its PHP log; `perfex-bridge routes remove` takes our lines out".to_owned()),
            ),
            Self::Strange(status) => (
                format!("something else answers {at} (status {status})"),
                Some("check perfex.base_url, and what stands in front of the web server".to_owned()),
            ),
            Self::Unreachable(reason) => (
                format!("{base_url} cannot be reached from here ({reason})"),
                Some(format!("open {at} in a browser; 400 there means that the daemon answers")),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn php_tells_its_version_and_when_it_notices_changed_files() {
        for (text, version, opcache) in [
            ("", None, Opcache::Fresh),
            ("8.2.29 1 1 2", Some("8.2.29"), Opcache::Fresh),
            ("8.1.2-1ubuntu2.14 1 1 4", Some("8.1.2-1ubuntu2.14"), Opcache::Slow(4)),
            ("8.4.1 1 1 60", Some("8.4.1"), Opcache::Slow(60)),
            ("8.4.1 1 0 2", Some("8.4.1"), Opcache::Never),
            ("8.4.1 0 0 2", Some("8.4.1"), Opcache::Fresh),
            ("8.4.1   ", Some("8.4.1"), Opcache::Fresh),
        ] {
            assert_eq!(Php::read(text), Php { version: version.map(str::to_owned), opcache }, "{text}");
        }
    }
}
