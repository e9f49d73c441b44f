//! Currencies of the CRM and how it writes money.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::CurrencyId;
use crate::money::Amount;

const BY_NAME: &str = "SELECT `id`, `name`, `symbol`, `decimal_separator`, `thousand_separator`, `placement` \
     FROM `{p}currencies` WHERE `name` = ? ORDER BY `id` LIMIT 1";
const NAMES: &str = "SELECT `name` FROM `{p}currencies` ORDER BY `name`";

/// A currency with its formatting rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// Its id.
    pub id: CurrencyId,
    /// Its name, usually the ISO code.
    pub name: String,
    symbol: String,
    decimal_separator: String,
    thousand_separator: String,
    symbol_first: bool,
}

impl Record for Currency {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            id: row.take("id")?,
            name: row.take("name")?,
            symbol: row.take("symbol")?,
            decimal_separator: row.take::<Option<String>>("decimal_separator")?.unwrap_or_else(|| ".".into()),
            thousand_separator: row.take::<Option<String>>("thousand_separator")?.unwrap_or_default(),
            symbol_first: row.take::<Option<String>>("placement")?.as_deref() != Some("after"),
        })
    }
}

impl Currency {
    /// Finds a currency by its name, such as `EUR`.
    pub async fn named(session: &mut Session, name: &str) -> Result<Option<Self>, DbError> {
        session.first(BY_NAME, (name,)).await
    }

    /// The names of all currencies, for a helpful error.
    pub async fn names(session: &mut Session) -> Result<Vec<String>, DbError> {
        Ok(session.rows::<(String,)>(NAMES, ()).await?.into_iter().map(|row| row.0).collect())
    }

    /// An amount as the CRM prints it: `$1,234.50` or `1.234,50€` (`database.md` 6.2).
    #[must_use]
    pub fn format(&self, amount: Amount) -> String {
        let plain = amount.to_string();
        let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, cents) = plain.split_once('.').unwrap_or((plain, "00"));
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                grouped.push_str(&self.thousand_separator);
            }
            grouped.push(digit);
        }
        let number = format!("{grouped}{}{cents}", self.decimal_separator);
        if self.symbol_first {
            format!("{sign}{}{number}", self.symbol)
        } else {
            format!("{sign}{number}{}", self.symbol)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_with_the_currencys_own_rules() {
        let euro = Currency {
            id: CurrencyId(2),
            name: "EUR".into(),
            symbol: "€".into(),
            decimal_separator: ",".into(),
            thousand_separator: ".".into(),
            symbol_first: false,
        };
        assert_eq!(euro.format("1234567.5".parse().unwrap()), "1.234.567,50€");
        assert_eq!(euro.format("49".parse().unwrap()), "49,00€");
        let dollar = Currency {
            symbol: "$".into(),
            decimal_separator: ".".into(),
            thousand_separator: ",".into(),
            symbol_first: true,
            ..euro
        };
        assert_eq!(dollar.format(Amount::ZERO - "1234".parse().unwrap()), "-$1,234.00");
    }
}
