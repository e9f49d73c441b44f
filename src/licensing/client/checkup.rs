//! The regular check: ask about every module whose time has come, and write down what came of it.

use chrono::{DateTime, Utc};

use crate::db::DbError;

use super::super::authority::Action;
use super::super::lease::{Lease, is_of_the_future};
use super::hearing::{Heard, Heed};
use super::store::Stored;
use super::vendor::Ask;
use super::{Cache, Client, ClientError, Module, Panel, Record, panel, schedule};

/// Which modules to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those whose time has come.
    Due,
    /// All that have a key.
    All,
    /// This one.
    One(Module),
}

/// What became of a question: a lease and its record, or one sentence.
type Outcome = Result<(Lease, Record), String>;

impl Client {
    /// Asks about modules that have a key, all in one call; about none while this CRM's address is no domain. What the
    /// server says, and that it said nothing, is stored; the error is the database's alone.
    pub async fn check(&self, which: Which) -> Result<Vec<Panel>, DbError> {
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        let stored = self.stored().await?;
        let record = |module: Module| stored.cache.modules.get(&module);
        let is_asked = |module: Module| match which {
            Which::Due => schedule::is_due(record(module).and_then(|record| record.next_check), now),
            Which::All => true,
            Which::One(one) => one == module,
        };
        let asked: Vec<(Module, Ask)> = Module::ALL
            .into_iter()
            .filter(|module| is_asked(*module))
            .filter_map(|module| Some((module, self.question(module, stored.key(module)?).ok()?)))
            .collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let (modules, asks): (Vec<Module>, Vec<Ask>) = asked.into_iter().unzip();
        let seqs: Vec<u64> =
            modules.iter().map(|module| record(*module).map_or(0, |record| record.seq)).collect();
        let heard = self.hear(Action::Validate, &asks, &seqs, &stored.cache).await;
        self.record(&stored, &modules, heard).await?;
        let stored = self.stored().await?;
        Ok(modules.into_iter().map(|module| self.made(module, &stored)).collect())
    }

    async fn record(
        &self,
        before: &Stored,
        modules: &[Module],
        mut heard: Result<Heard, ClientError>,
    ) -> Result<(), DbError> {
        let now = self.clock.now();
        let outcomes: Vec<Outcome> = match &mut heard {
            Ok(heard) => heard
                .leases
                .drain(..)
                .map(|answer| match answer {
                    Ok(Heed { lease, text }) => {
                        let record = self.accepted(&lease, text, now);
                        Ok((lease, record))
                    }
                    Err(error) => Err(error.to_string()),
                })
                .collect(),
            Err(error) => vec![Err(error.to_string()); modules.len()],
        };
        for (module, outcome) in modules.iter().zip(&outcomes) {
            match outcome {
                Ok((lease, _)) => {
                    tracing::info!(%module, code = panel::word(lease.code), "license checked");
                    self.remember(lease.server_time, lease.seq);
                }
                Err(trouble) => tracing::warn!(%module, trouble, "the license could not be checked"),
            }
        }
        self.change(|stored| {
            if let Ok(heard) = &heard {
                self.believe(&mut stored.cache, heard);
            }
            for (module, outcome) in modules.iter().zip(&outcomes) {
                // Another key was entered meanwhile: this answer is about the old one.
                if stored.keys.get(module) == before.keys.get(module) {
                    self.note(&mut stored.cache, *module, outcome, now);
                }
            }
        })
        .await
    }

    fn note(&self, cache: &mut Cache, module: Module, outcome: &Outcome, now: DateTime<Utc>) {
        let record = cache.modules.entry(module).or_default();
        match outcome {
            // A command or another daemon asked later and was answered first.
            Ok((lease, _)) if lease.seq < record.seq && !is_of_the_future(record.seq, now) => {}
            Ok((lease, accepted)) => {
                record.clone_from(accepted);
                (cache.mark, cache.mark_seq) = (Some(lease.server_time), lease.seq);
            }
            Err(trouble) => {
                record.failures = record.failures.saturating_add(1);
                record.trouble = Some(trouble.clone());
                record.next_check = Some(schedule::after_failure(record.failures, now, &*self.entropy));
            }
        }
    }

    /// What is remembered of an answer that is believed.
    pub(super) fn accepted(&self, lease: &Lease, text: String, now: DateTime<Utc>) -> Record {
        Record {
            lease: Some(text),
            seq: lease.seq,
            checked_at: Some(now),
            next_check: Some(schedule::after_answer(lease.valid, now, &*self.entropy)),
            failures: 0,
            trouble: None,
        }
    }

    /// Remembers the server's keys.
    pub(super) fn believe(&self, cache: &mut Cache, heard: &Heard) {
        // A slower process must not bring back an older list.
        let newer = cache.keys.as_ref().is_none_or(|known| known.iat <= heard.keys.iat);
        if newer || heard.anew || cache.server != self.vendor.name() {
            cache.keys = Some(heard.keys.clone());
        }
        self.vendor.name().clone_into(&mut cache.server);
        cache.signer = heard.signer.or(cache.signer);
    }
}
