//! Look-ups: what waits at the same time shares one query.
//!
//! In: the keys of one call. Out: their cases, in the same order. Invariants:
//!
//! - a call joins only a query that starts after it was asked, and no answer is kept: what anybody committed before a
//!   question is in its answer;
//! - at most [`QUERIES`] queries run at a time, each about [`KEYS`] keys at most, however many ask; nobody waits for
//!   company, and nothing runs while nobody asks;
//! - an error of the database reaches all who wait for that query; whoever goes away before the answer costs the others
//!   nothing.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::db::{Database, DbError};

use super::case::{Case, KeyHash};

/// Queries at the same time. While two are on their way the next ones gather; more would only be smaller.
const QUERIES: usize = 2;
/// Keys in a query; a longer call has a query to itself.
const KEYS: usize = 64;

/// What a call gets: the case of each key, none for a key that nobody has.
type Found = Result<Vec<Option<Case>>, DbError>;

/// A call that waits.
struct Call {
    keys: Vec<KeyHash>,
    answer: oneshot::Sender<Found>,
}

/// Who waits, and who may ask the database; clones share both.
#[derive(Clone)]
pub struct Lookups {
    database: Database,
    waiting: Arc<Mutex<VecDeque<Call>>>,
    places: Arc<Semaphore>,
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lookups").field("waiting", &self.waiting().len()).finish_non_exhaustive()
    }
}

impl Lookups {
    /// Look-ups in this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, waiting: Arc::default(), places: Arc::new(Semaphore::new(QUERIES)) }
    }

    /// The cases of these keys as they stand now.
    pub async fn cases(&self, keys: Vec<KeyHash>) -> Found {
        let (answer, found) = oneshot::channel();
        let place = {
            let mut waiting = self.waiting();
            waiting.push_back(Call { keys, answer });
            Arc::clone(&self.places).try_acquire_owned()
        };
        // A task of its own: it answers the others also when this request is dropped.
        if let Ok(place) = place {
            tokio::spawn(self.clone().work(place));
        }
        found.await.unwrap_or_else(|_| Err(unanswered()))
    }

    /// Asks the database until nobody waits.
    async fn work(self, place: OwnedSemaphorePermit) {
        let mut place = place;
        while let Some(kept) = self.needed(place) {
            place = kept;
            let (calls, found) = match self.database.session().await {
                Ok(mut session) => {
                    let calls = self.take(KEYS);
                    let keys: Vec<KeyHash> = calls.iter().flat_map(|call| &call.keys).copied().collect();
                    (calls, Case::find_all(&mut session, &keys).await)
                }
                Err(error) => (Vec::new(), Err(error)),
            };
            match found {
                Ok(cases) => {
                    for Call { keys, answer } in calls {
                        let found = keys.iter().map(|key| cases.get(key).cloned().transpose()).collect();
                        answer.send(found).ok();
                    }
                }
                Err(error) => {
                    // A server that does not answer would let the others wait as long, one query after the other.
                    let silent = matches!(error, DbError::Connect { .. } | DbError::Timeout { .. });
                    let others = if silent { self.take(usize::MAX) } else { Vec::new() };
                    for call in calls.into_iter().chain(others) {
                        call.answer.send(Err(error.clone())).ok();
                    }
                }
            }
        }
    }

    /// Gives the place back when nobody waits; whoever comes next finds it free, because both happen under the lock.
    fn needed(&self, place: OwnedSemaphorePermit) -> Option<OwnedSemaphorePermit> {
        let waiting = self.waiting();
        if waiting.is_empty() {
            drop(place);
            return None;
        }
        Some(place)
    }

    /// Takes the calls that have waited longest, together at most `most` keys but at least one call; those whose
    /// request was dropped are forgotten.
    fn take(&self, most: usize) -> Vec<Call> {
        let (mut calls, mut keys) = (Vec::new(), 0);
        let mut waiting = self.waiting();
        while let Some(call) = waiting.pop_front_if(|call| keys == 0 || keys + call.keys.len() <= most) {
            if !call.answer.is_closed() {
                keys += call.keys.len();
                calls.push(call);
            }
        }
        calls
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Call>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that was to ask is gone, as when the daemon stops at once.
fn unanswered() -> DbError {
    DbError::Lost { statement: "look up license keys".to_owned(), reason: "nobody asked".to_owned() }
}
