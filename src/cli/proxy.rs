//! `proxy`: the web server's configuration that sends the bridge's pages straight to the daemon.

use clap::ValueEnum;
use tera::{Context, Tera};

use crate::app::App;
use crate::http;

use super::CliError;
use super::output::say;

/// A web server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Proxy {
    /// nginx 1.9 or newer.
    Nginx,
    /// Apache 2.4.
    Apache,
}

impl Proxy {
    pub(super) fn run(self, app: &App) -> Result<(), CliError> {
        let template = match self {
            Self::Nginx => include_str!("../../templates/proxy/nginx.conf"),
            Self::Apache => include_str!("../../templates/proxy/apache.conf"),
        };
        let mut context = Context::new();
        context.insert("pattern", &http::pattern(&App::public_paths()));
        // Where the CRM lies in a folder of its address, so do our pages; the daemon knows nothing of it.
        context.insert("folder", app.base_url.path().trim_end_matches('/'));
        context.insert("backend", &self.backend(app)?);
        // A configuration file has no HTML in it.
        let text = Tera::one_off(template, &context, false);
        say(text.map_err(|error| CliError::Failed(error.to_string()))?.trim_end())?;
        Ok(())
    }

    /// How the web server reaches the daemon: by the socket, which file rights guard, else by the address.
    fn backend(self, app: &App) -> Result<String, CliError> {
        let http = &app.config.http;
        match (self, &http.socket, http.listen) {
            (Self::Nginx, Some(socket), _) => Ok(format!("unix:{}", socket.display())),
            (Self::Apache, Some(socket), _) => Ok(format!("unix:{}|http://localhost", socket.display())),
            (Self::Nginx, None, Some(address)) => Ok(address.to_string()),
            (Self::Apache, None, Some(address)) => Ok(format!("http://{address}")),
            (_, None, None) => Err(CliError::Usage(
                "there is nothing to send requests to: set [http] socket or [http] listen".to_owned(),
            )),
        }
    }
}
