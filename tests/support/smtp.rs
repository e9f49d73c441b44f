//! A mail server on loopback that does what it is told: takes mail, refuses it, stalls, hangs up.
//!
//! By default it speaks STARTTLS with a certificate made at run time ([`Smtp::ca`] is what a client must trust) and
//! demands [`USER`] and [`PASSWORD`]. Each message (or connection, for [`At::Connect`]) takes the next [`Step`] of the
//! script; when the script is empty, everything is accepted.
//!
//! A message whose final dot arrived is kept, whether or not the client was told: after a stall or a hang-up there the
//! client cannot know, and [`Received::acknowledged`] is false. Waiting is by notification, never by sleeping.

mod session;
mod tls;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

/// The user name that the server demands.
pub const USER: &str = "crm@seller.example";
/// The password that the server demands.
pub const PASSWORD: &str = "s3cret";

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all; AUTH is offered in the clear.
    Plain,
    /// Plain at first; AUTH is offered only after STARTTLS.
    StartTls,
    /// TLS from the first byte (port 465).
    Implicit,
}

/// Where in the conversation a [`Step`] happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Instead of the greeting.
    Connect,
    /// At MAIL FROM.
    Mail,
    /// At each RCPT TO.
    Rcpt,
    /// At DATA, before the text is asked for.
    Data,
    /// After 354, as soon as the first byte of the text arrives: the message is lost.
    Text,
    /// After the final dot: the message is here, the answer is what the step says.
    Dot,
}

/// What the server does with one message or connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Takes the message.
    Accept,
    /// Answers with this code (4xx or 5xx); at [`At::Dot`] the message is then not kept.
    Reply(At, u16),
    /// Never answers again; the connection stays open.
    Stall(At),
    /// Closes the connection without a word.
    HangUp(At),
}

/// A message whose final dot arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The address of MAIL FROM.
    pub from: String,
    /// The addresses of RCPT TO, in their order.
    pub to: Vec<String>,
    /// The message as it was meant: lines end with CRLF, dots are un-stuffed, the final dot is gone.
    pub raw: Vec<u8>,
    /// Who had signed in.
    pub user: Option<String>,
    /// Whether the connection was encrypted.
    pub encrypted: bool,
    /// Whether the client was told that it was accepted.
    pub acknowledged: bool,
}

/// The server; it ends with its handle.
pub struct Smtp {
    address: SocketAddr,
    ca: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What the handle and the connections share.
struct Shared {
    security: Security,
    tls: tokio_rustls::TlsAcceptor,
    seen: Mutex<Seen>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Seen {
    script: VecDeque<Step>,
    received: Vec<Received>,
    connections: usize,
    refused_logins: usize,
}

impl Smtp {
    /// A server with STARTTLS.
    pub async fn start() -> Self {
        Self::with(Security::StartTls).await
    }

    /// A server with this protection.
    pub async fn with(security: Security) -> Self {
        let (ca, acceptor) = tls::certificate();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared =
            Arc::new(Shared { security, tls: acceptor, seen: Mutex::default(), changed: Notify::new() });
        let task = tokio::spawn(accept(listener, shared.clone()));
        Self { address, ca, shared, task }
    }

    /// The port on 127.0.0.1; the certificate is for `localhost` and that address.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The certificate that a client must trust, as PEM.
    pub fn ca(&self) -> &str {
        &self.ca
    }

    /// Appends to the script.
    pub fn then(&self, steps: impl IntoIterator<Item = Step>) {
        self.shared.seen.lock().unwrap().script.extend(steps);
    }

    /// All messages so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.seen.lock().unwrap().received.clone()
    }

    /// How often a login was refused.
    pub fn refused_logins(&self) -> usize {
        self.shared.seen.lock().unwrap().refused_logins
    }

    /// Waits until `n` messages are here and returns them all.
    pub async fn wait_for(&self, n: usize, deadline: Duration) -> Vec<Received> {
        self.wait_until(&format!("{n} messages"), deadline, |seen| seen.received.len() >= n).await;
        self.received()
    }

    /// Waits until `n` connections were made.
    pub async fn wait_for_connections(&self, n: usize, deadline: Duration) {
        self.wait_until(&format!("{n} connections"), deadline, |seen| seen.connections >= n).await;
    }

    /// Waits until every step of the script was taken.
    pub async fn wait_for_script(&self, deadline: Duration) {
        self.wait_until("the end of the script", deadline, |seen| seen.script.is_empty()).await;
    }

    async fn wait_until(&self, what: &str, deadline: Duration, met: impl Fn(&Seen) -> bool) {
        let waited = tokio::time::timeout(deadline, async {
            loop {
                // Listening starts before looking, so that no change falls in between.
                let mut changed = std::pin::pin!(self.shared.changed.notified());
                changed.as_mut().enable();
                if met(&self.shared.seen.lock().unwrap()) {
                    return;
                }
                changed.await;
            }
        });
        assert!(
            waited.await.is_ok(),
            "no {what} within {deadline:?}: {:?}",
            self.shared.seen.lock().unwrap()
        );
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    fn change(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap());
        self.changed.notify_waiters();
    }

    /// The next step, if it is meant for connections (`true`) or for messages (`false`).
    fn take(&self, connection: bool) -> Step {
        let mut step = Step::Accept;
        self.change(|seen| {
            let next = seen.script.front().copied();
            if let Some(next) = next
                && connection == next.is_at(At::Connect)
            {
                seen.script.pop_front();
                step = next;
            }
        });
        step
    }
}

impl Step {
    fn is_at(self, at: At) -> bool {
        matches!(self, Self::Reply(own, _) | Self::Stall(own) | Self::HangUp(own) if own == at)
    }
}

/// Serves connections until aborted; the connections end with it.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        shared.change(|seen| seen.connections += 1);
        let shared = shared.clone();
        connections.spawn(async move {
            // The client may leave whenever it likes.
            session::serve(stream, &shared).await.ok();
        });
    }
}
