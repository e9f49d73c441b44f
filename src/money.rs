//! Decimal money in one currency.
//!
//! Perfex's money columns are `DECIMAL(15,2)`; amounts are carried exactly and rounded half away from zero to two
//! places, as MySQL and PHP's `round` do. An [`Amount`] knows no currency: an invoice has one for all its amounts.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};
use std::str::FromStr;

use mysql_async::prelude::FromValue;
use mysql_async::{FromValueError, Value};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

/// An exact amount of money, in units of its invoice's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// The smallest amount that is printed.
    pub const CENT: Self = Self(Decimal::from_parts(1, 0, 0, false, 2));
    /// The largest amount that fits a `DECIMAL(15,2)` column.
    pub const LARGEST: Self = Self(Decimal::from_parts(2_764_472_319, 232_830, 0, false, 2));

    /// The amount rounded to two places, the precision in which Perfex compares.
    #[must_use]
    pub fn rounded(self) -> Self {
        Self(self.0.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    }

    /// The part of this amount that `rate` takes, unrounded: 19 percent of 49.00 is 9.31.
    #[must_use]
    pub fn percent(self, rate: Rate) -> Self {
        Self(self.0 * rate.0 / Decimal::ONE_HUNDRED)
    }

    /// The share of this amount that `part` has in `whole`, rounded; nothing of nothing is nothing.
    #[must_use]
    pub fn share(self, part: Self, whole: Self) -> Self {
        let share = part.0.checked_div(whole.0).map(|share| self.0 * share);
        Self(share.unwrap_or_default()).rounded()
    }

    /// Whether this amount is more than nothing.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > Decimal::ZERO
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.rounded().0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || AmountError::Unreadable(text.to_owned());
        if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return Err(wrong());
        }
        let decimal = Decimal::from_str_exact(text).map_err(|_| wrong())?;
        if decimal.scale() > 2 {
            return Err(AmountError::TooPrecise(text.to_owned()));
        }
        if decimal > Self::LARGEST.0 {
            return Err(AmountError::TooLarge(text.to_owned()));
        }
        Ok(Self(decimal))
    }
}

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<u32> for Amount {
    type Output = Self;
    fn mul(self, quantity: u32) -> Self {
        Self(self.0 * Decimal::from(quantity))
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl From<Amount> for Value {
    fn from(amount: Amount) -> Self {
        Value::Bytes(amount.to_string().into_bytes())
    }
}

impl TryFrom<Value> for Amount {
    type Error = FromValueError;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        Decimal::from_value_opt(value).map(Self)
    }
}

impl FromValue for Amount {
    type Intermediate = Self;
}

/// A tax rate in percent, 0 to 100 with at most two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Rate(Decimal);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.0)
    }
}

impl FromStr for Rate {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let amount: Amount = text.parse()?;
        if amount.0 > Decimal::ONE_HUNDRED {
            return Err(AmountError::NotAPercentage(text.to_owned()));
        }
        Ok(Self(amount.0))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<Rate> for Value {
    fn from(rate: Rate) -> Self {
        Value::Bytes(rate.to_string().into_bytes())
    }
}

impl TryFrom<Value> for Rate {
    type Error = FromValueError;
    fn try_from(value: Value) -> Result<Self, Self::Error> {
        Decimal::from_value_opt(value).map(Self)
    }
}

impl FromValue for Rate {
    type Intermediate = Self;
}

/// Why a text is not an amount of money.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AmountError {
    /// Not a number.
    #[error("`{0}` is not an amount; write it like 49.00, with a dot and without a currency")]
    Unreadable(String),
    /// More than two decimal places.
    #[error("`{0}` has more than two decimal places; write it like 49.00")]
    TooPrecise(String),
    /// Does not fit Perfex's column.
    #[error("`{0}` is more than 9999999999999.99, the largest amount that Perfex stores")]
    TooLarge(String),
    /// A rate over 100.
    #[error("`{0}` is not a percentage from 0 to 100")]
    NotAPercentage(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn amounts_are_read_strictly() {
        assert_eq!(amount("49").to_string(), "49.00");
        assert_eq!(amount("0.1").to_string(), "0.10");
        for wrong in ["", "-1", "1,50", "1e3", "49.00 EUR", "1.2.3", "+1", " 1"] {
            assert!(matches!(wrong.parse::<Amount>(), Err(AmountError::Unreadable(_))), "{wrong}");
        }
        assert!(matches!("0.001".parse::<Amount>(), Err(AmountError::TooPrecise(_))));
        assert!(matches!("10000000000000".parse::<Amount>(), Err(AmountError::TooLarge(_))));
    }

    #[test]
    fn halves_round_away_from_zero() {
        let rate: Rate = "19".parse().unwrap();
        assert_eq!(amount("0.50").percent(rate).rounded().to_string(), "0.10");
        assert_eq!(amount("49.00").percent(rate).rounded().to_string(), "9.31");
        assert_eq!(Amount("0.125".parse().unwrap()).to_string(), "0.13");
    }

    #[test]
    fn a_rate_is_a_percentage() {
        assert_eq!("100.01".parse::<Rate>(), Err(AmountError::NotAPercentage("100.01".into())));
    }
}
