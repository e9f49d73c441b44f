//! A queue of keys that knows each key once.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::ids::InvoiceId;

/// What to look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An invoice and all that was paid on it.
    Invoice(InvoiceId),
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invoice(id) => write!(f, "invoice {id}"),
        }
    }
}

/// The pause after the first failure of a key; doubled with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the line.
    Waiting,
    /// A worker has it.
    Working,
    /// A worker has it, and it was asked for again meanwhile.
    Again,
    /// Waits for its pause to end.
    Resting,
}

#[derive(Debug, Default)]
struct State {
    line: VecDeque<Key>,
    places: HashMap<Key, Place>,
    failures: HashMap<Key, u32>,
    resting: BTreeSet<(Instant, Key)>,
}

/// The queue.
#[derive(Debug, Default)]
pub struct Queue {
    state: Mutex<State>,
    filled: Notify,
}

impl Queue {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a key to be looked at; asking again before that happens changes nothing.
    ///
    /// A key that rests after a failure keeps resting: asking every second must not defeat the pause.
    pub fn push(&self, key: Key) {
        self.with(|state| match state.places.get(&key) {
            None => {
                state.places.insert(key, Place::Waiting);
                state.line.push_back(key);
            }
            Some(Place::Working) => {
                state.places.insert(key, Place::Again);
            }
            Some(Place::Waiting | Place::Again | Place::Resting) => {}
        });
        self.filled.notify_one();
    }

    /// The next key; waits until there is one. The caller must give it back with [`Queue::done`] or [`Queue::failed`].
    pub async fn next(&self) -> Key {
        loop {
            // Registered before looking, so that a push in between is not missed.
            let filled = self.filled.notified();
            let (key, wake_at) = self.with(|state| {
                state.wake(Instant::now());
                let key = state.line.pop_front();
                if let Some(key) = key {
                    state.places.insert(key, Place::Working);
                }
                (key, state.resting.first().map(|(at, _)| *at))
            });
            if let Some(key) = key {
                // One notification may stand for many pushes: pass the turn on.
                self.filled.notify_one();
                return key;
            }
            match wake_at {
                Some(at) => tokio::select! {
                    () = filled => {}
                    () = tokio::time::sleep_until(at) => {}
                },
                None => filled.await,
            }
        }
    }

    /// The key was looked at.
    pub fn done(&self, key: Key) {
        self.with(|state| {
            state.failures.remove(&key);
            if state.places.remove(&key) == Some(Place::Again) {
                state.places.insert(key, Place::Waiting);
                state.line.push_back(key);
            }
        });
        self.filled.notify_one();
    }

    /// Looking failed: the key comes back after a pause, which is returned.
    pub fn failed(&self, key: Key) -> Duration {
        let pause = self.with(|state| {
            let failures = state.failures.entry(key).or_default();
            let pause = FIRST_PAUSE.saturating_mul(1 << (*failures).min(16)).min(LONGEST_PAUSE);
            *failures += 1;
            state.places.insert(key, Place::Resting);
            state.resting.insert((Instant::now() + pause, key));
            pause
        });
        self.filled.notify_one();
        pause
    }

    /// How many keys wait, rest or are worked on.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.with(|state| state.places.len())
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// Puts keys whose pause has ended back into the line.
    fn wake(&mut self, now: Instant) {
        while let Some((at, key)) = self.resting.first().copied() {
            if at > now {
                return;
            }
            self.resting.remove(&(at, key));
            self.places.insert(key, Place::Waiting);
            self.line.push_back(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn key(id: i64) -> Key {
        Key::Invoice(InvoiceId(id))
    }

    fn now(queue: &Queue) -> Option<Key> {
        queue.next().now_or_never()
    }

    #[test]
    fn a_key_that_is_asked_for_twice_is_given_once() {
        let queue = Queue::new();
        queue.push(key(1));
        queue.push(key(1));
        assert_eq!(now(&queue), Some(key(1)));
        assert_eq!(now(&queue), None);
        queue.done(key(1));
        assert_eq!((now(&queue), queue.depth()), (None, 0));
    }

    #[test]
    fn a_key_that_is_asked_for_while_it_is_worked_on_comes_again_but_not_at_the_same_time() {
        let queue = Queue::new();
        queue.push(key(1));
        assert_eq!(now(&queue), Some(key(1)));
        queue.push(key(1));
        assert_eq!(now(&queue), None);
        queue.done(key(1));
        assert_eq!(now(&queue), Some(key(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_key_rests_longer_each_time_and_asking_does_not_wake_it() {
        let queue = Queue::new();
        queue.push(key(1));
        for expected in [500, 1_000, 2_000] {
            let taken = queue.next().await;
            assert_eq!(queue.failed(taken), Duration::from_millis(expected));
            queue.push(key(1));
            assert_eq!(now(&queue), None);
            tokio::time::advance(Duration::from_millis(expected)).await;
        }
        assert_eq!(queue.next().await, key(1));
        queue.done(key(1));
        queue.push(key(1));
        assert_eq!(now(&queue), Some(key(1)));
        assert_eq!(queue.failed(key(1)), FIRST_PAUSE);
    }
}
