//! The member states' rules: form and check digits, as their authorities and the VIES system publish them.

use super::VatIdError;

/// One member state's rule.
pub(super) struct Rule {
    country: &'static str,
    /// The letters in front: ISO 3166, but `EL` for Greece.
    pub prefix: &'static str,
    example: &'static str,
    verdict: fn(&str) -> Verdict,
}

/// What a rule says.
enum Verdict {
    Right,
    WrongForm,
    WrongDigits,
}

use Verdict::{Right, WrongDigits, WrongForm};

const fn rule(
    country: &'static str,
    prefix: &'static str,
    example: &'static str,
    verdict: fn(&str) -> Verdict,
) -> Rule {
    Rule { country, prefix, example, verdict }
}

const RULES: [Rule; 27] = [
    rule("AT", "AT", "ATU12345678", austria),
    rule("BE", "BE", "BE0123456789", belgium),
    rule("BG", "BG", "BG123456789", bulgaria),
    rule("CY", "CY", "CY12345678A", cyprus),
    rule("CZ", "CZ", "CZ12345678", czechia),
    rule("DE", "DE", "DE123456789", germany),
    rule("DK", "DK", "DK12345678", denmark),
    rule("EE", "EE", "EE123456789", estonia),
    rule("ES", "ES", "ESA12345678", spain),
    rule("FI", "FI", "FI12345678", finland),
    rule("FR", "FR", "FR12345678901", france),
    rule("GR", "EL", "EL123456789", greece),
    rule("HR", "HR", "HR12345678901", croatia),
    rule("HU", "HU", "HU12345678", hungary),
    rule("IE", "IE", "IE1234567A", ireland),
    rule("IT", "IT", "IT12345678901", italy),
    rule("LT", "LT", "LT123456789", lithuania),
    rule("LU", "LU", "LU12345678", luxembourg),
    rule("LV", "LV", "LV12345678901", latvia),
    rule("MT", "MT", "MT12345678", malta),
    rule("NL", "NL", "NL123456789B01", netherlands),
    rule("PL", "PL", "PL1234567890", poland),
    rule("PT", "PT", "PT123456789", portugal),
    rule("RO", "RO", "RO1234567890", romania),
    rule("SE", "SE", "SE123456789001", sweden),
    rule("SI", "SI", "SI12345678", slovenia),
    rule("SK", "SK", "SK1234567890", slovakia),
];

impl Rule {
    /// The rule of a country; none outside of the Union.
    pub(super) fn of(country: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.country == country)
    }

    /// Whether a text begins with the letters of a member state and goes on as an id may: Irish and Spanish numbers begin
    /// with letters of their own.
    pub(super) fn begins(text: &str) -> bool {
        RULES.iter().any(|rule| {
            text.strip_prefix(rule.prefix).is_some_and(|rest| !matches!((rule.verdict)(rest), WrongForm))
        })
    }

    /// Checks what stands behind the prefix.
    pub(super) fn check(&self, rest: &str) -> Result<(), VatIdError> {
        match (self.verdict)(rest) {
            Right => Ok(()),
            WrongForm => Err(VatIdError::Form(self.example)),
            WrongDigits => Err(VatIdError::CheckDigits),
        }
    }
}

/// The digits of a text, if it is so many digits and nothing else.
fn digits(text: &str, count: usize) -> Option<Vec<u32>> {
    let digits: Option<Vec<u32>> = text.chars().map(|sign| sign.to_digit(10)).collect();
    digits.filter(|digits| digits.len() == count)
}

fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn last(digits: &[u32]) -> u32 {
    digits.last().copied().unwrap_or_default()
}

fn number(digits: impl IntoIterator<Item = u32>) -> u64 {
    digits.into_iter().fold(0, |number, digit| number * 10 + u64::from(digit))
}

fn judged(right: bool) -> Verdict {
    if right { Right } else { WrongDigits }
}

/// So many digits, of which the last is what `check` makes of all.
fn with_check_digit(text: &str, count: usize, check: impl Fn(&[u32]) -> u32) -> Verdict {
    digits(text, count).map_or(WrongForm, |digits| judged(check(&digits) == last(&digits)))
}

/// ISO 7064, MOD 11,10; the check digit is the last.
fn iso_7064(digits: &[u32]) -> Verdict {
    let body = digits.len().saturating_sub(1);
    let product = digits.iter().take(body).fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    judged((11 - product) % 10 == last(digits))
}

/// The sum of Luhn's algorithm: from the right, every second digit is doubled.
fn luhn(digits: &[u32]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let parts = digits.iter().rev().enumerate();
    parts.map(|(place, digit)| if place % 2 == 1 { doubled(*digit) } else { *digit }).sum()
}

fn austria(text: &str) -> Verdict {
    let Some(rest) = text.strip_prefix('U') else { return WrongForm };
    with_check_digit(rest, 8, |digits| {
        let parts = digits.iter().take(7).enumerate();
        let sum: u32 = parts
            .map(|(place, digit)| if place % 2 == 1 { digit / 5 + digit * 2 % 10 } else { *digit })
            .sum();
        (10 - (sum + 4) % 10) % 10
    })
}

