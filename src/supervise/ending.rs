//! How the daemon ended.

use std::fmt;

use super::signal::Signal;

/// How a loop ended that should have run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It returned.
    Returned,
    /// It panicked; the text is the runtime's.
    Panicked(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned => f.write_str("returned"),
            Self::Panicked(text) => f.write_str(text),
        }
    }
}

/// Why the daemon stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// It was asked to.
    Signal(Signal),
    /// A loop ended by itself.
    Loop {
        /// The loop.
        name: &'static str,
        /// How.
        failure: Failure,
    },
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(signal) => signal.fmt(f),
            Self::Loop { name, failure } => write!(f, "{name}: {failure}"),
        }
    }
}

/// How the daemon ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Why it stopped.
    pub cause: Cause,
    /// The loops that were cut off: their stage missed its deadline, or a second signal came.
    pub aborted: Vec<&'static str>,
    /// Whether a second signal ended it at once.
    pub cut_short: bool,
}

impl Ending {
    /// The exit code: 0 when somebody asked for the stop, 1 when the service manager shall start the daemon again.
    ///
    /// Loops that were cut off change nothing: what they left is found again at the next start, by lease and by sweep.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.cause {
            Cause::Signal(_) => 0,
            Cause::Loop { .. } => 1,
        }
    }
}
