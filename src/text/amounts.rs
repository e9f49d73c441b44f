//! Amounts of money as the CRM writes them.

use crate::money::Amount;

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
