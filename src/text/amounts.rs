//! Amounts of money: as the CRM writes them for staff, and as the readers of a language do.

use crate::money::Amount;

use super::Language;

/// The signs of currencies that nobody takes for another one; of all others the name is written.
const SIGNS: [(&str, &str); 3] = [("EUR", "€"), ("USD", "$"), ("GBP", "£")];

/// Writes an amount in a currency, which is given by its name in the CRM, as a language's readers do: `€1,234.50` and
/// `CHF 1,234.50`, `1.234,50 €` and `1.234,50 CHF`. No line breaks within.
#[must_use]
pub fn write_money(amount: Amount, currency: &str, language: Language) -> String {
    let sign = SIGNS.iter().find(|(name, _)| *name == currency).map(|(_, sign)| *sign);
    match (language, sign) {
        (Language::English, Some(sign)) => format!("{sign}{}", write_amount(amount, ",", ".")),
        (Language::English, None) => format!("{currency}\u{a0}{}", write_amount(amount, ",", ".")),
        (Language::German, sign) => {
            format!("{}\u{a0}{}", write_amount(amount, ".", ","), sign.unwrap_or(currency))
        }
    }
}

/// Writes an amount with two places, `thousand` between groups of three digits and `decimal` before the places.
#[must_use]
pub fn write_amount(amount: Amount, thousand: &str, decimal: &str) -> String {
    let plain = amount.to_string();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("-", digits));
    let (whole, places) = digits.split_once('.').unwrap_or((digits, "00"));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push_str(thousand);
        }
        grouped.push(digit);
    }
    format!("{grouped}{decimal}{places}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_its_readers_write_it() {
        for (currency, english, german) in [
            ("EUR", "€1,234.50", "1.234,50\u{a0}€"),
            ("USD", "$1,234.50", "1.234,50\u{a0}$"),
            ("CHF", "CHF\u{a0}1,234.50", "1.234,50\u{a0}CHF"),
        ] {
            let written = |language| write_money("1234.5".parse().unwrap(), currency, language);
            assert_eq!(
                (written(Language::English).as_str(), written(Language::German).as_str()),
                (english, german)
            );
        }
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        let written = |amount: &str| write_amount(amount.parse().unwrap(), ".", ",");
        for (amount, text) in
            [("0", "0,00"), ("999.5", "999,50"), ("1000", "1.000,00"), ("1234567.89", "1.234.567,89")]
        {
            assert_eq!(written(amount), text);
        }
        assert_eq!(write_amount(Amount::ZERO - "1234".parse().unwrap(), ",", "."), "-1,234.00");
        assert_eq!(write_amount("1234".parse().unwrap(), "", "."), "1234.00");
    }
}
