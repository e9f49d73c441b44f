//! The loop that empties the outbox.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::clock::SharedClock;
use crate::db::{Database, DbError};
use crate::entropy::{self, SharedEntropy};
use crate::ids::MessageId;

use super::backoff::Backoff;
use super::claim::{Lease, Verdict};
use super::courier::{Courier, Outcome};
use super::lane::Lane;
use super::message::Message;
use super::state::State;

/// How often the outbox looks by itself; a new message of this process wakes it at once.
const POLL: Duration = Duration::from_secs(2);
/// How long a stopping outbox waits for deliveries that may be repeated harmlessly; the others are waited for.
const FAREWELL: Duration = Duration::from_secs(5);
/// The pause between attempts to write an outcome down while the database is away.
const OUTAGE_PAUSE: Duration = Duration::from_millis(200);

/// Rules of delivery.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The messages that these rules are for.
    pub lane: Lane,
    /// Attempts before a message is given up; `None`: it never is.
    pub attempts: Option<u32>,
    /// The longest pause between two attempts.
    pub longest_pause: Duration,
    /// Messages on their way at the same time.
    pub concurrency: usize,
    /// The pause before an uncertain message is tried once more.
    pub retry_uncertain_after: Duration,
    /// How long a claimed message belongs to its worker; longer than any courier's deadlines together.
    pub lease: Duration,
}

/// What one delivery ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// The state it left the message in; `None` when the lease was lost.
    pub state: Option<State>,
}

/// Delivers what is due.
#[derive(Debug)]
pub struct Outbox {
    database: Database,
    clock: SharedClock,
    entropy: SharedEntropy,
    couriers: BTreeMap<&'static str, Arc<dyn Courier>>,
    policy: Policy,
    wake: Notify,
}

impl Outbox {
    /// An outbox whose messages of kind `k` are carried by `couriers[k]`.
    #[must_use]
    pub fn new(
        database: Database,
        clock: SharedClock,
        entropy: SharedEntropy,
        couriers: BTreeMap<&'static str, Arc<dyn Courier>>,
        policy: Policy,
    ) -> Self {
        Self { database, clock, entropy, couriers, policy, wake: Notify::new() }
    }

    /// Says that there may be something to do.
    pub fn nudge(&self) {
        self.wake.notify_one();
    }

    /// Delivers until `stop`; then takes nothing new and finishes what is on its way.
    ///
    /// `tick` is called every turn, `delivered` with the state that each delivery left its message in.
    pub async fn run(self: &Arc<Self>, stop: &CancellationToken, tick: impl Fn(), delivered: impl Fn(State)) {
        let report = |ended| {
            if let Some(state) = log_failure(ended).and_then(|round| round.state) {
                delivered(state);
            }
        };
        let mut under_way = JoinSet::new();
        let mut away = false;
        while !stop.is_cancelled() {
            tick();
            let free = self.policy.concurrency.saturating_sub(under_way.len());
            let claimed = match self.launch(&mut under_way, free).await {
                Ok(claimed) => {
                    away = false;
                    claimed
                }
                Err(error) => {
                    // Once per outage: the watch says what it waits for.
                    if !std::mem::replace(&mut away, true) {
                        tracing::warn!(%error, "outbox: cannot claim messages");
                    }
                    0
                }
            };
            if claimed > 0 {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified() => {}
                Some(ended) = under_way.join_next() => report(ended),
                () = tokio::time::sleep(POLL) => {}
            }
        }
        let harmless = self.couriers.values().all(|courier| courier.idempotent());
        let farewell = tokio::time::sleep(FAREWELL);
        tokio::pin!(farewell);
        loop {
            tokio::select! {
                ended = under_way.join_next() => match ended {
                    Some(ended) => report(ended),
                    None => return,
                },
                () = &mut farewell, if harmless => return,
            }
        }
    }

    /// Delivers everything that is due now and returns how each delivery ended.
    pub async fn drain(self: &Arc<Self>) -> Result<Vec<Round>, DbError> {
        let mut rounds = Vec::new();
        let mut under_way = JoinSet::new();
        while self.launch(&mut under_way, self.policy.concurrency).await? > 0 {
            while let Some(ended) = under_way.join_next().await {
                rounds.extend(log_failure(ended));
            }
        }
        Ok(rounds)
    }

    async fn launch(
        self: &Arc<Self>,
        under_way: &mut JoinSet<Result<Round, DbError>>,
        free: usize,
    ) -> Result<usize, DbError> {
        if free == 0 {
            return Ok(0);
        }
        let token = entropy::hex::<16>(&*self.entropy);
        let (lease, messages) =
            Lease::claim(&self.database, self.policy.lane, token, self.policy.lease, self.clock.now(), free)
                .await?;
        let claimed = messages.len();
        for message in messages {
            let (outbox, lease) = (Arc::clone(self), lease.clone());
            under_way.spawn(async move { outbox.deliver(&lease, &message).await });
        }
        Ok(claimed)
    }

