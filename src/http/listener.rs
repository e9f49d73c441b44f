//! The accept loop.
//!
//! warp's own server has no limit for the time that a header takes, none for the number of connections and none for
//! the time that a graceful stop takes; hence this loop around its service. In: something that accepts, a routing. Out:
//! served connections. Invariants:
//!
//! - a connection whose next header is not complete in time is closed; that holds for idle ones too;
//! - above the cap nothing is accepted: the kernel's queue makes newcomers wait;
//! - after `stop` the listener is closed at once, requests under way are answered, and what is left at the deadline is
//!   cut; when the loop itself is dropped, all its connections are.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::peer::Peer;
use super::routing::Routing;

/// The time between two ticks of an idle loop.
const BEAT: Duration = Duration::from_secs(5);

/// The pause after a failed accept; without one, "too many open files" would become a busy loop.
const PAUSE: Duration = Duration::from_millis(100);

/// Bytes of a request's header, and of what is buffered for a connection.
const BUFFER: usize = 32 * 1024;

/// What a listener endures.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time in which a header must be complete, from the connection's begin or the last answer's end.
    pub header: Duration,
    /// Connections at the same time.
    pub connections: usize,
    /// The time that requests under way have after the stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        // The drain stays below the deadline of the stage that listeners stop in.
        Self { header: Duration::from_secs(5), connections: 256, drain: Duration::from_secs(3) }
    }
}

/// Something that connections come from.
pub trait Accept: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// The next connection and who is at its other end; dropped while it waits, none is lost.
    fn accept(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

impl Accept for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, address) = TcpListener::accept(self).await?;
        stream.set_nodelay(true)?;
        Ok((stream, Peer::Network(address.ip())))
    }
}

impl Accept for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<(UnixStream, Peer)> {
        let (stream, _) = UnixListener::accept(self).await?;
        Ok((stream, Peer::Local))
    }
}

/// Serves until `stop`, then lets requests under way end. `tick` is called every turn.
pub async fn serve<A: Accept>(
    listener: A,
    routing: impl Into<Routing>,
    limits: Limits,
    stop: &CancellationToken,
    tick: impl Fn(),
) {
    let routing = routing.into();
    let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let connections = TaskTracker::new();
    let cut = CancellationToken::new();
    let cut_at_the_latest_when_dropped = cut.clone().drop_guard();
    loop {
        tick();
        let place = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Ok(place) = Arc::clone(&places).acquire_owned() => place,
            () = sleep(BEAT) => continue,
        };
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
            () = sleep(BEAT) => continue,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (routing, stop, cut) = (routing.clone(), stop.clone(), cut.clone());
                connections.spawn(async move {
                    converse(stream, peer, routing, limits.header, &stop, &cut).await;
                    drop(place);
                });
            }
            // The client was gone before it was served.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::warn!(%error, "http: cannot accept a connection");
                tokio::select! { () = stop.cancelled() => {}, () = sleep(PAUSE) => {} }
            }
        }
    }
    drop(listener);
    connections.close();
    if timeout(limits.drain, connections.wait()).await.is_err() {
        tracing::warn!(connections = connections.len(), "http: connections outlived the stop and are cut");
    }
    drop(cut_at_the_latest_when_dropped);
    connections.wait().await;
}

/// Serves one connection to its end.
async fn converse<S>(
    stream: S,
    peer: Peer,
    routing: Routing,
    header: Duration,
    stop: &CancellationToken,
    cut: &CancellationToken,
) where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    // HTTP/1 only: while the version is guessed no time limit runs, and proxies speak HTTP/1 to the daemon anyway.
    let mut server = auto::Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(header).max_buf_size(BUFFER);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        let routing = routing.clone();
        async move { routing.answer(request).await }
    });
    let conversation = server.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(conversation);
    let mut stopping = false;
    loop {
        tokio::select! {
            ended = &mut conversation => {
                if let Err(error) = ended {
                    // Clients vanish and dawdle all day; that is worth no line in the journal.
                    tracing::debug!(error, "http: a connection ended early");
                }
                return;
            }
            () = stop.cancelled(), if !stopping => {
                stopping = true;
                conversation.as_mut().graceful_shutdown();
            }
            () = cut.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests;
