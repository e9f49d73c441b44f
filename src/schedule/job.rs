//! What is run.

use std::fmt;

use futures_util::future::BoxFuture;

use crate::db::text_enum;

/// Something that is to be done from time to time.
pub trait Job: Send + Sync + fmt::Debug {
    /// Its name: the row's key, at most 40 letters, and a label of metrics.
    fn name(&self) -> &'static str;

    /// Does it once, for all that is due by now; says what was done, or why not, in one line without personal data.
    ///
    /// It may be dropped at any await: what it writes is in transactions of its own.
    fn run(&self) -> BoxFuture<'_, Result<String, String>>;
}

text_enum! {
    /// How a run ended.
    Outcome {
        /// All was done.
        Ok = "ok",
        /// Something was not done; it is tried again soon.
        Failed = "failed",
        /// The daemon stopped, or another one has taken the job over.
        Interrupted = "interrupted",
    }
}
