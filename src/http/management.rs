//! The pages for machines: `/livez`, `/readyz`, `/metrics`.
//!
//! In: the vitals, the metrics, and what the database says when asked. Out: short answers. Invariants:
//!
//! - `/livez` asks nobody: a dead database is no reason to restart the daemon;
//! - whoever is asked for `/readyz` and `/metrics` has a limit, so that a page never hangs;
//! - no answer is stored by anybody on the way.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::json;
use tokio::time::timeout;
use warp::Filter as _;
use warp::http::{HeaderValue, Method, StatusCode, header};
use warp::reply::Response;

use super::routing::Routes;
use crate::metrics::{CONTENT_TYPE, Metrics, OutboxLevels};
use crate::vitals::{Phase, Vitals};

/// The time that the database has for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// A reason in one line, without secrets: it is shown.
type Reason = Box<dyn Error + Send + Sync>;

/// What these pages ask the database.
pub trait Facts: Send + Sync + 'static {
    /// Whether it answers.
    fn ping(&self) -> BoxFuture<'_, Result<(), Reason>>;

    /// What the outbox holds.
    fn outbox(&self) -> BoxFuture<'_, Result<OutboxLevels, Reason>>;
}

/// The pages.
#[derive(Clone)]
pub struct Management {
    vitals: Vitals,
    metrics: Metrics,
    facts: Arc<dyn Facts>,
}

impl Management {
    /// Pages over these.
    #[must_use]
    pub fn new(vitals: Vitals, metrics: Metrics, facts: Arc<dyn Facts>) -> Self {
        Self { vitals, metrics, facts }
    }

    /// The pages as routes; nothing falls through them.
    #[must_use]
    pub fn routes(self) -> Routes {
        warp::any()
            .and(warp::method())
            .and(warp::path::full())
            .then(move |method: Method, path: warp::path::FullPath| {
                let pages = self.clone();
                async move { sealed(pages.answer(&method, path.as_str()).await) }
            })
            .boxed()
    }

    async fn answer(&self, method: &Method, path: &str) -> Response {
        let reads = *method == Method::GET || *method == Method::HEAD;
        match path {
            "/livez" | "/readyz" | "/metrics" if !reads => {
                let mut refusal = text(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
                refusal.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
                refusal
            }
            "/livez" => self.live(),
            "/readyz" => self.ready().await,
            "/metrics" => self.numbers().await,
            _ => text(StatusCode::NOT_FOUND, "there is /livez, /readyz and /metrics"),
        }
    }

    fn live(&self) -> Response {
        let overdue: Vec<String> = self.vitals.overdue().iter().map(ToString::to_string).collect();
        if overdue.is_empty() {
            text(StatusCode::OK, "ok")
        } else {
            text(StatusCode::SERVICE_UNAVAILABLE, overdue.join("\n"))
        }
    }

    async fn ready(&self) -> Response {
        let status = self.vitals.status();
        let reason = match &status.phase {
            Phase::Ready => self.unreachable().await,
            Phase::Waiting(reason) => Some(reason.clone()),
            Phase::Starting => Some("the daemon is starting".to_owned()),
            Phase::Stopping => Some("the daemon is stopping".to_owned()),
        };
        let ready = reason.is_none();
        let body =
            json!({ "ready": ready, "phase": status.phase.word(), "reason": reason, "watch": status.watch });
        let code = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        page(code, "application/json", body.to_string())
    }

    /// Why the database cannot be worked with; `None` when it answers.
    async fn unreachable(&self) -> Option<String> {
        match timeout(PATIENCE, self.facts.ping()).await {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some(reason.to_string()),
            Err(_) => Some("the database did not answer within a second".to_owned()),
        }
    }

    async fn numbers(&self) -> Response {
        let outbox = match timeout(PATIENCE, self.facts.outbox()).await {
            Ok(Ok(levels)) => Some(levels),
            Ok(Err(reason)) => {
                tracing::warn!(%reason, "metrics: the outbox cannot be read");
                None
            }
            Err(_) => {
                tracing::warn!("metrics: the outbox was not read within a second");
                None
            }
        };
        match self.metrics.encode(outbox.as_ref()) {
            Ok(numbers) => page(StatusCode::OK, CONTENT_TYPE, numbers),
            Err(error) => {
                tracing::error!(%error, "metrics: they cannot be written");
                text(StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be written")
            }
        }
    }
}

fn text(code: StatusCode, body: impl Into<String>) -> Response {
    page(code, "text/plain; charset=utf-8", body.into())
}

fn page(code: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = code;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// With the headers that every answer has.
fn sealed(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests;
