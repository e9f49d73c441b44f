//! Another machine's license server, over HTTP.
//!
//! In: a path and JSON. Out: status and JSON, or one sentence that says what the other side did instead. Invariants: an
//! answer takes no longer than is allowed and is at most [`LONGEST`] bytes, whatever the other side sends; redirects are not
//! followed, because the API key would travel with them; the API key stands in no error and no log.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes; twenty leases are about 20,000.
pub const LONGEST: usize = 256 * 1024;
/// The longest sentence of the other side that is repeated, in characters.
const LONGEST_SENTENCE: usize = 300;

/// Why there is no answer, or none that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// This machine cannot make requests at all.
    #[error("no HTTPS request can be made from here: {0}; install the package ca-certificates")]
    Unable(String),
    /// It is not known well enough to be asked.
    #[error("the license server cannot be asked: {0}")]
    Unread(&'static str),
    /// No connection, or it broke, or nothing came in time.
    #[error("the license server {server} cannot be reached ({reason}): allow outgoing HTTPS to it")]
    Unreachable {
        /// Its host.
        server: String,
        /// What failed.
        reason: String,
    },
    /// An answer that says no to the request itself.
    #[error("the license server {server} answered {status}: {detail}")]
    Status {
        /// Its host.
        server: String,
        /// The HTTP status.
        status: u16,
        /// Its own words, or what the status means.
        detail: String,
    },
    /// Too much, or something else than JSON.
    #[error("the license server {server} answered with {found} instead of JSON: is licensing.server right?")]
    Garbage {
        /// Its host.
        server: String,
        /// What came.
        found: &'static str,
    },
}

impl RemoteError {
    /// Whether the same request may succeed later: nobody refused what it says.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unable(_) | Self::Unread(_) | Self::Unreachable { .. } | Self::Garbage { .. } => true,
            // 401 and 403: somebody will mend the API key.
            Self::Status { status, .. } => !matches!(status, 400 | 409 | 413 | 415 | 422),
        }
    }
}

/// A license server at an address.
#[derive(Debug, Clone)]
pub struct Remote {
    base: Result<Url, &'static str>,
    api_key: Result<SecretString, &'static str>,
    limit: Duration,
    /// Made at the first request: most commands make none.
    client: Arc<OnceLock<Result<Client, RemoteError>>>,
}

impl Remote {
    /// The license server at `base`, which knows us by `api_key` and has `limit` for each whole answer.
    #[must_use]
    pub fn new(mut base: Url, api_key: SecretString, limit: Duration) -> Self {
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Self { base: Ok(base), api_key: Ok(api_key), limit, client: Arc::default() }
    }

    /// A license server whose API key is not known, nor perhaps its address; `why` is what whoever asks is told.
    #[must_use]
    pub fn unread(base: Option<Url>, why: &'static str, limit: Duration) -> Self {
        let known = base.map(|base| Self::new(base, SecretString::default(), limit).base);
        Self { base: known.unwrap_or(Err(why)), api_key: Err(why), limit, client: Arc::default() }
    }

    /// How long a whole answer may take.
    #[must_use]
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Its address, for people; empty while it is not known.
    #[must_use]
    pub fn address(&self) -> &str {
        self.base.as_ref().map(Url::as_str).unwrap_or_default()
    }

    /// Reads a document.
    pub async fn get(&self, path: &str) -> Result<Value, RemoteError> {
        self.send(Method::GET, path, None, false).await
    }

    /// Asks a question that anyone may ask.
    pub async fn ask(&self, path: &str, question: &Value) -> Result<Value, RemoteError> {
        self.send(Method::POST, path, Some(question), false).await
    }

    /// Gives an order, with the API key.
    pub async fn order(&self, path: &str, order: &Value) -> Result<Value, RemoteError> {
        self.send(Method::POST, path, Some(order), true).await
    }

    fn client(&self) -> Result<&Client, RemoteError> {
        let made = self.client.get_or_init(|| {
            // Plain http is for this very machine: no proxy is to see the key.
            let builder = Client::builder();
            let builder = if self.base.as_ref().is_ok_and(|base| base.scheme() == "http") {
                builder.no_proxy()
            } else {
                builder
            };
            builder
                .connect_timeout(CONNECT)
                .timeout(self.limit)
                .redirect(Policy::none())
                .user_agent(concat!("perfex-bridge/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(|error| RemoteError::Unable(error.to_string()))
        });
        made.as_ref().map_err(Clone::clone)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        signed_in: bool,
    ) -> Result<Value, RemoteError> {
        let base = self.base.as_ref().map_err(|why| RemoteError::Unread(why))?;
        let api_key = match &self.api_key {
            Err(why) if signed_in => return Err(RemoteError::Unread(why)),
            known => known.as_ref().map(secrecy::ExposeSecret::expose_secret).unwrap_or_default(),
        };
        let url = base.join(path).map_err(|error| RemoteError::Unable(error.to_string()))?;
        let mut request = self.client()?.request(method, url);
        if signed_in {
            let mut value = HeaderValue::try_from(format!("Bearer {api_key}"))
                .map_err(|_| RemoteError::Unable("licensing.api_key has characters of no key".into()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let body = self.read(response).await?;
        let json = serde_json::from_slice(&body);
        if status.is_success() {
            return json.map_err(|_| self.garbage("another document"));
        }
        Err(RemoteError::Status {
            server: self.host(),
            status: status.as_u16(),
            detail: detail(status, json.ok().as_ref(), api_key),
        })
    }

    /// The body, as long as it is no longer than an answer can be.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, RemoteError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(&error))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(self.garbage("far too much"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// Its host, for people; while it is not known, a question mark.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.base.as_ref().map(|base| base.host_str().unwrap_or_default());
        host.unwrap_or("?").to_owned()
    }

    fn garbage(&self, found: &'static str) -> RemoteError {
        RemoteError::Garbage { server: self.host(), found }
    }

    fn unreachable(&self, error: &reqwest::Error) -> RemoteError {
        let reason = if error.is_timeout() { "no answer in time".to_owned() } else { innermost(error) };
        RemoteError::Unreachable { server: self.host(), reason }
    }
}

/// The other side's own sentence, cut to one line, or what the status means. Whoever is asked knows the key, and may repeat
/// it: it is blanked out.
fn detail(status: StatusCode, body: Option<&Value>, api_key: &str) -> String {
    let said = body.and_then(|body| body.get("detail")).and_then(Value::as_str);
    let said = said.unwrap_or_default();
    // Without a key there is nothing to hide, and everything would match it.
    let said = if api_key.is_empty() { said.to_owned() } else { said.replace(api_key, "***") };
    let line: String = said
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(LONGEST_SENTENCE)
        .collect();
    if !line.trim().is_empty() {
        return line.trim().to_owned();
    }
    if status.is_redirection() {
        return "it sends requests elsewhere, which is not followed: is licensing.server right?".to_owned();
    }
    status.canonical_reason().unwrap_or("no reason given").to_owned()
}

/// What failed at the bottom: "connection refused" instead of "error sending request".
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
