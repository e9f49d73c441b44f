//! Signs of life: the daemon's phase, and when each of its loops last ticked.
//!
//! In: every loop beats its [`Tick`]; whoever starts and stops the daemon sets the [`Phase`]. Out: what the health
//! pages and the service manager are told. Invariants:
//!
//! - a loop counts from the moment it is registered: one that never ticks becomes overdue like one that stopped;
//! - [`Phase::Stopping`] is final, whatever a late start-up step says afterwards;
//! - while stopping nothing is overdue: loops then finish their last work without ticking, under deadlines of their own.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// Where the daemon stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// It is put together.
    Starting,
    /// It cannot work yet; the text says what it waits for.
    Waiting(String),
    /// It works.
    Ready,
    /// It was asked to stop, or must.
    Stopping,
}

impl Phase {
    /// The phase in one word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Waiting(_) => "waiting",
            Self::Ready => "ready",
            Self::Stopping => "stopping",
        }
    }
}

/// What an operator reads in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Where the daemon stands.
    pub phase: Phase,
    /// How changes are noticed right now; empty until that is known.
    pub watch: String,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.phase.word())?;
        match &self.phase {
            Phase::Waiting(reason) => write!(f, ": {reason}"),
            Phase::Ready if !self.watch.is_empty() => write!(f, ", watch: {}", self.watch),
            _ => Ok(()),
        }
    }
}

/// A loop that has been silent for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    /// The loop.
    pub name: &'static str,
    /// How long it has been silent, in whole seconds.
    pub silent: Duration,
    /// How long it may be.
    pub allowed: Duration,
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (silent, allowed) =
            (humantime::format_duration(self.silent), humantime::format_duration(self.allowed));
        write!(f, "{} has not ticked for {silent} (allowed: {allowed})", self.name)
    }
}

#[derive(Debug)]
struct Pulse {
    name: &'static str,
    allowed: Duration,
    since: Instant,
    /// Milliseconds after `since`.
    last: AtomicU64,
}

/// What a loop beats; clones beat the same pulse.
#[derive(Debug, Clone)]
pub struct Tick(Arc<Pulse>);

impl Tick {
    /// Says that the loop is alive. Costs a clock reading and a store.
    pub fn beat(&self) {
        let after = u64::try_from(self.0.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last.store(after, Ordering::Relaxed);
    }

    fn silence(&self) -> Duration {
        self.0.since.elapsed().saturating_sub(Duration::from_millis(self.0.last.load(Ordering::Relaxed)))
    }
}

#[derive(Debug)]
struct Inner {
    status: watch::Sender<Status>,
    /// When changes were last looked for with success.
    looked: Mutex<Option<Instant>>,
    ticks: Mutex<Vec<Tick>>,
}

/// The signs of life of this process; clones share them.
#[derive(Debug, Clone)]
pub struct Vitals(Arc<Inner>);

impl Default for Vitals {
    fn default() -> Self {
        let (status, _) = watch::channel(Status { phase: Phase::Starting, watch: String::new() });
        Self(Arc::new(Inner { status, looked: Mutex::default(), ticks: Mutex::default() }))
    }
}

impl Vitals {
    /// The tick of the loop `name`, which may be silent for `allowed`. The first call starts its count; later ones
    /// return the same tick.
    #[must_use]
    pub fn tick_of(&self, name: &'static str, allowed: Duration) -> Tick {
        let mut ticks = self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = ticks.iter().find(|tick| tick.0.name == name) {
            return known.clone();
        }
        let tick = Tick(Arc::new(Pulse { name, allowed, since: Instant::now(), last: AtomicU64::new(0) }));
        ticks.push(tick.clone());
        tick
    }

    /// The loop `name` has ended, and none of its name is left.
    pub fn forget(&self, name: &'static str) {
        self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner).retain(|tick| tick.0.name != name);
    }

