//! The order in which loops stop.

use std::fmt;
use std::time::Duration;

/// When a loop stops; the stages stop in this order, each within its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Listeners for people: accept nothing new, finish the requests under way.
    Listeners,
    /// What notices changes.
    Watchers,
    /// What works on them.
    Workers,
    /// Delivery: nothing new is claimed, what is on its way arrives.
    Outbox,
    /// What tells the machines about all this: management pages, service manager.
    Management,
}

impl Stage {
    /// All stages, the first to stop first.
    pub const ALL: [Self; 5] =
        [Self::Listeners, Self::Watchers, Self::Workers, Self::Outbox, Self::Management];

    /// The time that a stage has for stopping.
    ///
    /// The sum is 18 s; two more are left for closing the database, and the unit's `TimeoutStopSec` is 30.
    #[must_use]
    pub fn deadline(self) -> Duration {
        Duration::from_secs(match self {
            Self::Listeners | Self::Workers => 4,
            Self::Watchers => 2,
            Self::Outbox => 7,
            Self::Management => 1,
        })
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Listeners => "listeners",
            Self::Watchers => "watchers",
            Self::Workers => "workers",
            Self::Outbox => "outbox",
            Self::Management => "management",
        })
    }
}