    async fn deliver(&self, lease: &Lease, message: &Message) -> Result<Round, DbError> {
        let delivery = match self.couriers.get(message.kind.as_str()) {
            Some(courier) => match self.attempt(lease, message, courier.as_ref()).await? {
                Some(delivery) => delivery,
                None => return Ok(Round { state: None }),
            },
            None => Outcome::Dead {
                reason: format!("this version delivers no messages of kind `{}`", message.kind),
            },
        };
        let now = self.clock.now();
        let verdict = self.judge(message, delivery, now);
        let (id, state) = (message.id, verdict.state);
        let kept = self.record(lease, id, &verdict, now).await?;
        // The reason may repeat an address, so it stands in the row and not in the log.
        match state {
            State::Sent => tracing::info!(id = %id, "delivered"),
            _ => {
                tracing::warn!(id = %id, %state, attempt = message.attempts, "not delivered, see `outbox show`");
            }
        }
        Ok(Round { state: kept.then_some(state) })
    }

    /// Writes the verdict down, through an outage of the database for as long as the lease runs: a mail that is known to
    /// have left must not be sent again because the database was restarted in that moment.
    async fn record(
        &self,
        lease: &Lease,
        id: MessageId,
        verdict: &Verdict,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        let until = Instant::now() + self.policy.lease;
        loop {
            match lease.settle(id, verdict, now).await {
                Err(error) if error.is_outage() && Instant::now() < until => {
                    tracing::debug!(%error, %id, "the outcome of a delivery cannot be written yet");
                    tokio::time::sleep(OUTAGE_PAUSE).await;
                }
                recorded => return recorded,
            }
        }
    }

    /// One attempt; `None` when the lease was lost in between.
    async fn attempt(
        &self,
        lease: &Lease,
        message: &Message,
        courier: &dyn Courier,
    ) -> Result<Option<Outcome>, DbError> {
        if message.state == State::Sending && !courier.idempotent() {
            let reason = "the daemon stopped while the message was handed over".to_owned();
            return Ok(Some(Outcome::Uncertain { reason }));
        }
        if let Some(most) = self.policy.attempts.filter(|most| message.attempts > *most) {
            let last = message.last_error.as_deref().unwrap_or("the daemon stopped at each attempt");
            let reason = format!("given up after {most} attempts: {last}");
            return Ok(Some(Outcome::Dead { reason }));
        }
        let handover = match courier.prepare(message).await {
            Ok(handover) => handover,
            Err(outcome) => return Ok(Some(outcome)),
        };
        if !lease.sending(message.id, self.clock.now()).await? {
            return Ok(None);
        }
        Ok(Some(handover.complete().await))
    }

    fn judge(&self, message: &Message, outcome: Outcome, now: DateTime<Utc>) -> Verdict {
        let later = |pause: Duration| Some(now + TimeDelta::from_std(pause).unwrap_or_default());
        match outcome {
            Outcome::Sent { .. } => Verdict { state: State::Sent, due_at: None, error: None },
            Outcome::Dead { reason } => Verdict { state: State::Dead, due_at: None, error: Some(reason) },
            Outcome::Retry { reason }
                if self.policy.attempts.is_some_and(|most| message.attempts >= most) =>
            {
                Verdict {
                    state: State::Dead,
                    due_at: None,
                    error: Some(format!("given up after {} attempts: {reason}", message.attempts)),
                }
            }
            Outcome::Retry { reason } => Verdict {
                state: State::Retry,
                due_at: later(Backoff.after(message.attempts).min(self.policy.longest_pause)),
                error: Some(reason),
            },
            // One repetition: more would turn a slow server into a flood of copies.
            Outcome::Uncertain { reason } if message.uncertain_at.is_some() => Verdict {
                state: State::Dead,
                due_at: None,
                error: Some(format!("perhaps delivered, twice: {reason}")),
            },
            Outcome::Uncertain { reason } => Verdict {
                state: State::Uncertain,
                due_at: later(self.policy.retry_uncertain_after),
                error: Some(reason),
            },
        }
    }
}

/// What a delivery ended with; one that was cut short is logged.
fn log_failure(ended: Result<Result<Round, DbError>, tokio::task::JoinError>) -> Option<Round> {
    match ended {
        Ok(Ok(round)) => return Some(round),
        // The row keeps its lease and comes back when that ends.
        Ok(Err(error)) => tracing::warn!(%error, "outbox: a delivery was cut short"),
        Err(error) => tracing::error!(%error, "outbox: a delivery panicked"),
    }
    None
}
