//! What the service manager is told: ready, status, stopping, and that every loop ticks.
//!
//! In: the [`Vitals`] and the address in `NOTIFY_SOCKET`. Out: datagrams as `sd_notify(3)` describes them. Invariants:
//!
//! - the watchdog is fed only while no loop is overdue; the timer alone proves nothing;
//! - `READY=1` goes out once, when the daemon is ready for the first time;
//! - without a service manager everything here does nothing, and a manager that does not listen stops nothing.

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::SocketAddr;
use std::time::Duration;

use tokio::net::UnixDatagram;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use crate::vitals::{Phase, Vitals};

/// How often the loops are looked at, when the watchdog does not ask for more.
const LOOK: Duration = Duration::from_secs(5);

/// How much longer the manager shall wait for the start, told at every look while the daemon waits for the CRM.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// The time that a datagram may take; the manager's queue can be full.
const PATIENCE: Duration = Duration::from_secs(1);

/// `NOTIFY_SOCKET` holds something that no datagram can be sent to.
#[derive(Debug, thiserror::Error)]
#[error(
    "NOTIFY_SOCKET `{socket}` is not an absolute path or an abstract address (`@...`); leave it to systemd"
)]
pub struct AddressError {
    socket: String,
}

/// Speaks to the service manager.
#[derive(Debug, Clone)]
pub struct Notifier {
    to: Option<SocketAddr>,
    watchdog: Option<Duration>,
}

impl Notifier {
    /// A notifier that tells nobody.
    #[must_use]
    pub fn silent() -> Self {
        Self { to: None, watchdog: None }
    }

    /// The service manager that started this process, if one did.
    pub fn from_environment() -> Result<Self, AddressError> {
        let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else {
            return Ok(Self::silent());
        };
        let (usec, pid) = (std::env::var("WATCHDOG_USEC").ok(), std::env::var("WATCHDOG_PID").ok());
        let watchdog = watchdog(usec.as_deref(), pid.as_deref(), std::process::id());
        Ok(Self { watchdog, ..Self::to(&socket)? })
    }

    /// Whoever listens at `socket`: an absolute path, or an abstract address that begins with `@`.
    pub fn to(socket: &OsStr) -> Result<Self, AddressError> {
        let address = match socket.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name).ok(),
            [b'/', ..] => SocketAddr::from_pathname(socket).ok(),
            _ => None,
        };
        let refused = || AddressError { socket: socket.to_string_lossy().into_owned() };
        Ok(Self { to: Some(address.ok_or_else(refused)?), watchdog: None })
    }

    /// The same, with a watchdog that wants to hear of us at least every `limit`.
    #[must_use]
    pub fn with_watchdog(self, limit: Duration) -> Self {
        Self { watchdog: Some(limit), ..self }
    }

    /// Sends assignments, one a line.
    pub async fn send(&self, assignments: &str) -> io::Result<()> {
        let Some(to) = &self.to else { return Ok(()) };
        let socket = std::os::unix::net::UnixDatagram::unbound()?;
        socket.set_nonblocking(true)?;
        socket.connect_addr(to)?;
        let socket = UnixDatagram::from_std(socket)?;
        // A datagram goes as a whole or not at all.
        timeout(PATIENCE, socket.send(assignments.as_bytes())).await??;
        Ok(())
    }

    /// Keeps the service manager informed until `stop`. `tick` is called every turn.
    pub async fn run(&self, vitals: &Vitals, stop: &CancellationToken, tick: impl Fn()) {
        let mut news = vitals.follow();
        let mut teller = Teller { notifier: self, told_ready: false, hanging: Vec::new(), deaf: false };
        let mut look = interval(self.period());
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                // First the news: the last of them is that the daemon stops.
                biased;
                Ok(()) = news.changed() => {
                    let status = news.borrow_and_update().clone();
                    teller.status(&status.phase, &status.to_string()).await;
                }
                () = stop.cancelled() => break,
                _ = look.tick() => {
                    tick();
                    teller.look(vitals).await;
                }
            }
        }
    }

    /// The time between two looks: at least twice within the watchdog's limit.
    fn period(&self) -> Duration {
        self.watchdog.map_or(LOOK, |limit| (limit / 2).clamp(Duration::from_millis(1), LOOK))
    }
}

/// What has been told already.
struct Teller<'a> {
    notifier: &'a Notifier,
    told_ready: bool,
    hanging: Vec<&'static str>,
    deaf: bool,
}

impl Teller<'_> {
    async fn status(&mut self, phase: &Phase, line: &str) {
        // A line break would begin another assignment.
        let mut news = format!("STATUS={}", line.replace(['\r', '\n'], " "));
        let becomes_ready = *phase == Phase::Ready && !self.told_ready;
        if becomes_ready {
            news.insert_str(0, "READY=1\n");
        }
        if *phase == Phase::Stopping {
            news.insert_str(0, "STOPPING=1\n");
        }
        if self.tell(&news).await && becomes_ready {
            self.told_ready = true;
        }
    }

    /// Feeds the watchdog when every loop ticks; names those that do not.
    async fn look(&mut self, vitals: &Vitals) {
        if !self.told_ready && matches!(vitals.phase(), Phase::Waiting(_)) {
            // A database that starts after us is waited for, not given up by the manager's start limit.
            self.tell(&format!("EXTEND_TIMEOUT_USEC={}", START_PATIENCE.as_micros())).await;
        }
        let overdue = vitals.overdue();
        let hanging: Vec<&'static str> = overdue.iter().map(|late| late.name).collect();
        if hanging.is_empty() && self.notifier.watchdog.is_some() {
            // Not getting through is logged, and tried again at the next look.
            self.tell("WATCHDOG=1").await;
        }
        let status = vitals.status();
        if hanging == self.hanging {
            // The manager waits for this one: while it did not get through, it is said again.
            if status.phase == Phase::Ready && !self.told_ready {
                self.status(&status.phase, &status.to_string()).await;
            }
            return;
        }
        self.hanging = hanging;
        let lines: Vec<String> = overdue.iter().map(ToString::to_string).collect();
        if lines.is_empty() {
            tracing::info!("every loop ticks again");
        } else {
            tracing::error!(loops = lines.join("; "), "loops hang; the watchdog is not fed");
        }
        let status = vitals.status();
        let line =
            if lines.is_empty() { status.to_string() } else { format!("{status}; {}", lines.join("; ")) };
        self.status(&status.phase, &line).await;
    }

    async fn tell(&mut self, news: &str) -> bool {
        let sent = self.notifier.send(news).await;
        let arrived = sent.is_ok();
        match sent {
            Ok(()) => self.deaf = false,
            Err(error) => {
                if !self.deaf {
                    tracing::warn!(%error, "the service manager cannot be told");
                }
                self.deaf = true;
            }
        }
        arrived
    }
}

/// The watchdog's limit, when it is this process that it watches.
fn watchdog(usec: Option<&str>, pid: Option<&str>, own: u32) -> Option<Duration> {
    let limit = usec?.parse().ok().filter(|usec| *usec > 0).map(Duration::from_micros);
    limit.filter(|_| pid.is_none_or(|pid| pid == own.to_string()))
}

#[cfg(test)]
mod tests;