fn belgium(text: &str) -> Verdict {
    // Ids from before 2008 had nine digits; a zero in front made them today's.
    let padded = if text.len() == 9 { format!("0{text}") } else { text.to_owned() };
    let Some(digits) = digits(&padded, 10) else { return WrongForm };
    if digits.first().is_none_or(|first| *first > 1) {
        return WrongForm;
    }
    let number = number(digits);
    judged(97 - number / 100 % 97 == number % 100)
}

fn bulgaria(text: &str) -> Verdict {
    // Ten digits are a person's number, of several kinds.
    if digits(text, 10).is_some() {
        return Right;
    }
    with_check_digit(text, 9, |digits| match weighted(digits, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11 {
        10 => weighted(digits, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10,
        check => check,
    })
}

fn cyprus(text: &str) -> Verdict {
    const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let Some((number, letter)) = text.split_at_checked(8) else { return WrongForm };
    let (Some(digits), Some(letter)) = (digits(number, 8), single_letter(letter)) else { return WrongForm };
    let value = |(place, digit): (usize, &u32)| {
        let odd = usize::try_from(*digit).ok().and_then(|digit| ODD.get(digit)).copied();
        if place % 2 == 0 { odd.unwrap_or_default() } else { *digit }
    };
    judged(digits.iter().enumerate().map(value).sum::<u32>() % 26 == letter)
}

/// The place of a single letter in the alphabet, from 0.
fn single_letter(text: &str) -> Option<u32> {
    let mut signs = text.chars();
    match (signs.next(), signs.next()) {
        (Some(letter @ 'A'..='Z'), None) => Some(u32::from(letter) - u32::from('A')),
        _ => None,
    }
}

fn czechia(text: &str) -> Verdict {
    // Nine and ten digits are persons' numbers.
    if digits(text, 9).is_some() || digits(text, 10).is_some() {
        return Right;
    }
    with_check_digit(text, 8, |digits| (11 - weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11) % 10)
}

fn germany(text: &str) -> Verdict {
    match digits(text, 9) {
        Some(digits) if digits.first() != Some(&0) => iso_7064(&digits),
        _ => WrongForm,
    }
}

fn denmark(text: &str) -> Verdict {
    digits(text, 8)
        .map_or(WrongForm, |digits| judged(weighted(&digits, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)))
}

fn estonia(text: &str) -> Verdict {
    with_check_digit(text, 9, |digits| (10 - weighted(digits, &[3, 7, 1, 3, 7, 1, 3, 7]) % 10) % 10)
}

fn spain(text: &str) -> Verdict {
    const PERSONS: &str = "TRWAGMYFPDXBNJZSQVHLCKE";
    const COMPANIES: &str = "JABCDEFGHI";
    let (Some(first), Some((body, end))) = (text.chars().next(), text.split_at_checked(8)) else {
        return WrongForm;
    };
    let Some(end) = end.chars().next().filter(|_| text.len() == 9) else { return WrongForm };
    let person = |number: &str| {
        let Some(digits) = digits(number, 8) else { return WrongForm };
        let letter =
            usize::try_from(self::number(digits) % 23).ok().and_then(|place| PERSONS.chars().nth(place));
        judged(letter == Some(end))
    };
    match first {
        '0'..='9' => person(body),
        'X' | 'Y' | 'Z' | 'K' | 'L' | 'M' => {
            let zero = match first {
                'Y' => "1",
                'Z' => "2",
                _ => "0",
            };
            person(&body.replacen(first, zero, 1))
        }
        'A'..='J' | 'N' | 'P'..='S' | 'U' | 'V' | 'W' => {
            let Some(digits) = digits(body.strip_prefix(first).unwrap_or_default(), 7) else {
                return WrongForm;
            };
            // Luhn's sum over the seven digits, the first of them doubled.
            let check = (10 - luhn(&[digits, vec![0]].concat()) % 10) % 10;
            let letter = usize::try_from(check).ok().and_then(|place| COMPANIES.chars().nth(place));
            judged(end.to_digit(10) == Some(check) || letter == Some(end))
        }
        _ => WrongForm,
    }
}

fn finland(text: &str) -> Verdict {
    with_check_digit(text, 8, |digits| match weighted(digits, &[7, 9, 10, 5, 8, 4, 2]) % 11 {
        0 => 0,
        rest => 11 - rest,
    })
}

fn france(text: &str) -> Verdict {
    let Some((key, company)) = text.split_at_checked(2) else { return WrongForm };
    let Some(company) = digits(company, 9) else { return WrongForm };
    match digits(key, 2) {
        Some(key) => judged(number(key) == (12 + 3 * (number(company) % 97)) % 97),
        // Keys with letters follow no published rule; O and I are not among them.
        None if key.bytes().all(|byte| byte.is_ascii_alphanumeric() && !b"OI".contains(&byte)) => Right,
        None => WrongForm,
    }
}

fn greece(text: &str) -> Verdict {
    with_check_digit(text, 9, |digits| weighted(digits, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10)
}

fn croatia(text: &str) -> Verdict {
    digits(text, 11).map_or(WrongForm, |digits| iso_7064(&digits))
}

fn hungary(text: &str) -> Verdict {
    with_check_digit(text, 8, |digits| (10 - weighted(digits, &[9, 7, 3, 1, 9, 7, 3]) % 10) % 10)
}

fn ireland(text: &str) -> Verdict {
    const LETTERS: &str = "WABCDEFGHIJKLMNOPQRSTUV";
    let fits = |number: &str, letter: &str, second: u32| {
        let (Some(digits), mut letter) = (digits(number, 7), letter.chars()) else { return WrongForm };
        let sum = weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + second * 9;
        let expected = usize::try_from(sum % 23).ok().and_then(|place| LETTERS.chars().nth(place));
        match letter.next() {
            Some(found @ 'A'..='W') => judged(expected == Some(found)),
            _ => WrongForm,
        }
    };
    let Some((body, end)) = text.split_at_checked(7) else { return WrongForm };
    match (end.len(), single_letter(end.get(1..).unwrap_or_default())) {
        (1, _) if body.as_bytes().get(1).is_some_and(|sign| !sign.is_ascii_digit()) => {
            // Before 2013: a letter or sign in the second place, and the first digit stands at the end.
            let first = body.get(..1).unwrap_or_default();
            fits(&format!("0{}{first}", body.get(2..).unwrap_or_default()), end, 0)
        }
        // A to I as a second letter counts, W does not.
        (2, Some(second @ 0..=8)) => fits(body, end, second + 1),
        (1, _) | (2, Some(22)) => fits(body, end, 0),
        _ => WrongForm,
    }
}

fn italy(text: &str) -> Verdict {
    digits(text, 11).map_or(WrongForm, |digits| judged(luhn(&digits).is_multiple_of(10)))
}

fn lithuania(text: &str) -> Verdict {
    let check = |digits: &[u32], first: &[u32], second: &[u32]| match weighted(digits, first) % 11 {
        10 => weighted(digits, second) % 11 % 10,
        check => check,
    };
    if text.len() == 12 {
        let (first, second) = ([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], [3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]);
        return with_check_digit(text, 12, |digits| check(digits, &first, &second));
    }
    with_check_digit(text, 9, |digits| check(digits, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 1]))
}

fn luxembourg(text: &str) -> Verdict {
    let Some(digits) = digits(text, 8) else { return WrongForm };
    let number = number(digits);
    judged(number / 100 % 89 == number % 100)
}

fn latvia(text: &str) -> Verdict {
    // Persons' numbers begin with 0 to 3 and follow no rule since 2017.
    match digits(text, 11) {
        Some(digits) if digits.first().is_some_and(|first| *first < 4) => Right,
        _ => with_check_digit(text, 11, |digits| {
            match weighted(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6]) % 11 {
                rest @ 0..=3 => 3 - rest,
                rest => 14 - rest,
            }
        }),
    }
}

fn malta(text: &str) -> Verdict {
    let Some(digits) = digits(text, 8) else { return WrongForm };
    let check = 37 - weighted(&digits, &[3, 4, 6, 7, 8, 9]) % 37;
    judged(number(digits) % 100 == u64::from(check))
}

fn netherlands(text: &str) -> Verdict {
    let Some((number, branch)) = text.split_once('B') else { return WrongForm };
    let (Some(body), Some(_)) = (digits(number, 9), digits(branch, 2)) else { return WrongForm };
    let companies = weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 == last(&body);
    // Since 2020 persons have ids of their own: MOD 97-10 over the whole id, letters as 10 to 35.
    let persons = format!("NL{text}")
        .chars()
        .filter_map(|sign| sign.to_digit(36))
        .fold(0, |rest, value| (if value > 9 { rest * 100 } else { rest * 10 } + value) % 97)
        == 1;
    judged(companies || persons)
}

fn poland(text: &str) -> Verdict {
    with_check_digit(text, 10, |digits| weighted(digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11)
}

fn portugal(text: &str) -> Verdict {
    with_check_digit(text, 9, |digits| match 11 - weighted(digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11 {
        10 | 11 => 0,
        check => check,
    })
}

fn romania(text: &str) -> Verdict {
    if !(2..=10).contains(&text.len()) {
        return WrongForm;
    }
    with_check_digit(&format!("{text:0>10}"), 10, |digits| {
        weighted(digits, &[7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10
    })
}

fn sweden(text: &str) -> Verdict {
    let Some((body, branch)) = text.split_at_checked(10) else { return WrongForm };
    let (Some(body), Some(branch)) = (digits(body, 10), digits(branch, 2)) else { return WrongForm };
    if number(branch) == 0 {
        return WrongForm;
    }
    judged(luhn(&body).is_multiple_of(10))
}

fn slovenia(text: &str) -> Verdict {
    with_check_digit(text, 8, |digits| match 11 - weighted(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        10 => 0,
        check => check,
    })
}

fn slovakia(text: &str) -> Verdict {
    digits(text, 10).map_or(WrongForm, |digits| judged(number(digits) % 11 == 0))
}
