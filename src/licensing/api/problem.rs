//! Refusals as problem documents (RFC 9457): status, title, one sentence; never personal data.

use serde::Serialize;
use serde_json::json;
use warp::http::{HeaderValue, StatusCode, header};
use warp::hyper::body::Bytes;
use warp::reply::Response;

/// Why a request gets no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    retry_after: Option<u64>,
    allow: Option<String>,
}

impl Problem {
    /// A refusal with its sentence.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), retry_after: None, allow: None }
    }

    /// A field that is missing or wrong.
    #[must_use]
    pub fn field(name: &str, detail: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, format!("`{name}`: {detail}"))
    }

    /// Another method than those that the page has.
    #[must_use]
    pub fn method(allowed: &str) -> Self {
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, format!("use {allowed}"));
        Self { allow: Some(allowed.to_owned()), ..refusal }
    }

    /// Too many requests; the client should wait so many seconds.
    #[must_use]
    pub fn too_many(seconds: u64) -> Self {
        let detail = "too many requests; wait and ask less often: once a day is enough for a check";
        Self { retry_after: Some(seconds), ..Self::new(StatusCode::TOO_MANY_REQUESTS, detail) }
    }

    /// Something of ours failed; the sentence for the log is not shown.
    #[must_use]
    pub fn unavailable() -> Self {
        let detail = "the license server cannot answer now; a license that was checked keeps working";
        Self { retry_after: Some(60), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, detail) }
    }

    /// The document.
    #[must_use]
    pub fn response(&self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Error");
        let body = json!({
            "type": "about:blank",
            "title": title,
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = json_text(self.status, body.to_string());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allowed) = self.allow.as_deref().and_then(|allowed| HeaderValue::try_from(allowed).ok()) {
            headers.insert(header::ALLOW, allowed);
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A JSON answer that nobody on the way stores.
pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_string(body).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::unavailable()
    })?;
    Ok(json_text(status, text))
}

/// A JSON answer that is written already.
pub(super) fn json_text(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(body.into().into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