    /// The loops that have been silent for longer than they may.
    #[must_use]
    pub fn overdue(&self) -> Vec<Overdue> {
        if self.0.status.borrow().phase == Phase::Stopping {
            return Vec::new();
        }
        let ticks = self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner);
        ticks.iter().filter_map(Self::late).collect()
    }

    fn late(tick: &Tick) -> Option<Overdue> {
        let (silence, allowed) = (tick.silence(), tick.0.allowed);
        let silent = Duration::from_secs(silence.as_secs());
        (silence > allowed).then_some(Overdue { name: tick.0.name, silent, allowed })
    }

    /// Enters a phase.
    pub fn set_phase(&self, phase: Phase) {
        self.0.status.send_if_modified(|status| {
            let enters = status.phase != Phase::Stopping && status.phase != phase;
            if enters {
                status.phase = phase;
            }
            enters
        });
    }

    /// The present phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.0.status.borrow().phase.clone()
    }

    /// Notes how changes are noticed from now on.
    pub fn set_watch(&self, mode: &str) {
        self.0.status.send_if_modified(|status| {
            let differs = status.watch != mode;
            if differs {
                mode.clone_into(&mut status.watch);
            }
            differs
        });
    }

    /// Notes that changes were looked for, with success.
    pub fn looked(&self) {
        *self.0.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// How long ago changes were last looked for with success; `None`: not yet.
    #[must_use]
    pub fn since_look(&self) -> Option<Duration> {
        let looked = self.0.looked.lock().unwrap_or_else(PoisonError::into_inner);
        looked.map(|at| at.elapsed())
    }

    /// How many loops there are.
    #[must_use]
    pub fn loops(&self) -> usize {
        self.0.ticks.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Phase and watch mode.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.status.borrow().clone()
    }

    /// Follows the status; the present one counts as not seen yet.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Status> {
        let mut follower = self.0.status.subscribe();
        follower.mark_changed();
        follower
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const TEN: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_loop_is_overdue_once_it_is_silent_for_longer_than_it_may() {
        let vitals = Vitals::default();
        let (watch, outbox) =
            (vitals.tick_of("watch", TEN), vitals.tick_of("outbox", Duration::from_mins(1)));
        advance(TEN).await;
        assert_eq!(vitals.overdue(), []);
        outbox.beat();
        advance(Duration::from_secs(1)).await;
        assert_eq!(
            vitals.overdue(),
            [Overdue { name: "watch", silent: Duration::from_secs(11), allowed: TEN }]
        );
        watch.clone().beat();
        assert_eq!(vitals.overdue(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_loop_asked_for_twice_has_one_tick() {
        let vitals = Vitals::default();
        let (first, again) = (vitals.tick_of("watch", TEN), vitals.clone().tick_of("watch", TEN));
        advance(2 * TEN).await;
        again.beat();
        assert_eq!(vitals.overdue(), []);
        advance(2 * TEN).await;
        assert_eq!(vitals.overdue().len(), 1);
        first.beat();
        assert_eq!(vitals.overdue(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn an_overdue_loop_is_told_in_words() {
        let vitals = Vitals::default();
        assert!(vitals.tick_of("outbox", Duration::from_secs(30)).0.last.load(Ordering::Relaxed) == 0);
        advance(Duration::from_millis(95_700)).await;
        let told: Vec<_> = vitals.overdue().iter().map(ToString::to_string).collect();
        assert_eq!(told, ["outbox has not ticked for 1m 35s (allowed: 30s)"]);
    }

    #[tokio::test(start_paused = true)]
    async fn stopping_is_final_and_then_nothing_is_overdue() {
        let vitals = Vitals::default();
        let tick = vitals.tick_of("outbox", TEN);
        vitals.set_phase(Phase::Stopping);
        vitals.set_phase(Phase::Ready);
        advance(3 * TEN).await;
        assert_eq!((vitals.phase(), vitals.overdue()), (Phase::Stopping, vec![]));
        tick.beat();
    }

    #[tokio::test]
    async fn the_status_line_says_what_it_waits_for_and_how_changes_are_noticed() {
        let vitals = Vitals::default();
        let mut follower = vitals.follow();
        assert!(follower.has_changed().unwrap(), "whoever follows hears of the present status first");
        assert_eq!(follower.borrow_and_update().to_string(), "starting");
        vitals.set_phase(Phase::Waiting("the database is being upgraded".to_owned()));
        assert_eq!(follower.borrow_and_update().to_string(), "waiting: the database is being upgraded");
        vitals.set_watch("poll");
        vitals.set_phase(Phase::Ready);
        assert_eq!(follower.borrow_and_update().to_string(), "ready, watch: poll");
        vitals.set_phase(Phase::Ready);
        vitals.set_watch("poll");
        assert!(!follower.has_changed().unwrap(), "saying the same again is no change");
    }
}
