//! A request as the pages see it: method, path, headers, visitor, and a body with limits.

use std::convert::Infallible;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use tokio::time::timeout;
use warp::http::{HeaderMap, Method};
use warp::{Buf, Filter};

use super::peer::Peer;

/// The largest body that a page for everybody takes.
const LARGEST: usize = 64 * 1024;
/// The largest body that a page for staff takes, as `Bridge_gateway.php` says, too: the form of a product with three texts of
/// 16,000 letters of the basic plane, each of which comes as nine bytes, and the rest of the form.
pub const LARGEST_OF_STAFF: usize = 512 * 1024;
/// The time in which a body must be complete.
const PATIENCE: Duration = Duration::from_secs(5);

/// A request; its body is not read yet, or is bytes once it is [`Request::whole`].
#[derive(Debug)]
pub struct Request<B = Body> {
    /// Its method.
    pub method: Method,
    /// Its path, percent escapes as they came.
    pub path: String,
    /// What follows the path's question mark, as it came.
    pub query: Option<String>,
    /// Its headers.
    pub headers: HeaderMap,
    /// Who asks.
    pub visitor: IpAddr,
    /// Whether whoever connected runs on this machine: the web server, or PHP.
    pub local: bool,
    /// What was sent along.
    pub body: B,
}

/// A body that nobody has read yet.
pub struct Body(Pin<Box<dyn Stream<Item = Result<Vec<u8>, warp::Error>> + Send>>);

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Larger than the page takes.
    #[error("the body is larger than this page takes")]
    TooLarge,
    /// It did not come in time.
    #[error("the body was not complete within {} seconds", PATIENCE.as_secs())]
    TooSlow,
    /// The line broke.
    #[error("the body broke off")]
    Broken,
}

impl<B> Request<B> {
    /// Path and query, as they came.
    #[must_use]
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

impl Request {
    /// The same request with its body read.
    pub async fn whole(self) -> Result<Request<Vec<u8>>, BodyError> {
        self.up_to(LARGEST).await
    }

    /// The same for a page that takes so many bytes.
    pub async fn up_to(self, largest: usize) -> Result<Request<Vec<u8>>, BodyError> {
        let Self { method, path, query, headers, visitor, local, body } = self;
        let body = body.up_to(largest).await?;
        Ok(Request { method, path, query, headers, visitor, local, body })
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body(..)")
    }
}

impl Body {
    /// Reads the whole body.
    pub async fn read(self) -> Result<Vec<u8>, BodyError> {
        self.up_to(LARGEST).await
    }

    async fn up_to(mut self, largest: usize) -> Result<Vec<u8>, BodyError> {
        let reading = async move {
            let mut whole = Vec::new();
            while let Some(part) = self.0.next().await {
                let part = part.map_err(|_| BodyError::Broken)?;
                if whole.len() + part.len() > largest {
                    return Err(BodyError::TooLarge);
                }
                whole.extend_from_slice(&part);
            }
            Ok(whole)
        };
        timeout(PATIENCE, reading).await.unwrap_or(Err(BodyError::TooSlow))
    }
}

/// Takes any request; nothing of its body is read.
#[must_use]
pub fn request() -> impl Filter<Extract = (Request,), Error = warp::Rejection> + Clone {
    warp::method()
        .and(warp::path::full())
        .and(query())
        .and(warp::header::headers_cloned())
        .and(warp::ext::optional::<Peer>())
        .and(warp::body::stream())
        .map(|method, path: warp::path::FullPath, query, headers: HeaderMap, peer: Option<Peer>, body| {
            let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
            let visitor =
                peer.unwrap_or(Peer::Local).visitor(forwarded.and_then(|value| value.to_str().ok()));
            Request {
                method,
                path: path.as_str().to_owned(),
                query,
                headers,
                visitor,
                local: peer.is_some_and(Peer::is_local),
                body: Body(Box::pin(parts(body))),
            }
        })
}

fn query() -> impl Filter<Extract = (Option<String>,), Error = Infallible> + Clone {
    warp::query::raw().map(Some).or(warp::any().map(|| None)).unify()
}

fn parts<B: Buf>(
    body: impl Stream<Item = Result<B, warp::Error>>,
) -> impl Stream<Item = Result<Vec<u8>, warp::Error>> {
    body.map(|part| {
        part.map(|mut part| {
            let mut bytes = vec![0; part.remaining()];
            part.copy_to_slice(&mut bytes);
            bytes
        })
    })
}
