//! Routes on a port of their own, for tests.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::{Limits, Routing, serve};

/// Longer than anything here takes; whoever waits that long has hung.
const TOO_LONG: Duration = Duration::from_secs(20);

/// A running listener.
pub struct Served {
    pub address: SocketAddr,
    pub stop: CancellationToken,
    pub task: JoinHandle<()>,
}

impl Served {
    pub async fn with(routing: impl Into<Routing>, limits: Limits) -> Self {
        let routing = routing.into();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let until = stop.clone();
        let task = tokio::spawn(async move { serve(listener, routing, limits, &until, || {}).await });
        Self { address, stop, task }
    }

    /// A connection on which `bytes` have been sent.
    pub async fn send(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    /// The whole answer to a request such as `GET /livez`.
    pub async fn ask(&self, request: &str) -> String {
        let mut stream =
            self.send(&format!("{request} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")).await;
        rest(&mut stream).await
    }

    /// Waits until the listener has ended.
    pub async fn ended(self) {
        timeout(TOO_LONG, self.task).await.expect("the listener hangs").unwrap();
    }
}

/// What still comes until the connection is closed; a reset counts as an end.
pub async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let end = timeout(TOO_LONG, stream.read_to_end(&mut bytes)).await.expect("the connection stays open");
    if let Err(error) = end {
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
    }
    String::from_utf8(bytes).unwrap()
}
