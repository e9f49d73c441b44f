//! Currencies of the CRM.

use crate::db::{DbError, Fields, Record, Session};
use crate::ids::CurrencyId;
use crate::money::Amount;

use super::options::Options;

const BY_NAME: &str = "SELECT `id`, `name` FROM `{p}currencies` WHERE `name` = ? ORDER BY `id` LIMIT 1";
const FORMATS: &str = "SELECT `name`, `symbol`, COALESCE(`decimal_separator`, '.') AS `decimal_separator`, \
     COALESCE(`thousand_separator`, ',') AS `thousand_separator`, COALESCE(`placement`, 'before') AS `placement` \
     FROM `{p}currencies` ORDER BY `id`";
/// Whether whole amounts are written without places.
const REMOVE_DECIMALS: &str = "remove_decimals_on_zero";
const NAMES: &str = "SELECT `name` FROM `{p}currencies` ORDER BY `name`";

/// A currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    /// Its id.
    pub id: CurrencyId,
    /// Its name, usually the ISO code.
    pub name: String,
}

/// How the CRM writes money of a currency: the symbol stands before or after the number, without a blank (`database.md` 6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyFormat {
    /// The currency's name.
    pub currency: String,
    symbol: String,
    decimal: String,
    thousand: String,
    after: bool,
    short: bool,
}

impl MoneyFormat {
    /// An amount as the CRM would print it.
    #[must_use]
    pub fn write(&self, amount: Amount) -> String {
        let digits = amount.to_string();
        let (whole, places) = digits.split_once('.').unwrap_or((&digits, "00"));
        let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
        let mut number = String::from(sign);
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                number.push_str(&self.thousand);
            }
            number.push(digit);
        }
        if !(self.short && places == "00") {
            number.push_str(&self.decimal);
            number.push_str(places);
        }
        if self.after { format!("{number}{}", self.symbol) } else { format!("{}{number}", self.symbol) }
    }
}

impl Record for MoneyFormat {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self {
            currency: row.take("name")?,
            symbol: row.take("symbol")?,
            decimal: row.take("decimal_separator")?,
            thousand: row.take("thousand_separator")?,
            after: row.take::<String>("placement")? == "after",
            short: false,
        })
    }
}

impl Record for Currency {
    fn read(row: &mut Fields) -> Result<Self, DbError> {
        Ok(Self { id: row.take("id")?, name: row.take("name")? })
    }
}

impl Currency {
    /// Finds a currency by its name, such as `EUR`.
    pub async fn named(session: &mut Session, name: &str) -> Result<Option<Self>, DbError> {
        session.first(BY_NAME, (name,)).await
    }

    /// How money of each currency is written.
    pub async fn formats(session: &mut Session) -> Result<Vec<MoneyFormat>, DbError> {
        let short = Options::read(session, &[REMOVE_DECIMALS]).await?.get(REMOVE_DECIMALS) == "1";
        let formats: Vec<MoneyFormat> = session.rows(FORMATS, ()).await?;
        Ok(formats.into_iter().map(|format| MoneyFormat { short, ..format }).collect())
    }

    /// The names of all currencies, for a helpful error.
    pub async fn names(session: &mut Session) -> Result<Vec<String>, DbError> {
        Ok(session.rows::<(String,)>(NAMES, ()).await?.into_iter().map(|row| row.0).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(after: bool, short: bool, amount: &str) -> String {
        let format = MoneyFormat {
            currency: "EUR".into(),
            symbol: "€".into(),
            decimal: ",".into(),
            thousand: ".".into(),
            after,
            short,
        };
        format.write(amount.parse().unwrap())
    }

    #[test]
    fn money_is_written_as_the_crm_writes_it() {
        for (after, short, amount, text) in [
            (false, false, "49", "€49,00"),
            (true, false, "1234567.5", "1.234.567,50€"),
            (true, true, "1234.00", "1.234€"),
            (true, true, "1234.10", "1.234,10€"),
            (false, false, "999", "€999,00"),
            (false, false, "1000", "€1.000,00"),
            (false, true, "0", "€0"),
        ] {
            assert_eq!(written(after, short, amount), text);
        }
    }
}
