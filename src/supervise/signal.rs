//! The signals that stop the daemon.

use std::fmt;
use std::io;
use std::task::Poll;

use futures_util::{Stream, stream};
use tokio::signal::unix::{SignalKind, signal};

/// A signal that stops the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGTERM, the service manager's.
    Terminate,
    /// SIGINT, Ctrl-C at a terminal.
    Interrupt,
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terminate => "SIGTERM",
            Self::Interrupt => "SIGINT",
        })
    }
}

/// Listens from now on; a signal that comes before the stream is polled is kept. Fails when the system refuses a
/// handler.
pub fn signals() -> io::Result<impl Stream<Item = Signal> + Send + Unpin> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(stream::poll_fn(move |cx| {
        if terminate.poll_recv(cx).is_ready() {
            return Poll::Ready(Some(Signal::Terminate));
        }
        interrupt.poll_recv(cx).map(|_| Some(Signal::Interrupt))
    }))
}
