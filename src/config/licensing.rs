//! Who issues and checks licenses.

use std::time::Duration;

use secrecy::SecretString;
use url::{Host, Url};

use super::ConfigError;
use super::settings::Settings;

/// Section `[licensing]`.
#[derive(Debug, Clone)]
pub struct LicensingConfig {
    /// The license server.
    pub server: LicenseServer,
    /// Whether the configuration itself says which; else staff may say it in the CRM.
    pub server_is_set: bool,
    /// How long an answer of a license server may take.
    pub timeout: Duration,
    /// Where the web server passes our own license API on, with one slash at its end; `None`: the CRM's address.
    pub public_url: Option<Url>,
    /// Requests a minute to our own license API from one network.
    pub requests_per_network: u32,
    /// Requests a minute to our own license API about one key.
    pub requests_per_key: u32,
    /// How long a check stays in the log.
    pub keep_checks: Duration,
}

/// A license server.
#[derive(Debug, Clone)]
pub enum LicenseServer {
    /// This daemon.
    Builtin,
    /// Another machine.
    Remote {
        /// Its address; `https`, or `http` on this very machine.
        url: Url,
        /// What it knows us by.
        api_key: SecretString,
        /// How long an answer of it may take.
        timeout: Duration,
    },
    /// Another machine, perhaps; what staff have saved about it is not read, or cannot be. Licenses wait until it can.
    Unread {
        /// Its address, where at least that can be read.
        url: Option<Url>,
        /// Why not.
        why: &'static str,
        /// How long an answer of it may take.
        timeout: Duration,
    },
}

impl LicensingConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let server = settings.get("licensing", "server")?;
        let public_url = settings.get("licensing", "public_url")?.site("https://licenses.example.com/")?;
        let api_key = settings.get("licensing", "api_key")?.secret()?;
        let timeout = settings
            .get("licensing", "timeout")?
            .duration(Duration::from_millis(100)..=Duration::from_mins(1))?;
        let limit = |key| settings.get("licensing", key)?.number(1..=1_000_000_u32);
        let (requests_per_network, requests_per_key) =
            (limit("requests_per_network")?, limit("requests_per_key")?);
        let keep_checks = settings
            .get("licensing", "keep_checks")?
            .duration(Duration::from_hours(24)..=Duration::from_hours(3650 * 24))?;
        if server.required("the license server here is \"builtin\"")? == "builtin" {
            let server_is_set = server.is_set();
            let server = LicenseServer::Builtin;
            return Ok(Self {
                server,
                server_is_set,
                timeout,
                public_url,
                requests_per_network,
                requests_per_key,
                keep_checks,
            });
        }
        let url = server_address(server.text()?.unwrap_or_default());
        let url = url.ok_or_else(|| {
            server.refuse("must be \"builtin\" or an https address, such as \"https://licenses.example.com\"")
        })?;
        let api_key = api_key.ok_or_else(|| {
            server.refuse("needs [licensing] api_key; set it to the key that the license server gave you")
        })?;
        let server = LicenseServer::Remote { url, api_key, timeout };
        Ok(Self {
            server,
            server_is_set: true,
            timeout,
            public_url,
            requests_per_network,
            requests_per_key,
            keep_checks,
        })
    }
}

/// The address of a license server, when the way to it is private.
#[must_use]
pub fn server_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(is_private_on_the_way)
}

/// Whether the key and the answers can be read by nobody else: TLS, or never leaving this machine.
fn is_private_on_the_way(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.has_host() && (url.scheme() == "https" || (url.scheme() == "http" && here))
}
