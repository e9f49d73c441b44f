//! The answer in one word.

use serde::{Deserialize, Serialize};

use super::super::right::Standing;

/// What the authority says about a key on a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Paid for, or given.
    Active,
    /// For a trial period.
    Trial,
    /// Its payment was taken back; works until the authority's grace has passed.
    PastDue,
    /// Its end has passed.
    Expired,
    /// Does not work for now.
    Suspended,
    /// Does not work any more.
    Revoked,
    /// Bound to another domain, and not to be had for this one beside it.
    WrongDomain,
    /// Sold for another product.
    WrongProduct,
    /// Not bound to this domain, and there is a place for it: activate it first.
    Released,
    /// There is no such key.
    Unknown,
    /// The staging place, which this name would take, is taken.
    Limit,
    /// Moved too often; staff can help.
    Moves,
    /// A word that a newer authority uses; `valid` says what it means.
    #[serde(other)]
    Other,
}

impl Code {
    /// The word that stands for this code, as in leases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Trial => "trial",
            Self::PastDue => "past_due",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::WrongDomain => "wrong_domain",
            Self::WrongProduct => "wrong_product",
            Self::Released => "released",
            Self::Unknown => "unknown",
            Self::Limit => "limit",
            Self::Moves => "moves",
            Self::Other => "other",
        }
    }

    /// Whether a module may work with this answer.
    #[must_use]
    pub fn allows(self) -> bool {
        matches!(self, Self::Active | Self::Trial | Self::PastDue)
    }
}

impl From<Standing> for Code {
    fn from(right: Standing) -> Self {
        match right {
            Standing::Trial => Self::Trial,
            Standing::Active => Self::Active,
            Standing::PastDue => Self::PastDue,
            Standing::Expired => Self::Expired,
            Standing::Suspended => Self::Suspended,
            Standing::Revoked => Self::Revoked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_one_in_the_lease() {
        for word in [
            "active",
            "trial",
            "past_due",
            "expired",
            "suspended",
            "revoked",
            "wrong_domain",
            "wrong_product",
            "released",
            "unknown",
            "limit",
            "moves",
        ] {
            let code: Code = serde_json::from_value(word.into()).unwrap();
            assert_eq!((code.as_str(), serde_json::to_value(code).unwrap().as_str()), (word, Some(word)));
        }
    }
}
