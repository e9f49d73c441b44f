//! Listeners.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::ConfigError;
use super::settings::Settings;

/// Section `[http]`.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Where the web server reaches the pages; `None`: on no port.
    pub listen: Option<SocketAddr>,
    /// The unix socket for the same; `None`: on no socket.
    pub socket: Option<PathBuf>,
    /// Where machines read health and metrics; always a loopback address.
    pub management: SocketAddr,
}

impl HttpConfig {
    pub(super) fn read(settings: &Settings) -> Result<Self, ConfigError> {
        let get = |key| settings.get("http", key);
        let management = get("management")?;
        let address = management.address()?.ok_or_else(|| {
            management.refuse("must not be empty; write a loopback address such as \"127.0.0.1:8788\"")
        })?;
        if !address.ip().is_loopback() {
            return Err(management.refuse("must be a loopback address, such as \"127.0.0.1:8788\""));
        }
        Ok(Self { listen: get("listen")?.address()?, socket: get("socket")?.path()?, management: address })
    }
}
