//! Runs the daemon's loops until a signal comes or one of them fails, then stops them in order. While it runs, a new
//! generation of loops can take the place of the old one; those that last, such as listeners, go on.
//!
//! In: loops with a name, an allowed silence and the [`Stage`] in which they stop; signals. Out: an [`Ending`].
//! Invariants:
//!
//! - no loop ends unnoticed: one that returns or panics without having been asked is named and stops the daemon, so
//!   that the service manager starts it anew;
//! - a stage begins to stop when the one before has ended or has been cut off; the deadlines' sum stays below 20 s;
//! - a second signal ends everything at once.

mod ending;
mod signal;
mod stage;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

pub use ending::{Cause, Ending, Failure};
pub use signal::{Signal, signals};
pub use stage::Stage;

use crate::vitals::{Phase, Tick, Vitals};

#[derive(Debug)]
struct Loop {
    id: Id,
    name: &'static str,
    stage: Stage,
    age: Age,
    stop: CancellationToken,
    abort: tokio::task::AbortHandle,
}

/// Whose turn it is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Age {
    /// Runs until everything stops.
    Lasting,
    /// Runs until there is a new generation.
    Current,
    /// Is stopped, or will be in its stage.
    Old,
}

/// Holds the running loops; dropped, it aborts them.
#[derive(Debug)]
pub struct Supervisor {
    vitals: Vitals,
    tasks: JoinSet<()>,
    loops: Vec<Loop>,
}

impl Supervisor {
    /// A supervisor without loops.
    #[must_use]
    pub fn new(vitals: Vitals) -> Self {
        Self { vitals, tasks: JoinSet::new(), loops: Vec::new() }
    }

