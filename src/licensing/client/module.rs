//! The modules of this install that need a license.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A module of the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Module {
    /// PM Shop.
    Shop,
    /// Client Booking Service.
    Booking,
    /// Client Activity Tracker.
    Tracker,
}

/// A text that names no module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no module `{0}`: shop, booking and tracker are the modules")]
pub struct ModuleError(String);

impl Module {
    /// All modules, in the order in which people read them.
    pub const ALL: [Self; 3] = [Self::Shop, Self::Booking, Self::Tracker];

    /// Its short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shop => "shop",
            Self::Booking => "booking",
            Self::Tracker => "tracker",
        }
    }

    /// The slug of the product that a license for it is sold as.
    #[must_use]
    pub fn product(self) -> &'static str {
        match self {
            Self::Shop => "pm_shop",
            Self::Booking => "client_booking_service",
            Self::Tracker => "client_activity_tracker",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Shop => "PM Shop",
            Self::Booking => "Client Booking Service",
            Self::Tracker => "Client Activity Tracker",
        }
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Module {
    type Err = ModuleError;

    /// Its short name, or its product's slug.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |module: &Self| text.eq_ignore_ascii_case(module.name()) || text == module.product();
        Self::ALL.into_iter().find(named).ok_or_else(|| ModuleError(text.to_owned()))
    }
}