    /// Starts a loop of the present generation. It runs until its token is cancelled, then finishes within the stage's
    /// deadline; meanwhile it beats its tick at least every `allowed_silence`. Must be called inside a runtime.
    pub fn spawn<F, L>(&mut self, name: &'static str, allowed_silence: Duration, stage: Stage, start: F)
    where
        F: FnOnce(CancellationToken, Tick) -> L,
        L: Future<Output = ()> + Send + 'static,
    {
        self.start(Age::Current, name, allowed_silence, stage, start);
    }

    /// The same for a loop that goes on when a new generation comes.
    pub fn spawn_lasting<F, L>(
        &mut self,
        name: &'static str,
        allowed_silence: Duration,
        stage: Stage,
        start: F,
    ) where
        F: FnOnce(CancellationToken, Tick) -> L,
        L: Future<Output = ()> + Send + 'static,
    {
        self.start(Age::Lasting, name, allowed_silence, stage, start);
    }

    fn start<F, L>(&mut self, age: Age, name: &'static str, silence: Duration, stage: Stage, start: F)
    where
        F: FnOnce(CancellationToken, Tick) -> L,
        L: Future<Output = ()> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let tick = self.vitals.tick_of(name, silence);
        let abort = self.tasks.spawn(start(stop.clone(), tick));
        self.loops.push(Loop { id: abort.id(), name, stage, age, stop, abort });
    }

    /// Does `work`, such as a step of the start, unless a signal comes or a loop ends first.
    pub async fn during<T, S>(&mut self, signals: &mut S, work: impl Future<Output = T>) -> Result<T, Cause>
    where
        S: Stream<Item = Signal> + Unpin,
    {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                signal = next(signals) => return Err(Cause::Signal(signal)),
                // One of a retired generation may end much later.
                Some(ended) = self.tasks.join_next_with_id() => {
                    if let Some(cause) = self.settle(ended) {
                        return Err(cause);
                    }
                }
                done = &mut work => return Ok(done),
            }
        }
    }

    /// From now on a new generation is started; [`Supervisor::retire`] stops the one before.
    pub fn begin_generation(&mut self) {
        for running in self.loops.iter_mut().filter(|running| running.age == Age::Current) {
            running.age = Age::Old;
        }
    }

    /// Stops the generation before this one, stage after stage, unless a signal comes or a loop that should run on ends;
    /// then everything is to be stopped. A mail that is on its way when the time is up goes on: cut off, it would be sent
    /// once more, and nobody waits for it.
    pub async fn retire<S>(&mut self, signals: &mut S) -> Result<(), Cause>
    where
        S: Stream<Item = Signal> + Unpin,
    {
        for stage in Stage::ALL {
            tokio::select! {
                biased;
                signal = next(signals) => return Err(Cause::Signal(signal)),
                (_, failed) = self.end(stage, stage != Stage::Outbox) => failed.map_or(Ok(()), Err)?,
            }
        }
        Ok(())
    }

    /// Runs until a signal comes or a loop ends by itself, then stops everything.
    pub async fn run<S>(mut self, mut signals: S) -> Ending
    where
        S: Stream<Item = Signal> + Unpin,
    {
        match self.during(&mut signals, pending::<Infallible>()).await {
            Err(cause) => self.stop(cause, signals).await,
            Ok(never) => match never {},
        }
    }

    /// Stops everything, stage after stage.
    pub async fn stop<S>(mut self, cause: Cause, mut signals: S) -> Ending
    where
        S: Stream<Item = Signal> + Unpin,
    {
        tracing::info!(%cause, "stopping");
        self.vitals.set_phase(Phase::Stopping);
        for running in &mut self.loops {
            running.age = Age::Old;
        }
        let mut aborted = Vec::new();
        for stage in Stage::ALL {
            tokio::select! {
                biased;
                signal = next(&mut signals) => {
                    aborted.extend(self.loops.iter().map(|running| running.name));
                    tracing::warn!(%signal, loops = ?aborted, "second signal: stopping at once");
                    self.tasks.abort_all();
                    return Ending { cause, aborted, cut_short: true };
                }
                // None is left that should run on.
                (late, _) = self.end(stage, true) => aborted.extend(late),
            }
        }
        Ending { cause, aborted, cut_short: false }
    }

    /// Ends the old loops of one stage and returns the names of those that were cut off; at once, with the cause, when a
    /// loop ends that should run on. Without `cut` the late ones end by themselves.
    async fn end(&mut self, stage: Stage, cut: bool) -> (Vec<&'static str>, Option<Cause>) {
        let due = |running: &Loop| running.age == Age::Old && running.stage == stage;
        for running in self.loops.iter().filter(|running| due(running)) {
            running.stop.cancel();
        }
        let deadline = tokio::time::sleep(stage.deadline());
        tokio::pin!(deadline);
        while self.loops.iter().any(due) {
            tokio::select! {
                biased;
                Some(ended) = self.tasks.join_next_with_id() => {
                    if let Some(cause) = self.settle(ended) {
                        return (Vec::new(), Some(cause));
                    }
                }
                () = &mut deadline => {
                    return if cut { (self.cut_off(stage, due), None) } else { (Vec::new(), None) };
                }
            }
        }
        (Vec::new(), None)
    }

    /// Logs how a loop ended while others stop; returns why everything has to stop, when it should have run on.
    fn settle(&mut self, ended: Result<(Id, ()), JoinError>) -> Option<Cause> {
        let (running, failure) = self.take(ended);
        match (running, failure) {
            (Some(running), Failure::Returned) if running.stop.is_cancelled() => {
                tracing::debug!(name = running.name, "stopped");
                None
            }
            (Some(Loop { name, age: Age::Old, .. }), failure) => {
                tracing::error!(name, %failure, "a loop ended by itself while it was to be stopped");
                None
            }
            (Some(Loop { name, .. }), failure) => {
                tracing::error!(name, %failure, "a loop ended by itself; the daemon stops");
                Some(Cause::Loop { name, failure })
            }
            // It was cut off, and named then.
            (None, _) => None,
        }
    }

    fn cut_off(&mut self, stage: Stage, due: impl Fn(&Loop) -> bool) -> Vec<&'static str> {
        let late: Vec<Loop> = self.loops.extract_if(.., |running| due(running)).collect();
        for running in &late {
            let (name, deadline) = (running.name, humantime::format_duration(stage.deadline()));
            tracing::error!(name, %stage, %deadline, "a loop missed its deadline for stopping and was cut off");
            running.abort.abort();
            self.forget(name);
        }
        late.iter().map(|running| running.name).collect()
    }

    /// Takes an ended loop off the list; `None` when it had been cut off before.
    fn take(&mut self, ended: Result<(Id, ()), JoinError>) -> (Option<Loop>, Failure) {
        let (id, failure) = match ended {
            Ok((id, ())) => (id, Failure::Returned),
            Err(error) => (error.id(), Failure::Panicked(error.to_string())),
        };
        let place = self.loops.iter().position(|running| running.id == id);
        let running = place.map(|place| self.loops.swap_remove(place));
        if let Some(running) = &running {
            self.forget(running.name);
        }
        (running, failure)
    }

    /// Nobody beats the tick of a loop that has ended, unless the next generation has one of this name.
    fn forget(&self, name: &'static str) {
        if !self.loops.iter().any(|running| running.name == name) {
            self.vitals.forget(name);
        }
    }
}

/// The next signal; when there can be none, never.
async fn next<S: Stream<Item = Signal> + Unpin>(signals: &mut S) -> Signal {
    match signals.next().await {
        Some(signal) => signal,
        None => pending().await,
    }
}
